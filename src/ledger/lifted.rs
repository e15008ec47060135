//! Identifiers, hashes and instants stand in a payload as text, twice as long as they are: here they are taken out of it as
//! bytes, and put back to the letter.

use std::iter;

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::crypto::hash::b64;
use crate::crypto::hash::unb64;
use crate::domain::ids::EntryId;
use crate::domain::time::Instant;
use crate::ledger::values::Moment;

/// What stands for a value in the text it was taken out of: bytes that canonical JSON never holds (RFC 8785 section 3.2.2.2
/// escapes them), always between quotation marks.
const IDENTIFIER: u8 = 1;
const OWN_IDENTIFIER: u8 = 2;
const HASH: u8 = 3;
const TOKEN: u8 = 4;
const MOMENT: u8 = 5;
const OWN_MOMENT: u8 = 6;

/// Milliseconds since the Unix epoch as a UUID of version 7 begins with them (RFC 9562 section 5.7).
const MILLIS: usize = 6;

/// A payload without its values, and the values.
pub(super) struct Lifted {
    /// The text, a mark for each value.
    pub text: Zeroizing<Vec<u8>>,
    /// The values, in their order.
    pub values: Zeroizing<Vec<u8>>,
}

/// Takes the values out of the payload of the entry `id`; `None` where a mark already stands in it.
pub(super) fn lift(id: EntryId, payload: &[u8]) -> Option<Lifted> {
    if payload.iter().any(|byte| (IDENTIFIER..=OWN_MOMENT).contains(byte)) {
        return None;
    }
    let mut text = Zeroizing::new(Vec::with_capacity(payload.len()));
    let mut values = Zeroizing::new(Vec::with_capacity(256));
    let mut rest = payload;
    while let Some((&byte, after)) = rest.split_first() {
        text.push(byte);
        rest = after;
        if byte != b'"' {
            continue;
        }
        if let Some((mark, value, length)) = value(id, rest) {
            text.push(mark);
            values.extend_from_slice(&value);
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    Some(Lifted { text, values })
}

/// Puts the values back; `None` where text and values are not those of one payload.
pub(super) fn put_back(id: EntryId, text: &[u8], values: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let many = text.iter().filter(|byte| (IDENTIFIER..=OWN_MOMENT).contains(byte)).count();
    // Room for all of it: a buffer that grows leaves its old contents behind.
    let mut payload = Zeroizing::new(Vec::with_capacity(text.len() + many * 43));
    let mut rest = values;
    let mut take = |length: usize| {
        let (value, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(value)
    };
    for &byte in text {
        match byte {
            IDENTIFIER => {
                let value = take(16)?.try_into().ok()?;
                payload.extend_from_slice(hyphenated(Uuid::from_bytes(value)).as_bytes());
            }
            OWN_IDENTIFIER => payload.extend_from_slice(hyphenated(id.uuid()).as_bytes()),
            HASH => payload.extend_from_slice(b64(take(32)?).as_bytes()),
            TOKEN => payload.extend_from_slice(b64(take(16)?).as_bytes()),
            MOMENT => payload.extend_from_slice(moment(take(MILLIS)?)?.as_bytes()),
            OWN_MOMENT => payload.extend_from_slice(moment(id.uuid().as_bytes().get(..MILLIS)?)?.as_bytes()),
            byte => payload.push(byte),
        }
    }
    rest.is_empty().then_some(payload)
}

/// The value between here and the next quotation mark, if it is one of those: its mark, its bytes, its length as text. Only
/// what comes back as the same text is one.
fn value(id: EntryId, text: &[u8]) -> Option<(u8, Vec<u8>, usize)> {
    let length = text.iter().take(44).position(|byte| *byte == b'"')?;
    let text = str::from_utf8(text.get(..length)?).ok()?;
    let (mark, bytes) = match length {
        36 => {
            let uuid = Uuid::try_parse(text).ok().filter(|uuid| hyphenated(*uuid) == text)?;
            if uuid == id.uuid() {
                (OWN_IDENTIFIER, Vec::new())
            } else {
                (IDENTIFIER, uuid.as_bytes().to_vec())
            }
        }
        43 => (HASH, unb64(text)?),
        22 => (TOKEN, unb64(text)?),
        24 => {
            let millis = u64::try_from(Instant::parse(text)?.millis()).ok()?.to_be_bytes();
            let bytes = millis.strip_prefix(&[0, 0])?.to_vec();
            if moment(&bytes)? != text {
                return None;
            }
            if id.uuid().as_bytes().starts_with(&bytes) { (OWN_MOMENT, Vec::new()) } else { (MOMENT, bytes) }
        }
        _ => return None,
    };
    Some((mark, bytes, length))
}

fn hyphenated(uuid: Uuid) -> String {
    uuid.hyphenated().to_string()
}

fn moment(bytes: &[u8]) -> Option<String> {
    let millis =
        iter::repeat_n(&0, 8 - MILLIS).chain(bytes).fold(0, |number, byte| number << 8 | i64::from(*byte));
    let at = Instant::from_millis(millis);
    (at.millis() == millis).then(|| Moment::from(at).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn own() -> EntryId {
        EntryId::from_uuid("01aa0f2e-7b1a-7c3d-8e4f-2123456789ab".parse().expect("a uuid"))
    }

    fn back(payload: &[u8]) -> Zeroizing<Vec<u8>> {
        let lifted = lift(own(), payload).expect("no marks");
        put_back(own(), &lifted.text, &lifted.values).expect("the payload")
    }

    #[test]
    fn each_value_leaves_the_text_and_comes_back() {
        let at = moment(&own().uuid().as_bytes()[..MILLIS]).expect("an instant");
        let payload = format!(
            r#"{{"act":"01936f2e-7b1a-7c3d-8e4f-0123456789ab","at":"{at}","done_at":"2026-11-22T10:51:19.123Z","id":"{}","jti":"AAECAwQFBgcICQoLDA0ODw","prev":"{}"}}"#,
            own().uuid(),
            b64(&[7; 32])
        );
        let lifted = lift(own(), payload.as_bytes()).expect("no marks");
        assert_eq!(
            str::from_utf8(&lifted.text).expect("utf-8"),
            "{\"act\":\"\u{1}\",\"at\":\"\u{6}\",\"done_at\":\"\u{5}\",\"id\":\"\u{2}\",\"jti\":\"\u{4}\",\"prev\":\"\u{3}\"}"
        );
        assert_eq!(lifted.values.len(), 16 + MILLIS + 16 + 32);
        assert_eq!(back(payload.as_bytes()).as_slice(), payload.as_bytes());
    }

    #[test]
    fn what_only_looks_like_a_value_stays() {
        for text in [
            "01936F2E-7B1A-7C3D-8E4F-0123456789AB",
            "2026-11-22T10:51:19.123z",
            "2026-02-30T10:51:19.123Z",
            "1926-11-22T10:51:19.123Z",
            "AAECAwQFBgcICQoLDA0ODx",
            "AAECAwQFBgcICQoLDA0OD=",
        ] {
            let payload = format!(r#"{{"label":"{text}"}}"#);
            let lifted = lift(own(), payload.as_bytes()).expect("no marks");
            assert_eq!(lifted.text.as_slice(), payload.as_bytes(), "{text}");
        }
    }

    #[test]
    fn marks_and_values_that_do_not_fit_are_refused() {
        assert!(lift(own(), b"{\"label\":\"\x03\"}").is_none());
        assert!(put_back(own(), b"\"\x01\"", &[0; 15]).is_none());
        assert!(put_back(own(), b"\"\x01\"", &[0; 17]).is_none());
        assert!(put_back(own(), b"\"\x05\"", &[0; MILLIS - 1]).is_none());
    }

    proptest! {
        #[test]
        fn every_text_comes_back_to_the_byte(
            parts in prop::collection::vec(prop_oneof![
                "\\PC{0,60}", "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}", "[A-Za-z0-9_-]{43}", "[A-Za-z0-9_-]{22}",
                "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z", "[\"\\\\]{0,3}",
            ], 0..20)
        ) {
            let payload = serde_json::to_vec(&parts).expect("json");
            let payload_back = back(&payload);
            prop_assert_eq!(payload_back.as_slice(), payload.as_slice());
        }
    }
}
