//! The ledger's name, fixed at first start: the origin of its checkpoints and the name of its key.

use crate::crypto::note::NoteKey;
use crate::ledger::checkpoint::Checkpoint;
use crate::operations::bench::Bench;
use crate::operations::keys;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::ledger_origins;
use crate::storage::ledger_origins::OriginRow;
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

/// The same in a transaction at hand; `None` before the first start.
pub(crate) async fn within(tx: &mut Tx) -> Result<Option<String>, Refusal> {
    let stored = settings::find(tx, ORIGIN_SETTING).await?;
    let text = |bytes| String::from_utf8(bytes).map_err(|_| Refusal::fault("the ledger's origin is no text"));
    stored.map(text).transpose()
}

/// A name the ledger had or has, as the public may know it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct PastOrigin {
    /// The name that was opened.
    pub origin: String,
    /// How many leaves were there then.
    pub from_size: i64,
    /// When, RFC 3339.
    pub opened_at: String,
    /// The last signed head under the name before.
    pub previous_checkpoint: String,
}

/// Every name that was opened after the first, oldest first; none where nothing was ever lost.
///
/// # Errors
/// When the database cannot be read.
pub async fn opened(bench: &Bench) -> Result<Vec<PastOrigin>, Refusal> {
    let rows = ledger_origins::every(&mut bench.db.read().await?).await?;
    let view = |row: OriginRow| PastOrigin {
        origin: row.origin,
        from_size: row.from_size,
        opened_at: row.opened_at.to_text(),
        previous_checkpoint: row.previous_note,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Every key under every name the ledger ever had: what a stored checkpoint may be signed with.
///
/// # Errors
/// When the database cannot be read.
pub async fn every_verifier(bench: &Bench) -> Result<Vec<NoteKey>, Refusal> {
    let mut tx = bench.db.read().await?;
    let opened = ledger_origins::every(&mut tx).await?;
    drop(tx);
    let mut names = vec![ledger_origin(bench).await?];
    for row in opened {
        let before =
            Checkpoint::unverified(&row.previous_note).map_err(|error| Refusal::Fault(error.into()))?.origin;
        names.extend([row.origin, before]);
    }
    names.sort();
    names.dedup();
    let mut verifiers = Vec::new();
    for name in names {
        verifiers.extend(keys::ledger_verifiers_under(bench, &name).await?);
    }
    Ok(verifiers)
}

async fn fix(bench: &Bench) -> Result<Vec<u8>, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let origin = bench.config.ledger_origin();
    let fixed = settings::establish(&mut work.tx, ORIGIN_SETTING, origin.as_bytes()).await?;
    work.commit_without_entry(Housekeeping::FirstStart).await?;
    Ok(fixed)
}
