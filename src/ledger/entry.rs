//! One line of the ledger before it is sealed: who did what to whom, under which mandate, with what outcome.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::ActId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::ledger::values::Digest;
use crate::ledger::values::Moment;
use crate::ledger::values::Named;

/// Why a payload cannot be written, sealed or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The entry has no canonical JSON form.
    #[error("the entry cannot be written as canonical JSON")]
    Write,
    /// The bytes are no payload this version knows.
    #[error("the bytes are no payload of an entry")]
    Read,
    /// The payload does not open with this key: another key, another entry, or changed bytes.
    #[error("the payload does not open with this key")]
    Sealed,
}

/// In which quality somebody acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// An accredited aidant.
    Aidant,
    /// A referent of an organisation.
    Referent,
    /// An agent of an authority.
    Authority,
    /// An operator of the gateway.
    Operator,
    /// Who connects a service of an administration.
    Integrator,
    /// The helped person.
    Person,
    /// An OIDC client.
    Client,
    /// The gateway by itself.
    System,
}

impl Role {
    /// The word for it, as in payloads.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aidant => "aidant",
            Self::Referent => "referent",
            Self::Authority => "authority",
            Self::Operator => "operator",
            Self::Integrator => "integrator",
            Self::Person => "person",
            Self::Client => "client",
            Self::System => "system",
        }
    }
}

/// Who acted, by the name of that time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// In which quality.
    pub role: Role,
    /// Account, person or client identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Actor {
    /// Somebody known by identifier and name.
    pub fn new(role: Role, id: impl fmt::Display, name: impl Into<String>) -> Self {
        Self { role, id: Some(id.to_string()), name: Some(name.into()) }
    }

    /// The gateway by itself.
    pub const fn system() -> Self {
        Self { role: Role::System, id: None, name: None }
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.role)
    }
}

/// Whether it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "lowercase")]
pub enum Outcome {
    /// Done.
    Done,
    /// Refused.
    Refused {
        /// The key of the reason.
        reason: String,
    },
}

/// Where it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The reference number of the request, the one shown on error pages and in the logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

/// The place of an entry among those of its mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// 1 for the mandate's first entry.
    pub n: i64,
    /// The leaf hash of the entry before; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<Digest>,
}

/// One line. Names are those of the time, so that it reads by itself. `Debug` shows identifier and kind only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its identifier, UUID version 7.
    pub id: EntryId,
    /// When, to the millisecond.
    #[serde(with = "moment")]
    pub at: Instant,
    /// Who.
    pub actor: Actor,
    /// For which organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Named>,
    /// About which person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Under which mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandate: Option<MandateId>,
    /// In which act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<ActId>,
    /// On which theme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    /// At which administration or client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Named>,
    /// Done or refused.
    pub outcome: Outcome,
    /// Where it came from.
    pub context: Context,
    /// Its place among the mandate's entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Chain>,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

impl Entry {
    /// An entry of `event` that is done and about nobody yet; the instant is cut to the millisecond.
    pub fn new(id: EntryId, at: Instant, actor: Actor, event: Event) -> Self {
        Self {
            id,
            at: Instant::from_millis(at.millis()),
            actor,
            organisation: None,
            person: None,
            mandate: None,
            act: None,
            theme: None,
            client: None,
            outcome: Outcome::Done,
            context: Context::default(),
            chain: None,
            event,
        }
    }

    /// The payload: canonical JSON (RFC 8785), the bytes the commitment is made of.
    ///
    /// # Errors
    /// [`EntryError::Write`], which no value of these types leads to.
    pub fn payload(&self) -> Result<Vec<u8>, EntryError> {
        serde_json_canonicalizer::to_vec(self).map_err(|_| EntryError::Write)
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`EntryError::Read`] for anything else, a kind this version does not know among them.
    pub fn from_payload(bytes: &[u8]) -> Result<Self, EntryError> {
        serde_json::from_slice(bytes).map_err(|_| EntryError::Read)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({} {})", self.id, self.event.kind())
    }
}

mod moment {
    use serde::Deserialize;
    use serde::Deserializer;
    use serde::Serialize;
    use serde::Serializer;

    use super::Instant;
    use super::Moment;

    pub(super) fn serialize<S: Serializer>(at: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
        Moment::from(*at).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        Moment::deserialize(deserializer).map(Moment::instant)
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::ledger::words::ActWay;
    use uuid::Uuid;

    pub(crate) fn act_opened(number: u128, chain: Option<Chain>) -> Entry {
        let at =
            Instant::from_micros(1_795_000_000_123_456 + i64::try_from(number).expect("small") * 1_000_000);
        let event = Event::ActOpened {
            way: ActWay::Login,
            factor_at: at.into(),
            grade: "franceconnect".into(),
            state_digest: None,
            nonce_digest: None,
        };
        let mut entry = Entry::new(
            EntryId::from_uuid(Uuid::from_u128(number)),
            at,
            Actor::new(Role::Aidant, 1, "Aïda"),
            event,
        );
        entry.organisation = Some(Named { siret: Some("26750001600017".into()), ..Named::new(2, "CCAS") });
        entry.person = Some(PersonId::from_uuid(Uuid::from_u128(3)));
        entry.mandate = Some(MandateId::from_uuid(Uuid::from_u128(4)));
        entry.theme = Some(Theme::Social);
        entry.client = Some(Named::new("caf", "Caisse d'allocations"));
        entry.chain = chain;
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_canonical_and_comes_back() {
        let entry = samples::act_opened(7, Some(Chain { n: 2, prev: Some([1; 32].into()) }));
        let payload = entry.payload().expect("writes");
        assert!(Entry::from_payload(&payload).expect("reads") == entry);
        let text = String::from_utf8(payload).expect("utf-8");
        assert!(
            text.starts_with(
                r#"{"actor":{"id":"1","name":"Aïda","role":"aidant"},"at":"2026-11-18T11:06:47.123Z","#
            ),
            "{text}"
        );
        assert!(text.contains(r#""chain":{"n":2,"prev":"AQEB"#) && text.contains(r#""kind":"act.opened""#));
        assert_eq!(serde_json_canonicalizer::pipe(&text).expect("json"), text);
    }

    #[test]
    fn an_unknown_kind_is_not_read_and_nothing_personal_prints() {
        let entry = samples::act_opened(7, None);
        let text = String::from_utf8(entry.payload().expect("writes")).expect("utf-8");
        let unknown = text.replace("act.opened", "act.imagined");
        assert!(Entry::from_payload(unknown.as_bytes()).is_err());
        assert!(!format!("{entry:?} {:?} {:?}", entry.actor, entry.organisation).contains("Aïda"));
    }
}
