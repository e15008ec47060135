//! Messages waiting to be sent; written with the change they speak of, sent afterwards.

use std::time::Duration;

use crate::domain::ids::MessageId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO outbox (id, sealed, created_at, due_at, expires_at, attempts) VALUES ($1, $2, $3, $3, $4, 0)");
    CLAIM = Sql::two(
        "UPDATE outbox SET claimed_until = $2, attempts = attempts + 1 WHERE id IN
           (SELECT id FROM outbox WHERE sent_at IS NULL AND due_at <= $1 AND (claimed_until IS NULL OR claimed_until < $1)
            ORDER BY due_at LIMIT 20)
         RETURNING id, sealed, attempts, expires_at",
        "UPDATE outbox SET claimed_until = $2, attempts = attempts + 1 WHERE id IN
           (SELECT id FROM outbox WHERE sent_at IS NULL AND due_at <= $1 AND (claimed_until IS NULL OR claimed_until < $1)
            ORDER BY due_at LIMIT 20 FOR UPDATE SKIP LOCKED)
         RETURNING id, sealed, attempts, expires_at",
    );
    ANY_DUE = Sql::same("SELECT id FROM outbox WHERE sent_at IS NULL AND due_at <= $1 AND (claimed_until IS NULL OR claimed_until < $1) LIMIT 1");
    WAITING = Sql::same("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL");
    SENT = Sql::same("UPDATE outbox SET sent_at = $2, claimed_until = NULL WHERE id = $1");
    LATER = Sql::same("UPDATE outbox SET due_at = $2, claimed_until = NULL WHERE id = $1");
    DROP_OLD = Sql::same("DELETE FROM outbox WHERE expires_at < $1 OR sent_at < $2");
}

/// A claimed message.
#[derive(Debug, sqlx::FromRow)]
pub struct Waiting {
    /// Its identifier.
    pub id: MessageId,
    /// The sealed message.
    pub sealed: Vec<u8>,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// After this instant it is no longer worth sending.
    pub expires_at: Instant,
}

/// Adds a sealed message, due at once.
pub async fn insert(
    tx: &mut Tx,
    id: MessageId,
    sealed: &[u8],
    at: Instant,
    expires_at: Instant,
) -> Result<(), DbError> {
    tx.query(INSERT).bind(id).bind(sealed).bind(at).bind(expires_at).execute().await?;
    Ok(())
}

/// Claims up to twenty due messages for `hold`; another process does not get them meanwhile.
pub async fn claim(tx: &mut Tx, now: Instant, hold: Duration) -> Result<Vec<Waiting>, DbError> {
    tx.query(CLAIM).bind(now).bind(now.plus(hold)).fetch_all().await
}

/// Whether a message is due and not claimed.
pub async fn any_due(tx: &mut Tx, now: Instant) -> Result<bool, DbError> {
    Ok(tx.query(ANY_DUE).bind(now).fetch_optional::<(MessageId,)>().await?.is_some())
}

/// How many messages wait, those included that failed and are tried again later.
pub async fn waiting(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(tx.query(WAITING).fetch_one::<(i64,)>().await?.0)
}

/// Notes that a message left.
pub async fn sent(tx: &mut Tx, id: MessageId, at: Instant) -> Result<(), DbError> {
    tx.query(SENT).bind(id).bind(at).execute().await?;
    Ok(())
}

/// Puts a message back until `due_at`.
pub async fn later(tx: &mut Tx, id: MessageId, due_at: Instant) -> Result<(), DbError> {
    tx.query(LATER).bind(id).bind(due_at).execute().await?;
    Ok(())
}

/// Drops messages past their time, and those sent before `sent_before`; gives how many.
pub async fn drop_old(tx: &mut Tx, now: Instant, sent_before: Instant) -> Result<u64, DbError> {
    tx.query(DROP_OLD).bind(now).bind(sent_before).execute().await
}
