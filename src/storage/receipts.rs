//! What administrations reported, and what a token needs to be judged live.

use crate::domain::act::ActStatus;
use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    ACT_BY_TXN = Sql::same("SELECT id, client, status, account, organisation, person, mandate, theme, txn FROM acts WHERE txn = $1");
    ACT = Sql::same("SELECT id, client, status, account, organisation, person, mandate, theme, txn FROM acts WHERE id = $1");
    TOKEN = Sql::same("SELECT client, act, expires_at, ended_at FROM tokens WHERE jti = $1");
    INSERT = Sql::same("INSERT INTO receipts (client, idempotency_key, act, request_hash, entry) VALUES ($1, $2, $3, $4, $5)");
    FIND = Sql::same("SELECT act, request_hash, entry FROM receipts WHERE client = $1 AND idempotency_key = $2");
    COUNT = Sql::same("SELECT COUNT(*) FROM receipts WHERE act = $1");
}

/// An act that was opened, as far as a report or a token needs it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OpenedAct {
    /// Its identifier.
    pub id: ActId,
    /// The client it was for.
    pub client: ClientId,
    /// Where it is.
    pub status: ActStatus,
    /// The aidant.
    pub account: Option<AccountId>,
    /// The organisation.
    pub organisation: Option<OrganisationId>,
    /// The person.
    pub person: Option<PersonId>,
    /// The mandate.
    pub mandate: Option<MandateId>,
    /// The theme.
    pub theme: Option<Theme>,
    /// The entry of its opening.
    pub txn: Option<EntryId>,
}

/// A token as it was noted at its issue.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct IssuedToken {
    /// Whom it was issued to.
    pub client: ClientId,
    /// The act it belongs to.
    pub act: Option<ActId>,
    /// Its last instant.
    pub expires_at: Instant,
    /// When it was ended before.
    pub ended_at: Option<Instant>,
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

/// The act whose opening has this entry.
pub async fn act_by_txn(tx: &mut Tx, txn: EntryId) -> Result<Option<OpenedAct>, DbError> {
    tx.query(ACT_BY_TXN).bind(txn).fetch_optional().await
}

/// One act.
pub async fn act(tx: &mut Tx, id: ActId) -> Result<Option<OpenedAct>, DbError> {
    tx.query(ACT).bind(id).fetch_optional().await
}

/// The token with this `jti`.
pub async fn token(tx: &mut Tx, jti: &str) -> Result<Option<IssuedToken>, DbError> {
    tx.query(TOKEN).bind(jti).fetch_optional().await
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
