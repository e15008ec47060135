//! Time-stamps (RFC 3161) on checkpoints.

use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO ledger_timestamps (size, reply, stamped_at) VALUES ($1, $2, $3)
        ON CONFLICT (size) DO NOTHING");
    FIND = Sql::same("SELECT size, reply, stamped_at FROM ledger_timestamps WHERE size = $1");
    NEWEST = Sql::same("SELECT size, reply, stamped_at FROM ledger_timestamps ORDER BY size DESC LIMIT 1");
    LIST = Sql::same("SELECT size, stamped_at FROM ledger_timestamps WHERE size < $1 ORDER BY size DESC LIMIT $2");
}

/// One time-stamp.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TimestampRow {
    /// Of which checkpoint.
    pub size: i64,
    /// The authority's whole answer, DER.
    pub reply: Vec<u8>,
    /// The time it states.
    pub stamped_at: Instant,
}

/// Adds a time-stamp; one that is there stays as it is.
pub async fn insert(tx: &mut Tx, row: &TimestampRow) -> Result<(), DbError> {
    tx.query(INSERT).bind(row.size).bind(row.reply.as_slice()).bind(row.stamped_at).execute().await?;
    Ok(())
}

/// The time-stamp of a checkpoint.
pub async fn find(tx: &mut Tx, size: u64) -> Result<Option<TimestampRow>, DbError> {
    tx.query(FIND).bind(i64::try_from(size).unwrap_or(i64::MAX)).fetch_optional().await
}

/// That of the largest checkpoint that has one.
pub async fn newest(tx: &mut Tx) -> Result<Option<TimestampRow>, DbError> {
    tx.query(NEWEST).fetch_optional().await
}

/// Sizes and times below a size, largest first.
pub async fn list(tx: &mut Tx, below: i64, most: i64) -> Result<Vec<(i64, Instant)>, DbError> {
    tx.query(LIST).bind(below).bind(most).fetch_all().await
}
