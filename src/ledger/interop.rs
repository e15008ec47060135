//! Entries in the forms of other people's tools: OCSF 1.3.0 events and HL7 FHIR R5 `AuditEvent` resources.
//!
//! The one table is [`class_of`]; both forms are made of it. An OCSF event carries the whole entry in `unmapped`; a FHIR resource
//! names every identifier of it under `entity`.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::ledger::entry::Entry;
use crate::ledger::entry::Outcome;
use crate::ledger::entry::Role;
use crate::ledger::kinds::Kind;

/// The version of OCSF that events name.
pub const OCSF_VERSION: &str = "1.3.0";
/// The version of FHIR that resources follow.
pub const FHIR_VERSION: &str = "5.0.0";

/// The classes of OCSF that entries fall into, all of category 3, identity and access management.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 3001: what becomes of an account and its factors.
    AccountChange,
    /// 3002: somebody logged in, or was refused.
    Authentication,
    /// 3003: what a session may do: an act, a token.
    AuthorizeSession,
    /// 3004: everything else that is made, read, changed or ended.
    EntityManagement,
    /// 3005: a right over somebody's steps is given or taken.
    UserAccess,
}

impl Class {
    /// `class_uid`.
    pub const fn uid(self) -> u32 {
        match self {
            Self::AccountChange => 3001,
            Self::Authentication => 3002,
            Self::AuthorizeSession => 3003,
            Self::EntityManagement => 3004,
            Self::UserAccess => 3005,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::AccountChange => "Account Change",
            Self::Authentication => "Authentication",
            Self::AuthorizeSession => "Authorize Session",
            Self::EntityManagement => "Entity Management",
            Self::UserAccess => "User Access Management",
        }
    }
}

/// OCSF's "other".
const OTHER: u32 = 99;

/// Class, `activity_id` and FHIR `action` (C, R, U, D, E) of a kind.
pub fn class_of(kind: Kind) -> (Class, u32, char) {
    let name = kind.as_str();
    let (noun, verb) = name.split_once('.').unwrap_or((name, ""));
    match (noun, verb) {
        (_, "logged_in" | "login_refused") => (Class::Authentication, 1, 'E'),
        ("aidant", "second_factor_checked") | ("factor", "checked") => (Class::Authentication, OTHER, 'E'),
        ("aidant", "token_ended") => (Class::Authentication, 2, 'E'),
        ("operator" | "authority" | "integrator", "added") => (Class::AccountChange, 1, 'C'),
        ("account", "restored") => (Class::AccountChange, 2, 'U'),
        ("account", "suspended") => (Class::AccountChange, 5, 'U'),
        ("factor", "enrolled") => (Class::AccountChange, 10, 'U'),
        ("factor", "removed" | "reset") => (Class::AccountChange, 11, 'U'),
        ("factor", _) | ("aidant", "account_linked" | "account_unlinked") => {
            (Class::AccountChange, OTHER, 'U')
        }
        (_, "token_issued") | ("act", "opened") => (Class::AuthorizeSession, 1, 'E'),
        ("act", "refused" | "ended") | ("aidant", _) => (Class::AuthorizeSession, OTHER, 'E'),
        ("mandate", "approved" | "renewed" | "restored" | "hold_lifted")
        | ("habilitation", "accepted" | "renewed" | "restored" | "moved")
        | ("referent", "named") => (Class::UserAccess, 1, 'U'),
        ("mandate", "revoked" | "expired" | "suspended" | "hold_added")
        | ("authorization", "revoked")
        | ("habilitation", "suspended" | "ended")
        | ("referent", "removed" | "left")
        | ("person", "blocked") => (Class::UserAccess, 2, 'U'),
        _ => entity(noun, verb),
    }
}

fn entity(noun: &str, verb: &str) -> (Class, u32, char) {
    let (activity, action) = match (noun, verb) {
        ("trail", "read_by_authority" | "printed") | ("person", "looked_up") | (_, "verified") => (2, 'R'),
        ("trail", "exported") => (2, 'R'),
        ("organisation", "suspended") => (12, 'U'),
        ("organisation", "restored") => (13, 'U'),
        ("person", "erased") | ("stream", "deleted") | ("retention", "applied") => (4, 'D'),
        ("client", "disabled") => (9, 'U'),
        ("key", "retired") => (11, 'U'),
        ("key", "rotated") => (3, 'U'),
        (
            _,
            "accepted" | "added" | "created" | "declared" | "drafted" | "enrolled" | "identified"
            | "imported" | "issued" | "noted" | "opened" | "raised" | "recorded" | "registered" | "reported"
            | "requested" | "asked" | "merge_asked" | "reading_asked" | "error_declared" | "contested",
        ) => (1, 'C'),
        (_, "changed" | "corrected" | "merged" | "answered" | "closed" | "transferred" | "reviewed") => {
            (3, 'U')
        }
        _ => (OTHER, 'E'),
    };
    (Class::EntityManagement, activity, action)
}

fn with(mut value: Value, more: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    if let Value::Object(members) = &mut value {
        for (name, value) in more {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        }
    }
    value
}

/// Who acted, as OCSF's `user`: type 1 for people, 3 for systems.
fn user(entry: &Entry) -> Value {
    let actor = &entry.actor;
    let kind = if matches!(actor.role, Role::System | Role::Client) { 3 } else { 1 };
    let uid = actor.id.clone().unwrap_or_else(|| actor.role.as_str().to_owned());
    let user = json!({ "uid": uid, "type": actor.role.as_str(), "type_id": kind });
    let org = entry.organisation.as_ref().map(|one| json!({ "uid": one.id, "name": one.name }));
    with(user, [("name", actor.name.clone().map(Value::from)), ("org", org)])
}

/// What it was done to: the mandate, else the client, the organisation or the person, else the gateway.
fn object(entry: &Entry) -> (&'static str, String, Option<String>) {
    let named = |kind, one: &crate::ledger::values::Named| (kind, one.id.clone(), Some(one.name.clone()));
    if let Some(mandate) = entry.mandate {
        ("mandate", mandate.to_string(), None)
    } else if let Some(client) = &entry.client {
        named("client", client)
    } else if let Some(person) = entry.person {
        ("person", person.to_string(), None)
    } else if let Some(organisation) = &entry.organisation {
        named("organisation", organisation)
    } else {
        ("entry", entry.id.to_string(), None)
    }
}

fn refused(entry: &Entry) -> Option<&str> {
    match &entry.outcome {
        Outcome::Refused { reason } => Some(reason),
        Outcome::Done => None,
    }
}

/// One entry as an OCSF event of class 3001 to 3005. `origin` names the ledger, `index` the place in its tree.
pub fn ocsf(entry: &Entry, index: Option<u64>, (origin, version): (&str, &str)) -> Value {
    let kind = entry.event.kind();
    let (class, activity, _) = class_of(kind);
    let failed = refused(entry).is_some() || kind.as_str().ends_with("refused");
    let (object_kind, uid, name) = object(entry);
    let theme = entry.theme.map_or_else(|| "all".to_owned(), |theme| theme.key().to_owned());
    let resource = json!({ "uid": uid, "type": object_kind });
    let resource = with(resource, [("name", name.map(Value::from))]);
    let unmapped = serde_json::to_value(entry).unwrap_or(Value::Null);
    let event = json!({
        "activity_id": activity,
        "category_uid": 3,
        "category_name": "Identity & Access Management",
        "class_uid": class.uid(),
        "class_name": class.title(),
        "type_uid": class.uid() * 100 + activity,
        "severity_id": if failed { 2 } else { 1 },
        "time": entry.at.millis(),
        "status_id": if failed { 2 } else { 1 },
        "message": kind.as_str(),
        "metadata": {
            "version": OCSF_VERSION,
            "product": { "name": "Procura", "vendor_name": "Procura", "version": version },
            "uid": entry.id,
            "log_name": origin,
            "event_code": kind.as_str(),
        },
        "actor": { "user": user(entry) },
        "unmapped": unmapped,
    });
    let of_class = match class {
        Class::AccountChange | Class::Authentication => vec![("user", Some(user(entry)))],
        Class::AuthorizeSession => {
            let privileges = json!([format!("{object_kind}:{theme}")]);
            vec![("user", Some(user(entry))), ("privileges", Some(privileges))]
        }
        Class::UserAccess => {
            let privileges = json!([format!("{object_kind}:{theme}")]);
            vec![("user", Some(user(entry))), ("privileges", Some(privileges)), ("resource", Some(resource))]
        }
        Class::EntityManagement => vec![("entity", Some(resource))],
    };
    let detail = refused(entry).map(Value::from);
    let event = with(event, of_class);
    let sequence = index.map(Value::from);
    let mut event = with(event, [("status_detail", detail)]);
    if let (Some(sequence), Some(metadata)) = (sequence, event.get_mut("metadata")) {
        metadata["sequence"] = sequence;
    }
    if activity == OTHER {
        event["activity_name"] = kind.as_str().into();
    }
    event
}

fn identifier(system: &str, value: impl Into<Value>) -> Value {
    json!({ "identifier": { "system": format!("urn:procura:{system}"), "value": value.into() } })
}

fn code(system: &str, code: &str, display: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code, "display": display }] })
}

/// What an entry names, each once, with the role of FHIR's object-role code system: 1 the person, 4 what it is about, 13 the
/// security resource it used.
fn entities(entry: &Entry, index: Option<u64>) -> Vec<Value> {
    const ROLES: &str = "http://terminology.hl7.org/CodeSystem/object-role";
    let one = |system: &str, value: String, name: Option<&str>, role: (&str, &str)| {
        let what = with(identifier(system, value), [("display", name.map(Value::from))]);
        json!({ "what": what, "role": code(ROLES, role.0, role.1) })
    };
    let domain = ("4", "Domain Resource");
    let mut all = vec![one("entry", entry.id.to_string(), None, ("20", "Job"))];
    if let Some(index) = index {
        all.push(one("ledger-index", index.to_string(), None, ("20", "Job")));
    }
    all.extend(entry.person.map(|id| one("person", id.to_string(), None, ("1", "Patient"))));
    all.extend(entry.mandate.map(|id| one("mandate", id.to_string(), None, ("13", "Security Resource"))));
    all.extend(entry.act.map(|id| one("act", id.to_string(), None, domain)));
    all.extend(entry.theme.map(|theme| one("theme", theme.key().to_owned(), None, domain)));
    all.extend(entry.organisation.as_ref().map(|o| one("organisation", o.id.clone(), Some(&o.name), domain)));
    all.extend(entry.client.as_ref().map(|c| one("client", c.id.clone(), Some(&c.name), domain)));
    all
}

/// One entry as a FHIR R5 `AuditEvent`. `origin` names the ledger, `index` the place in its tree.
pub fn fhir(entry: &Entry, index: Option<u64>, origin: &str) -> Value {
    let kind = entry.event.kind().as_str();
    let (class, _, action) = class_of(entry.event.kind());
    let failed = refused(entry).is_some() || kind.ends_with("refused");
    let actor = &entry.actor;
    let uid = actor.id.clone().unwrap_or_else(|| actor.role.as_str().to_owned());
    let who = with(identifier("actor", uid), [("display", actor.name.clone().map(Value::from))]);
    let outcome = if failed { ("4", "Minor failure") } else { ("0", "Success") };
    let system = "http://terminology.hl7.org/CodeSystem/audit-event-outcome";
    let detail = refused(entry).map(|reason| json!([{ "text": reason }]));
    let outcome = json!({ "code": { "system": system, "code": outcome.0, "display": outcome.1 } });
    json!({
        "resourceType": "AuditEvent",
        "id": entry.id,
        "category": [code("urn:procura:ocsf-class", &class.uid().to_string(), class.title())],
        "code": { "coding": [{ "system": "urn:procura:kind", "code": kind }], "text": kind },
        "action": action,
        "severity": if failed { "warning" } else { "informational" },
        "recorded": entry.at.to_text(),
        "outcome": with(outcome, [("detail", detail)]),
        "agent": [{
            "type": { "coding": [{ "system": "urn:procura:role", "code": actor.role.as_str() }] },
            "who": who,
            "requestor": true,
        }],
        "source": { "observer": identifier("ledger", origin) },
        "entity": entities(entry, index),
    })
}

/// Several entries as one FHIR `Bundle` of type `collection`.
pub fn fhir_bundle<'a>(entries: impl IntoIterator<Item = (&'a Entry, Option<u64>)>, origin: &str) -> Value {
    let one = |(entry, index): (&Entry, Option<u64>)| {
        let mut part = Map::new();
        part.insert("fullUrl".to_owned(), format!("urn:uuid:{}", entry.id).into());
        part.insert("resource".to_owned(), fhir(entry, index, origin));
        Value::Object(part)
    };
    let all: Vec<Value> = entries.into_iter().map(one).collect();
    json!({ "resourceType": "Bundle", "type": "collection", "entry": all })
}

#[cfg(test)]
mod tests;
