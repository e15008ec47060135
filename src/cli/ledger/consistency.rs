//! `procura ledger consistency`: the newer ledger begins with the whole older one.

use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;

use crate::cli::ledger::tiles::NOTE;
use crate::cli::ledger::tiles::Source;
use crate::cli::ledger::tiles::is_address;
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
    /// The older checkpoint: a file, or an address such as https://host/ledger/checkpoints/1200.
    old: String,
    /// The newer checkpoint: a file, or an address such as https://host/ledger/checkpoint.
    new: String,
    /// Where the newer ledger's tiles are: a folder, or an address such as https://host/ledger; without it, beside the newer
    /// checkpoint.
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
    let old = read(&args.old, args.key.as_ref()).await?;
    let new = read(&args.new, args.key.as_ref()).await?;
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
    let source = Source::parse(args.tiles.as_deref().unwrap_or_else(|| split(&args.new).0))?;
    let mut tiles = TileSet::new(new.size);
    for tile in tiles_for_consistency(old.size, new.size) {
        tiles.insert(tile.level, tile.index, source.tile(tile).await?);
    }
    let proof = consistency_proof(&tiles, old.size, new.size).map_err(|error| anyhow::anyhow!("{error}"))?;
    let holds = verify_consistency(old.size, new.size, &proof, &old.root, &new.root);
    Ok((!holds).then_some("the newer ledger does not begin with the older one"))
}

/// Where a checkpoint lies, and its name there; of an address of the history, the ledger's own.
fn split(named: &str) -> (&str, &str) {
    if let Some(at) = named.find("/checkpoints/").filter(|_| is_address(named)) {
        return (&named[..at], &named[at + 1..]);
    }
    named
        .rsplit_once('/')
        .map_or((".", named), |(folder, name)| (if folder.is_empty() { "/" } else { folder }, name))
}

async fn read(named: &str, key: Option<&NoteKey>) -> anyhow::Result<Checkpoint> {
    let (place, name) = split(named);
    let bytes =
        Source::parse(place)?.get(name, NOTE).await.with_context(|| format!("{named} cannot be read"))?;
    let text = String::from_utf8(bytes.with_context(|| format!("{named} is not there"))?);
    let text = text.with_context(|| format!("{named} is no text"))?;
    let read = match key {
        Some(key) => Checkpoint::verify(&text, key),
        None => Checkpoint::unverified(&text),
    };
    read.with_context(|| format!("{named} is not accepted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_lie_beside_the_checkpoint() {
        assert_eq!(split("https://h/ledger/checkpoint"), ("https://h/ledger", "checkpoint"));
        assert_eq!(split("https://h/ledger/checkpoints/12"), ("https://h/ledger", "checkpoints/12"));
        assert_eq!(split("/a/b"), ("/a", "b"));
        assert_eq!(split("/b"), ("/", "b"));
        assert_eq!(split("b"), (".", "b"));
    }
}
