//! What a database server says of itself: how durable it is, who we are there, what its clock shows.

use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    STATE = Sql::two(
        "SELECT 'on' AS fsync, 'on' AS full_page_writes, 'on' AS synchronous_commit, 0 AS most, 0 AS reserved, 0 AS used, 0 AS version,
           0 AS standby, 0 AS superuser, 0 AS owner, 0 AS encrypted, '' AS at, 0 AS bytes",
        "SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
           current_setting('synchronous_commit') AS synchronous_commit, current_setting('max_connections')::BIGINT AS most,
           current_setting('superuser_reserved_connections')::BIGINT AS reserved,
           (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname IS DISTINCT FROM current_database()) AS used,
           current_setting('server_version_num')::BIGINT AS version, pg_is_in_recovery() AS standby,
           COALESCE((SELECT rolsuper FROM pg_roles WHERE rolname = current_user), FALSE) AS superuser,
           EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'ledger_entries' AND tableowner = current_user) AS owner,
           COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), FALSE) AS encrypted,
           clock_timestamp() AS at, pg_database_size(current_database()) AS bytes");
}

/// A PostgreSQL server as one of our connections sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EngineState {
    /// Whether commits reach the disk: `on` or `off`.
    pub fsync: String,
    /// Whether a torn page is mended after a crash: `on` or `off`.
    pub full_page_writes: String,
    /// Whether a commit is answered only when it is durable: `on`, `remote_apply`, `remote_write`, `local` or `off`.
    pub synchronous_commit: String,
    /// Most connections it takes.
    pub most: i64,
    /// How many of them are kept for superusers.
    pub reserved: i64,
    /// Connections to its other databases now.
    pub used: i64,
    /// Its version as a number: 170002 is 17.2.
    pub version: i64,
    /// Whether it only follows another one.
    pub standby: bool,
    /// Whether our role may do anything.
    pub superuser: bool,
    /// Whether our role owns the ledger's tables.
    pub owner: bool,
    /// Whether this connection is encrypted.
    pub encrypted: bool,
    /// Its clock.
    pub at: Instant,
    /// The size of our database in bytes.
    pub bytes: i64,
}

/// What the server says; `None` with SQLite, which has none.
///
/// # Errors
/// When the database cannot be read.
pub async fn state(tx: &mut Tx) -> Result<Option<EngineState>, DbError> {
    if !tx.has_server() {
        return Ok(None);
    }
    tx.query(STATE).fetch_one::<EngineState>().await.map(Some)
}
