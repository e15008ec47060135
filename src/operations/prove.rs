//! Proofs to give away: an entry's payload with what shows that it stands in the signed ledger.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;

use zeroize::Zeroizing;

use crate::crypto::hash::same;
use crate::crypto::seal::DataKey;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::EntryId;
use crate::domain::time::Instant;
use crate::ledger::bundle::Bundle;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::merkle::ProofError;
use crate::ledger::merkle::inclusion_proof;
use crate::ledger::merkle::leaf_hash;
use crate::ledger::merkle::verify_inclusion;
use crate::ledger::sealed::Leaf;
use crate::ledger::sealed::commit;
use crate::ledger::sealed::commitment_key;
use crate::ledger::sealed::leaf_bytes;
use crate::ledger::sealed::open_payload;
use crate::ledger::tiles::Tile;
use crate::ledger::tiles::TileSet;
use crate::ledger::tiles::tiles_for_inclusion;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::evidence;
use crate::operations::keys;
use crate::operations::read_ledger;
use crate::operations::read_ledger::Head;
use crate::operations::refusal::Refusal;
use crate::storage::entries;
use crate::storage::ledger;

/// What can be given of one entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Proof {
    /// Payload and proof.
    Ready(Box<Bundle>),
    /// It is written and waits for its place in the tree, for a second or so.
    Pending,
    /// Its payload was dropped by retention, or its key destroyed; the leaf remains.
    Erased,
}

/// What the gateway itself finds when it checks an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// Payload, commitment, leaf, place and signature agree.
    Holds {
        /// Its index.
        index: u64,
        /// The size of the signed tree.
        size: u64,
    },
    /// It waits for its place.
    Pending,
    /// Its payload cannot be read any more.
    Erased,
    /// Something does not agree.
    Broken,
}

/// The bundles of these entries, in this order. The caller has decided that their reader may have them.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown entry, [`Refusal::Conflict`] `proof-pending` while one waits for its place,
/// `proof-erased` when a payload is gone.
pub async fn bundle(bench: &Bench, entries: &[EntryId]) -> Result<Vec<Bundle>, Refusal> {
    let proofs = proofs(bench, entries).await?;
    proofs
        .into_iter()
        .map(|proof| match proof {
            Proof::Ready(bundle) => Ok(*bundle),
            Proof::Pending => Err(Refusal::Conflict("proof-pending")),
            Proof::Erased => Err(Refusal::Conflict("proof-erased")),
        })
        .collect()
}

/// What can be given of each of these entries, in this order. What they say and where they stand are read beside each other:
/// neither is waited for with a connection in hand.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown entry.
pub async fn proofs(bench: &Bench, entries: &[EntryId]) -> Result<Vec<Proof>, Refusal> {
    let (contents, tree) = tokio::try_join!(opened(bench, entries), tree_of(bench, entries))?;
    let Some(tree) = tree else { return Ok(vec![Proof::Pending; entries.len()]) };
    contents.into_iter().map(|opened| tree.proof(opened)).collect()
}

/// Checks one entry against the signed tree, here, as `procura ledger verify` does elsewhere.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown entry.
pub async fn verify_here(bench: &Bench, id: EntryId) -> Result<Check, Refusal> {
    let mut tx = bench.db.read().await?;
    let found = entries::find_with_leaf(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let Some(head) = read_ledger::head(&mut tx).await? else { return Ok(Check::Pending) };
    let Some(index) = ledger::index_of(&mut tx, id).await?.filter(|index| *index < head.size) else {
        return Ok(Check::Pending);
    };
    let verifiers = keys::ledger_verifiers(bench).await?;
    let Ok(signed) = Checkpoint::verify_any(&head.note, &verifiers) else { return Ok(Check::Broken) };
    let mut tiles = TileSet::new(signed.size);
    read_ledger::gather(&mut tx, &mut tiles, &tiles_for_inclusion(index, signed.size)).await?;
    let Ok(proof) = inclusion_proof(&tiles, index, signed.size) else { return Ok(Check::Broken) };
    let bytes = found.leaf()?;
    let entry = &found.entry;
    let Ok(leaf) = Leaf::parse(&bytes) else { return Ok(Check::Broken) };
    if !verify_inclusion(&leaf_hash(&bytes), index, signed.size, &proof, &signed.root) || leaf.id != id {
        return Ok(Check::Broken);
    }
    let (Some(data_key), Some(sealed)) = (entry.data_key, &entry.sealed) else { return Ok(Check::Erased) };
    let Some(key) = data_keys::open(bench, &mut tx, data_key).await? else { return Ok(Check::Erased) };
    let Ok(payload) = open_payload(id, &entry.filed.under(), &key, sealed) else { return Ok(Check::Broken) };
    let holds = same(&commit(&commitment_key(&key, id), &payload), &leaf.commitment);
    Ok(if holds { Check::Holds { index, size: signed.size } } else { Check::Broken })
}

/// One entry, opened.
struct Opened {
    id: EntryId,
    at: Instant,
    /// `None` where it was erased.
    said: Option<Said>,
}

/// What an entry says, and what its commitment is made with.
struct Said {
    payload: Zeroizing<Vec<u8>>,
    k: Zeroizing<[u8; 32]>,
}

/// What these entries say, in this order.
async fn opened(bench: &Bench, entries: &[EntryId]) -> Result<Vec<Opened>, Refusal> {
    let mut tx = bench.db.look().await?;
    let mut keys: HashMap<DataKeyId, Option<DataKey>> = HashMap::new();
    let mut all = Vec::with_capacity(entries.len());
    for id in entries {
        let line = entries::find(&mut tx, *id).await?.ok_or(Refusal::NotFound)?;
        let key = match line.data_key {
            None => None,
            Some(id) => match keys.entry(id) {
                MapEntry::Occupied(known) => known.into_mut().as_ref(),
                MapEntry::Vacant(place) => place.insert(data_keys::open(bench, &mut tx, id).await?).as_ref(),
            },
        };
        let said = match (key, &line.sealed) {
            (Some(key), Some(sealed)) => {
                let payload = open_payload(*id, &line.filed.under(), key, sealed)
                    .map_err(|error| Refusal::Fault(error.into()))?;
                Some(Said { payload, k: commitment_key(key, *id) })
            }
            _ => None,
        };
        all.push(Opened { id: *id, at: line.at, said });
    }
    Ok(all)
}

/// A signed tree with what proofs of some entries up to it need.
struct Tree {
    head: Head,
    /// The time-stamp on it, base64.
    timestamp: Option<String>,
    tiles: TileSet,
    /// Where each of the entries stands in it; one that waits is not among them.
    indexes: HashMap<EntryId, u64>,
}

/// The tree that proofs of these entries lead to; `None` before the first.
async fn tree_of(bench: &Bench, entries: &[EntryId]) -> Result<Option<Tree>, Refusal> {
    let mut tx = bench.db.look().await?;
    let mut indexes = ledger::places(&mut tx, entries).await?;
    let least = indexes.values().max().map_or(0, |last| last.saturating_add(1));
    let Some((head, timestamp)) = evidence::head_for_proofs(bench, &mut tx, least).await? else {
        return Ok(None);
    };
    let mut tiles = TileSet::new(head.size);
    indexes.retain(|_, index| *index < head.size);
    let needed: BTreeSet<Tile> =
        indexes.values().flat_map(|index| tiles_for_inclusion(*index, head.size)).collect();
    let needed: Vec<Tile> = needed.into_iter().collect();
    read_ledger::gather_of(bench, &mut tx, (&head, &mut tiles), &needed).await?;
    Ok(Some(Tree { head, timestamp, tiles, indexes }))
}

impl Tree {
    fn proof(&self, entry: Opened) -> Result<Proof, Refusal> {
        let Some(index) = self.indexes.get(&entry.id).copied() else { return Ok(Proof::Pending) };
        let Some(Said { payload, k }) = entry.said else { return Ok(Proof::Erased) };
        // The leaf of what is given away: it is in the tree, or the proof leads nowhere.
        let leaf = leaf_bytes(entry.id, entry.at.millis(), &commit(&k, &payload))
            .map_err(|error| Refusal::Fault(error.into()))?;
        let proof = inclusion_proof(&self.tiles, index, self.head.size).map_err(|error| match error {
            ProofError::Range => Refusal::fault("an index lies outside the tree"),
            ProofError::Source(missing) => Refusal::Fault(missing.into()),
        })?;
        let mut bundle = Bundle::new((&payload, &k), &leaf, index, &proof, &self.head.note)?;
        bundle.timestamp.clone_from(&self.timestamp);
        Ok(Proof::Ready(Box::new(bundle)))
    }
}
