//! The names the ledger went on under after a loss.

use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO ledger_origins (from_size, origin, previous_note, opened_at) VALUES ($1, $2, $3, $4)");
    EVERY = Sql::same("SELECT from_size, origin, previous_note, opened_at FROM ledger_origins ORDER BY from_size");
}

/// One such name.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OriginRow {
    /// How many leaves were there when it was opened.
    pub from_size: i64,
    /// The name.
    pub origin: String,
    /// The last checkpoint under the name before.
    pub previous_note: String,
    /// When.
    pub opened_at: Instant,
}

/// Adds a name.
///
/// # Errors
/// [`DbError::Unique`] for a name that was used before.
pub async fn insert(tx: &mut Tx, row: &OriginRow) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(row.from_size)
        .bind(row.origin.as_str())
        .bind(row.previous_note.as_str())
        .bind(row.opened_at)
        .execute()
        .await?;
    Ok(())
}

/// Every one, oldest first.
pub async fn every(tx: &mut Tx) -> Result<Vec<OriginRow>, DbError> {
    tx.query(EVERY).fetch_all().await
}
