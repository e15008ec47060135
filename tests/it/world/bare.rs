//! An installation without a gateway and without jobs: what tests of the ledger and the keys turn by hand.

use std::path::PathBuf;
use std::sync::Arc;

use procura::config::Config;
use procura::crypto::random::SystemRandom;
use procura::domain::ids::EntryId;
use procura::ledger::entry::Actor;
use procura::ledger::kinds::Event;
use procura::operations::audit_ledger;
use procura::operations::audit_ledger::Finding;
use procura::operations::bench::Bench;
use procura::operations::data_keys;
use procura::operations::install;
use procura::operations::install::Migrate;
use procura::operations::integrate::Turn;
use procura::operations::integrate::integrate;
use procura::operations::work::Line;
use procura::operations::work::Work;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;
use sqlx::SqliteConnection;

use crate::world::Engine;
use crate::world::MASTER_KEY;
use crate::world::ORIGIN;
use crate::world::TestClock;
use crate::world::database;

/// One installation.
pub struct Bare {
    pub engine: Engine,
    pub clock: Arc<TestClock>,
    pub bench: Bench,
    pub url: String,
    pub directory: tempfile::TempDir,
}

impl Bare {
    /// A fresh one with its keys; the entries of its first start wait to be integrated.
    pub async fn open(engine: Engine) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let url = database(engine, directory.path()).await.url;
        let clock = Arc::new(TestClock::new(false));
        let bench = open(&config(&url), &clock).await;
        Self { engine, clock, bench, url, directory }
    }

    /// A second process on the same database.
    pub async fn another(&self) -> Bench {
        self.another_with("").await
    }

    /// A second process whose configuration goes on with these lines (of the section `ledger`, then others).
    pub async fn another_with(&self, more: &str) -> Bench {
        open(&(config(&self.url) + more), &self.clock).await
    }

    /// Its configuration in a file, for the program.
    pub fn config_file(&self) -> PathBuf {
        let file = self.directory.path().join("procura.toml");
        std::fs::write(&file, config(&self.url)).expect("a file");
        file
    }

    /// Writes `many` entries, in transactions of their own.
    pub async fn write(&self, many: usize) -> Vec<EntryId> {
        write(&self.bench, many).await
    }

    /// Integrates until nothing waits; gives the tree's size.
    pub async fn integrate(&self) -> u64 {
        let mut last = 0;
        loop {
            match integrate(&self.bench, "test").await.expect("a turn") {
                Turn::Done { head, .. } => last = head.size,
                Turn::Idle => return last,
                Turn::Elsewhere => panic!("nobody else integrates"),
            }
        }
    }

    /// What an audit with payloads finds.
    pub async fn findings(&self) -> Vec<Finding> {
        audit_ledger::audit(&self.bench, true, &mut |_, _| {}).await.expect("an audit").findings
    }

    /// Runs SQL past the program, as somebody with rights on the database could.
    pub async fn raw(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self.engine {
            Engine::Sqlite => SqliteConnection::connect(&self.url).await?.execute(sql).await.map(drop),
            Engine::Postgres => PgConnection::connect(&self.url).await?.execute(sql).await.map(drop),
        }
    }
}

/// The configuration of an installation at this address; it ends inside the section `ledger`.
pub fn config(url: &str) -> String {
    format!(
        "[database]\nurl = \"{url}\"\nmax_connections = 8\n[keys]\nmaster_key = \"{MASTER_KEY}\"\n[log]\nformat = \"text\"\n\
         filter = \"warn\"\n[ledger]\norigin = \"{ORIGIN}\"\n"
    )
}

/// Opens the installation of a configuration.
pub async fn open(text: &str, clock: &Arc<TestClock>) -> Bench {
    let config = Config::from_toml_str(text).unwrap_or_else(|errors| panic!("{errors}"));
    let random = Arc::new(SystemRandom::new());
    install::open(Arc::new(config), clock.clone(), random, Migrate::AsConfigured)
        .await
        .expect("an installation")
}

/// Writes `many` entries through the operations' own path.
pub async fn write(bench: &Bench, many: usize) -> Vec<EntryId> {
    let mut ids = Vec::with_capacity(many);
    while ids.len() < many {
        let work = Work::begin(bench, None).await.expect("a transaction");
        let key = data_keys::system(bench);
        let line = || Line::new(Event::OrganisationAccepted {}, Actor::system(), key);
        let (mut recorded, id) = work.record(line()).await.expect("an entry");
        ids.push(id);
        for _ in ids.len()..many.min(ids.len() + 20) {
            let (next, id) = recorded.record(line()).await.expect("an entry");
            recorded = next;
            ids.push(id);
        }
        recorded.commit().await.expect("a commit");
    }
    ids
}
