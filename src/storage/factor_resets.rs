//! The resets of second factors: who asked, who answered.

use crate::domain::factor::ResetState;
use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::ResetId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO factor_resets (id, account, state, reason, asked_by, organisation, asked_at)
        VALUES ($1, $2, 'waiting', $3, $4, $5, $6)");
    FIND = Sql::same("SELECT id, account, state, reason, asked_by, organisation, asked_at FROM factor_resets WHERE id = $1");
    WAITING = Sql::same("SELECT id, account, state, reason, asked_by, organisation, asked_at FROM factor_resets
        WHERE state = 'waiting' AND (asked_at > $1 OR (asked_at = $1 AND id > $2)) ORDER BY asked_at, id LIMIT $3");
    WAITING_OF = Sql::same("SELECT id, account, state, reason, asked_by, organisation, asked_at FROM factor_resets
        WHERE account = $1 AND state = 'waiting'");
    DECIDE = Sql::same("UPDATE factor_resets SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'waiting'");
}

/// A reset as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ResetRow {
    /// Its identifier.
    pub id: ResetId,
    /// Whose factors.
    pub account: AccountId,
    /// How far it is.
    pub state: ResetState,
    /// Why, sealed under the account's key.
    pub reason: Vec<u8>,
    /// Who asked; none: the command line.
    pub asked_by: Option<AccountId>,
    /// For which organisation, where a referent asked.
    pub organisation: Option<OrganisationId>,
    /// When.
    pub asked_at: Instant,
}

/// Adds a reset that waits for a second person; a unique error when one waits for this account.
pub async fn insert(tx: &mut Tx, new: &ResetRow) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(new.id)
        .bind(new.account)
        .bind(new.reason.as_slice())
        .bind(new.asked_by)
        .bind(new.organisation)
        .bind(new.asked_at)
        .execute()
        .await?;
    Ok(())
}

/// One reset.
pub async fn find(tx: &mut Tx, id: ResetId) -> Result<Option<ResetRow>, DbError> {
    tx.query(FIND).bind(id).fetch_optional().await
}

/// At most `limit` resets that wait, oldest first, after this one.
pub async fn waiting(
    tx: &mut Tx,
    (at, id): (Instant, ResetId),
    limit: i64,
) -> Result<Vec<ResetRow>, DbError> {
    tx.query(WAITING).bind(at).bind(id).bind(limit).fetch_all().await
}

/// The reset that waits for an account.
pub async fn waiting_of(tx: &mut Tx, account: AccountId) -> Result<Option<ResetRow>, DbError> {
    tx.query(WAITING_OF).bind(account).fetch_optional().await
}

/// Answers a reset that waits; `false` when somebody was faster.
pub async fn decide(
    tx: &mut Tx,
    id: ResetId,
    to: ResetState,
    by: Option<AccountId>,
    at: Instant,
) -> Result<bool, DbError> {
    Ok(tx.query(DECIDE).bind(id).bind(to).bind(by).bind(at).execute().await? == 1)
}
