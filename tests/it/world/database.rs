//! A database of its own for each world: a copy of one that went through its first start once.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use procura::config::Config;
use procura::crypto::random::SystemRandom;
use procura::domain::ids::random_bytes;
use procura::operations::install;
use procura::operations::install::Migrate;
use procura::operations::keys;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;
use tokio::sync::OnceCell;
use url::Url;

use crate::world::clock::TestClock;

pub const MASTER_KEY: &str = "2b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfe";
pub const ORIGIN: &str = "procura.example/ledger";

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in the world's directory.
    Sqlite,
    /// A database at the server of `PROCURA_TEST_POSTGRES`.
    Postgres,
}

/// Where one world keeps everything.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its address.
    pub url: String,
}

static SQLITE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRES: OnceCell<String> = OnceCell::const_new();

/// A fresh, prepared database.
pub async fn database(engine: Engine, directory: &Path) -> Database {
    match engine {
        Engine::Sqlite => {
            let template = SQLITE.get_or_init(sqlite_template).await;
            let file = directory.join("procura.db");
            std::fs::copy(template, &file).expect("a copy");
            Database { url: format!("sqlite://{}", file.display()) }
        }
        Engine::Postgres => {
            let template = POSTGRES.get_or_init(postgres_template).await;
            Database { url: create_postgres(&format!("TEMPLATE {template}")).await.1 }
        }
    }
}

/// An empty database, without tables.
pub async fn empty(engine: Engine, directory: &Path) -> Database {
    match engine {
        Engine::Sqlite => Database { url: format!("sqlite://{}", directory.join("empty.db").display()) },
        Engine::Postgres => Database { url: create_postgres("").await.1 },
    }
}

async fn sqlite_template() -> PathBuf {
    // Kept until the process ends, then left to the system's own cleaning.
    let directory = tempfile::tempdir().expect("a directory").keep();
    let file = directory.join("template.db");
    prepare(&format!("sqlite://{}", file.display())).await;
    file
}

async fn postgres_template() -> String {
    let (name, url) = create_postgres("").await;
    prepare(&url).await;
    name
}

async fn prepare(url: &str) {
    let text = format!(
        "[database]\nurl = \"{url}\"\n[keys]\nmaster_key = \"{MASTER_KEY}\"\n[ledger]\norigin = \"{ORIGIN}\"\n"
    );
    let config = Config::from_toml_str(&text).unwrap_or_else(|errors| panic!("{errors}"));
    let clock = Arc::new(TestClock::new(false));
    let random = Arc::new(SystemRandom::new());
    let bench =
        install::open(Arc::new(config), clock, random, Migrate::Always).await.expect("an installation");
    keys::ensure(&bench).await.expect("keys");
    bench.db.close().await;
}

/// Makes a database; gives its name and address.
async fn create_postgres(how: &str) -> (String, String) {
    let server = server_address();
    let name = format!("procura_{}", hex::encode(random_bytes::<8>(&SystemRandom::new())));
    let mut connection =
        PgConnection::connect(server.as_str()).await.expect("the PostgreSQL server of the tests");
    let mut tries = 0;
    loop {
        let sql = AssertSqlSafe(format!("CREATE DATABASE {name} {how}"));
        match connection.execute(sqlx::raw_sql(sql)).await {
            Ok(_) => break,
            // Another copy of the same template may be under way.
            Err(error) if tries < 20 => {
                tries += 1;
                drop(error);
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            Err(error) => panic!("no database for this test: {error}"),
        }
    }
    drop(connection.close().await);
    let mut own = server;
    own.set_path(&name);
    (name, own.to_string())
}

#[expect(clippy::disallowed_methods, reason = "the tests' own setting")]
fn server_address() -> Url {
    let Ok(address) = std::env::var("PROCURA_TEST_POSTGRES") else {
        panic!(
            "no PostgreSQL for the tests: run them as `scripts/with-postgres.sh cargo test`, or set PROCURA_TEST_POSTGRES"
        );
    };
    Url::parse(&address).expect("PROCURA_TEST_POSTGRES is an address")
}
