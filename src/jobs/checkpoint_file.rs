//! The newest signed checkpoint in a file beside the database, so that a restored older backup is noticed.

use std::io::ErrorKind;
use std::path::Path;

use tokio::io::AsyncWriteExt;

use crate::operations::bench::Bench;
use crate::operations::integrate::compare_with_kept;
use crate::operations::refusal::Refusal;

/// Refuses when the database's ledger does not continue the kept checkpoint; nothing to say where none is kept.
///
/// # Errors
/// A fault whose text says what differs and what to do.
pub async fn check(bench: &Bench) -> Result<(), Refusal> {
    let Some(path) = &bench.config.ledger.checkpoint_file else { return Ok(()) };
    let kept = match tokio::fs::read_to_string(path).await {
        Ok(kept) => kept,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Refusal::Fault(error.into())),
    };
    match compare_with_kept(bench, &kept).await? {
        None => Ok(()),
        Some(behind) => Err(Refusal::Fault(anyhow::anyhow!(
            "the ledger is not continued: {behind} (kept in {}; restore the newest state, or open a new origin and move this file away)",
            path.display()
        ))),
    }
}

/// Keeps a checkpoint: written beside, made durable, then put in place at once.
///
/// # Errors
/// When the file cannot be written.
pub async fn keep(bench: &Bench, note: &str) -> Result<(), Refusal> {
    let Some(path) = &bench.config.ledger.checkpoint_file else { return Ok(()) };
    replace(path, note.as_bytes()).await.map_err(|error| Refusal::Fault(error.into()))
}

async fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = tokio::fs::File::create(&beside).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    drop(file);
    tokio::fs::rename(&beside, path).await
}
