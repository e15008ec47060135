//! No statement of a page reads a whole table of the trail: the plans of all statements, and what the pages that people open most
//! read of a million entries on PostgreSQL.

use std::collections::BTreeMap;
use std::time::Duration;

use procura::storage::db::Sql;
use secrecy::ExposeSecret;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;
use sqlx::Row;
use sqlx::SqliteConnection;

use crate::schema::STATEMENTS;
use crate::spaces::Scene;
use crate::world::Engine;
use crate::world::World;
use crate::world::database;

/// The tables that grow with every act.
const LARGE: [&str; 7] = [
    "entry_refs",
    "ledger_entries",
    "ledger_payloads",
    "ledger_sequence",
    "mandates",
    "person_names",
    "persons",
];

/// Statements that read a whole table: the audit, nightly jobs, and the count of mandates that a job makes.
const WHOLE: &[(&str, &str)] = &[
    ("ledger_audit", "CHAINS"),
    ("ledger_audit", "ENTRIES"),
    ("ledger_audit", "UNSEQUENCED"),
    ("ledger_audit", "LOST"),
    ("retention", "OLD_CONTENTS"),
    ("retention", "DRAFTS"),
    ("statistics", "MANDATES_NOW"),
];

/// A million lines of others; of every fifth only the client is known.
const LINES: &[&str] = &[
    "SET session_replication_role = replica",
    "INSERT INTO ledger_entries (id, at, leaf, leaf_hash)
     SELECT md5('e' || n)::uuid, timestamptz '2026-01-01' + n * interval '1 second', decode(md5('l' || n), 'hex'),
       decode(md5('h' || n) || md5('g' || n), 'hex') FROM generate_series(1, 1000000) n",
    "INSERT INTO entry_refs (entry, at, kind, refused, person, mandate, act, account, organisation, client, data_key, sealed)
     SELECT md5('e' || n)::uuid, timestamptz '2026-01-01' + n * interval '1 second',
       (ARRAY['act.opened', 'act.token_issued', 'mandate.token_issued', 'act.reported', 'client.token_issued'])[n % 5 + 1], n % 100 = 0,
       CASE WHEN n % 5 < 4 THEN md5('p' || n % 20000)::uuid END, CASE WHEN n % 5 < 4 THEN md5('m' || n % 20000)::uuid END,
       CASE WHEN n % 5 < 4 THEN md5('t' || n / 3)::uuid END, CASE WHEN n % 5 < 4 THEN md5('a' || n % 2000)::uuid END,
       CASE WHEN n % 5 < 4 THEN md5('o' || n % 500)::uuid END, 'client-' || n % 20, md5('k' || n % 20000)::uuid, decode(repeat(md5('s' || n), 8), 'hex')
     FROM generate_series(1, 1000000) n",
    "INSERT INTO ledger_payloads (entry, data_key, sealed)
     SELECT md5('e' || n)::uuid, md5('k' || n % 20000)::uuid, decode(repeat(md5('s' || n), 8), 'hex') FROM generate_series(1, 100000) n",
    "INSERT INTO ledger_sequence (idx, entry) SELECT 10000000 + n, md5('e' || n)::uuid FROM generate_series(1, 1000000) n",
    "ANALYZE",
];

const PEOPLE: &[&str] = &[
    "INSERT INTO persons (id, identity, identification, data_key, created_at, named)
     SELECT md5('p' || n)::uuid, decode(repeat(md5('i' || n), 16), 'hex'), 'eidas1', md5('k' || n)::uuid, timestamptz '2026-01-01', TRUE
     FROM generate_series(1, 100000) n",
    "INSERT INTO person_names (hash, person) SELECT decode(md5('n' || n / 20), 'hex'), md5('p' || n)::uuid FROM generate_series(1, 100000) n
     UNION ALL SELECT decode(md5('b' || n), 'hex'), md5('p' || n)::uuid FROM generate_series(1, 100000) n",
    "INSERT INTO mandates (id, organisation, drafted_by, habilitation, duration, channel, text_version, reference, drafted_at, lapses_at, status,
       person, consent_method, grade, text_digest, valid_from, valid_until, chain_n)
     SELECT md5('m' || n)::uuid, md5('o' || n % 500)::uuid, md5('a' || n % 2000)::uuid, md5('b' || n % 2000)::uuid, 'semester', 'present',
       '2026-11-22', decode(md5('r' || n), 'hex'), timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2026-01-02',
       (ARRAY['active', 'expired', 'revoked', 'active'])[n % 4 + 1], md5('p' || n)::uuid, 'franceconnect', 'franceconnect',
       decode(md5('d' || n), 'hex'), timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2026-07-01' + n * interval '1 minute', 50
     FROM generate_series(1, 100000) n",
    "ANALYZE",
];

/// The tables that a line of a plan reads from end to end.
fn whole(line: &str, aliases: &BTreeMap<String, String>) -> Option<String> {
    let line = line.trim().trim_start_matches("->").trim();
    let name = match (line.split_once("Seq Scan on "), line.strip_prefix("SCAN ")) {
        (Some((_, rest)), _) => rest.split_whitespace().next()?.to_owned(),
        (None, Some(rest)) if !rest.contains(" INDEX ") => rest.split_whitespace().next()?.to_owned(),
        _ => return None,
    };
    let table = aliases.get(&name).cloned().unwrap_or(name);
    LARGE.contains(&table.as_str()).then_some(table)
}

/// By which other names a statement calls its tables.
fn aliases(sql: &str) -> BTreeMap<String, String> {
    let words: Vec<&str> = sql
        .split(|sign: char| !(sign.is_alphanumeric() || sign == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = BTreeMap::new();
    for at in
        words.windows(3).filter(|at| LARGE.contains(&at[1]) && ["FROM", "JOIN", "UPDATE"].contains(&at[0]))
    {
        found.insert(at[2].to_owned(), at[1].to_owned());
    }
    found
}

/// Statements that must be found, so that a test which finds nothing has looked: each reads a whole table on both engines.
const KNOWN_BAD: [(&str, &str); 3] = [
    ("entry_refs", "SELECT entry FROM entry_refs WHERE refused"),
    ("persons", "SELECT p.id FROM persons p WHERE LENGTH(p.identity) > $1"),
    ("mandates", "SELECT id FROM mandates WHERE chain_n > $1"),
];

/// What is asked of each engine.
trait Planner {
    /// The text it is asked to plan.
    fn text(sql: Sql) -> &'static str;
    /// The lines of its plan.
    async fn plan(&mut self, text: &str) -> Vec<String>;
}

impl Planner for PgConnection {
    fn text(sql: Sql) -> &'static str {
        sql.postgres
    }

    async fn plan(&mut self, text: &str) -> Vec<String> {
        (&mut *self).execute(sqlx::raw_sql(AssertSqlSafe(format!("PREPARE p AS {text}")))).await.expect(text);
        let count = sqlx::raw_sql(
            "SELECT COALESCE(array_length(parameter_types, 1), 0) FROM pg_prepared_statements WHERE name = 'p'",
        );
        let count: i32 = count.fetch_one(&mut *self).await.expect("a count").get(0);
        let values = vec!["NULL"; usize::try_from(count).expect("a count")].join(", ");
        let execute =
            if count == 0 { "EXPLAIN EXECUTE p".to_owned() } else { format!("EXPLAIN EXECUTE p({values})") };
        let plan = sqlx::raw_sql(AssertSqlSafe(execute)).fetch_all(&mut *self).await.expect(text);
        (&mut *self).execute(sqlx::raw_sql("DEALLOCATE p")).await.expect("the end of a statement");
        plan.iter().map(|row| row.get(0)).collect()
    }
}

impl Planner for SqliteConnection {
    fn text(sql: Sql) -> &'static str {
        sql.sqlite
    }

    async fn plan(&mut self, text: &str) -> Vec<String> {
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
        let plan = sqlx::raw_sql(explain).fetch_all(&mut *self).await.expect(text);
        plan.iter().map(|row| row.get("detail")).collect()
    }
}

/// The large tables that a statement reads from end to end.
async fn read_whole(db: &mut impl Planner, text: &str) -> Vec<String> {
    let names = aliases(text);
    db.plan(text).await.iter().filter_map(|line| whole(line, &names)).collect()
}

async fn no_page_reads_a_whole_table<P: Planner>(db: &mut P) {
    for (table, text) in KNOWN_BAD {
        assert_eq!(read_whole(db, text).await, [table], "not noticed: {text}");
    }
    let mut found = Vec::new();
    for (file, statements) in STATEMENTS {
        // A command that the planner serves has no plan itself.
        for (name, sql) in statements.iter().filter(|(name, _)| *name != "ANALYZE") {
            let tables = read_whole(db, P::text(*sql)).await;
            if !tables.is_empty() && !WHOLE.contains(&(*file, *name)) {
                found.push(format!("{file}::{name}: {}", tables.join(", ")));
            }
        }
    }
    assert!(found.is_empty(), "{} statements read a whole table:\n{}", found.len(), found.join("\n"));
}

async fn fill(db: &mut PgConnection, with: &[&'static str]) {
    for sql in with {
        db.execute(sqlx::raw_sql(*sql)).await.expect(sql);
    }
}

/// How many rows and places in indexes of the trail were read so far, once nobody reads any more.
async fn rows_read(db: &mut PgConnection) -> i64 {
    let (mut last, mut same_for) = (-1, 0);
    // Each connection of the gateway tells within ten seconds what it has read.
    while same_for < 12 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let sql = "SELECT ((SELECT SUM(idx_tup_read) FROM pg_stat_user_indexes WHERE relname IN (TRAIL))
                     + (SELECT SUM(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN (TRAIL)))::BIGINT"
            .replace("TRAIL", "'entry_refs', 'ledger_entries', 'ledger_payloads', 'ledger_sequence'");
        let read: i64 =
            sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(&mut *db).await.expect("the figures").get(0);
        same_for = if read == last { same_for + 1 } else { 0 };
        last = read;
    }
    last
}

#[tokio::test]
async fn a_page_reads_what_it_shows() {
    // More often than PostgreSQL plans a statement anew for its values.
    const TIMES: i64 = 7;
    /// Rows and places in indexes a page may read; it shows some ten lines.
    const MOST: i64 = 150;
    let mut scene = Scene::set(World::start(Engine::Postgres).await).await;
    let acted = scene.act("social").await;
    scene.usual_report(&acted).await;
    let (mut jeanne, _) = scene.person("jeanne").await;
    let mut db = PgConnection::connect(scene.world.bench.config.database.url.expose_secret())
        .await
        .expect("a connection");
    fill(&mut db, LINES).await;
    fill(&mut db, PEOPLE).await;
    let before = rows_read(&mut db).await;
    let journal = "/personne/journal".to_owned();
    let pages = [
        "/personne".to_owned(),
        format!("{journal}/{}", acted.txn),
        format!("{journal}?mandate={}", scene.mandate.id),
        journal,
    ];
    for page in &pages {
        for _ in 0..TIMES {
            let shown = jeanne.get(&scene.world.at(page)).await.expect("a page");
            assert!(
                shown.status.is_success() && shown.main_text().contains("Amélie Durand"),
                "{page}: {}",
                shown.main_text()
            );
        }
    }
    for _ in 0..TIMES {
        let own = scene.aidant.get(&scene.world, "/aidant/journal").await;
        assert!(own.main_text().contains("Jeanne"), "{}", own.main_text());
    }
    let read = rows_read(&mut db).await - before;
    let opened = TIMES * (i64::try_from(pages.len()).expect("few") + 1);
    assert!(read > opened, "nothing was counted: {read}");
    assert!(read < opened * MOST, "{read} rows of the trail for {opened} pages");
}

#[tokio::test]
async fn no_page_reads_a_whole_table_postgres() {
    let directory = tempfile::tempdir().expect("a directory");
    let url = database(Engine::Postgres, directory.path()).await.url;
    let mut db = PgConnection::connect(&url).await.expect("a connection");
    fill(&mut db, LINES).await;
    fill(&mut db, PEOPLE).await;
    db.execute(sqlx::raw_sql("SET plan_cache_mode = force_generic_plan")).await.expect("a setting");
    no_page_reads_a_whole_table(&mut db).await;
}

#[tokio::test]
async fn no_page_reads_a_whole_table_sqlite() {
    let directory = tempfile::tempdir().expect("a directory");
    // Its planner goes by the schema alone: the plan is the same over a million rows.
    let url = database(Engine::Sqlite, directory.path()).await.url;
    let mut db = SqliteConnection::connect(&url).await.expect("a connection");
    no_page_reads_a_whole_table(&mut db).await;
}
