//! The names of the kinds, and how an event is written.

use super::*;
use std::collections::HashSet;

#[test]
fn names_are_unique_have_noun_and_verb_and_are_read_back() {
    let names: HashSet<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names.len(), Kind::ALL.len());
    for kind in Kind::ALL {
        let (noun, verb) = kind.as_str().split_once('.').expect("a noun and a verb");
        assert!([noun, verb].iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
        assert_eq!(Kind::parse(kind.as_str()), Some(*kind));
    }
    assert_eq!(Kind::parse("mandate.invented"), None);
}

#[test]
fn an_event_is_written_under_its_kind() {
    let event = Event::ActRefused { stage: ActStage::Redemption, reason: "mandate_revoked".into() };
    let json = serde_json::to_value(&event).expect("json");
    assert_eq!(
        json,
        serde_json::json!({"kind": "act.refused", "details": {"stage": "redemption", "reason": "mandate_revoked"}})
    );
    assert!(serde_json::from_value::<Event>(json).expect("reads") == event);
    assert!(serde_json::from_str::<Event>(r#"{"kind":"act.refused","details":{}}"#).is_err());
}
