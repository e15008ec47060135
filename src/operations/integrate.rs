//! Puts committed entries into the tree: indexes, tiles and a signed checkpoint in one transaction under one lease.

use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument;

use crate::crypto::keys::SigningKey;
use crate::domain::time::Instant;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::edge::Edge;
use crate::ledger::tiles::TileSet;
use crate::operations::bench::Bench;
use crate::operations::keys;
use crate::operations::ledger_origin::ledger_origin;
use crate::operations::read_ledger;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::leases;
use crate::storage::ledger;
use crate::storage::ledger::CheckpointRow;

/// The lease's name.
pub const LEASE: &str = "integrator";

/// Most entries in one transaction.
pub const BATCH: u64 = 4_096;

/// How long another process waits for one that died. Exclusion itself does not rest on time: the lease's row stays
/// locked until the turn that holds it is committed or gone.
pub(super) const LEASE_SPAN: Duration = Duration::from_secs(2);

/// What one turn did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing waited.
    Idle,
    /// Another process holds the lease.
    Elsewhere,
    /// Entries were put into the tree.
    Done {
        /// How many.
        added: u64,
        /// The tree's head now.
        head: Checkpoint,
        /// It as signed.
        note: String,
        /// The lease's epoch.
        epoch: i64,
    },
}

/// Takes up to [`BATCH`] waiting entries into the tree, as the process called `holder`. An interruption at any point
/// leaves nothing behind, and the next turn of any process does the same again.
///
/// # Errors
/// When the database refuses or what is stored does not fit together.
pub async fn integrate(bench: &Bench, holder: &str) -> Result<Turn, Refusal> {
    integrate_behind(bench, holder, None).await
}

/// As [`integrate`], for a process that knows a head that was signed: nothing is signed where the database's tree does not
/// continue it, as after a standby that lacked lines took over.
///
/// # Errors
/// As [`integrate`]; a fault that says what differs.
pub async fn integrate_behind(
    bench: &Bench,
    holder: &str,
    signed: Option<&Checkpoint>,
) -> Result<Turn, Refusal> {
    let mut tx = bench.db.read().await?;
    if !ledger::any_waiting(&mut tx).await? {
        return Ok(Turn::Idle);
    }
    drop(tx);
    take_in(bench, holder, signed).instrument(tracing::debug_span!("integrate")).await
}

async fn take_in(bench: &Bench, holder: &str, signed: Option<&Checkpoint>) -> Result<Turn, Refusal> {
    let signers = keys::ledger_signers(bench).await?;
    let origin = ledger_origin(bench).await?;
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let Some(epoch) = leases::take(&mut work.tx, LEASE, holder, now, LEASE_SPAN).await? else {
        return Ok(Turn::Elsewhere);
    };
    if let Some(signed) = signed.filter(|signed| signed.origin == origin)
        && let Some(behind) = compare(&mut work.tx, signed).await?
    {
        return Err(Refusal::Fault(anyhow::anyhow!(
            "the ledger is not continued: {behind} (the database is older than what this process has seen signed)"
        )));
    }
    let Some((checkpoint, added)) = grow(&mut work.tx, origin).await? else {
        work.commit_without_entry(Housekeeping::Ledger).await?;
        return Ok(Turn::Idle);
    };
    let note = sign(&mut work.tx, &checkpoint, &signers, epoch, now).await?;
    work.commit_without_entry(Housekeeping::Ledger).await?;
    Ok(Turn::Done { added, head: checkpoint, note, epoch })
}

/// The head that stands in the database, which the next one must continue; `None` before the first line.
///
/// # Errors
/// When the database cannot be read.
pub async fn newest(bench: &Bench) -> Result<Option<Checkpoint>, Refusal> {
    let origin = ledger_origin(bench).await?;
    let head = read_ledger::head(&mut bench.db.read().await?).await?;
    Ok(head.map(|head| Checkpoint { origin, size: head.size, root: head.root }))
}

/// Gives the lease back at the end of the process, so that another one takes over at once.
///
/// # Errors
/// When the database refuses.
pub async fn hand_over(bench: &Bench, holder: &str) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    leases::give_back(&mut work.tx, LEASE, holder, now).await?;
    work.commit_without_entry(Housekeeping::Ledger).await
}

/// Whether the database's ledger continues the one whose checkpoint was kept outside it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Behind {
    /// The kept text is no checkpoint of this ledger.
    #[error("the kept checkpoint is not one of this ledger: {0}")]
    Foreign(String),
    /// The database has fewer leaves: an older backup, or a standby that was behind.
    #[error(
        "the kept checkpoint has {kept} leaves and the database only {found}: an older state was restored"
    )]
    Shorter {
        /// The size of the kept checkpoint.
        kept: u64,
        /// The size of the database's tree.
        found: u64,
    },
    /// The database has another history.
    #[error("the database's ledger of size {0} has another root than the kept checkpoint: another history")]
    Other(u64),
}

/// Compares the database with a checkpoint kept outside of it; `None` when the ledger continues it.
///
/// # Errors
/// When the database cannot be read.
pub async fn compare_with_kept(bench: &Bench, kept: &str) -> Result<Option<Behind>, Refusal> {
    let verifiers = keys::ledger_verifiers(bench).await?;
    let kept = match Checkpoint::verify_any(kept, &verifiers) {
        Ok(kept) => kept,
        Err(error) => return Ok(Some(Behind::Foreign(error.to_string()))),
    };
    compare(&mut bench.db.read().await?, &kept).await
}

async fn compare(tx: &mut Tx, kept: &Checkpoint) -> Result<Option<Behind>, Refusal> {
    let found = read_ledger::head(tx).await?.map_or(0, |head| head.size);
    if found < kept.size {
        return Ok(Some(Behind::Shorter { kept: kept.size, found }));
    }
    let root = match ledger::checkpoint_of(tx, kept.size).await? {
        Some(row) => row.root,
        None => read_ledger::root_at(tx, kept.size).await?.to_vec(),
    };
    Ok((root != kept.root).then_some(Behind::Other(kept.size)))
}

async fn grow(tx: &mut Tx, origin: String) -> Result<Option<(Checkpoint, u64)>, Refusal> {
    let old = read_ledger::head(tx).await?.map_or(0, |head| head.size);
    let added = ledger::sequence(tx, old, BATCH).await?;
    if added == 0 {
        return Ok(None);
    }
    Ok(Some((extend(tx, origin, old, added).await?, added)))
}

/// The head after the `added` leaves that follow the `old` ones in the sequence; their tiles are stored.
pub(super) async fn extend(tx: &mut Tx, origin: String, old: u64, added: u64) -> Result<Checkpoint, Refusal> {
    let mut edge = edge(tx, old).await?;
    let hashes = ledger::leaf_hashes(tx, old, old.saturating_add(added)).await?;
    for (tile, bytes) in edge.grow(hashes) {
        ledger::insert_tile(tx, &tile, &bytes).await?;
    }
    Ok(Checkpoint { origin, size: edge.size(), root: edge.root() })
}

async fn edge(tx: &mut Tx, size: u64) -> Result<Edge, Refusal> {
    let mut tiles = TileSet::new(size);
    read_ledger::gather(tx, &mut tiles, &Edge::tiles(size)).await?;
    Edge::from_tiles(&tiles).map_err(|error| Refusal::Fault(error.into()))
}

/// Signs a head and stores it.
pub(super) async fn sign(
    tx: &mut Tx,
    checkpoint: &Checkpoint,
    signers: &[Arc<SigningKey>],
    epoch: i64,
    now: Instant,
) -> Result<String, Refusal> {
    let note = checkpoint.sign_all(signers).map_err(|error| Refusal::Fault(error.into()))?;
    let size = i64::try_from(checkpoint.size).map_err(|error| Refusal::Fault(error.into()))?;
    let row = CheckpointRow { size, root: checkpoint.root.to_vec(), note: note.clone(), epoch, at: now };
    ledger::insert_checkpoint(tx, &row).await?;
    Ok(note)
}
