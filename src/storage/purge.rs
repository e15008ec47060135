//! Dropping what has served its time: sessions, links, counts, pushed requests, remembered identifiers, logins at software.

use crate::domain::act::ActStatus;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    SESSIONS = Sql::same("DELETE FROM sessions WHERE expires_at < $1");
    LOGIN_LINKS = Sql::same("DELETE FROM login_links WHERE expires_at < $1");
    ACCOUNT_LINKS = Sql::same("DELETE FROM account_links WHERE expires_at < $1");
    THROTTLES = Sql::same("DELETE FROM throttles WHERE last_at < $2 AND (blocked_until IS NULL OR blocked_until < $1)");
    PUSHED_REQUESTS = Sql::same("DELETE FROM pushed_requests WHERE expires_at < $1");
    SEEN_TOKENS = Sql::same("DELETE FROM seen_tokens WHERE expires_at < $1");
    CHOOSING_ACTS = Sql::same("DELETE FROM acts WHERE status = $2 AND expires_at < $1");
    SOFTWARE_LOGINS = Sql::same("DELETE FROM software_logins WHERE expires_at < $1 AND (ends_at IS NULL OR ends_at < $1)");
}

/// The instants before which each kind of row is dropped.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Now: what ended before it is over.
    pub now: Instant,
    /// Pushed requests that ended before it; a while later than now, since the browser may come back to its page.
    pub requests: Instant,
    /// Failures whose last one was before it are forgotten.
    pub failures: Instant,
    /// Choice pages and logins at software that ended before it.
    pub choices: Instant,
}

/// Drops everything that is over; gives how many rows went.
pub async fn drop_expired(tx: &mut Tx, limits: Limits) -> Result<u64, DbError> {
    let mut gone = 0;
    for sql in [SESSIONS, LOGIN_LINKS, ACCOUNT_LINKS, SEEN_TOKENS] {
        gone += tx.query(sql).bind(limits.now).execute().await?;
    }
    gone += tx.query(THROTTLES).bind(limits.now).bind(limits.failures).execute().await?;
    gone += tx.query(PUSHED_REQUESTS).bind(limits.requests).execute().await?;
    gone += tx.query(CHOOSING_ACTS).bind(limits.choices).bind(ActStatus::Choosing).execute().await?;
    gone += tx.query(SOFTWARE_LOGINS).bind(limits.choices).execute().await?;
    Ok(gone)
}
