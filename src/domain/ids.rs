//! Typed identifiers: random numbers that mean nothing outside this gateway, and the source they are drawn from.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::domain::time::Instant;

/// The source of randomness; the program has the system's, the tests may have a repeatable one.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random bytes of cryptographic quality.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` random bytes.
pub fn random_bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier, UUID version 7 (RFC 9562 section 5.7): ordered by time, which keeps indexes small.
            pub fn fresh(now: Instant, random: &dyn Random) -> Self {
                Self(uuid_v7(now, random))
            }

            /// Wraps a stored identifier.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare identifier.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

typed_id! {
    /// One helped person.
    PersonId,
    /// One login account: an aidant, a referent, an agent of an authority or an operator.
    AccountId,
    /// One organisation (structure).
    OrganisationId,
    /// The accreditation of one aidant in one organisation.
    HabilitationId,
    /// One mandate, from draft to end.
    MandateId,
    /// One line of the ledger.
    EntryId,
    /// One use of a mandate, from the choice page on; `sid` of its tokens.
    ActId,
    /// One request of an organisation to be accepted.
    OrganisationRequestId,
    /// One file read in.
    ImportId,
    /// One contested act's case.
    CaseId,
    /// One sealed data key.
    DataKeyId,
    /// One message to send.
    MessageId,
    /// One address or number of a person.
    ContactId,
    /// One paper code of a person.
    PaperCodeId,
    /// One printed attestation.
    AttestationId,
    /// One login of an aidant at her business software; `sid` of its tokens.
    SoftwareLoginId,
    /// One sign of abuse.
    SignId,
    /// One orientation of a person to a place.
    OrientationId,
    /// One event stream of a client; `stream_id` on the wire.
    StreamId,
    /// One second factor of an account.
    FactorId,
    /// One reset of an account's second factors.
    ResetId,
    /// One revocation recorded for a person who telephoned or wrote.
    RecordId,
    /// One event for one receiver; `jti` of its token.
    SignalId,
    /// One reading that an agent of an authority asked another to approve.
    ReadingId,
    /// One order of a court.
    CourtOrderId,
}

/// The identifier of an OIDC client as it stands on the wire: `[A-Za-z0-9_-]{1,64}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

impl ClientId {
    /// Reads an identifier; `None` when it has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty()
            && text.len() <= 64
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ClientId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a client id has 1 to 64 characters of [A-Za-z0-9_-]")
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl EntryId {
    /// The identifier of the `place`-th entry (below 4096) that one transaction writes at `now`: entries of one instant stand
    /// in the order in which they were written (RFC 9562 section 6.2, method 1).
    pub fn in_order(now: Instant, place: u16, random: &dyn Random) -> Self {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        let mut bytes = random_bytes::<10>(random);
        bytes[..2].copy_from_slice(&place.to_be_bytes());
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}

/// A UUID version 7 of this instant (RFC 9562 section 5.7).
pub fn uuid_v7(now: Instant, random: &dyn Random) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes::<10>(random)).into_uuid()
}
