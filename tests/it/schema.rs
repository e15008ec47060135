//! The two schemas are one: same files, same tables and columns, and every statement is accepted by both engines.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;

use procura::storage;
use procura::storage::db::Db;
use procura::storage::db::Sql;

use crate::world::Engine;
use crate::world::database;

/// Every list of statements of the room `storage`.
pub const STATEMENTS: &[(&str, &[(&str, Sql)])] = &[
    ("account_links", storage::account_links::ALL),
    ("account_subjects", storage::account_subjects::ALL),
    ("accounts", storage::accounts::ALL),
    ("act_errors", storage::act_errors::ALL),
    ("acts", storage::acts::ALL),
    ("aliases", storage::aliases::ALL),
    ("askings", storage::askings::ALL),
    ("attestations", storage::attestations::ALL),
    ("cards", storage::cards::ALL),
    ("cases", storage::cases::ALL),
    ("circumstances", storage::circumstances::ALL),
    ("client_activity", storage::client_activity::ALL),
    ("client_changes", storage::client_changes::ALL),
    ("client_faults", storage::client_faults::ALL),
    ("client_key_sets", storage::client_key_sets::ALL),
    ("clients", storage::clients::ALL),
    ("contacts", storage::contacts::ALL),
    ("contents", storage::contents::ALL),
    ("cosignatures", storage::cosignatures::ALL),
    ("data_keys", storage::data_keys::ALL),
    ("endings", storage::endings::ALL),
    ("engine", storage::engine::ALL),
    ("entries", storage::entries::ALL),
    ("erasure", storage::erasure::ALL),
    ("factor_resets", storage::factor_resets::ALL),
    ("factors", storage::factors::ALL),
    ("habilitations", storage::habilitations::ALL),
    ("holds", storage::holds::ALL),
    ("imports", storage::imports::ALL),
    ("keys", storage::keys::ALL),
    ("leases", storage::leases::ALL),
    ("ledger", storage::ledger::ALL),
    ("ledger_audit", storage::ledger_audit::ALL),
    ("ledger_origins", storage::ledger_origins::ALL),
    ("logins", storage::logins::ALL),
    ("mandates", storage::mandates::ALL),
    ("names", storage::names::ALL),
    ("notices", storage::notices::ALL),
    ("organisation_merges", storage::organisation_merges::ALL),
    ("organisation_requests", storage::organisation_requests::ALL),
    ("organisations", storage::organisations::ALL),
    ("orientations", storage::orientations::ALL),
    ("outbox", storage::outbox::ALL),
    ("paper_codes", storage::paper_codes::ALL),
    ("person_export", storage::person_export::ALL),
    ("persons", storage::persons::ALL),
    ("places", storage::places::ALL),
    ("purge", storage::purge::ALL),
    ("readings", storage::readings::ALL),
    ("receipts", storage::receipts::ALL),
    ("recorded_revocations", storage::recorded_revocations::ALL),
    ("referents", storage::referents::ALL),
    ("retention", storage::retention::ALL),
    ("sessions", storage::sessions::ALL),
    ("settings", storage::settings::ALL),
    ("signals", storage::signals::ALL),
    ("signs", storage::signs::ALL),
    ("software_logins", storage::software_logins::ALL),
    ("statistics", storage::statistics::ALL),
    ("status", storage::status::ALL),
    ("streams", storage::streams::ALL),
    ("team_activity", storage::team_activity::ALL),
    ("timestamps", storage::timestamps::ALL),
    ("tokens", storage::tokens::ALL),
    ("trails", storage::trails::ALL),
    ("workplaces", storage::workplaces::ALL),
];

async fn open(engine: Engine, directory: &Path) -> Db {
    Db::open(&database(engine, directory).await.url, 2).await.expect("a database")
}

fn names(directory: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(directory).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn both_engines_have_the_same_migrations() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = names(&root.join("sqlite"));
    assert!(!files.is_empty());
    assert_eq!(files, names(&root.join("postgres")));
}

#[test]
fn every_file_with_statements_is_prepared_below() {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/storage");
    let files: BTreeSet<String> = names(&room)
        .into_iter()
        .filter(|name| {
            let text = std::fs::read_to_string(room.join(name)).unwrap_or_default();
            text.lines().any(|line| line == "statements! {")
        })
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect();
    let listed: BTreeSet<String> = STATEMENTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, listed);
}

type Columns = BTreeMap<String, BTreeMap<String, bool>>;

fn columns(rows: Vec<(String, String, bool)>) -> Columns {
    let mut tables = Columns::new();
    for (table, column, required) in rows.into_iter().filter(|(table, ..)| table != "_sqlx_migrations") {
        tables.entry(table).or_default().insert(column, required);
    }
    tables
}

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_and_nullability() {
    let directory = tempfile::tempdir().expect("a directory");
    let sqlite = open(Engine::Sqlite, directory.path()).await;
    let postgres = open(Engine::Postgres, directory.path()).await;
    let of_sqlite = Sql::same(
        "SELECT m.name, p.name, (p.\"notnull\" = 1) AS required FROM sqlite_master m, pragma_table_info(m.name) p
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
    );
    let of_postgres = Sql::same(
        "SELECT c.table_name::text, c.column_name::text, c.is_nullable = 'NO' FROM information_schema.columns c
         JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'",
    );
    let one = columns(sqlite.read().await.expect("tx").query(of_sqlite).fetch_all().await.expect("columns"));
    let other =
        columns(postgres.read().await.expect("tx").query(of_postgres).fetch_all().await.expect("columns"));
    assert!(one.len() > 20, "{one:?}");
    assert_eq!(one, other);
}

async fn prepare_all(engine: Engine) {
    let directory = tempfile::tempdir().expect("a directory");
    let db = open(engine, directory.path()).await;
    let mut faults = Vec::new();
    for (file, statements) in STATEMENTS {
        for (name, sql) in *statements {
            let mut tx = db.begin().await.expect("a transaction");
            if let Err(error) = tx.prepare(*sql).await {
                faults.push(format!("{file}::{name}: {error}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn every_statement_prepares_on_sqlite() {
    prepare_all(Engine::Sqlite).await;
}

#[tokio::test]
async fn every_statement_prepares_on_postgres() {
    prepare_all(Engine::Postgres).await;
}
