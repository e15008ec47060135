//! The offline check of a bare C2SP tlog-proof, with what it is a proof of given beside it.

use serde::Deserialize;

use crate::crypto::hash::unb64_32;
use crate::crypto::note::NoteKey;
use crate::domain::ids::EntryId;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::merkle::leaf_hash;
use crate::ledger::merkle::verify_inclusion;
use crate::ledger::proof_text::ProofText;
use crate::ledger::sealed::Leaf;
use crate::ledger::sealed::commit;
use crate::ledger::sealed::leaf_bytes;
use crate::ledger::values::Moment;
use crate::ledger::verify::Wrong;
use crate::ledger::verify::canonical;

/// What the proof is a proof of.
#[derive(Clone, Debug)]
pub enum Beside<'a> {
    /// The exact bytes of a leaf: that it stands in the ledger, whatever its line says.
    Leaf(&'a [u8]),
    /// The exact bytes of a payload, and its commitment key in base64url: that this line stands in the ledger.
    Payload(&'a [u8], &'a str),
}

/// What was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whose leaf.
    pub id: EntryId,
    /// When it was written, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Its index in the ledger.
    pub index: u64,
    /// The size of the checkpoint that covers it.
    pub size: u64,
}

/// What a payload and its leaf share.
#[derive(Deserialize)]
struct Head {
    id: EntryId,
    at: Moment,
}

/// Checks a proof text against the ledger's key.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify_text(file: &[u8], beside: &Beside<'_>, key: &NoteKey) -> Result<Standing, Wrong> {
    let text = std::str::from_utf8(file).ok().and_then(ProofText::parse).ok_or(Wrong::File)?;
    let bytes = match beside {
        Beside::Leaf(bytes) => bytes.to_vec(),
        Beside::Payload(payload, k) => {
            let k = unb64_32(k).ok_or(Wrong::Field("k"))?;
            let head: Head = canonical(payload).ok_or(Wrong::Payload)?;
            leaf_bytes(head.id, head.at.instant().millis(), &commit(&k, payload))
                .map_err(|_| Wrong::Payload)?
        }
    };
    let leaf = Leaf::parse(&bytes).map_err(|_| Wrong::Field("leaf"))?;
    let checkpoint = Checkpoint::verify(&text.checkpoint, key).map_err(Wrong::Checkpoint)?;
    let (size, root) = (checkpoint.size, checkpoint.root);
    if !verify_inclusion(&leaf_hash(&bytes), text.index, size, &text.hashes, &root) {
        return Err(Wrong::Inclusion);
    }
    Ok(Standing { id: leaf.id, at_ms: leaf.at_ms, index: text.index, size })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hash::b64;
    use crate::crypto::keys::Algorithm;
    use crate::crypto::keys::SigningKey;
    use crate::crypto::random::SystemRandom;
    use crate::crypto::seal::DataKey;
    use crate::ledger::entry::samples;
    use crate::ledger::merkle::root_of;
    use crate::ledger::sealed;
    use crate::ledger::sealed::commitment_key;
    use crate::ledger::sealed::open_payload;
    use crate::ledger::sealed::seal_entry;

    #[test]
    fn a_bare_proof_holds_for_its_leaf_and_its_payload_and_for_no_other() {
        let random = SystemRandom::new();
        let (key, _) = SigningKey::generate(Algorithm::EdDsa, &random).expect("a key");
        let data = DataKey::fresh(&random);
        let entries: Vec<_> = (1..=2)
            .map(|n| {
                seal_entry(&samples::act_opened(n, None), &sealed::FiledUnder::default(), &data)
                    .expect("seals")
            })
            .collect();
        let hashes: Vec<_> = entries.iter().map(|entry| entry.leaf_hash).collect();
        let head = Checkpoint { origin: "o/ledger".into(), size: 2, root: root_of(&hashes) };
        let checkpoint = head.sign(&key).expect("signs");
        let text = ProofText { index: 1, hashes: vec![hashes[0]], checkpoint, extra: None }.print();
        let verifier = NoteKey::of("o/ledger", &key).expect("a verifier");
        let ask = |beside: &Beside<'_>| verify_text(text.as_bytes(), beside, &verifier);
        let standing = ask(&Beside::Leaf(&entries[1].leaf)).expect("its leaf");
        assert_eq!((standing.id, standing.index, standing.size), (entries[1].id, 1, 2));
        assert_eq!(ask(&Beside::Leaf(&entries[0].leaf)), Err(Wrong::Inclusion));
        assert_eq!(ask(&Beside::Leaf(b"{}")), Err(Wrong::Field("leaf")));
        let open = |at: usize| {
            open_payload(entries[at].id, &sealed::FiledUnder::default(), &data, &entries[at].sealed_payload)
                .expect("opens")
        };
        let k = |at: usize| b64(&*commitment_key(&data, entries[at].id));
        assert_eq!(ask(&Beside::Payload(&open(1), &k(1))), Ok(standing));
        assert_eq!(ask(&Beside::Payload(&open(1), &k(0))), Err(Wrong::Inclusion));
        assert_eq!(ask(&Beside::Payload(&open(0), &k(0))), Err(Wrong::Inclusion));
        assert_eq!(ask(&Beside::Payload(&open(1), "AA")), Err(Wrong::Field("k")));
        let (stranger, _) = SigningKey::generate(Algorithm::EdDsa, &random).expect("a key");
        let stranger = NoteKey::of("o/ledger", &stranger).expect("a verifier");
        let other = verify_text(text.as_bytes(), &Beside::Leaf(&entries[1].leaf), &stranger);
        assert!(matches!(other, Err(Wrong::Checkpoint(_))));
        assert_eq!(verify_text(b"x", &Beside::Leaf(b""), &verifier), Err(Wrong::File));
    }
}
