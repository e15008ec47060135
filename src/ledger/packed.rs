//! What every entry repeats is not stored with every entry: a payload is deflated with a dictionary before it is sealed.
//!
//! Only storage is concerned: commitment, leaf and bundle are of the payload itself, which comes back to the byte. The stored
//! form begins with the number of its dictionary; a canonical payload begins with `{` and is read as it is.

use flate2::Compress;
use flate2::Compression;
use flate2::Decompress;
use flate2::FlushCompress;
use flate2::FlushDecompress;
use flate2::Status;
use zeroize::Zeroizing;

use crate::domain::ids::EntryId;
use crate::ledger::lifted::FiledUnder;
use crate::ledger::lifted::lift;
use crate::ledger::lifted::put_back;

/// Words and turns of the commonest entries. Never edited, since what is stored was packed with it: another text gets
/// another number.
const FIRST: &[u8] = include_bytes!("payload.dictionary");
const FIRST_NUMBER: u8 = 1;
/// As [`FIRST`], for text whose values were lifted out; they follow the deflated text.
const SECOND: &[u8] = include_bytes!("payload.2.dictionary");
const SECOND_NUMBER: u8 = 2;
/// As [`SECOND`], for text without what stands beside the payload.
const THIRD: &[u8] = include_bytes!("payload.3.dictionary");
const THIRD_NUMBER: u8 = 3;
/// Raw deflate (RFC 1951) over 8 KiB, which holds dictionary and payload.
const WINDOW_BITS: u8 = 13;
/// No payload is longer: a tile's entry holds at most 65,535 bytes.
const LONGEST: usize = 1 << 20;

/// The form in which the payload of the entry `id` is sealed, `filed` under these references; the payload itself where that
/// is not shorter.
pub fn pack(id: EntryId, filed: &FiledUnder<'_>, payload: &[u8]) -> Zeroizing<Vec<u8>> {
    match lift(id, filed, payload).and_then(|lifted| deflate(&lifted.text, &lifted.values)) {
        Some(packed) if packed.len() < payload.len() => packed,
        _ => Zeroizing::new(payload.to_vec()),
    }
}

/// The payload of the entry `id` again, `filed` under the same references; `None` for anything [`pack`] never made.
pub fn unpack(id: EntryId, filed: &FiledUnder<'_>, stored: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
    match stored.split_first() {
        Some((&THIRD_NUMBER, packed)) => {
            let (text, values) = inflate(THIRD, packed)?;
            put_back(id, filed, &text, values)
        }
        Some((&SECOND_NUMBER, packed)) => {
            let (text, values) = inflate(SECOND, packed)?;
            put_back(id, &FiledUnder::default(), &text, values)
        }
        Some((&FIRST_NUMBER, packed)) => {
            let (payload, after) = inflate(FIRST, packed)?;
            after.is_empty().then_some(payload)
        }
        Some((b'{', _)) => Some(stored),
        _ => None,
    }
}

fn deflate(text: &[u8], values: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut packer = Compress::new_with_window_bits(Compression::new(6), false, WINDOW_BITS);
    packer.set_dictionary(THIRD).ok()?;
    // Room for the worst case, so that one call does it.
    let mut packed = Zeroizing::new(Vec::with_capacity(text.len() + text.len() / 8 + 64 + values.len()));
    packed.push(THIRD_NUMBER);
    let status = packer.compress_vec(text, &mut packed, FlushCompress::Finish).ok()?;
    packed.extend_from_slice(values);
    (status == Status::StreamEnd).then_some(packed)
}

/// What was deflated, and what follows it.
fn inflate<'a>(dictionary: &[u8], packed: &'a [u8]) -> Option<(Zeroizing<Vec<u8>>, &'a [u8])> {
    let mut unpacker = Decompress::new_with_window_bits(false, WINDOW_BITS);
    unpacker.set_dictionary(dictionary).ok()?;
    let mut text = Zeroizing::new(Vec::new());
    let mut room = (packed.len() * 6).max(1_024);
    loop {
        // A new buffer each time: one that grows leaves its old contents behind.
        let mut wider = Zeroizing::new(Vec::with_capacity(room));
        wider.extend_from_slice(&text);
        text = wider;
        let read = usize::try_from(unpacker.total_in()).ok()?;
        match unpacker.decompress_vec(packed.get(read..)?, &mut text, FlushDecompress::Finish) {
            Ok(Status::StreamEnd) => {
                let read = usize::try_from(unpacker.total_in()).ok()?;
                return Some((text, packed.get(read..)?));
            }
            Ok(Status::Ok | Status::BufError) if text.len() == text.capacity() && room < LONGEST => {
                room *= 4;
            }
            Ok(_) | Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;
    use proptest::prelude::*;

    const ENTRY: &str = r#"{"act":"01936f2e-7b1a-7c3d-8e4f-0123456789ab","actor":{"id":"01936f2e-7b1a-7c3d-8e4f-1123456789ab","name":"Amélie Durand","role":"aidant"},"at":"2026-11-22T10:51:19.123Z","chain":{"n":5,"prev":"qL8R4QIcQ_ZsRqOAbeRfcZhilN_MksRtDaErMA-0abc"},"client":{"id":"Zx81bmTq0aPw","name":"Caisse d’allocations familiales de Côte-d’Or"},"context":{"request":"GQCXW-85PW0"},"details":{"factor_at":"2026-11-22T10:44:02.871Z","grade":"franceconnect","way":"login"},"id":"01936f2e-7b1a-7c3d-8e4f-2123456789ab","kind":"act.opened","mandate":"01936f2e-7b1a-7c3d-8e4f-3123456789ab","organisation":{"id":"01936f2e-7b1a-7c3d-8e4f-4123456789ab","name":"CCAS de Dijon","siret":"26210231200010"},"outcome":{"result":"done"},"person":"01936f2e-7b1a-7c3d-8e4f-5123456789ab","theme":"social"}"#;

    fn id() -> EntryId {
        EntryId::from_uuid("01936f2e-7b1a-7c3d-8e4f-2123456789ab".parse().expect("a uuid"))
    }

    #[test]
    fn an_ordinary_entry_takes_less_than_a_third() {
        let packed = pack(id(), &FiledUnder::default(), ENTRY.as_bytes());
        assert!(packed.len() * 3 < ENTRY.len(), "{} of {}", packed.len(), ENTRY.len());
        assert_eq!(
            unpack(id(), &FiledUnder::default(), packed).expect("the payload").as_slice(),
            ENTRY.as_bytes()
        );
        let person =
            Some(PersonId::from_uuid("01936f2e-7b1a-7c3d-8e4f-5123456789ab".parse().expect("a uuid")));
        let filed = FiledUnder { person, ..FiledUnder::default() };
        let shorter = pack(id(), &filed, ENTRY.as_bytes());
        assert!(shorter.len() <= pack(id(), &FiledUnder::default(), ENTRY.as_bytes()).len() - 15);
        assert_eq!(unpack(id(), &filed, shorter.clone()).expect("the payload").as_slice(), ENTRY.as_bytes());
        assert!(unpack(id(), &FiledUnder::default(), shorter).is_none());
    }

    #[test]
    fn what_was_stored_plain_is_read_and_what_is_not_ours_is_refused() {
        let plain = Zeroizing::new(ENTRY.as_bytes().to_vec());
        assert_eq!(
            unpack(id(), &FiledUnder::default(), plain).expect("the payload").as_slice(),
            ENTRY.as_bytes()
        );
        let packed = pack(id(), &FiledUnder::default(), ENTRY.as_bytes());
        for wrong in [
            vec![],
            vec![4, 3],
            vec![3, 3],
            vec![2, 3],
            packed[..packed.len() - 1].to_vec(),
            vec![FIRST_NUMBER],
            vec![SECOND_NUMBER],
            vec![THIRD_NUMBER],
        ] {
            assert!(
                unpack(id(), &FiledUnder::default(), Zeroizing::new(wrong.clone())).is_none(),
                "{wrong:?}"
            );
        }
        // A few bytes that would unfold without end.
        let bomb = pack(id(), &FiledUnder::default(), &[b'{'; 4 << 20]);
        assert!(unpack(id(), &FiledUnder::default(), bomb).is_none());
    }

    #[test]
    fn what_was_packed_with_the_second_dictionary_is_read_whatever_stands_beside() {
        let lifted = lift(id(), &FiledUnder::default(), ENTRY.as_bytes()).expect("no marks");
        let mut packer = Compress::new_with_window_bits(Compression::new(6), false, WINDOW_BITS);
        packer.set_dictionary(SECOND).expect("a dictionary");
        let mut packed = Vec::with_capacity(2_048);
        packed.push(SECOND_NUMBER);
        packer.compress_vec(&lifted.text, &mut packed, FlushCompress::Finish).expect("deflates");
        packed.extend_from_slice(&lifted.values);
        let person =
            Some(PersonId::from_uuid("01936f2e-7b1a-7c3d-8e4f-5123456789ab".parse().expect("a uuid")));
        for filed in [FiledUnder::default(), FiledUnder { person, ..FiledUnder::default() }] {
            let back = unpack(id(), &filed, Zeroizing::new(packed.clone())).expect("the payload");
            assert_eq!(back.as_slice(), ENTRY.as_bytes());
        }
    }

    #[test]
    fn what_was_packed_with_the_first_dictionary_is_read() {
        let mut packer = Compress::new_with_window_bits(Compression::new(6), false, WINDOW_BITS);
        packer.set_dictionary(FIRST).expect("a dictionary");
        let mut packed = Vec::with_capacity(2_048);
        packed.push(FIRST_NUMBER);
        packer.compress_vec(ENTRY.as_bytes(), &mut packed, FlushCompress::Finish).expect("deflates");
        let stored = Zeroizing::new(packed.clone());
        assert_eq!(
            unpack(id(), &FiledUnder::default(), stored).expect("the payload").as_slice(),
            ENTRY.as_bytes()
        );
        packed.push(0);
        assert!(unpack(id(), &FiledUnder::default(), Zeroizing::new(packed)).is_none(), "something follows");
    }

    #[test]
    fn the_dictionaries_are_those_that_stored_payloads_were_packed_with() {
        assert_eq!(
            hex::encode(crate::crypto::hash::sha256(FIRST)),
            "0cc1b46af5db9331bc4ea4ebf56ce00dc06a82256eeb11bc82104e3b8526f35d"
        );
        assert_eq!(
            hex::encode(crate::crypto::hash::sha256(SECOND)),
            "117e9fd739d97b3e0518ab958ad6ddd223b46b696e7a1202f253d58b8dfbcfac"
        );
        assert_eq!(
            hex::encode(crate::crypto::hash::sha256(THIRD)),
            "4e783e6e00d03f21173e4ad54f7906833bb0847c646bd1bfbb29c0574b891ade"
        );
    }

    proptest! {
        #[test]
        fn every_payload_comes_back_to_the_byte(text in "\\PC{0,3000}") {
            let payload = format!("{{\"label\":{}}}", serde_json::Value::from(text));
            let back = unpack(id(), &FiledUnder::default(), pack(id(), &FiledUnder::default(), payload.as_bytes())).expect("the payload");
            prop_assert_eq!(back.as_slice(), payload.as_bytes());
        }
    }
}
