//! What survives when a process, the database, the disk, the clock or somebody outside goes away in the middle of work. `make
//! faults` runs it and prints a table: nothing that was acknowledged may be lost or doubled, and the ledger's audit holds after
//! each. Words after it choose lines by their names; `soak` alone runs everything at once.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the table is the result")]

mod clock;
mod database;
#[path = "../drive/mod.rs"]
#[expect(dead_code, reason = "the measurements use the rest of it")]
mod drive;
mod gateways;
mod house;
mod kills;
mod ledger;
mod logins;
mod outside;
mod scene;
mod soak;
#[path = "../../tests/support/mod.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod support;
mod table;

use std::path::Path;

use anyhow::Result;
use anyhow::ensure;

use crate::scene::Scene;
use crate::support::Engine;
use crate::table::Row;

/// Which faults were asked for, and what came of those that were tried.
struct Run {
    wanted: Vec<String>,
    rows: Vec<Row>,
    left_out: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if wanted.iter().any(|word| word == "soak") {
        return soak::run().await;
    }
    table::head();
    let mut run = Run { wanted, rows: Vec::new(), left_out: 0 };
    on_sqlite(&mut run).await?;
    match variable("PROCURA_TEST_POSTGRES") {
        Some(server) => on_postgres(&mut run, &server).await?,
        None => println!("PostgreSQL is left out: run this under scripts/with-postgres.sh"),
    }
    let bad = run.rows.iter().filter(|row| !row.holds()).count();
    ensure!(bad == 0, "{bad} of {} lines do not hold", run.rows.len());
    println!("{} of {} lines hold, {} left out", run.rows.len(), run.rows.len(), run.left_out);
    Ok(())
}

async fn on_sqlite(run: &mut Run) -> Result<()> {
    let scene = async || Scene::new("SQLite", None).await;
    if run.wants("killed") {
        run.say(kills::gateway(&scene().await?).await?);
    }
    if run.wants("full") {
        run.say(database::full_file(&scene().await?).await?);
    }
    if run.wants("backup") {
        run.say(database::old_backup(&scene().await?).await?);
    }
    if run.wants("clock") {
        run.perhaps(
            clock::stepped(scene().await?, false).await?,
            "clock: scripts/need.sh faults installs libfaketime",
        );
    }
    if run.wants("away") {
        run.say(outside::away(Engine::Sqlite).await?);
    }
    if run.wants("slow") {
        run.say(outside::slow_receiver(Engine::Sqlite).await?);
    }
    Ok(())
}

async fn on_postgres(run: &mut Run, server: &str) -> Result<()> {
    const DATABASE: &str = "PostgreSQL";
    let scene = async || Scene::new(DATABASE, Some(server)).await;
    if run.wants("killed") {
        run.say(kills::gateway(&scene().await?).await?);
    }
    if run.wants("worker") {
        run.say(kills::workers(&scene().await?).await?);
    }
    if run.wants("gateways") {
        run.say(gateways::killed().await?);
    }
    if run.wants("rolled") {
        run.say(gateways::rolled().await?);
    }
    if run.wants("upgraded") {
        match variable("PROCURA_FORMER") {
            Some(former) => run.say(gateways::upgraded(Path::new(&former)).await?),
            None => run.perhaps(None, "upgraded: PROCURA_FORMER names no program of the release before"),
        }
    }
    if run.wants("restarted") {
        run.say(database::restarted(&scene().await?).await?);
    }
    if run.wants("standby") {
        run.say(database::promoted(DATABASE).await?);
    }
    if run.wants("full") {
        run.perhaps(
            database::full_disk(DATABASE).await?,
            "PostgreSQL's disk full: a file system cannot be mounted here",
        );
    }
    if run.wants("clock") {
        run.perhaps(
            clock::stepped(scene().await?, true).await?,
            "clock: scripts/need.sh faults installs libfaketime",
        );
    }
    if run.wants("away") {
        run.say(outside::away(Engine::Postgres).await?);
    }
    if run.wants("slow") {
        run.say(outside::slow_receiver(Engine::Postgres).await?);
    }
    Ok(())
}

impl Run {
    fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|word| name.contains(word.as_str()))
    }

    fn say(&mut self, row: Row) {
        self.rows.push(table::say(row));
    }

    /// A line that not every machine can show.
    fn perhaps(&mut self, row: Option<Row>, why_not: &str) {
        match row {
            Some(row) => self.say(row),
            None => {
                self.left_out += 1;
                println!("left out: {why_not}");
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "scripts/with-postgres.sh tells of its database by the environment, an operator of the release before"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
