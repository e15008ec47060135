//! What administrations reported during acts, by the client's own key of each report.

use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO receipts (client, idempotency_key, act, request_hash, entry) VALUES ($1, $2, $3, $4, $5)");
    FIND = Sql::same("SELECT act, request_hash, entry FROM receipts WHERE client = $1 AND idempotency_key = $2");
    COUNT = Sql::same("SELECT COUNT(*) FROM receipts WHERE act = $1");
}

/// A report received before.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Received {
    /// The act it was about.
    pub act: ActId,
    /// SHA-256 of what was reported.
    pub request_hash: Vec<u8>,
    /// Its entry.
    pub entry: EntryId,
}

/// Remembers a report; a unique error when the client used this key before.
pub async fn insert(tx: &mut Tx, client: &ClientId, key: &str, received: &Received) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(client.clone())
        .bind(key)
        .bind(received.act)
        .bind(&received.request_hash)
        .bind(received.entry)
        .execute()
        .await?;
    Ok(())
}

/// The report a client sent with this key.
pub async fn find(tx: &mut Tx, client: &ClientId, key: &str) -> Result<Option<Received>, DbError> {
    tx.query(FIND).bind(client.clone()).bind(key).fetch_optional().await
}

/// How many reports an act has.
pub async fn count(tx: &mut Tx, act: ActId) -> Result<i64, DbError> {
    Ok(tx.query(COUNT).bind(act).fetch_one::<(i64,)>().await?.0)
}
