//! The copy of everything: complete, of the form it tells, hers alone.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use procura::operations::person_export::SCHEMA;
use procura::storage::db::Db;
use procura::storage::db::Sql;
use serde_json::Value;

use crate::spaces::Scene;
use crate::world::Engine;
use crate::world::database;

/// Tables that name a person or a mandate and stand in the copy.
const EXPORTED: &[&str] = &[
    "act_errors",
    "acts",
    "askings",
    "attestations",
    "blocks",
    "cases",
    "consents",
    "declared_persons",
    "end_notices",
    "entry_refs",
    "erasure_requests",
    "mandate_holds",
    "mandate_themes",
    "mandate_transfers",
    "mandates",
    "notice_links",
    "orientations",
    "paper_codes",
    "person_contacts",
    "person_languages",
    "person_preferences",
    "recorded_revocations",
    "tokens",
    "verifications",
];

/// Tables that name one and do not, each with its reason.
const LEFT_OUT: &[(&str, &str)] = &[
    ("consent_links", "a code's hash and when it was used; the consent itself stands in the copy"),
    ("person_names", "keyed hashes by which her name is found; the name stands in the copy"),
    ("person_subjects", "a keyed hash by which FranceConnect's answer is recognised; it says nothing more"),
    ("recorded_revocation_ends", "which mandates ended: their status and the line say so"),
    ("signs", "patterns under examination; telling them would defeat it, and they hold no more than a count"),
    ("status_entries", "a number in a public list, drawn at random"),
];

/// What does not fit the schema; the part of JSON Schema that ours uses.
fn faults(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.contains(&kind) {
        found.push(format!("{at}: {kind} is none of {kinds:?}"));
    }
    if let Value::Array(items) = value {
        for (index, item) in items.iter().enumerate() {
            faults(&schema["items"], item, &format!("{at}[{index}]"), found);
        }
    }
    if let Value::Object(members) = value {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !members.contains_key(name) {
                found.push(format!("{at}.{name}: missing"));
            }
        }
        for (name, member) in members {
            match schema["properties"].get(name) {
                Some(inner) => faults(inner, member, &format!("{at}.{name}"), found),
                None if schema["additionalProperties"] == Value::Bool(false) => {
                    found.push(format!("{at}.{name}: not described"));
                }
                None => {}
            }
        }
    }
}

#[test]
fn every_field_of_the_schema_is_explained() {
    fn look(schema: &Value, at: &str) {
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            assert!(inner["description"].as_str().is_some_and(|words| words.len() > 3), "{at}.{name}");
            look(inner, &format!("{at}.{name}"));
            look(&inner["items"], &format!("{at}.{name}[]"));
        }
    }
    look(&serde_json::from_str(SCHEMA).expect("a schema"), "$");
}

#[tokio::test]
async fn every_table_that_names_her_is_in_the_copy_or_left_out_for_a_reason() {
    let directory = tempfile::tempdir().expect("a directory");
    let db = Db::open(&database(Engine::Sqlite, directory.path()).await.url, 2).await.expect("a database");
    let sql = Sql::same(
        "SELECT m.name, p.name, COALESCE(f.\"table\", '') FROM sqlite_master m JOIN pragma_table_info(m.name) p
         LEFT JOIN pragma_foreign_key_list(m.name) f ON f.\"from\" = p.name WHERE m.type = 'table'",
    );
    let columns: Vec<(String, String, String)> =
        db.read().await.expect("a transaction").query(sql).fetch_all().await.expect("columns");
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, column, target) in columns {
        let by_name = matches!(column.as_str(), "person" | "mandate");
        if by_name || matches!(target.as_str(), "persons" | "mandates") {
            named.entry(table).or_default().insert(column);
        }
    }
    let listed: BTreeSet<String> =
        EXPORTED.iter().copied().chain(LEFT_OUT.iter().map(|(table, _)| *table)).map(str::to_owned).collect();
    let found: BTreeSet<String> = named.keys().cloned().collect();
    assert_eq!(found, listed, "{named:?}");
    let source = include_str!("../../../src/operations/person_export.rs");
    assert!(source.contains("person_export::") && LEFT_OUT.iter().all(|(_, reason)| reason.len() > 20));
}

on_each_database! {
    async fn the_copy_holds_everything_and_has_the_form_it_tells(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        scene.usual_report(&acted).await;
        let (mut browser, _) = scene.person("jeanne").await;
        let page = browser.get(&scene.world.at("/personne/donnees.json")).await.expect("the copy");
        let copy: Value = serde_json::from_str(&page.html).expect("JSON");
        let mut found = Vec::new();
        faults(&serde_json::from_str(SCHEMA).expect("a schema"), &copy, "$", &mut found);
        assert!(found.is_empty(), "{found:#?}");
        let schema = browser.get(&scene.world.at("/personne/donnees.schema.json")).await.expect("the schema");
        assert_eq!(schema.html, SCHEMA);
        assert!(copy["person"]["identity"]["family_name"].as_str().is_some_and(|name| name.to_lowercase().contains("lef")));
        assert!(copy["mandates"][0]["consent"]["text"].as_str().expect("the text").len() > 500);
        assert_eq!(copy["acts"][0]["entry"], acted.txn);
        assert!(!copy["contacts"].as_array().expect("contacts").is_empty());
        let kinds: BTreeSet<&str> =
            copy["entries"].as_array().expect("lines").iter().filter_map(|line| line["kind"].as_str()).collect();
        for kind in ["mandate.drafted", "mandate.approved", "act.opened", "act.reported", "person.logged_in"] {
            assert!(kinds.contains(kind), "{kind} in {kinds:?}");
        }
        assert!(page.html.contains("Déclaration de ressources 2026"), "what was reported");
        let cookie = scene.world.at("/personne/donnees.pdf");
        let paper = browser.get(&cookie).await.expect("the paper");
        assert_eq!((paper.status.as_u16(), paper.header("content-type")), (200, Some("application/pdf")));
        assert!(paper.html.starts_with("%PDF-"));
        let (mut other, _) = scene.person("luc").await;
        let others = other.get(&scene.world.at("/personne/donnees.json")).await.expect("a copy");
        assert!(!others.html.contains(&acted.txn) && !others.html.contains("CCAS de Dijon"));
    }
}
