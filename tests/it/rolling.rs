//! A gateway of the release before goes on while the next one has already migrated: migrations only add, and what this
//! release says to the database still holds when a later one has added to it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use procura::operations::install;
use procura::operations::install::InstallError;
use procura::operations::install::Migrate;
use procura::storage::db::Db;
use procura::storage::db::Schema;
use procura::storage::db::Sql;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;

use crate::schema::STATEMENTS;
use crate::world::Engine;
use crate::world::bare::Bare;
use crate::world::database;

/// Migrations that took something away, with what. All are older than the first release, so that no gateway ran without them.
/// Another line is right here only when the release before the one that brings it no longer names what it takes away.
const CONTRACTED: [(&str, &[&str]); 10] = [
    // The secrets moved to the table of factors.
    (
        "0010_factors.sql",
        &["ALTER TABLE ACCOUNTS DROP COLUMN TOTP_SECRET", "ALTER TABLE ACCOUNTS DROP COLUMN TOTP_STEP"],
    ),
    // An end that may be open; refused requests do not stand in the way of another.
    (
        "0012_habilitation.sql",
        &[
            "ALTER TABLE HABILITATIONS DROP COLUMN ENDS_AT",
            "ALTER TABLE HABILITATIONS RENAME COLUMN UNTIL_AT",
            "DROP INDEX HABILITATIONS_ONE_LIVING",
            "CREATE UNIQUE INDEX HABILITATIONS_ONE_LIVING ON HABILITATIONS",
        ],
    ),
    ("0015_attestations.sql", &["ALTER TABLE ATTESTATIONS DROP COLUMN VERIFIED_DAY"]),
    // Made again in the same migration, with one column more.
    ("0037_chain_in_line.sql", &["DROP TRIGGER LEDGER_LINES_ADD", "DROP VIEW LEDGER_LINES"]),
    // Look-ups of what the same trigger has just written; no statement of any release names them.
    (
        "0039_party_locks.sql",
        &[
            "ALTER TABLE LEDGER_PAYLOADS DROP CONSTRAINT LEDGER_PAYLOADS_ENTRY_FKEY",
            "ALTER TABLE ENTRY_REFS DROP CONSTRAINT ENTRY_REFS_ENTRY_FKEY",
            "ALTER TABLE LEDGER_PENDING DROP CONSTRAINT LEDGER_PENDING_ENTRY_FKEY",
        ],
    ),
    // Made again in the same migration: the trigger as it takes what gateways of either build write, the indexes for
    // the lines that are looked for by them.
    (
        "0041_commitments.sql",
        &[
            "DROP TRIGGER LEDGER_LINES_ADD",
            "DROP INDEX ENTRY_REFS_BY_ACCOUNT",
            "DROP INDEX ENTRY_REFS_BY_ORGANISATION",
            "DROP INDEX ENTRY_REFS_BY_CLIENT",
            "DROP INDEX ENTRY_REFS_BY_KIND",
        ],
    ),
    // Look-ups of rows that a trigger of the same migration keeps from being deleted, as no release ever did; no statement names them.
    (
        "0045_kept_rows.sql",
        &[
            "ALTER TABLE ACTS DROP CONSTRAINT ACTS_CLIENT_FKEY",
            "ALTER TABLE ACTS DROP CONSTRAINT ACTS_ACCOUNT_FKEY",
            "ALTER TABLE ACTS DROP CONSTRAINT ACTS_ORGANISATION_FKEY",
            "ALTER TABLE ACTS DROP CONSTRAINT ACTS_HABILITATION_FKEY",
            "ALTER TABLE ACTS DROP CONSTRAINT ACTS_PERSON_FKEY",
            "ALTER TABLE ACTS DROP CONSTRAINT ACTS_MANDATE_FKEY",
            "ALTER TABLE TOKENS DROP CONSTRAINT TOKENS_CLIENT_FKEY",
            "ALTER TABLE TOKENS DROP CONSTRAINT TOKENS_ACT_FKEY",
            "ALTER TABLE TOKENS DROP CONSTRAINT TOKENS_MANDATE_FKEY",
            "ALTER TABLE NOTICE_LINKS DROP CONSTRAINT NOTICE_LINKS_PERSON_FKEY",
            "ALTER TABLE NOTICE_LINKS DROP CONSTRAINT NOTICE_LINKS_MANDATE_FKEY",
        ],
    ),
    // Indexes, which hold nothing and which no statement names: three are made again in the same migration for the rows that are
    // looked for; and how full a page is made.
    (
        "0046_acts_alone.sql",
        &[
            "DROP INDEX ACTS_BY_VIA",
            "DROP INDEX ACTS_IN_SESSION",
            "DROP INDEX ACTS_BY_MANDATE",
            "DROP INDEX ACTS_BY_CLIENT",
            "DROP INDEX ACTS_BY_OPENING",
            "ALTER TABLE ACTS SET (FILLFACTOR =",
        ],
    ),
    // Made again in the same migration, with the same columns; contents stand in another table from here on.
    ("0047_contents_beside.sql", &["DROP TRIGGER LEDGER_LINES_ADD", "DROP VIEW LEDGER_LINES"]),
    // Made again in the same migration, over the lines that are looked for by it; no statement names an index.
    ("0048_without_person.sql", &["DROP INDEX ENTRY_REFS_WITHOUT_PERSON"]),
];

/// What takes something away from statements of the release before, in one statement of a migration.
fn takes_away(statement: &str, own: &BTreeSet<String>) -> Option<String> {
    let words: Vec<String> = statement.split_whitespace().map(str::to_ascii_uppercase).collect();
    let text = words.join(" ");
    let begins = |start: &str| text.starts_with(start);
    let on_own = |at: usize| words.get(at).is_some_and(|name| own.contains(name.trim_end_matches('(')));
    let adds = text.contains(" ADD COLUMN ");
    let bare = adds && text.contains(" NOT NULL") && !text.contains(" DEFAULT ");
    let changes = begins("ALTER TABLE") && !adds && !on_own(2);
    let unique = begins("CREATE UNIQUE INDEX") && {
        let table = words.iter().position(|word| word == "ON").map(|at| at + 1);
        !table.is_some_and(on_own)
    };
    (begins("DROP ") || bare || changes || unique || begins("DELETE ") || begins("TRUNCATE "))
        .then(|| words[..words.len().min(6)].join(" "))
}

/// The tables a migration makes: what it does to them takes nothing from anybody.
fn made(text: &str) -> BTreeSet<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .windows(3)
        .filter(|three| three[0].eq_ignore_ascii_case("CREATE") && three[1].eq_ignore_ascii_case("TABLE"))
        .map(|three| three[2].trim_end_matches('(').to_ascii_uppercase())
        .collect()
}

fn contractions(folder: &str) -> BTreeMap<String, Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
    let mut found = BTreeMap::new();
    for file in std::fs::read_dir(root).expect("migrations") {
        let file = file.expect("a file");
        let text = std::fs::read_to_string(file.path()).expect("a migration");
        let bare: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        let bare = bare.join("\n");
        let own = made(&bare);
        let taken: Vec<String> =
            bare.split(';').filter_map(|statement| takes_away(statement.trim(), &own)).collect();
        if !taken.is_empty() {
            found.insert(file.file_name().to_string_lossy().into_owned(), taken);
        }
    }
    found
}

#[test]
fn migrations_only_add() {
    for folder in ["postgres", "sqlite"] {
        let mut found = contractions(folder);
        for (file, known) in CONTRACTED {
            let taken = found.remove(file).unwrap_or_default();
            let listed: BTreeSet<&str> = known.iter().copied().collect();
            let unlisted: Vec<&String> =
                taken.iter().filter(|taken| !listed.contains(taken.as_str())).collect();
            assert!(unlisted.is_empty(), "{folder}/{file}: {unlisted:?}");
        }
        assert!(found.is_empty(), "{folder} takes away what the release before may still name: {found:#?}");
    }
}

#[test]
fn what_takes_away_is_noticed() {
    let own = made("CREATE TABLE fresh (id INT);");
    let noticed = |statement: &str| takes_away(statement, &own).is_some();
    for bad in [
        "DROP TABLE persons",
        "alter table persons\n  drop column sealed",
        "ALTER TABLE persons RENAME COLUMN a TO b",
        "ALTER TABLE persons ALTER COLUMN a SET NOT NULL",
        "ALTER TABLE persons ADD COLUMN a TEXT NOT NULL",
        "ALTER TABLE persons ADD CONSTRAINT one CHECK (a > 0)",
        "CREATE UNIQUE INDEX one ON persons (a)",
        "DROP INDEX one",
        "DELETE FROM persons",
    ] {
        assert!(noticed(bad), "{bad}");
    }
    for good in [
        "ALTER TABLE persons ADD COLUMN a TEXT",
        "ALTER TABLE persons ADD COLUMN a TEXT NOT NULL DEFAULT ''",
        "CREATE UNIQUE INDEX one ON fresh (a)",
        "ALTER TABLE fresh ADD CONSTRAINT one CHECK (a > 0)",
        "CREATE INDEX one ON persons (a)",
        "UPDATE persons SET a = 'x'",
    ] {
        assert!(!noticed(good), "{good}");
    }
}

async fn say(url: &str, text: String) {
    match url.starts_with("sqlite") {
        true => {
            let mut db = sqlx::SqliteConnection::connect(url).await.expect("the database");
            db.execute(sqlx::raw_sql(AssertSqlSafe(text))).await.expect("done");
        }
        false => {
            let mut db = sqlx::PgConnection::connect(url).await.expect("the database");
            db.execute(sqlx::raw_sql(AssertSqlSafe(text))).await.expect("done");
        }
    }
}

/// A column more in every table, a table more, and a migration that this program does not know.
async fn upgrade(bare: &Bare) {
    let tables = Sql::two(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    );
    let mut tx = bare.bench.db.read().await.expect("tx");
    let names: Vec<(String,)> = tx.query(tables).fetch_all().await.expect("tables");
    drop(tx);
    assert!(names.len() > 20);
    let mut text = String::from("CREATE TABLE of_a_later_release (id BIGINT PRIMARY KEY);\n");
    for (name,) in names.iter().filter(|(name,)| name != "_sqlx_migrations") {
        text += &format!("ALTER TABLE {name} ADD COLUMN of_a_later_release TEXT;\n");
    }
    text += "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'a later release', TRUE, ";
    text += if bare.engine == Engine::Sqlite { "x'00', 0)" } else { "'\\x00'::bytea, 0)" };
    say(&bare.url, text).await;
}

async fn open_again(bare: &Bare) -> Result<(), InstallError> {
    let old = &bare.bench;
    let opened =
        install::open(Arc::clone(&old.config), old.clock.clone(), old.random.clone(), Migrate::Always).await;
    opened.map(drop)
}

on_each_engine! {
    async fn this_release_goes_on_beside_a_later_one(bare) {
        assert_eq!(bare.bench.db.schema().await.expect("a schema"), Schema::Same);
        upgrade(&bare).await;
        assert_eq!(bare.bench.db.schema().await.expect("a schema"), Schema::Newer);
        open_again(&bare).await.expect("a gateway of this release starts");
        let mut faults = Vec::new();
        for (file, statements) in STATEMENTS {
            for (name, sql) in *statements {
                let mut tx = bare.bench.db.begin().await.expect("tx");
                if let Err(error) = tx.prepare(*sql).await {
                    faults.push(format!("{file}::{name}: {error}"));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    async fn a_gateway_does_not_start_on_tables_of_an_earlier_release(bare) {
        say(&bare.url, "DELETE FROM _sqlx_migrations WHERE version > 34".to_owned()).await;
        assert_eq!(bare.bench.db.schema().await.expect("a schema"), Schema::Older);
        let old = &bare.bench;
        let mut config = procura::config::Config::clone(&old.config);
        config.server.migrate_at_start = false;
        let refused =
            install::open(Arc::new(config), old.clock.clone(), old.random.clone(), Migrate::AsConfigured).await;
        assert!(matches!(refused, Err(InstallError::Behind)), "{refused:?}");
    }
}

/// How long a statement of a gateway may take beside a migration that cannot have its table.
const SHORTLY: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_gives_way_to_gateways_at_work() {
    let directory = tempfile::tempdir().expect("a directory");
    let url = database(Engine::Postgres, directory.path()).await.url;
    let db = Db::open(&url, 4).await.expect("the database");
    db.migrate().await.expect("a schema");
    // This migration makes an index of the table anew, which takes it from everybody.
    say(&url, "DELETE FROM _sqlx_migrations WHERE version = 48".to_owned()).await;
    let mut act = sqlx::PgConnection::connect(&url).await.expect("a gateway");
    act.execute(sqlx::raw_sql("BEGIN; LOCK TABLE entry_refs IN ROW EXCLUSIVE MODE"))
        .await
        .expect("an act under way");
    let upgrade = tokio::spawn({
        let db = db.clone();
        async move { db.migrate().await }
    });
    let until = Instant::now() + Duration::from_secs(4);
    let mut answered = 0;
    while Instant::now() < until {
        let other = say(&url, "SELECT entry FROM entry_refs LIMIT 1".to_owned());
        tokio::time::timeout(SHORTLY, other).await.expect("another act goes on");
        answered += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(answered > 1 && !upgrade.is_finished(), "{answered}");
    assert_eq!(db.schema().await.expect("a schema"), Schema::Older, "nothing is half done");
    act.execute(sqlx::raw_sql("COMMIT")).await.expect("the act ends well, however long it took");
    upgrade.await.expect("it runs").expect("it has the table at last");
    assert_eq!(db.schema().await.expect("a schema"), Schema::Same);
}
