//! The public side of the ledger: the newest checkpoint, tiles and leaves, and how far the tree has come.

use crate::domain::time::Instant;
use crate::ledger::merkle::Hash;
use crate::ledger::merkle::root;
use crate::ledger::tiles::FULL;
use crate::ledger::tiles::Resource;
use crate::ledger::tiles::Tile;
use crate::ledger::tiles::TileSet;
use crate::ledger::tiles::entries_bytes;
use crate::ledger::tiles::tiles_for_root;
use crate::operations::bench::Bench;
use crate::operations::evidence;
use crate::operations::refusal::Refusal;
use crate::storage::db::Tx;
use crate::storage::ledger;
use crate::storage::ledger::CheckpointRow;

/// The head of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of leaves.
    pub size: u64,
    /// The root.
    pub root: Hash,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub at: Instant,
}

impl Head {
    /// A stored checkpoint.
    pub(crate) fn of(row: CheckpointRow) -> Result<Self, Refusal> {
        let size = u64::try_from(row.size).map_err(|error| Refusal::Fault(error.into()))?;
        let root =
            row.root.as_slice().try_into().map_err(|_| Refusal::fault("a stored root has another length"))?;
        Ok(Self { size, root, note: row.note, at: row.at })
    }
}

/// How far the ledger has come, for monitoring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The number of leaves in the newest checkpoint.
    pub size: u64,
    /// How many entries wait for their place.
    pub waiting: u64,
    /// Since when the oldest of them waits.
    pub oldest: Option<Instant>,
}

/// The newest checkpoint with the cosignatures that are kept of it; `None` before the first.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest(bench: &Bench) -> Result<Option<Head>, Refusal> {
    let mut tx = bench.db.read().await?;
    match head(&mut tx).await? {
        Some(head) => evidence::with_cosignatures(&mut tx, head).await.map(Some),
        None => Ok(None),
    }
}

/// The checkpoint of exactly this size.
///
/// # Errors
/// [`Refusal::NotFound`] when none was signed at that size.
pub async fn checkpoint_of(bench: &Bench, size: u64) -> Result<Head, Refusal> {
    let mut tx = bench.db.read().await?;
    let row = ledger::checkpoint_of(&mut tx, size).await?;
    row.map_or(Err(Refusal::NotFound), Head::of)
}

/// A page of every checkpoint that was signed, largest first: those below `before`, or the newest.
///
/// # Errors
/// When the database cannot be read.
pub async fn history(bench: &Bench, before: Option<u64>, most: u64) -> Result<Vec<Head>, Refusal> {
    let mut tx = bench.db.read().await?;
    let rows = ledger::checkpoints_below(&mut tx, before.unwrap_or(u64::MAX), most).await?;
    rows.into_iter().map(Head::of).collect()
}

/// How far the ledger has come.
///
/// # Errors
/// When the database cannot be read.
pub async fn progress(bench: &Bench) -> Result<Progress, Refusal> {
    let mut tx = bench.db.read().await?;
    let size = head(&mut tx).await?.map_or(0, |head| head.size);
    let waiting = ledger::waiting(&mut tx).await?;
    Ok(Progress { size, waiting: u64::try_from(waiting.waiting).unwrap_or(0), oldest: waiting.oldest })
}

/// The bytes of a tile or of an entry bundle (C2SP tlog-tiles).
///
/// # Errors
/// [`Refusal::NotFound`] for what no published tree holds.
pub async fn resource(bench: &Bench, resource: Resource) -> Result<Vec<u8>, Refusal> {
    let (level, index, width) = match resource {
        Resource::Hashes(tile) => (tile.level, tile.index, tile.width),
        Resource::Entries { index, width } => (0, index, width),
    };
    let mut tx = bench.db.read().await?;
    let size = head(&mut tx).await?.map_or(0, |head| head.size);
    let widest = Tile::at_size(level, index, size).ok_or(Refusal::NotFound)?;
    if width > widest.width {
        return Err(Refusal::NotFound);
    }
    match resource {
        Resource::Hashes(tile) => require_tile(&mut tx, tile).await,
        Resource::Entries { index, width } => {
            let first = index.saturating_mul(FULL);
            let leaves = ledger::leaves(&mut tx, first, first.saturating_add(u64::from(width))).await?;
            entries_bytes(leaves.iter().map(Vec::as_slice))
                .ok_or_else(|| Refusal::fault("a leaf is too long"))
        }
    }
}

/// The newest checkpoint as the log signed it, read in a transaction at hand.
pub(crate) async fn head(tx: &mut Tx) -> Result<Option<Head>, Refusal> {
    ledger::latest_checkpoint(tx).await?.map(Head::of).transpose()
}

/// The bytes of a tile that must be there.
async fn require_tile(tx: &mut Tx, tile: Tile) -> Result<Vec<u8>, Refusal> {
    let found = ledger::tiles(tx, &[tile]).await?.pop().flatten();
    found.ok_or_else(|| missing(tile))
}

fn missing(tile: Tile) -> Refusal {
    Refusal::Fault(anyhow::anyhow!("the tile {tile} of the ledger is missing"))
}

/// Adds tiles to a set, unless they are there already.
pub(crate) async fn gather(tx: &mut Tx, set: &mut TileSet, tiles: &[Tile]) -> Result<(), Refusal> {
    let mut wanted = tiles.to_vec();
    wanted.retain(|tile| set.hashes(tile.level, tile.index).is_err());
    let found = ledger::tiles(tx, &wanted).await?;
    for (tile, bytes) in wanted.into_iter().zip(found) {
        set.insert(tile.level, tile.index, bytes.ok_or_else(|| missing(tile))?);
    }
    Ok(())
}

/// As [`gather`], of the tree of this head; what it has not filled yet is read once for all.
pub(crate) async fn gather_of(
    bench: &Bench,
    tx: &mut Tx,
    (head, set): (&Head, &mut TileSet),
    tiles: &[Tile],
) -> Result<(), Refusal> {
    let (mut wanted, unfinished): (Vec<Tile>, Vec<Tile>) = tiles.iter().partition(|tile| tile.is_full());
    let mut fresh = Vec::new();
    for tile in unfinished {
        match bench.edge.of(&head.root, &tile) {
            Some(bytes) => set.insert(tile.level, tile.index, bytes),
            None => fresh.push(tile),
        }
    }
    wanted.extend(&fresh);
    gather(tx, set, &wanted).await?;
    for tile in fresh {
        let hashes = set.hashes(tile.level, tile.index).map_err(|error| Refusal::Fault(error.into()))?;
        bench.edge.keep(&head.root, tile, hashes.concat());
    }
    Ok(())
}

/// The root the tree had when it had `size` leaves, made from its tiles.
pub(crate) async fn root_at(tx: &mut Tx, size: u64) -> Result<Hash, Refusal> {
    let mut set = TileSet::new(size);
    gather(tx, &mut set, &tiles_for_root(size)).await?;
    root(&set, size).map_err(|error| Refusal::Fault(error.into()))
}
