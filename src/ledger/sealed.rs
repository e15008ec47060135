//! What is stored and what is published of an entry: the sealed payload, the commitment, the leaf.

use serde::Deserialize;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::crypto::hash::b64;
use crate::crypto::hash::hmac_sha256;
use crate::crypto::hash::unb64_32;
use crate::crypto::seal;
use crate::crypto::seal::DataKey;
use crate::domain::ids::EntryId;
use crate::domain::time::Instant;
use crate::ledger::entry::Entry;
use crate::ledger::entry::EntryError;
use crate::ledger::kinds::Kind;
pub use crate::ledger::lifted::FiledUnder;
use crate::ledger::merkle::Hash;
use crate::ledger::merkle::leaf_hash;
use crate::ledger::packed::pack;
use crate::ledger::packed::unpack;

/// An entry ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedEntry {
    /// Its identifier.
    pub id: EntryId,
    /// When, whole milliseconds.
    pub at: Instant,
    /// Its kind.
    pub kind: Kind,
    /// The public leaf bytes.
    pub leaf: Vec<u8>,
    /// The leaf's hash in the tree.
    pub leaf_hash: Hash,
    /// The commitment inside the leaf.
    pub commitment: [u8; 32],
    /// The payload, AES-256-GCM, bound to the identifier.
    pub sealed_payload: Vec<u8>,
}

/// The public leaf: nothing personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The entry's identifier.
    pub id: EntryId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// The commitment to the payload.
    pub commitment: [u8; 32],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeafJson {
    at: i64,
    c: String,
    id: EntryId,
    v: u8,
}

/// Seals an entry under the data key of the one it is about; `filed` is what it is filed under.
///
/// # Errors
/// [`EntryError::Write`] or [`EntryError::Sealed`]; none in practice.
pub fn seal_entry(entry: &Entry, filed: &FiledUnder<'_>, key: &DataKey) -> Result<SealedEntry, EntryError> {
    let payload = Zeroizing::new(entry.payload()?);
    let commitment = commit(&commitment_key(key, entry.id), &payload);
    let leaf = leaf_bytes(entry.id, entry.at.millis(), &commitment)?;
    let sealed_payload = seal::seal_once(
        &sealing_key(key, entry.id),
        entry.id.uuid().as_bytes(),
        &pack(entry.id, filed, &payload),
    )
    .map_err(|_| EntryError::Sealed)?;
    Ok(SealedEntry {
        id: entry.id,
        at: Instant::from_millis(entry.at.millis()),
        kind: entry.event.kind(),
        leaf_hash: leaf_hash(&leaf),
        leaf,
        commitment,
        sealed_payload,
    })
}

/// The exact payload bytes of a stored entry. `filed` under other references than those it was sealed with, they are another
/// text, which its commitment is not to.
///
/// # Errors
/// [`EntryError::Sealed`] with another key or identifier.
pub fn open_payload(
    id: EntryId,
    filed: &FiledUnder<'_>,
    key: &DataKey,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EntryError> {
    let stored =
        seal::open(&sealing_key(key, id), id.uuid().as_bytes(), sealed).map_err(|_| EntryError::Sealed)?;
    unpack(id, filed, stored).ok_or(EntryError::Sealed)
}

/// The commitment key `k` of one entry: disclosed in a bundle, it opens nothing else.
pub fn commitment_key(key: &DataKey, id: EntryId) -> Zeroizing<[u8; 32]> {
    key.derive("procura.ledger.commitment", &[id.uuid().as_bytes()])
}

/// The commitment `c` = HMAC-SHA-256(k, payload).
pub fn commit(k: &[u8; 32], payload: &[u8]) -> [u8; 32] {
    hmac_sha256(k, &[payload])
}

/// The leaf bytes: canonical JSON of `at` (Unix milliseconds), `c`, `id` and `v`.
///
/// # Errors
/// [`EntryError::Write`]; none in practice.
pub fn leaf_bytes(id: EntryId, at_ms: i64, commitment: &[u8; 32]) -> Result<Vec<u8>, EntryError> {
    let json = LeafJson { at: at_ms, c: b64(commitment), id, v: 1 };
    serde_json_canonicalizer::to_vec(&json).map_err(|_| EntryError::Write)
}

/// The leaf as published, of what is stored of it: its commitment, or all of it as older builds stored it. What is neither
/// stays what it is, which is no leaf.
///
/// # Errors
/// As [`leaf_bytes`].
pub fn published(id: EntryId, at: Instant, stored: Vec<u8>) -> Result<Vec<u8>, EntryError> {
    match stored.as_slice().try_into() {
        Ok(commitment) => leaf_bytes(id, at.millis(), commitment),
        Err(_) => Ok(stored),
    }
}

impl Leaf {
    /// Reads leaf bytes; only the exact bytes [`leaf_bytes`] makes are a leaf.
    ///
    /// # Errors
    /// [`EntryError::Read`] for any other bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        let json: LeafJson = serde_json::from_slice(bytes).map_err(|_| EntryError::Read)?;
        let commitment = unb64_32(&json.c).ok_or(EntryError::Read)?;
        let exact = json.v == 1 && leaf_bytes(json.id, json.at, &commitment)? == bytes;
        if exact { Ok(Self { id: json.id, at_ms: json.at, commitment }) } else { Err(EntryError::Read) }
    }
}

/// The key of one entry's payload, which seals nothing else: an identifier is drawn once.
fn sealing_key(key: &DataKey, id: EntryId) -> Zeroizing<[u8; 32]> {
    key.derive("procura.ledger.payload", &[id.uuid().as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;
    use crate::ledger::entry::samples;
    use uuid::Uuid;

    #[test]
    fn a_sealed_entry_opens_and_its_leaf_commits_to_it() {
        let random = SystemRandom::new();
        let (key, entry) = (DataKey::fresh(&random), samples::act_opened(7, None));
        let sealed = seal_entry(&entry, &FiledUnder::default(), &key).expect("seals");
        let open = |id, key: &DataKey| open_payload(id, &FiledUnder::default(), key, &sealed.sealed_payload);
        let payload = open(entry.id, &key).expect("opens");
        assert_eq!(payload.as_slice(), entry.payload().expect("writes"));
        let leaf = Leaf::parse(&sealed.leaf).expect("a leaf");
        assert_eq!((leaf.id, leaf.at_ms), (entry.id, entry.at.millis()));
        assert_eq!(leaf.commitment, commit(&commitment_key(&key, entry.id), &payload));
        let other = EntryId::from_uuid(Uuid::from_u128(8));
        assert!(open(other, &key).is_err());
        assert!(open(entry.id, &DataKey::fresh(&random)).is_err());
        assert_ne!(*commitment_key(&key, entry.id), *sealing_key(&key, entry.id));
        assert_ne!(*commitment_key(&key, entry.id), *commitment_key(&key, other));
    }

    #[test]
    fn the_leaf_has_one_form_only() {
        let id = EntryId::from_uuid(Uuid::from_u128(1));
        let bytes = leaf_bytes(id, 1_795_000_000_123, &[0; 32]).expect("writes");
        let text = String::from_utf8(bytes).expect("utf-8");
        assert_eq!(
            text,
            format!(
                r#"{{"at":1795000000123,"c":"{}","id":"00000000-0000-0000-0000-000000000001","v":1}}"#,
                "A".repeat(43)
            )
        );
        assert!(Leaf::parse(text.as_bytes()).is_ok());
        for other in [
            text.replace("\"v\":1", "\"v\":2"),
            text.replace(":1,", ": 1,").replace("{", "{ "),
            text.replace("\"v\":1", "\"v\":1,\"x\":1"),
            text.replace("00000000-0000-0000-0000-000000000001", "00000000000000000000000000000001"),
        ] {
            assert!(Leaf::parse(other.as_bytes()).is_err(), "{other}");
        }
    }
}
