//! Identifiers, hashes and instants stand in a payload as text, twice as long as they are: here they are taken out of it as
//! bytes, and put back to the letter. What stands beside the payload anyway is not kept at all.

use std::iter;
use std::ops::RangeInclusive;

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::crypto::hash::b64;
use crate::crypto::hash::unb64;
use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
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
const PERSON: u8 = 7;
const MANDATE: u8 = 8;
const ACT: u8 = 9;
const ACCOUNT: u8 = 10;
const ORGANISATION: u8 = 11;
const CLIENT: u8 = 12;
/// All of them.
const MARKS: RangeInclusive<u8> = IDENTIFIER..=CLIENT;

/// Milliseconds since the Unix epoch as a UUID of version 7 begins with them (RFC 9562 section 5.7).
const MILLIS: usize = 6;
/// The longest text that is looked at: a hash.
const LONGEST: usize = 43;

/// The references of an entry, which stand in the clear beside its payload and are not kept in it a second time. They never
/// change: the database refuses that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FiledUnder<'a> {
    /// The person.
    pub person: Option<PersonId>,
    /// The mandate.
    pub mandate: Option<MandateId>,
    /// The act.
    pub act: Option<ActId>,
    /// The professional who did it.
    pub account: Option<AccountId>,
    /// The organisation.
    pub organisation: Option<OrganisationId>,
    /// The client.
    pub client: Option<&'a ClientId>,
}

impl FiledUnder<'_> {
    /// What a mark of these references stands for.
    fn identifier(&self, mark: u8) -> Option<Uuid> {
        match mark {
            PERSON => self.person.map(PersonId::uuid),
            MANDATE => self.mandate.map(MandateId::uuid),
            ACT => self.act.map(ActId::uuid),
            ACCOUNT => self.account.map(AccountId::uuid),
            ORGANISATION => self.organisation.map(OrganisationId::uuid),
            _ => None,
        }
    }

    /// The mark of this identifier.
    fn mark(&self, uuid: Uuid) -> Option<u8> {
        (PERSON..=ORGANISATION).find(|mark| self.identifier(*mark) == Some(uuid))
    }
}

/// A payload without its values, and the values.
pub(super) struct Lifted {
    /// The text, a mark for each value.
    pub text: Zeroizing<Vec<u8>>,
    /// The values, in their order.
    pub values: Zeroizing<Vec<u8>>,
}

/// Takes the values out of the payload of the entry `id`; `None` where a mark already stands in it.
pub(super) fn lift(id: EntryId, filed: &FiledUnder<'_>, payload: &[u8]) -> Option<Lifted> {
    if payload.iter().any(|byte| MARKS.contains(byte)) {
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
        if let Some((mark, value, length)) = value(id, filed, rest) {
            text.push(mark);
            values.extend_from_slice(&value);
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    Some(Lifted { text, values })
}

/// Puts the values back; `None` where text and values are not those of one payload.
pub(super) fn put_back(
    id: EntryId,
    filed: &FiledUnder<'_>,
    text: &[u8],
    values: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let many = text.iter().filter(|byte| MARKS.contains(byte)).count();
    // Room for all of it: a buffer that grows leaves its old contents behind.
    let mut payload = Zeroizing::new(Vec::with_capacity(text.len() + many * LONGEST));
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
            CLIENT => payload.extend_from_slice(filed.client?.as_str().as_bytes()),
            PERSON..=ORGANISATION => {
                payload.extend_from_slice(hyphenated(filed.identifier(byte)?).as_bytes());
            }
            byte => payload.push(byte),
        }
    }
    rest.is_empty().then_some(payload)
}

/// The value between here and the next quotation mark, if it is one of those: its mark, its bytes, its length as text. Only
/// what comes back as the same text is one.
fn value(id: EntryId, filed: &FiledUnder<'_>, text: &[u8]) -> Option<(u8, Vec<u8>, usize)> {
    let length = text.iter().take(LONGEST + 1).position(|byte| *byte == b'"')?;
    let text = str::from_utf8(text.get(..length)?).ok()?;
    if filed.client.is_some_and(|client| client.as_str() == text) {
        return Some((CLIENT, Vec::new(), length));
    }
    let (mark, bytes) = match length {
        36 => {
            let uuid = Uuid::try_parse(text).ok().filter(|uuid| hyphenated(*uuid) == text)?;
            if uuid == id.uuid() {
                (OWN_IDENTIFIER, Vec::new())
            } else if let Some(mark) = filed.mark(uuid) {
                (mark, Vec::new())
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
        let lifted = lift(own(), &FiledUnder::default(), payload).expect("no marks");
        put_back(own(), &FiledUnder::default(), &lifted.text, &lifted.values).expect("the payload")
    }

    #[test]
    fn each_value_leaves_the_text_and_comes_back() {
        let at = moment(&own().uuid().as_bytes()[..MILLIS]).expect("an instant");
        let payload = format!(
            r#"{{"act":"01936f2e-7b1a-7c3d-8e4f-0123456789ab","at":"{at}","done_at":"2026-11-22T10:51:19.123Z","id":"{}","jti":"AAECAwQFBgcICQoLDA0ODw","prev":"{}"}}"#,
            own().uuid(),
            b64(&[7; 32])
        );
        let lifted = lift(own(), &FiledUnder::default(), payload.as_bytes()).expect("no marks");
        assert_eq!(
            str::from_utf8(&lifted.text).expect("utf-8"),
            "{\"act\":\"\u{1}\",\"at\":\"\u{6}\",\"done_at\":\"\u{5}\",\"id\":\"\u{2}\",\"jti\":\"\u{4}\",\"prev\":\"\u{3}\"}"
        );
        assert_eq!(lifted.values.len(), 16 + MILLIS + 16 + 32);
        assert_eq!(back(payload.as_bytes()).as_slice(), payload.as_bytes());
    }

    #[test]
    fn what_stands_beside_is_not_kept() {
        let uuid = |n: u128| Uuid::from_u128(0x0193_6f2e_7b1a_7c3d_8e4f_0000_0000_0000 + n);
        let client = ClientId::parse("caf").expect("an identifier");
        let filed = FiledUnder {
            person: Some(PersonId::from_uuid(uuid(1))),
            mandate: Some(MandateId::from_uuid(uuid(2))),
            act: Some(ActId::from_uuid(uuid(3))),
            account: Some(AccountId::from_uuid(uuid(4))),
            organisation: Some(OrganisationId::from_uuid(uuid(5))),
            client: Some(&client),
        };
        let texts: Vec<String> =
            (1..=6).map(|n| uuid(n).hyphenated().to_string()).chain(["caf".to_owned()]).collect();
        let payload = serde_json::to_vec(&texts).expect("json");
        let lifted = lift(own(), &filed, &payload).expect("no marks");
        assert_eq!(lifted.values.as_slice(), uuid(6).as_bytes(), "only what stands nowhere else");
        let back = |filed: &FiledUnder<'_>| put_back(own(), filed, &lifted.text, &lifted.values);
        assert_eq!(back(&filed).expect("the payload").as_slice(), payload);
        assert_eq!(back(&FiledUnder { person: None, ..filed }), None);
        let other = back(&FiledUnder { mandate: Some(MandateId::from_uuid(uuid(9))), ..filed });
        assert_ne!(other.expect("another payload").as_slice(), payload);
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
            let lifted = lift(own(), &FiledUnder::default(), payload.as_bytes()).expect("no marks");
            assert_eq!(lifted.text.as_slice(), payload.as_bytes(), "{text}");
        }
    }

    #[test]
    fn marks_and_values_that_do_not_fit_are_refused() {
        let filed = FiledUnder::default();
        for mark in MARKS {
            assert!(lift(own(), &filed, &[b'{', b'"', mark, b'"', b'}']).is_none(), "{mark}");
        }
        assert!(put_back(own(), &filed, b"\"\x01\"", &[0; 15]).is_none());
        assert!(put_back(own(), &filed, b"\"\x01\"", &[0; 17]).is_none());
        assert!(put_back(own(), &filed, b"\"\x05\"", &[0; MILLIS - 1]).is_none());
        for mark in PERSON..=CLIENT {
            assert!(
                put_back(own(), &filed, &[b'"', mark, b'"'], &[]).is_none(),
                "nothing stands beside: {mark}"
            );
        }
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
