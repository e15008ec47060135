//! `deploy/postgres/roles.sql` as an operator runs it: the service adds lines, integrates and is audited, and changes none.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use procura::operations::keys;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::PgConnection;
use sqlx::Row;
use url::Url;

use crate::world::Engine;
use crate::world::ROLES;
use crate::world::TestClock;
use crate::world::bare;
use crate::world::bare::Bare;
use crate::world::empty;

/// What the server answers to whom it does not allow something.
const NOT_ALLOWED: &str = "42501";

/// Runs the file by psql, as its head says.
fn run_roles(database: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder =
        Command::new(root.join("scripts/need.sh")).arg("postgres-folder").output().expect("a folder");
    let psql = Path::new(String::from_utf8_lossy(&folder.stdout).trim()).join("psql");
    let output = Command::new(psql)
        .args([
            "--no-psqlrc",
            "--quiet",
            "-v",
            "owner_password=owner",
            "-v",
            "service_password=service",
            "-d",
            database,
        ])
        .arg("-f")
        .arg(root.join("deploy/postgres/roles.sql"))
        .output()
        .expect("psql");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn as_role(database: &str, role: &str, password: &str) -> String {
    let mut url = Url::parse(database).expect("an address");
    url.set_username(role).expect("a name");
    url.set_password(Some(password)).expect("a password");
    url.into()
}

/// The code of the server's refusal; nothing where it did as it was told.
async fn refusal(connection: &mut PgConnection, sql: &str) -> Option<String> {
    let mut within = connection.begin().await.expect("a transaction");
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *within).await;
    within.rollback().await.expect("nothing is kept");
    done.err()?
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .map(std::borrow::Cow::into_owned)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_adds_lines_and_changes_none() {
    let directory = tempfile::tempdir().expect("a directory");
    let _alone = ROLES.lock().await;
    let superuser = empty(Engine::Postgres, directory.path()).await.url;
    run_roles(&superuser);
    run_roles(&superuser);
    // They may have been there before, with other passwords.
    let mut server = PgConnection::connect(&superuser).await.expect("the server");
    let words = "ALTER ROLE procura_owner PASSWORD 'owner'; ALTER ROLE procura_service PASSWORD 'service'";
    sqlx::raw_sql(words).execute(&mut server).await.expect("passwords");
    let clock = Arc::new(TestClock::new(false));
    let owner = bare::config(&as_role(&superuser, "procura_owner", "owner"));
    bare::open(&owner, &clock).await.db.close().await;

    let url = as_role(&superuser, "procura_service", "service");
    let bench = bare::open(&(bare::config(&url) + "[server]\nmigrate_at_start = false\n"), &clock).await;
    keys::ensure(&bench).await.expect("its keys");
    let service = Bare { engine: Engine::Postgres, clock, bench, url: url.clone(), directory };
    service.write(40).await;
    assert!(service.integrate().await >= 40, "the service writes and integrates");
    assert!(service.findings().await.is_empty(), "{:?}", service.findings().await);

    let mut connection = PgConnection::connect(&url).await.expect("the service's own connection");
    let tables = "SELECT tablename::text, (SELECT attname::text FROM pg_attribute WHERE attrelid = \
                  format('public.%I', tablename)::regclass AND attnum = 1) FROM pg_tables \
                  WHERE schemaname = 'public' AND tablename LIKE 'ledger\\_%' ORDER BY 1";
    let rows = sqlx::raw_sql(tables);
    let rows = sqlx::Executor::fetch_all(&mut connection, rows).await.expect("the ledger's tables");
    assert!(rows.len() >= 4, "the ledger's tables are found");
    for row in rows {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let mut forbidden = vec![
            format!("UPDATE {table} SET {column} = {column}"),
            format!("TRUNCATE {table}"),
            format!("ALTER TABLE {table} DISABLE TRIGGER ALL"),
            format!("DROP TABLE {table}"),
        ];
        if !["ledger_pending", "ledger_payloads"].contains(&table.as_str()) {
            forbidden.push(format!("DELETE FROM {table}"));
        }
        for sql in forbidden {
            assert_eq!(refusal(&mut connection, &sql).await.as_deref(), Some(NOT_ALLOWED), "{sql}");
        }
    }
    for sql in
        ["DELETE FROM entry_refs", "TRUNCATE entry_refs", "DROP TRIGGER entry_refs_sealed_once ON entry_refs"]
    {
        assert_eq!(refusal(&mut connection, sql).await.as_deref(), Some(NOT_ALLOWED), "{sql}");
    }
    for sql in ["CREATE TABLE mine (x int)", "ALTER ROLE procura_service SUPERUSER", "SET ROLE procura_owner"]
    {
        assert_eq!(refusal(&mut connection, sql).await.as_deref(), Some(NOT_ALLOWED), "{sql}");
    }
}
