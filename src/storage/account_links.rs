//! The links by which professionals enrol their own second factor.

use crate::domain::factor::LinkPurpose;
use crate::domain::ids::AccountId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO account_links (token_hash, account, purpose, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5)");
    FIND = Sql::same("SELECT account, purpose, issued_at, expires_at, browser_hash, used_at FROM account_links WHERE token_hash = $1");
    BIND = Sql::same("UPDATE account_links SET browser_hash = $2
        WHERE token_hash = $1 AND used_at IS NULL AND (browser_hash IS NULL OR browser_hash = $2)");
    USE = Sql::same("UPDATE account_links SET used_at = $3
        WHERE token_hash = $1 AND browser_hash = $2 AND used_at IS NULL AND expires_at > $3");
    END_OF_ACCOUNT = Sql::same("UPDATE account_links SET expires_at = $2 WHERE account = $1 AND used_at IS NULL AND expires_at > $2");
}

/// A link as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccountLinkRow {
    /// Whose account it opens.
    pub account: AccountId,
    /// What for.
    pub purpose: LinkPurpose,
    /// When it was made.
    pub issued_at: Instant,
    /// Its last instant.
    pub expires_at: Instant,
    /// The browser that continued it.
    pub browser_hash: Option<Vec<u8>>,
    /// When it was used up.
    pub used_at: Option<Instant>,
}

/// Adds a link.
pub async fn insert(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    account: AccountId,
    purpose: LinkPurpose,
    (issued_at, expires_at): (Instant, Instant),
) -> Result<(), DbError> {
    let query = tx.query(INSERT).bind(&token_hash[..]).bind(account).bind(purpose);
    query.bind(issued_at).bind(expires_at).execute().await?;
    Ok(())
}

/// A link by the hash of its code.
pub async fn find(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<AccountLinkRow>, DbError> {
    tx.query(FIND).bind(&token_hash[..]).fetch_optional().await
}

/// Binds a link to the browser that continues it; `false` when another one did, or it was used.
pub async fn bind(tx: &mut Tx, token_hash: &[u8; 32], browser: &[u8; 32]) -> Result<bool, DbError> {
    Ok(tx.query(BIND).bind(&token_hash[..]).bind(&browser[..]).execute().await? == 1)
}

/// Uses a link up in its browser; `false` when it was used, has ended, or is another browser's.
pub async fn use_up(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    browser: &[u8; 32],
    now: Instant,
) -> Result<bool, DbError> {
    let query = tx.query(USE).bind(&token_hash[..]).bind(&browser[..]).bind(now);
    Ok(query.execute().await? == 1)
}

/// Ends every link of an account that could still be used.
pub async fn end_of_account(tx: &mut Tx, account: AccountId, now: Instant) -> Result<u64, DbError> {
    tx.query(END_OF_ACCOUNT).bind(account).bind(now).execute().await
}
