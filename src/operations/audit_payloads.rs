//! The inner half of the audit: every payload is opened, compared with its leaf, and followed through its mandate's chain.

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::crypto::hash::same;
use crate::crypto::seal::DataKey;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::time::Instant;
use crate::ledger::entry::Chain;
use crate::ledger::entry::Entry;
use crate::ledger::merkle::Hash;
use crate::ledger::merkle::leaf_hash;
use crate::ledger::sealed::Leaf;
use crate::ledger::sealed::commit;
use crate::ledger::sealed::commitment_key;
use crate::ledger::sealed::open_payload;
use crate::operations::audit_ledger::Finding;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::storage::db::Tx;
use crate::storage::ledger_audit;
use crate::storage::ledger_audit::PayloadRow;

const PAGE: i64 = 1_024;
/// Most keys kept open at once.
const KEYS: usize = 10_000;

/// How many payloads were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct PayloadCount {
    /// Opened and compared.
    pub opened: u64,
    /// Dropped by retention, or their key destroyed.
    pub erased: u64,
    /// Mandates whose chain was followed to its end.
    pub mandates: u64,
}

/// Opens every payload and adds what is wrong to `findings`.
pub(crate) async fn audit(
    bench: &Bench,
    tx: &mut Tx,
    findings: &mut Vec<Finding>,
    progress: &mut (dyn FnMut(&'static str, u64) + Send),
) -> Result<PayloadCount, Refusal> {
    let mut pass =
        Pass { keys: HashMap::new(), chains: HashMap::new(), count: PayloadCount::default(), findings };
    let mut last = EntryId::from_uuid(uuid::Uuid::nil());
    loop {
        let rows = ledger_audit::payloads(tx, last, PAGE).await?;
        let Some(end) = rows.last() else { break };
        last = end.id;
        for row in &rows {
            pass.row(bench, tx, row).await?;
        }
        progress("payloads", pass.count.opened + pass.count.erased);
    }
    pass.ends(tx).await?;
    Ok(pass.count)
}

/// The lines of one mandate seen so far, by their number.
#[derive(Default)]
struct Lines {
    /// All lines up to this one follow each other.
    n: i64,
    head: Option<Hash>,
    /// Lines that came before their predecessor.
    early: BTreeMap<i64, (Option<Hash>, Hash)>,
    /// The first line that does not fit.
    broken: Option<i64>,
}

impl Lines {
    fn take(&mut self, chain: &Chain, hash: Hash) {
        let prev = chain.prev.map(|prev| *prev.bytes());
        if chain.n <= self.n || self.early.insert(chain.n, (prev, hash)).is_some() {
            self.broken.get_or_insert(chain.n);
        }
        while let Some((prev, hash)) = self.early.remove(&(self.n + 1)) {
            if prev != self.head {
                self.broken.get_or_insert(self.n + 1);
            }
            self.n += 1;
            self.head = Some(hash);
        }
    }

    /// How many lines up to `last` are missing, and the first of them.
    fn missing(&self, last: i64) -> Option<(i64, i64)> {
        let there = self.n + i64::try_from(self.early.len()).unwrap_or(i64::MAX);
        (there < last).then_some((last - there, self.n + 1))
    }
}

struct Pass<'a> {
    keys: HashMap<DataKeyId, Option<DataKey>>,
    chains: HashMap<MandateId, Lines>,
    count: PayloadCount,
    findings: &'a mut Vec<Finding>,
}

impl Pass<'_> {
    async fn row(&mut self, bench: &Bench, tx: &mut Tx, row: &PayloadRow) -> Result<(), Refusal> {
        let bytes = row.leaf()?;
        let leaf = match Leaf::parse(&bytes) {
            Ok(leaf) if leaf.id == row.id && Instant::from_millis(leaf.at_ms) == row.at => leaf,
            Ok(_) | Err(_) => {
                self.findings.push(Finding::Leaf(row.id));
                return Ok(());
            }
        };
        if row.filed_at != Some(row.at) {
            // The row with what it says is never removed, nor moved to another time.
            self.findings.push(Finding::Filed(row.id));
            return Ok(());
        }
        let (Some(data_key), Some(sealed)) = (row.data_key, &row.sealed) else {
            self.count.erased += 1;
            return Ok(());
        };
        if !self.keys.contains_key(&data_key) {
            if self.keys.len() >= KEYS {
                self.keys.clear();
            }
            let opened = data_keys::open(bench, tx, data_key).await?;
            self.keys.insert(data_key, opened);
        }
        let Some(Some(key)) = self.keys.get(&data_key) else {
            self.count.erased += 1;
            return Ok(());
        };
        let opened = open_payload(row.id, &row.filed.under(), key, sealed)
            .ok()
            .filter(|payload| same(&commit(&commitment_key(key, row.id), payload), &leaf.commitment))
            .and_then(|payload| Entry::from_payload(&payload).ok());
        match opened {
            Some(entry) if entry.id == row.id => self.entry(row, &entry, leaf_hash(&bytes)),
            Some(_) | None => self.findings.push(Finding::Payload(row.id)),
        }
        Ok(())
    }

    fn entry(&mut self, row: &PayloadRow, entry: &Entry, hash: Hash) {
        self.count.opened += 1;
        let filed = row.kind.as_deref() == Some(entry.event.kind().as_str())
            && row.filed.person == entry.person
            && row.filed.mandate == entry.mandate;
        if !filed {
            self.findings.push(Finding::Filed(row.id));
        }
        match (entry.mandate, &entry.chain) {
            (Some(mandate), Some(chain)) => {
                self.chains.entry(mandate).or_default().take(chain, hash);
            }
            (Some(_), None) => self.findings.push(Finding::Payload(row.id)),
            (None, _) => {}
        }
    }

    /// Compares each chain with the count and the head its mandate keeps. Lines may be missing as far as payloads are
    /// erased: those no longer say whose they were.
    async fn ends(&mut self, tx: &mut Tx) -> Result<(), Refusal> {
        let mut missing = 0;
        let mut gaps = Vec::new();
        for row in ledger_audit::chains(tx).await? {
            let lines = self.chains.remove(&row.id).unwrap_or_default();
            self.count.mandates += 1;
            if let Some(n) = lines.broken {
                self.findings.push(Finding::Chain { mandate: row.id, n });
            } else if let Some((many, first)) = lines.missing(row.chain_n) {
                missing += many;
                gaps.push(Finding::Chain { mandate: row.id, n: first });
            } else if lines.n != row.chain_n
                || lines.head.as_ref().map(<[u8; 32]>::as_slice) != row.chain_head.as_deref()
            {
                self.findings.push(Finding::Chain { mandate: row.id, n: row.chain_n });
            }
        }
        let strangers = self.chains.drain().map(|(mandate, lines)| Finding::Chain { mandate, n: lines.n });
        self.findings.extend(strangers);
        if u64::try_from(missing).unwrap_or(u64::MAX) > self.count.erased {
            self.findings.append(&mut gaps);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: i64, prev: Option<Hash>) -> Chain {
        Chain { n, prev: prev.map(Into::into) }
    }

    #[test]
    fn lines_follow_each_other_in_whatever_order_they_come() {
        let mut lines = Lines::default();
        lines.take(&line(2, Some([1; 32])), [2; 32]);
        assert_eq!(lines.missing(3), Some((2, 1)));
        lines.take(&line(1, None), [1; 32]);
        lines.take(&line(3, Some([2; 32])), [3; 32]);
        assert_eq!((lines.n, lines.head, lines.broken, lines.missing(3)), (3, Some([3; 32]), None, None));
    }

    #[test]
    fn a_repeated_line_and_a_false_predecessor_break_the_chain() {
        let mut twice = Lines::default();
        twice.take(&line(1, None), [1; 32]);
        twice.take(&line(1, None), [9; 32]);
        assert_eq!(twice.broken, Some(1));
        let mut forged = Lines::default();
        forged.take(&line(1, None), [1; 32]);
        forged.take(&line(2, Some([7; 32])), [2; 32]);
        assert_eq!(forged.broken, Some(2));
    }
}
