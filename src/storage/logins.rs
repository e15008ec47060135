//! Login links, and the counts of failures that slow a guesser down.

use std::time::Duration;

use crate::domain::ids::AccountId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT_LINK = Sql::same("INSERT INTO login_links (token_hash, account, browser_hash, factor_at, expires_at) VALUES ($1, $2, $3, $4, $5)");
    FIND_LINK = Sql::same("SELECT account, browser_hash, factor_at, expires_at, used_at FROM login_links WHERE token_hash = $1");
    USE_LINK = Sql::same("UPDATE login_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2");
    TAKE_THROTTLE = Sql::same("INSERT INTO throttles (subject_hash, failures, last_at) VALUES ($1, 0, $2)
        ON CONFLICT (subject_hash) DO UPDATE SET failures = throttles.failures RETURNING failures, last_at, blocked_until");
    SET_THROTTLE = Sql::same("UPDATE throttles SET failures = $2, last_at = $3, blocked_until = $4 WHERE subject_hash = $1");
    CLEAR_THROTTLE = Sql::same("DELETE FROM throttles WHERE subject_hash = $1");
}

/// A login link as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LinkRow {
    /// Whose login it ends.
    pub account: AccountId,
    /// The browser that asked for it.
    pub browser_hash: Vec<u8>,
    /// When the second factor was checked.
    pub factor_at: Instant,
    /// Its last instant.
    pub expires_at: Instant,
    /// When it was used.
    pub used_at: Option<Instant>,
}

/// The failures of one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Throttle {
    /// How many in a row.
    pub failures: i64,
    /// The last of them.
    pub last_at: Instant,
    /// No try counts before.
    pub blocked_until: Option<Instant>,
}

impl Throttle {
    /// Whether a try at `now` must wait.
    pub fn blocks(&self, now: Instant) -> bool {
        self.blocked_until.is_some_and(|until| now < until)
    }

    /// How many failures still count at `now`.
    pub fn counted(&self, now: Instant, window: Duration) -> i64 {
        if now.since(self.last_at) > window { 0 } else { self.failures }
    }
}

/// Adds a link.
pub async fn insert_link(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    account: AccountId,
    browser_hash: &[u8; 32],
    factor_at: Instant,
    expires_at: Instant,
) -> Result<(), DbError> {
    tx.query(INSERT_LINK)
        .bind(&token_hash[..])
        .bind(account)
        .bind(&browser_hash[..])
        .bind(factor_at)
        .bind(expires_at)
        .execute()
        .await?;
    Ok(())
}

/// A link by the hash of its token.
pub async fn find_link(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<LinkRow>, DbError> {
    tx.query(FIND_LINK).bind(&token_hash[..]).fetch_optional().await
}

/// Uses a link up; `false` when it was used or has expired.
pub async fn use_link(tx: &mut Tx, token_hash: &[u8; 32], now: Instant) -> Result<bool, DbError> {
    Ok(tx.query(USE_LINK).bind(&token_hash[..]).bind(now).execute().await? == 1)
}

/// The count of a subject, made if missing and held against others until the transaction ends: tries at one account or
/// from one address are judged one after the other.
pub async fn take_throttle(tx: &mut Tx, subject_hash: &[u8; 32], now: Instant) -> Result<Throttle, DbError> {
    tx.query(TAKE_THROTTLE).bind(&subject_hash[..]).bind(now).fetch_one().await
}

/// Writes the count of a subject.
pub async fn set_throttle(tx: &mut Tx, subject_hash: &[u8; 32], to: Throttle) -> Result<(), DbError> {
    tx.query(SET_THROTTLE)
        .bind(&subject_hash[..])
        .bind(to.failures)
        .bind(to.last_at)
        .bind(to.blocked_until)
        .execute()
        .await?;
    Ok(())
}

/// Forgets the failures of a subject.
pub async fn clear_throttle(tx: &mut Tx, subject_hash: &[u8; 32]) -> Result<(), DbError> {
    tx.query(CLEAR_THROTTLE).bind(&subject_hash[..]).execute().await?;
    Ok(())
}
