//! The ledger's name, fixed at first start: the origin of its checkpoints and the name of its key.

use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::settings;

/// The setting that holds it.
pub const ORIGIN_SETTING: &str = "ledger.origin";

/// The ledger's origin: as it was fixed, or fixed now from the configuration.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn ledger_origin(bench: &Bench) -> Result<String, Refusal> {
    let mut tx = bench.db.read().await?;
    let stored = settings::find(&mut tx, ORIGIN_SETTING).await?;
    drop(tx);
    let bytes = match stored {
        Some(bytes) => bytes,
        None => fix(bench).await?,
    };
    String::from_utf8(bytes).map_err(|_| Refusal::fault("the ledger's origin is no text"))
}

async fn fix(bench: &Bench) -> Result<Vec<u8>, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let origin = bench.config.ledger_origin();
    let fixed = settings::establish(&mut work.tx, ORIGIN_SETTING, origin.as_bytes()).await?;
    work.commit_without_entry(Housekeeping::FirstStart).await?;
    Ok(fixed)
}
