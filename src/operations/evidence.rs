//! What others said about the ledger's checkpoints: which head is served and proven, and how it stands with witnesses and
//! time-stamps.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::domain::time::Instant;
use crate::domain::witness::WitnessFault;
use crate::ledger::witness::Quorum;
use crate::ledger::witness::log_signed;
use crate::ledger::witness::with_lines;
use crate::operations::bench::Bench;
use crate::operations::ledger_origin;
use crate::operations::read_ledger;
use crate::operations::read_ledger::Head;
use crate::operations::refusal::Refusal;
use crate::storage::cosignatures;
use crate::storage::cosignatures::CorrespondentRow;
use crate::storage::db::Tx;
use crate::storage::ledger;
use crate::storage::timestamps;

/// How many of the newest checkpoints are looked through for one that enough witnesses cosigned.
const LOOK_BACK: i64 = 16;

/// The name the time-stamping authority has among those who are shown checkpoints.
pub(crate) const TIMESTAMPS: &str = "timestamps";

/// A time-stamp that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// The size of its checkpoint.
    pub size: u64,
    /// When the authority says it was there.
    pub at: Instant,
}

/// How it stands with one witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessStanding {
    /// Its name.
    pub name: String,
    /// The size it is known to have taken; 0 before the first.
    pub size: u64,
    /// When it was last asked.
    pub tried_at: Option<Instant>,
    /// What was wrong then.
    pub fault: Option<WitnessFault>,
}

/// How it stands with all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The leaves in the newest checkpoint.
    pub size: u64,
    /// When that was signed.
    pub signed_at: Option<Instant>,
    /// How many witnesses must cosign; 0 where none is configured.
    pub quorum: usize,
    /// The witnesses.
    pub witnesses: Vec<WitnessStanding>,
    /// The newest checkpoint that enough of them cosigned, by its size, and when it was signed.
    pub witnessed: Option<(u64, Instant)>,
    /// Whether checkpoints are sent to a time-stamping authority.
    pub stamps: bool,
    /// The newest time-stamp.
    pub stamped: Option<Stamped>,
    /// What was wrong when it was last asked for one.
    pub stamp_fault: Option<WitnessFault>,
}

impl Standing {
    /// Whether the newest witnessed checkpoint is the newest of all, or was signed not more than `late` before it.
    pub fn is_witnessed(&self, late: std::time::Duration) -> bool {
        match (self.witnessed, self.signed_at) {
            (Some((size, _)), _) if size == self.size => true,
            (Some((_, at)), Some(newest)) => newest.since(at) <= late,
            _ => false,
        }
    }
}

/// How it stands with witnesses and time-stamps.
///
/// # Errors
/// When the database cannot be read.
pub async fn standing(bench: &Bench) -> Result<Standing, Refusal> {
    let mut tx = bench.db.read().await?;
    let head = read_ledger::head(&mut tx).await?;
    let rows = cosignatures::correspondents(&mut tx).await?;
    let find = |name: &str| rows.iter().find(|row| row.name == name);
    let fault = |row: &CorrespondentRow| row.fault.as_deref().and_then(WitnessFault::parse);
    let configured = &bench.config.witnesses;
    let witnesses = configured.list.iter().map(|witness| {
        let row = find(&witness.key.to_string());
        WitnessStanding {
            name: witness.key.name().to_owned(),
            size: row.map_or(0, |row| u64::try_from(row.size).unwrap_or(0)),
            tried_at: row.map(|row| row.tried_at),
            fault: row.and_then(fault),
        }
    });
    let stamped = timestamps::newest(&mut tx).await?;
    Ok(Standing {
        size: head.as_ref().map_or(0, |head| head.size),
        signed_at: head.map(|head| head.at),
        quorum: configured.quorum,
        witnesses: witnesses.collect(),
        witnessed: witnessed(bench, &mut tx).await?.map(|head| (head.size, head.at)),
        stamps: bench.config.timestamps.is_some(),
        stamped: stamped
            .map(|row| Stamped { size: u64::try_from(row.size).unwrap_or(0), at: row.stamped_at }),
        stamp_fault: find(TIMESTAMPS).and_then(fault),
    })
}

/// Whether a checkpoint that covers the leaf of this index was cosigned by enough witnesses.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_witnessed(bench: &Bench, index: u64) -> Result<bool, Refusal> {
    let mut tx = bench.db.read().await?;
    Ok(witnessed(bench, &mut tx).await?.is_some_and(|head| index < head.size))
}

/// The quorum of the configuration; `None` without witnesses.
pub fn quorum(bench: &Bench) -> Option<Quorum> {
    let configured = &bench.config.witnesses;
    let witnesses = configured.list.iter().map(|witness| witness.key.clone()).collect();
    (configured.quorum > 0).then_some(Quorum { witnesses, threshold: configured.quorum })
}

/// A checkpoint with the cosignatures that are kept of it.
pub(crate) async fn with_cosignatures(tx: &mut Tx, head: Head) -> Result<Head, Refusal> {
    let rows = cosignatures::of(tx, head.size).await?;
    Ok(Head { note: with_lines(&head.note, rows.iter().map(|row| row.line.as_str())), ..head })
}

/// The newest checkpoint that enough of the configured witnesses cosigned, with their lines.
pub(crate) async fn witnessed(bench: &Bench, tx: &mut Tx) -> Result<Option<Head>, Refusal> {
    let Some(quorum) = quorum(bench) else { return Ok(None) };
    let origin = ledger_origin::within(tx).await?;
    let least = i64::try_from(quorum.threshold).unwrap_or(i64::MAX);
    for size in cosignatures::sizes(tx, least, LOOK_BACK).await? {
        if let Some(head) = head_of(tx, size).await?
            && is_under(&head, origin.as_deref())
            && quorum.is_met(&head.note)
        {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

/// Whether a checkpoint is one under this name; those before a loss are not continued.
fn is_under(head: &Head, origin: Option<&str>) -> bool {
    head.note.lines().next() == origin
}

async fn head_of(tx: &mut Tx, size: u64) -> Result<Option<Head>, Refusal> {
    let Some(row) = ledger::checkpoint_of(tx, size).await? else { return Ok(None) };
    with_cosignatures(tx, Head::of(row)?).await.map(Some)
}

/// The head that proofs of leaves below `least` lead to: the newest that has both time-stamp and witnesses, else the newest
/// witnessed, else the newest time-stamped one, else the newest. With it the time-stamp's answer in base64, where it has one.
pub(crate) async fn head_for_proofs(
    bench: &Bench,
    tx: &mut Tx,
    least: u64,
) -> Result<Option<(Head, Option<String>)>, Refusal> {
    let stamp = timestamps::newest(tx).await?;
    let vouched = match (&stamp, quorum(bench)) {
        (None, None) => None,
        (stamp, _) => vouched_for(bench, tx, stamp.as_ref().map(|row| row.size), least).await?,
    };
    let head = match vouched {
        Some(head) => head,
        None => match read_ledger::head(tx).await? {
            Some(head) => with_cosignatures(tx, head).await?,
            None => return Ok(None),
        },
    };
    let stamp = match stamp {
        Some(row) if u64::try_from(row.size).ok() != Some(head.size) => {
            timestamps::find(tx, head.size).await?
        }
        stamp => stamp,
    };
    Ok(Some((head, stamp.map(|row| STANDARD.encode(row.reply)))))
}

/// The newest head at or above `least` with both time-stamp and witnesses, else the witnessed, else the one `stamped`.
async fn vouched_for(
    bench: &Bench,
    tx: &mut Tx,
    stamped: Option<i64>,
    least: u64,
) -> Result<Option<Head>, Refusal> {
    let origin = ledger_origin::within(tx).await?;
    let covers = |head: &Head| head.size >= least && is_under(head, origin.as_deref());
    let witnessed = witnessed(bench, tx).await?.filter(covers);
    let stamped = match stamped {
        Some(size) => head_of(tx, u64::try_from(size).unwrap_or(0)).await?.filter(covers),
        None => None,
    };
    let both = quorum(bench).and_then(|quorum| stamped.clone().filter(|head| quorum.is_met(&head.note)));
    Ok(both.or(witnessed).or(stamped))
}

/// A time-stamp's answer (DER, RFC 3161 section 2.4.2), and the bytes it is about.
///
/// # Errors
/// [`Refusal::NotFound`] where the checkpoint of this size has none.
pub async fn timestamp(bench: &Bench, size: u64) -> Result<(Vec<u8>, String), Refusal> {
    let mut tx = bench.db.read().await?;
    let row = timestamps::find(&mut tx, size).await?.ok_or(Refusal::NotFound)?;
    let checkpoint = ledger::checkpoint_of(&mut tx, size).await?.ok_or(Refusal::NotFound)?;
    let note =
        log_signed(&checkpoint.note).ok_or_else(|| Refusal::fault("a stored checkpoint is no note"))?;
    Ok((row.reply, note))
}

/// The newest time-stamps below a size, largest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn timestamps(bench: &Bench, below: Option<u64>, most: u16) -> Result<Vec<Stamped>, Refusal> {
    let mut tx = bench.db.read().await?;
    let below = below.and_then(|below| i64::try_from(below).ok()).unwrap_or(i64::MAX);
    let rows = timestamps::list(&mut tx, below, i64::from(most)).await?;
    Ok(rows.into_iter().map(|(size, at)| Stamped { size: u64::try_from(size).unwrap_or(0), at }).collect())
}
