//! Each form holds what its standard requires.

use super::*;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::ledger::words::ActStage;
use uuid::Uuid;

/// OCSF 1.3.0: the activities of each class, besides 0 and 99.
const ACTIVITIES: [(u32, u32); 5] = [(3001, 12), (3002, 7), (3003, 2), (3004, 13), (3005, 2)];

fn entry(event: Event) -> Entry {
    let at = Instant::parse("2027-03-03T13:05:00.123Z").expect("an instant");
    let actor = Actor::new(Role::Aidant, "a-1", "Amélie Durand");
    let mut entry = Entry::new(EntryId::from_uuid(Uuid::from_u128(7)), at, actor, event);
    entry.person = Some(PersonId::from_uuid(Uuid::from_u128(8)));
    entry.mandate = Some(MandateId::from_uuid(Uuid::from_u128(9)));
    entry.theme = Some(Theme::Social);
    entry.client = Some(Named::new(ClientId::parse("caf").expect("an id"), "CAF"));
    entry.organisation = Some(Named::new("o-1", "CCAS de Dijon"));
    entry
}

/// The required attributes of the base event and of its class (schema.ocsf.io/1.3.0).
fn faults(event: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut need = |holds: bool, what: &str| {
        if !holds {
            faults.push(what.to_owned());
        }
    };
    let number = |name: &str| event[name].as_u64().unwrap_or_default();
    let (class, activity) = (number("class_uid"), number("activity_id"));
    need(number("category_uid") == 3 && class / 1000 == 3, "category_uid");
    need(number("type_uid") == class * 100 + activity, "type_uid");
    need((1..=6).contains(&number("severity_id")), "severity_id");
    need([1, 2].contains(&number("status_id")), "status_id");
    need(number("time") > 1_000_000_000_000, "time in milliseconds");
    need(event["metadata"]["version"] == OCSF_VERSION, "metadata.version");
    need(event["metadata"]["product"]["name"].is_string(), "metadata.product.name");
    need(event["metadata"]["product"]["vendor_name"].is_string(), "metadata.product.vendor_name");
    let most = ACTIVITIES.iter().find(|(uid, _)| u64::from(*uid) == class).map(|(_, most)| u64::from(*most));
    need(activity == 99 || most.is_some_and(|most| (1..=most).contains(&activity)), "activity_id");
    need(activity != 99 || event["activity_name"].is_string(), "activity_name");
    match class {
        3004 => need(event["entity"]["uid"].is_string() && event["entity"]["type"].is_string(), "entity"),
        3005 => {
            need(event["user"]["uid"].is_string(), "user");
            need(event["privileges"].as_array().is_some_and(|all| !all.is_empty()), "privileges");
        }
        _ => need(event["user"]["uid"].is_string(), "user"),
    }
    faults
}

#[test]
fn every_kind_has_a_class_that_knows_its_activity() {
    for kind in Kind::ALL {
        let (class, activity, action) = class_of(*kind);
        let (_, most) = ACTIVITIES.iter().find(|(uid, _)| *uid == class.uid()).expect("a class");
        assert!(activity == 99 || (1..=*most).contains(&activity), "{kind}: {activity}");
        assert!("CRUDE".contains(action), "{kind}: {action}");
    }
    let of = |name: &str| {
        let (class, activity, action) = class_of(Kind::parse(name).expect("a kind"));
        (class.uid(), activity, action)
    };
    assert_eq!(of("aidant.logged_in"), (3002, 1, 'E'));
    assert_eq!(of("act.opened"), (3003, 1, 'E'));
    assert_eq!(of("mandate.approved"), (3005, 1, 'U'));
    assert_eq!(of("mandate.revoked"), (3005, 2, 'U'));
    assert_eq!(of("trail.read_by_authority"), (3004, 2, 'R'));
    assert_eq!(of("person.erased"), (3004, 4, 'D'));
    assert_eq!(of("factor.enrolled"), (3001, 10, 'U'));
}

#[test]
fn an_ocsf_event_holds_what_its_class_requires() {
    let refused = entry(Event::ActRefused { stage: ActStage::Redemption, reason: "mandate_revoked".into() });
    let events = [
        entry(Event::AidantLoggedIn { method: "passkey".into() }),
        entry(Event::AccountRestored { holder: Named::new("a-1", "Amélie") }),
        entry(Event::MandateRevoked {
            by: crate::ledger::words::RevokedBy::Person,
            reason: None,
            channel: crate::ledger::words::Channel::Page,
        }),
        entry(Event::ClientDisabled { reason: "x".into() }),
        refused.clone(),
    ];
    for one in &events {
        let event = ocsf(one, Some(12), ("gateway.example/ledger", "1.0.0"));
        assert_eq!(faults(&event), Vec::<String>::new(), "{event:#}");
        assert_eq!(event["metadata"]["sequence"], 12);
        assert_eq!(event["unmapped"]["kind"], one.event.kind().as_str(), "nothing is lost");
    }
    let event = ocsf(&refused, None, ("gateway.example/ledger", "1.0.0"));
    assert_eq!((&event["status_id"], &event["severity_id"]), (&json!(2), &json!(2)));
    assert_eq!(event["time"], 1_804_079_100_123_u64);
    assert_eq!(event["metadata"].get("sequence"), None, "no place in the tree yet");
}

#[test]
fn an_audit_event_holds_what_fhir_requires() {
    let mut read = entry(Event::ActEnded { by: "logout".into() });
    read.outcome = Outcome::Refused { reason: "identity".to_owned() };
    let bundle = fhir_bundle([(&read, Some(3))], "gateway.example/ledger");
    assert_eq!((&bundle["resourceType"], &bundle["type"]), (&json!("Bundle"), &json!("collection")));
    assert_eq!(bundle["entry"][0]["fullUrl"], format!("urn:uuid:{}", read.id));
    let event = &bundle["entry"][0]["resource"];
    assert_eq!(event["resourceType"], "AuditEvent");
    assert_eq!(event["code"]["coding"][0]["code"], "act.ended");
    assert_eq!(event["recorded"].as_str().and_then(Instant::parse), Some(read.at), "an instant");
    assert_eq!(event["agent"][0]["who"]["identifier"]["value"], "a-1");
    assert_eq!(event["agent"][0]["who"]["display"], "Amélie Durand");
    assert_eq!(event["source"]["observer"]["identifier"]["value"], "gateway.example/ledger");
    assert_eq!(event["outcome"]["code"]["code"], "4");
    assert_eq!(event["outcome"]["detail"][0]["text"], "identity");
    let kinds: Vec<_> = event["entity"]
        .as_array()
        .expect("entities")
        .iter()
        .map(|one| one["what"]["identifier"]["system"].as_str().expect("a system").to_owned())
        .collect();
    assert_eq!(
        kinds,
        ["entry", "ledger-index", "person", "mandate", "theme", "organisation", "client"]
            .map(|name| format!("urn:procura:{name}"))
    );
    // FHIR ids: 64 signs of [A-Za-z0-9-.]; the code of `action` is one of five.
    let id = event["id"].as_str().expect("an id");
    assert!(id.len() <= 64 && id.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-'), "{id}");
    assert!(event["action"].as_str().is_some_and(|action| "CRUDE".contains(action)));
}
