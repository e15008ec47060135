//! Migrating PostgreSQL while gateways are at work: the migration gives way, never a gateway.

use std::borrow::Cow;
use std::time::Duration;
use std::time::Instant;

use sqlx::Executor;
use sqlx::PgPool;
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;

/// A table that is in use is waited for no longer than this. Meanwhile whoever comes for it stands in line behind; and where two
/// wait for each other, PostgreSQL ends one of them, which would be a gateway's act, when it looks after a second
/// (`deadlock_timeout`).
const WAIT: &str = "SET lock_timeout = '300ms'";
/// How long the gateways then have the tables to themselves.
const PAUSE: Duration = Duration::from_millis(100);
/// How long it tries: another one may be migrating, and make an index of millions of lines.
const PATIENCE: Duration = Duration::from_secs(600);

/// What to do where the role that migrates may not.
pub(super) const NOT_OWNER: &str = "this role may not change tables: migrate as the one that owns them, its address named by \
    PROCURA__DATABASE__URL_FILE (deploy/first-installation.md)";
/// What to do where a table was never free.
pub(super) const NEVER_FREE: &str = "a table was in use for ten minutes: see in pg_stat_activity who holds it, or migrate at a quieter hour; nothing \
    is half done";

/// Brings the schema up to date; each migration is done whole or not at all.
///
/// # Errors
/// When a migration fails, or its tables were never free.
pub(super) async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut migrator = sqlx::migrate!("migrations/postgres");
    migrator.set_ignore_missing(true);
    let begun = Instant::now();
    loop {
        let mut connection = pool.acquire().await?;
        connection.execute(sqlx::raw_sql(WAIT)).await?;
        let done = migrator.run_direct(None, &mut *connection, false).await;
        // With it goes what an attempt that failed may still hold.
        connection.close().await?;
        match done {
            Err(error) if in_use(&error) && begun.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
            done => return done,
        }
    }
}

/// Whether a lock was not given in time, or two waited for each other (SQLSTATE 55P03, 40P01).
pub(super) fn in_use(error: &MigrateError) -> bool {
    matches!(code(error).as_deref(), Some("55P03" | "40P01"))
}

/// Whether a right is missing (SQLSTATE 42501).
pub(super) fn not_allowed(error: &MigrateError) -> bool {
    code(error).as_deref() == Some("42501")
}

/// What PostgreSQL says of a migration that failed.
fn code(error: &MigrateError) -> Option<String> {
    let (MigrateError::Execute(inner) | MigrateError::ExecuteMigration(inner, _)) = error else {
        return None;
    };
    inner.as_database_error().and_then(DatabaseError::code).map(Cow::into_owned)
}
