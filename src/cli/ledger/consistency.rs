//! `procura ledger consistency`: the newer ledger begins with the whole older one.

use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;

use crate::cli::ledger::tiles::Source;
use crate::cli::ledger::verdict;
use crate::cli::output;
use crate::crypto::note::NoteKey;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::merkle::consistency_proof;
use crate::ledger::merkle::verify_consistency;
use crate::ledger::tiles::TileSet;
use crate::ledger::tiles::tiles_for_consistency;

/// Options of `procura ledger consistency`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The older checkpoint.
    old: PathBuf,
    /// The newer checkpoint.
    new: PathBuf,
    /// Where the newer ledger's tiles are: a folder, or an address such as https://host/ledger; without it, the folder
    /// of the newer checkpoint.
    #[arg(long, value_name = "DIR|URL")]
    tiles: Option<String>,
    /// The ledger's verifier key, to check both signatures too.
    #[arg(long, value_name = "VKEY")]
    key: Option<NoteKey>,
    /// One JSON object instead of a line.
    #[arg(long)]
    json: bool,
}

/// Compares the two.
///
/// # Errors
/// When a file is no checkpoint or a tile is missing: then nothing is known.
pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let old = read(&args.old, args.key.as_ref())?;
    let new = read(&args.new, args.key.as_ref())?;
    let wrong = compare(args, &old, &new).await?;
    if args.json {
        output::json(
            &json!({ "consistent": wrong.is_none(), "old_size": old.size, "new_size": new.size, "finding": wrong }),
        )?;
    } else {
        match wrong {
            None => output::line(&format!("CONSISTENT  {} leaves grew to {}", old.size, new.size))?,
            Some(wrong) => output::line(&format!("INCONSISTENT  {wrong}"))?,
        }
    }
    Ok(verdict(wrong.is_none()))
}

async fn compare(args: &Args, old: &Checkpoint, new: &Checkpoint) -> anyhow::Result<Option<&'static str>> {
    if old.origin != new.origin {
        return Ok(Some("the two checkpoints are of different ledgers"));
    }
    if old.size > new.size {
        return Ok(Some("the newer checkpoint has fewer leaves than the older one"));
    }
    if old.size == new.size {
        return Ok((old.root != new.root).then_some("the two checkpoints have one size and different roots"));
    }
    let source = match &args.tiles {
        Some(tiles) => Source::parse(tiles)?,
        None => Source::Folder(args.new.parent().map(Path::to_path_buf).unwrap_or_default()),
    };
    let mut tiles = TileSet::new(new.size);
    for tile in tiles_for_consistency(old.size, new.size) {
        tiles.insert(tile.level, tile.index, source.tile(tile).await?);
    }
    let proof = consistency_proof(&tiles, old.size, new.size).map_err(|error| anyhow::anyhow!("{error}"))?;
    let holds = verify_consistency(old.size, new.size, &proof, &old.root, &new.root);
    Ok((!holds).then_some("the newer ledger does not begin with the older one"))
}

fn read(file: &Path, key: Option<&NoteKey>) -> anyhow::Result<Checkpoint> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let read = match key {
        Some(key) => Checkpoint::verify(&text, key),
        None => Checkpoint::unverified(&text),
    };
    read.with_context(|| format!("{} is not accepted", file.display()))
}
