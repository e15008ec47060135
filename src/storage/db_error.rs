//! What the databases refuse, in the few words that the operations tell apart.

use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;

/// What can go wrong below the operations.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A unique key is taken.
    #[error("a unique key is taken: {0}")]
    Unique(String),
    /// A row points to nothing.
    #[error("a foreign key points to nothing: {0}")]
    ForeignKey(String),
    /// The database is busy or out of reach; the same call may succeed later.
    #[error("the database is busy or out of reach: {0}")]
    Busy(String),
    /// A row does not mean anything the domain knows.
    #[error("inconsistent row in {table}.{column}: {row}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Its key, as text.
        row: String,
    },
    /// Anything else.
    #[error("database: {0}")]
    Other(String),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => {
                Self::Unique(inner.message().to_owned())
            }
            sqlx::Error::Database(inner) if inner.is_foreign_key_violation() => {
                Self::ForeignKey(inner.message().to_owned())
            }
            sqlx::Error::Database(inner) if is_transient(inner.code().as_deref()) => {
                Self::Busy(inner.to_string())
            }
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => Self::Busy(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

/// What to do where the role that migrates may not.
pub(super) const NOT_OWNER: &str = "this role may not change tables: migrate as the one that owns them, its address named by \
    PROCURA__DATABASE__URL_FILE (deploy/first-installation.md)";

/// Whether PostgreSQL refused a migration for want of a right (SQLSTATE 42501).
pub(super) fn not_allowed(error: &MigrateError) -> bool {
    let (MigrateError::Execute(inner) | MigrateError::ExecuteMigration(inner, _)) = error else {
        return false;
    };
    inner.as_database_error().and_then(DatabaseError::code).as_deref() == Some("42501")
}

/// SQLite's BUSY and LOCKED families; PostgreSQL's serialization failure, deadlock, connections all taken, shutdown, crash and
/// start.
fn is_transient(code: Option<&str>) -> bool {
    matches!(
        code,
        Some("5" | "6" | "261" | "517" | "40001" | "40P01" | "53300" | "57P01" | "57P02" | "57P03")
    )
}
