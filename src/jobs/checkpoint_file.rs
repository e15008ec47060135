//! The newest signed checkpoint in a file beside the database, so that a restored older backup is noticed.

use std::io::ErrorKind;
use std::path::Path;

use tokio::io::AsyncWriteExt;

use crate::operations::bench::Bench;
use crate::operations::integrate::Behind;
use crate::operations::integrate::compare_with_kept;
use crate::operations::refusal::Refusal;

/// Compares the database's ledger with the kept checkpoint; `None` when it continues it, or none is kept.
///
/// # Errors
/// When the file or the database cannot be read.
pub async fn compare(bench: &Bench) -> Result<Option<Behind>, Refusal> {
    let Some(path) = &bench.config.ledger.checkpoint_file else { return Ok(None) };
    match tokio::fs::read_to_string(path).await {
        Ok(kept) => compare_with_kept(bench, &kept).await,
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, &error)),
    }
}

/// Refuses when the database's ledger does not continue the kept checkpoint.
///
/// # Errors
/// A fault whose text says what differs and what to do.
pub async fn check(bench: &Bench) -> Result<(), Refusal> {
    match compare(bench).await? {
        None => Ok(()),
        Some(behind) => Err(Refusal::Fault(anyhow::anyhow!(
            "the ledger is not continued: {behind} (restore a state of the database that is not older than the kept checkpoint; if it is lost, see `procura ledger new-origin`)"
        ))),
    }
}

/// Keeps a checkpoint: written beside, made durable, then put in place at once.
///
/// # Errors
/// When the file cannot be written.
pub async fn keep(bench: &Bench, note: &str) -> Result<(), Refusal> {
    let Some(path) = &bench.config.ledger.checkpoint_file else { return Ok(()) };
    replace(path, note.as_bytes()).await.map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Refusal {
    Refusal::Fault(anyhow::anyhow!("ledger.checkpoint_file {}: {error}", path.display()))
}

async fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&beside).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    drop(file);
    tokio::fs::rename(&beside, path).await
}
