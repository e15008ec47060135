//! Cosignatures of witnesses on checkpoints, and how it stands with each of those who are shown checkpoints.

use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO ledger_cosignatures (size, witness, line, cosigned_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (size, witness) DO NOTHING");
    OF = Sql::same("SELECT size, witness, line, cosigned_at FROM ledger_cosignatures WHERE size = $1 ORDER BY witness");
    SIZES = Sql::same("SELECT size FROM ledger_cosignatures GROUP BY size HAVING COUNT(*) >= $1 ORDER BY size DESC LIMIT $2");
    CORRESPONDENTS = Sql::same("SELECT name, size, failures, fault, tried_at, next_at FROM checkpoint_receivers ORDER BY name");
    CORRESPONDENT = Sql::same("SELECT name, size, failures, fault, tried_at, next_at FROM checkpoint_receivers WHERE name = $1");
    NOTE = Sql::same("INSERT INTO checkpoint_receivers (name, size, failures, fault, tried_at, next_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (name) DO UPDATE SET size = excluded.size, failures = excluded.failures, fault = excluded.fault,
        tried_at = excluded.tried_at, next_at = excluded.next_at");
    FORGET = Sql::same("DELETE FROM checkpoint_receivers");
}

/// One cosignature.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CosignatureRow {
    /// Of which checkpoint.
    pub size: i64,
    /// The witness' verifier key.
    pub witness: String,
    /// Its signature line.
    pub line: String,
    /// The time it states.
    pub cosigned_at: Instant,
}

/// Somebody who is shown checkpoints.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CorrespondentRow {
    /// A witness' verifier key, or the name of the time-stamps.
    pub name: String,
    /// The size it is known to have taken; 0 before the first.
    pub size: i64,
    /// How often it failed since.
    pub failures: i64,
    /// How it failed the last time; none when it did not.
    pub fault: Option<String>,
    /// When it was last asked.
    pub tried_at: Instant,
    /// When it may be asked again.
    pub next_at: Instant,
}

/// Adds a cosignature; one that is there stays as it is.
pub async fn insert(tx: &mut Tx, row: &CosignatureRow) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(row.size)
        .bind(row.witness.as_str())
        .bind(row.line.as_str())
        .bind(row.cosigned_at)
        .execute()
        .await?;
    Ok(())
}

/// The cosignatures of one checkpoint.
pub async fn of(tx: &mut Tx, size: u64) -> Result<Vec<CosignatureRow>, DbError> {
    tx.query(OF).bind(i64::try_from(size).unwrap_or(i64::MAX)).fetch_all().await
}

/// The sizes of the newest checkpoints that at least so many cosigned, largest first.
pub async fn sizes(tx: &mut Tx, least: i64, most: i64) -> Result<Vec<u64>, DbError> {
    let rows = tx.query(SIZES).bind(least).bind(most).fetch_all::<(i64,)>().await?;
    Ok(rows.into_iter().filter_map(|(size,)| u64::try_from(size).ok()).collect())
}

/// Everybody who was shown a checkpoint.
pub async fn correspondents(tx: &mut Tx) -> Result<Vec<CorrespondentRow>, DbError> {
    tx.query(CORRESPONDENTS).fetch_all().await
}

/// One of them.
pub async fn correspondent(tx: &mut Tx, name: &str) -> Result<Option<CorrespondentRow>, DbError> {
    tx.query(CORRESPONDENT).bind(name).fetch_optional().await
}

/// Notes how one was found.
pub async fn note(tx: &mut Tx, row: &CorrespondentRow) -> Result<(), DbError> {
    tx.query(NOTE)
        .bind(row.name.as_str())
        .bind(row.size)
        .bind(row.failures)
        .bind(row.fault.as_deref())
        .bind(row.tried_at)
        .bind(row.next_at)
        .execute()
        .await?;
    Ok(())
}

/// Forgets how all of them were found: the ledger goes on under another name, which nobody knows yet.
pub async fn forget(tx: &mut Tx) -> Result<(), DbError> {
    tx.query(FORGET).execute().await?;
    Ok(())
}
