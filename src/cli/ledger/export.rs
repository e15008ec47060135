//! `procura ledger export`: leaves, tiles and checkpoint as files, in the layout of the public paths.

use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use anyhow::bail;
use serde_json::json;

use crate::cli::Setup;
use crate::cli::output;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::tiles::FULL;
use crate::ledger::tiles::Resource;
use crate::ledger::tiles::Tile;
use crate::ledger::tiles::tiles_for_growth;
use crate::ledger::witness::policy_text;
use crate::operations::bench::Bench;
use crate::operations::integrate::compare_with_kept;
use crate::operations::keys;
use crate::operations::read_ledger;

/// Options of `procura ledger export`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to write to; made when missing.
    #[arg(long, value_name = "DIR", default_value = "procura-ledger")]
    out: PathBuf,
    /// Only what came after this checkpoint, which the ledger must continue.
    #[arg(long, value_name = "CHECKPOINT")]
    since: Option<PathBuf>,
}

/// Writes the files, the checkpoint last.
///
/// # Errors
/// When the ledger does not continue the given checkpoint, or a file cannot be written.
pub(super) async fn run(setup: &Setup, args: &Args) -> anyhow::Result<ExitCode> {
    let bench = setup.bench().await?;
    let from = match &args.since {
        Some(file) => since(&bench, file).await?,
        None => 0,
    };
    let head = read_ledger::latest(&bench).await.map_err(output::refused)?;
    let Some(head) = head else { bail!("the ledger has no checkpoint yet") };
    let mut wanted: Vec<Resource> =
        tiles_for_growth(from, head.size).into_iter().map(Resource::Hashes).collect();
    let bundles = from / FULL..head.size.div_ceil(FULL);
    wanted.extend(bundles.filter(|_| head.size > from).filter_map(|index| {
        Tile::at_size(0, index, head.size).map(|tile| Resource::Entries { index, width: tile.width })
    }));
    for resource in &wanted {
        let bytes = read_ledger::resource(&bench, *resource).await.map_err(output::refused)?;
        write(&args.out.join("tile").join(resource.path()), &bytes)?;
    }
    write(&args.out.join("checkpoint"), head.note.as_bytes())?;
    bench.db.close().await;
    output::json(&json!({ "folder": args.out, "from": from, "size": head.size, "files": wanted.len() + 1 }))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the verifier key.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn key(setup: &Setup) -> anyhow::Result<ExitCode> {
    let bench = setup.bench().await?;
    let key = keys::ledger_verifier(&bench).await.map_err(output::refused)?;
    bench.db.close().await;
    output::line(&key.to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the policy in the form other verifiers read.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn policy(setup: &Setup) -> anyhow::Result<ExitCode> {
    let bench = setup.bench().await?;
    let log = keys::ledger_verifiers(&bench).await.map_err(output::refused)?;
    bench.db.close().await;
    let configured = &bench.config.witnesses;
    let witnesses: Vec<_> =
        configured.list.iter().map(|witness| (witness.key.clone(), witness.address.clone())).collect();
    output::line(policy_text(&log, &witnesses, configured.quorum).trim_end())?;
    Ok(ExitCode::SUCCESS)
}

async fn since(bench: &Bench, file: &Path) -> anyhow::Result<u64> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    if let Some(behind) = compare_with_kept(bench, &text).await.map_err(output::refused)? {
        bail!("{}: {behind}", file.display());
    }
    Ok(Checkpoint::unverified(&text)?.size)
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let written = match path.parent() {
        Some(folder) => std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, bytes)),
        None => std::fs::write(path, bytes),
    };
    written.with_context(|| format!("{} cannot be written", path.display()))
}
