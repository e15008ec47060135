//! The audit of the whole ledger: the tree is made again from the rows and compared with tiles and signed checkpoints.

use std::collections::VecDeque;
use std::time::Duration;

use crate::crypto::note::NoteKey;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::time::Instant;
use crate::ledger::audit::Audit;
use crate::ledger::audit::Break;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::merkle::Hash;
use crate::ledger::merkle::leaf_hash;
use crate::ledger::tiles::Tile;
use crate::operations::audit_leaves::Leaves;
use crate::operations::audit_payloads;
use crate::operations::audit_payloads::PayloadCount;
use crate::operations::bench::Bench;
use crate::operations::integrate::Behind;
use crate::operations::ledger_origin;
use crate::operations::refusal::Refusal;
use crate::storage::db::Tx;
use crate::storage::ledger;
use crate::storage::ledger::CheckpointRow;
use crate::storage::ledger_audit;
use crate::storage::ledger_audit::LeafRow;

/// An entry without an index for longer than this is a finding.
pub const LONGEST_WAIT: Duration = Duration::from_secs(5);

const PAGE: u16 = 4_096;
/// After so many breaks the rest would say the same.
const ENOUGH: usize = 100;

/// What an audit found to be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The tree.
    #[error(transparent)]
    Tree(#[from] Break),
    /// A stored checkpoint is not signed by the ledger's key, or its columns differ from its note.
    #[error("the stored checkpoint of size {0} is not the one that was signed")]
    Checkpoint(i64),
    /// Leaves have an index and no checkpoint covers them.
    #[error("{found} leaves have an index, and the newest checkpoint covers {signed}")]
    Unsigned {
        /// Leaves found.
        found: u64,
        /// The size of the newest checkpoint.
        signed: u64,
    },
    /// Entries waited too long for their index.
    #[error("{0} entries older than 5 s have no index")]
    Unsequenced(i64),
    /// Entries that nothing will ever integrate.
    #[error("{0} entries neither have an index nor wait for one")]
    Lost(i64),
    /// A leaf is not that of its row.
    #[error("the leaf of entry {0} names another entry or another time")]
    Leaf(EntryId),
    /// A payload does not open, or is not the one committed to.
    #[error("the payload of entry {0} does not open or is not the one its leaf commits to")]
    Payload(EntryId),
    /// An entry is filed under another kind, person or mandate than its payload names, or not at all.
    #[error("entry {0} is not filed under what its payload names")]
    Filed(EntryId),
    /// The lines of a mandate are not one unbroken chain up to the mandate's own count.
    #[error("the chain of mandate {mandate} breaks at line {n}")]
    Chain {
        /// Which mandate.
        mandate: MandateId,
        /// The line that is missing or does not follow.
        n: i64,
    },
    /// The checkpoint kept outside the database is not continued.
    #[error(transparent)]
    Kept(#[from] Behind),
}

/// The result of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Leaves in the tree.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Signed checkpoints compared.
    pub checkpoints: u64,
    /// Payloads, where they were opened.
    pub payloads: Option<PayloadCount>,
    /// Everything wrong; empty when the ledger holds.
    pub findings: Vec<Finding>,
}

/// Audits the ledger as it is at this instant; with `payloads` also opens each and follows each mandate's chain.
/// `progress` is called now and then with the number of leaves or payloads seen.
///
/// # Errors
/// When the database cannot be read: then nothing is known.
pub async fn audit(
    bench: &Bench,
    payloads: bool,
    progress: &mut (dyn FnMut(&'static str, u64) + Send),
) -> Result<Report, Refusal> {
    let verifiers = ledger_origin::every_verifier(bench).await?;
    let mut tx = bench.db.read().await?;
    let mut pass = Pass::new(&verifiers);
    pass.tree(&mut tx, progress).await?;
    let (size, root) = (pass.audit.size(), pass.audit.root());
    let checkpoints = pass.compared;
    let mut findings = pass.findings;
    findings.extend(pass.audit.finish().into_iter().map(Finding::Tree));
    findings.extend(left_out(&mut tx, bench.now().minus(LONGEST_WAIT), (size, findings.is_empty())).await?);
    let payloads = match payloads {
        true => Some(audit_payloads::audit(bench, &mut tx, &mut findings, progress).await?),
        false => None,
    };
    Ok(Report { size, root, checkpoints, payloads, findings })
}

/// Entries that have no place in a tree of `size` leaves. Where it is `sound` and the entries are as many as its leaves and those
/// that wait, none is lost; otherwise each is looked for.
async fn left_out(tx: &mut Tx, old: Instant, (size, sound): (u64, bool)) -> Result<Vec<Finding>, Refusal> {
    let (waiting, late) = ledger_audit::waiting(tx, old).await?;
    let expected = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(waiting);
    let (late, lost) = match sound && ledger_audit::entries(tx).await? == expected {
        true => (late, 0),
        false => (ledger_audit::unsequenced(tx, old).await?, ledger_audit::lost(tx).await?),
    };
    let findings = [(late, Finding::Unsequenced as fn(i64) -> Finding), (lost, Finding::Lost)];
    Ok(findings.into_iter().filter(|(count, _)| *count > 0).map(|(count, finding)| finding(count)).collect())
}

/// Index and leaf hash of each.
fn hashes(rows: Vec<(i64, LeafRow)>) -> Result<Vec<(u64, Hash)>, Refusal> {
    rows.into_iter()
        .map(|(index, row)| {
            let index = u64::try_from(index).map_err(|error| Refusal::Fault(error.into()))?;
            Ok((index, leaf_hash(&row.leaf()?)))
        })
        .collect()
}

/// One pass over the leaves, with the checkpoints that are still to come.
struct Pass<'a> {
    verifiers: &'a [NoteKey],
    audit: Audit,
    ahead: VecDeque<CheckpointRow>,
    newest: u64,
    compared: u64,
    findings: Vec<Finding>,
}

impl<'a> Pass<'a> {
    fn new(verifiers: &'a [NoteKey]) -> Self {
        Self {
            verifiers,
            audit: Audit::new(),
            ahead: VecDeque::new(),
            newest: 0,
            compared: 0,
            findings: Vec::new(),
        }
    }

    async fn tree(
        &mut self,
        tx: &mut Tx,
        progress: &mut (dyn FnMut(&'static str, u64) + Send),
    ) -> Result<(), Refusal> {
        self.look_ahead(tx).await?;
        let mut leaves = Leaves::new(PAGE);
        let mut rows = leaves.next(tx).await?;
        while !rows.is_empty() && self.audit.broken() < ENOUGH {
            // One page is hashed while the next is read.
            let hashing = tokio::task::spawn_blocking(move || hashes(rows));
            rows = leaves.next(tx).await?;
            let mut full = Vec::new();
            for (index, hash) in hashing.await.map_err(|error| Refusal::Fault(error.into()))?? {
                full.extend(self.audit.hashed(index, hash));
                self.reached(tx).await?;
            }
            self.tiles(tx, full).await?;
            progress("leaves", self.audit.size());
        }
        let mut partial = self.audit.partial_tiles();
        partial.retain(|(tile, _)| ledger::is_stored(tile));
        self.tiles(tx, partial).await?;
        self.end();
        Ok(())
    }

    /// Compares stored tiles with the bytes that the leaves make.
    async fn tiles(&mut self, tx: &mut Tx, computed: Vec<(Tile, Vec<u8>)>) -> Result<(), Refusal> {
        let places: Vec<Tile> = computed.iter().map(|(tile, _)| *tile).collect();
        let stored = ledger::tiles(tx, &places).await?;
        for ((tile, bytes), stored) in computed.into_iter().zip(stored) {
            self.audit.tile(tile, &bytes, stored.as_deref());
        }
        Ok(())
    }

    /// More checkpoints than were read so far.
    async fn look_ahead(&mut self, tx: &mut Tx) -> Result<(), Refusal> {
        let rows = ledger::checkpoints_above(tx, self.newest, u64::from(PAGE)).await?;
        self.newest = rows.last().and_then(|row| u64::try_from(row.size).ok()).unwrap_or(self.newest);
        self.ahead.extend(rows);
        Ok(())
    }

    /// Compares the checkpoint of the present size, if one was signed.
    async fn reached(&mut self, tx: &mut Tx) -> Result<(), Refusal> {
        while let Some(row) = self.ahead.pop_front_if(|row| row.size.unsigned_abs() <= self.audit.size()) {
            self.compare(&row);
            if self.ahead.is_empty() {
                self.look_ahead(tx).await?;
            }
        }
        Ok(())
    }

    /// Checkpoints that no leaf reached, and leaves that no checkpoint covers.
    fn end(&mut self) {
        if let Some(row) = self.ahead.pop_back() {
            self.compare(&row);
        }
        let found = self.audit.size();
        if found > self.newest {
            self.findings.push(Finding::Unsigned { found, signed: self.newest });
        }
    }

    fn compare(&mut self, row: &CheckpointRow) {
        self.compared += 1;
        match Checkpoint::verify_any(&row.note, self.verifiers) {
            Ok(signed)
                if Some(signed.size) == u64::try_from(row.size).ok() && signed.root[..] == row.root =>
            {
                self.audit.checkpoint(&signed);
            }
            Ok(_) | Err(_) => self.findings.push(Finding::Checkpoint(row.size)),
        }
    }
}
