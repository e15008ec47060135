//! What the databases refuse, in the few words that the operations tell apart.

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

/// SQLite's BUSY and LOCKED families; PostgreSQL's serialization failure, deadlock, connections all taken, shutdown, crash and
/// start.
fn is_transient(code: Option<&str>) -> bool {
    matches!(
        code,
        Some("5" | "6" | "261" | "517" | "40001" | "40P01" | "53300" | "57P01" | "57P02" | "57P03")
    )
}
