//! Which account at an identity provider is which of ours: known by a keyed hash only, one for each account.

use crate::domain::ids::AccountId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    BIND = Sql::same("INSERT INTO account_subjects (subject_hash, account, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
    BOUND = Sql::same("SELECT account FROM account_subjects WHERE subject_hash = $1");
    SUBJECT = Sql::same("SELECT subject_hash FROM account_subjects WHERE account = $1");
    UNBIND = Sql::same("DELETE FROM account_subjects WHERE account = $1");
}

/// Binds a subject to an account; `false` when either was bound before.
pub async fn bind(
    tx: &mut Tx,
    subject_hash: &[u8; 32],
    account: AccountId,
    at: Instant,
) -> Result<bool, DbError> {
    Ok(tx.query(BIND).bind(subject_hash.as_slice()).bind(account).bind(at).execute().await? == 1)
}

/// The account a subject is bound to.
pub async fn account_of(tx: &mut Tx, subject_hash: &[u8; 32]) -> Result<Option<AccountId>, DbError> {
    let row: Option<(AccountId,)> = tx.query(BOUND).bind(subject_hash.as_slice()).fetch_optional().await?;
    Ok(row.map(|(account,)| account))
}

/// Whether an account is bound to a subject, whichever.
pub async fn is_bound(tx: &mut Tx, account: AccountId) -> Result<bool, DbError> {
    let row: Option<(Vec<u8>,)> = tx.query(SUBJECT).bind(account).fetch_optional().await?;
    Ok(row.is_some())
}

/// Takes an account's binding away; `false` when there was none.
pub async fn unbind(tx: &mut Tx, account: AccountId) -> Result<bool, DbError> {
    Ok(tx.query(UNBIND).bind(account).execute().await? == 1)
}
