//! Status lists as they travel (IETF Token Status List): two bits an index, packed, compressed, signed; and their check.

use std::io::Read;
use std::io::Write;

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::crypto::hash::b64;
use crate::crypto::hash::unb64;
use crate::crypto::jose;
use crate::crypto::jose::Expected;
use crate::crypto::jose::JoseError;
use crate::crypto::jose::TypRule;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;
use crate::domain::time::Instant;

/// The `typ` of a status list token (section 5.1).
pub const TYP: &str = "statuslist+jwt";
/// Its media type (section 8.2).
pub const MEDIA_TYPE: &str = "application/statuslist+jwt";
/// Bits an index takes in our lists: valid, invalid, suspended.
pub const BITS: u8 = 2;

/// The longest status list token that is read, in bytes.
const LONGEST: usize = 2 * 1024 * 1024;
/// The longest list a compressed one may become, in bytes: a million of our indexes.
const MOST_BYTES: u64 = 256 * 1024;
const ALGORITHMS: [Algorithm; 3] = [Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa];

/// Why a status list says nothing about a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// The status list token does not hold by itself.
    #[error("the status list does not hold: {0}")]
    Token(#[from] JoseError),
    /// Its `sub` is another address than the token names.
    #[error("the status list is another one than the token names")]
    AnotherList,
    /// It was issued after the instant that is judged.
    #[error("the status list was issued later than the instant that is judged")]
    NotYet,
    /// Its time is over.
    #[error("the status list has expired: fetch it again")]
    Expired,
    /// Its list cannot be read.
    #[error("the status list is malformed")]
    Malformed,
    /// It is shorter than the index.
    #[error("the token's index is out of the list's range")]
    OutOfRange,
}

/// Values packed as section 4.1 says: the lowest index in the lowest bits of the first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    bits: u8,
    bytes: Vec<u8>,
}

/// `status_list` of a status list token (section 5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// Bits an index takes: 1, 2, 4 or 8.
    pub bits: u8,
    /// The list, compressed by DEFLATE in the zlib form, in base64url.
    pub lst: String,
}

impl StatusList {
    /// A list of at least `entries` indexes, all 0.
    pub fn new(entries: usize) -> Self {
        Self { bits: BITS, bytes: vec![0; entries.div_ceil(per_byte(BITS))] }
    }

    /// How many indexes it has.
    pub fn len(&self) -> usize {
        self.bytes.len() * per_byte(self.bits)
    }

    /// Whether it has no index.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The value at `index`; `None` beyond the end.
    pub fn get(&self, index: usize) -> Option<u8> {
        let byte = *self.bytes.get(index / per_byte(self.bits))?;
        Some((byte >> shift(self.bits, index)) & mask(self.bits))
    }

    /// Sets the value at `index`; `false`, and nothing is changed, where either is out of range.
    pub fn set(&mut self, index: usize, value: u8) -> bool {
        let (shift, mask) = (shift(self.bits, index), mask(self.bits));
        let Some(byte) = self.bytes.get_mut(index / per_byte(self.bits)) else { return false };
        if value > mask {
            return false;
        }
        *byte = (*byte & !(mask << shift)) | (value << shift);
        true
    }

    /// The list as it stands in a token; the same list always gives the same text.
    ///
    /// # Errors
    /// [`StatusError::Malformed`] where the compressor fails, which memory alone could cause.
    pub fn pack(&self) -> Result<Packed, StatusError> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&self.bytes).map_err(|_| StatusError::Malformed)?;
        let compressed = encoder.finish().map_err(|_| StatusError::Malformed)?;
        Ok(Packed { bits: self.bits, lst: b64(&compressed) })
    }

    /// Reads a list out of a token.
    ///
    /// # Errors
    /// [`StatusError::Malformed`] for another number of bits, for what is no zlib stream alone, and for a list that
    /// would become longer than a million of our indexes.
    pub fn unpack(packed: &Packed) -> Result<Self, StatusError> {
        if ![1, 2, 4, 8].contains(&packed.bits) {
            return Err(StatusError::Malformed);
        }
        let compressed = unb64(&packed.lst).ok_or(StatusError::Malformed)?;
        let mut decoder = ZlibDecoder::new(compressed.as_slice());
        let mut bytes = Vec::new();
        let read = decoder.by_ref().take(MOST_BYTES + 1).read_to_end(&mut bytes);
        let whole = decoder.total_in() == compressed.len() as u64;
        if read.is_err() || bytes.len() as u64 > MOST_BYTES || !whole {
            return Err(StatusError::Malformed);
        }
        Ok(Self { bits: packed.bits, bytes })
    }

    /// Signs it as the list at `uri`, valid from `issued_at` until `expires_at`, to be fetched again after `ttl` seconds.
    ///
    /// # Errors
    /// As [`StatusList::pack`], and when the key cannot sign.
    pub fn sign(
        &self,
        key: &SigningKey,
        uri: &str,
        (issued_at, expires_at): (Instant, Instant),
        ttl: u64,
    ) -> Result<String, StatusError> {
        let claims = json!({
            "sub": uri,
            "iat": issued_at.seconds(),
            "exp": expires_at.seconds(),
            "ttl": ttl,
            "status_list": self.pack()?,
        });
        Ok(jose::sign(key, Some(TYP), &claims)?)
    }
}

const fn per_byte(bits: u8) -> usize {
    8 / bits as usize
}

fn shift(bits: u8, index: usize) -> usize {
    (index % per_byte(bits)) * usize::from(bits)
}

const fn mask(bits: u8) -> u8 {
    u8::MAX >> (8 - bits)
}

/// Which index of which list speaks of a token: `status_list` in its claim `status` (section 6.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusReference {
    /// The index.
    pub idx: u64,
    /// The list's address.
    pub uri: String,
}

impl StatusReference {
    /// Reads it out of a token's claims; `None` where the token names no list.
    pub fn of(claims: &Map<String, Value>) -> Option<Self> {
        claims.get("status").and_then(Self::in_status)
    }

    /// Reads it out of the claim `status` itself.
    pub fn in_status(status: &Value) -> Option<Self> {
        Self::deserialize(status.get("status_list")?).ok()
    }
}

/// The address (`sub`) a list says it stands at, unchecked; to see whether it must be signed again.
pub fn claimed_address(list: &str) -> Option<String> {
    let claims: Value = serde_json::from_slice(&unb64(list.split('.').nth(1)?)?).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}

/// What a status list said of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The value: 0 valid, 1 invalid, 2 suspended, others the issuer's own.
    pub value: u8,
    /// When the list was signed.
    pub issued_at: Instant,
    /// Until when it may be believed, where it says so.
    pub expires_at: Option<Instant>,
}

#[derive(Deserialize)]
struct ListClaims {
    sub: String,
    iat: i64,
    exp: Option<i64>,
    status_list: Packed,
}

/// Looks a token up in a status list token, as of `at` (section 8.3): signature, type, address, dates, range. Whether
/// the token holds by itself was checked before: one that does not is never looked up.
///
/// # Errors
/// [`StatusError`]: then nothing is known of the token.
pub fn look_up(
    list: &str,
    keys: &JwkSet,
    reference: &StatusReference,
    at: Instant,
) -> Result<Looked, StatusError> {
    let expected = Expected { typ: TypRule::Exactly(TYP), algorithms: &ALGORITHMS };
    let claims = jose::verify_within::<ListClaims>(list, LONGEST, keys, &expected)?.claims;
    if claims.sub != reference.uri {
        return Err(StatusError::AnotherList);
    }
    if claims.iat > at.seconds() {
        return Err(StatusError::NotYet);
    }
    if claims.exp.is_some_and(|exp| exp <= at.seconds()) {
        return Err(StatusError::Expired);
    }
    let list = StatusList::unpack(&claims.status_list)?;
    let index = usize::try_from(reference.idx).map_err(|_| StatusError::OutOfRange)?;
    Ok(Looked {
        value: list.get(index).ok_or(StatusError::OutOfRange)?,
        issued_at: Instant::from_seconds(claims.iat),
        expires_at: claims.exp.map(Instant::from_seconds),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;
    use proptest::prelude::*;

    const NOW: Instant = Instant::from_seconds(1_795_000_000);
    const URI: &str = "https://procura.example/status/a";

    fn key() -> SigningKey {
        SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key").0
    }

    fn set(keys: &[&SigningKey]) -> JwkSet {
        JwkSet { keys: keys.iter().map(|key| key.public_jwk()).collect() }
    }

    fn at(idx: u64) -> StatusReference {
        StatusReference { idx, uri: URI.to_owned() }
    }

    fn times() -> (Instant, Instant) {
        (NOW, Instant::from_seconds(NOW.seconds() + 3_600))
    }

    #[test]
    fn the_examples_of_the_standard_are_read_and_written() {
        let one = StatusList::unpack(&Packed { bits: 1, lst: "eNrbuRgAAhcBXQ".to_owned() }).expect("a list");
        assert_eq!(one.bytes, [0xb9, 0xa3]);
        let values: Vec<u8> = (0..16).filter_map(|index| one.get(index)).collect();
        assert_eq!(values, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
        let two = StatusList::unpack(&Packed { bits: 2, lst: "eNo76fITAAPfAgc".to_owned() }).expect("a list");
        assert_eq!(two.bytes, [0xc9, 0x44, 0xf9]);
        let wanted = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
        let mut own = StatusList::new(12);
        for (index, value) in wanted.into_iter().enumerate() {
            assert!(own.set(index, value));
        }
        assert_eq!(own, two);
        assert_eq!(two.get(12), None);
        assert!(!own.set(12, 1) && !own.set(0, 4));
    }

    #[test]
    fn what_is_no_list_is_refused_and_nothing_grows_without_bound() {
        let good = StatusList::new(64).pack().expect("packs");
        for packed in [
            Packed { bits: 3, ..good.clone() },
            Packed { bits: 0, ..good.clone() },
            Packed { bits: 2, lst: "AAAA".to_owned() },
            Packed { bits: 2, lst: good.lst[..good.lst.len() - 4].to_owned() },
            Packed { bits: 2, lst: "=".to_owned() },
            Packed { bits: 2, lst: b64(&[unb64(&good.lst).expect("bytes"), vec![0]].concat()) },
        ] {
            assert_eq!(StatusList::unpack(&packed), Err(StatusError::Malformed), "{packed:?}");
        }
        let mut bomb = ZlibEncoder::new(Vec::new(), Compression::best());
        for _ in 0..64 {
            bomb.write_all(&[0; 1024 * 1024]).expect("written");
        }
        let lst = b64(&bomb.finish().expect("compressed"));
        assert_eq!(StatusList::unpack(&Packed { bits: 2, lst }), Err(StatusError::Malformed));
    }

    #[test]
    fn a_list_is_believed_only_as_a_whole() {
        let (mine, other) = (key(), key());
        let mut list = StatusList::new(16);
        assert!(list.set(5, 1) && list.set(6, 2));
        let token = list.sign(&mine, URI, times(), 10).expect("signed");
        let (keys, later) = (set(&[&mine]), Instant::from_seconds(NOW.seconds() + 3_599));
        for (idx, value) in [(5, 1), (6, 2), (7, 0)] {
            assert_eq!(look_up(&token, &keys, &at(idx), later).expect("found").value, value);
        }
        assert_eq!(look_up(&token, &keys, &at(16), later), Err(StatusError::OutOfRange));
        assert_eq!(look_up(&token, &keys, &at(u64::MAX), later), Err(StatusError::OutOfRange));
        let elsewhere = StatusReference { idx: 5, uri: "https://procura.example/status/b".to_owned() };
        assert_eq!(look_up(&token, &keys, &elsewhere, later), Err(StatusError::AnotherList));
        let before = Instant::from_seconds(NOW.seconds() - 1);
        assert_eq!(look_up(&token, &keys, &at(5), before), Err(StatusError::NotYet));
        assert_eq!(look_up(&token, &keys, &at(5), times().1), Err(StatusError::Expired));
        let forged = list.sign(&other, URI, times(), 10).expect("signed");
        assert_eq!(look_up(&forged, &keys, &at(5), NOW), Err(StatusError::Token(JoseError::UnknownKey)));
        let claims = json!({"sub": URI, "iat": NOW.seconds(), "status_list": list.pack().expect("packs")});
        let typed = jose::sign(&mine, Some("JWT"), &claims).expect("signed");
        assert_eq!(look_up(&typed, &keys, &at(5), NOW), Err(StatusError::Token(JoseError::Type)));
        let endless = jose::sign(&mine, Some(TYP), &claims).expect("signed");
        assert_eq!(look_up(&endless, &keys, &at(5), later).expect("found").expires_at, None);
    }

    #[test]
    fn a_token_names_its_index_or_nothing() {
        let read = |status: Value| match json!({ "status": status }) {
            Value::Object(claims) => StatusReference::of(&claims),
            _ => None,
        };
        assert_eq!(read(json!({"status_list": {"idx": 7, "uri": URI}})), Some(at(7)));
        for wrong in
            [json!({}), json!({"status_list": {"idx": -1, "uri": URI}}), json!({"status_list": {"idx": 7}})]
        {
            assert_eq!(read(wrong), None);
        }
        assert_eq!(StatusReference::of(&Map::new()), None);
    }

    proptest! {
        #[test]
        fn every_value_comes_back_from_where_it_was_set(values in prop::collection::vec(0_u8..4, 1..2_000)) {
            let mut list = StatusList::new(values.len());
            for (index, value) in values.iter().enumerate() {
                prop_assert!(list.set(index, *value));
            }
            let packed = list.pack().expect("packs");
            prop_assert_eq!(&packed, &list.pack().expect("packs"));
            let back = StatusList::unpack(&packed).expect("unpacks");
            for (index, value) in values.iter().enumerate() {
                prop_assert_eq!(back.get(index), Some(*value));
            }
            prop_assert_eq!(back, list);
        }

        #[test]
        fn setting_one_index_changes_no_other(
            values in prop::collection::vec(0_u8..4, 8..200), index in 0_usize..200, value in 0_u8..4,
        ) {
            let mut list = StatusList::new(values.len());
            for (at, value) in values.iter().enumerate() {
                list.set(at, *value);
            }
            let before = list.clone();
            let done = list.set(index, value);
            for at in 0..list.len() {
                let wanted = if done && at == index { Some(value) } else { before.get(at) };
                prop_assert_eq!(list.get(at), wanted);
            }
        }

        #[test]
        fn no_text_makes_it_panic(bits in any::<u8>(), lst in "\\PC{0,64}", bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            drop(StatusList::unpack(&Packed { bits, lst }));
            drop(StatusList::unpack(&Packed { bits, lst: b64(&bytes) }));
        }
    }
}
