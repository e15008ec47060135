//! What a measurement asks of a ledger: how large it is on disk, and whether what was just written is signed.

use crate::domain::ids::EntryId;
use crate::operations::bench::Bench;
use crate::operations::read_ledger;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::db::Db;
use crate::storage::ledger;
use crate::storage::ledger_audit;

/// Whether this address is one of a database without any table, or of none yet.
///
/// # Errors
/// When it cannot be reached.
pub async fn is_empty(url: &str) -> Result<bool, Refusal> {
    let Some(db) = Db::peek(url).await? else { return Ok(true) };
    let mut tx = db.read().await?;
    let tables = ledger_audit::tables(&mut tx).await?;
    drop(tx);
    db.close().await;
    Ok(tables == 0)
}

/// The bytes the whole database takes.
///
/// # Errors
/// As the database says.
pub async fn stored_bytes(bench: &Bench) -> Result<i64, Refusal> {
    Ok(ledger_audit::stored_bytes(&mut bench.db.read().await?).await?)
}

/// Plans with what the database holds now, which PostgreSQL learns by itself within a minute.
///
/// # Errors
/// As the database says.
pub async fn learn(bench: &Bench) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    ledger_audit::analyze(&mut work.tx).await?;
    work.commit_without_entry(Housekeeping::Practice).await
}

/// The newest entry, waiting or not.
///
/// # Errors
/// [`Refusal::NotFound`] in an empty ledger.
pub async fn newest(bench: &Bench) -> Result<EntryId, Refusal> {
    ledger_audit::newest(&mut bench.db.read().await?).await?.ok_or(Refusal::NotFound)
}

/// Whether a signed checkpoint covers this entry.
///
/// # Errors
/// As the database says.
pub async fn is_signed(bench: &Bench, entry: EntryId) -> Result<bool, Refusal> {
    let mut tx = bench.db.read().await?;
    let Some(index) = ledger::index_of(&mut tx, entry).await? else { return Ok(false) };
    Ok(read_ledger::head(&mut tx).await?.is_some_and(|head| index < head.size))
}
