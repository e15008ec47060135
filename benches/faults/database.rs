//! A database that goes away: restarted, without room, replaced by an older state, lost with a standby at hand.

use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use tokio::io::copy_bidirectional;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::watch;
use url::Url;

use crate::ledger;
use crate::scene::Scene;
use crate::scene::Service;
use crate::scene::free_port;
use crate::support::PROGRAM;
use crate::table::Row;
use crate::variable;

const RESTARTS: u32 = 5;
/// What a file may grow to on the full disk, in blocks of 1,024 bytes.
const FULL: u32 = 6_000;
/// The file system of PostgreSQL that fills, in MiB.
const SMALL: &str = "192";
const GIVEN_UP: Duration = Duration::from_secs(60);

/// Kills PostgreSQL and starts it again.
pub fn restart_postgres() -> Result<()> {
    let restart =
        variable("PROCURA_POSTGRES_RESTART").context("scripts/with-postgres.sh says how to restart")?;
    ensure!(Command::new(&restart).stdout(Stdio::null()).status()?.success(), "PostgreSQL does not restart");
    Ok(())
}

/// The server goes down without notice and comes back, while the gateway runs.
pub async fn restarted(scene: &Scene) -> Result<Row> {
    let gateway = scene.serve().await?;
    let load = scene.load();
    for _ in 0..RESTARTS {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        restart_postgres()?;
    }
    let size = scene.size().await?;
    scene.grown(size, Duration::from_secs(30)).await?;
    load.end().await?;
    drop(gateway);
    scene.settle().await?;
    scene.row("PostgreSQL killed and restarted", RESTARTS, "the gateway was not restarted".to_owned()).await
}

/// Waits until nothing has been acknowledged for a second.
async fn stalled(scene: &Scene, seconds: u32) -> Result<()> {
    let begun = Instant::now();
    let (mut before, mut still) = (0, 0);
    while still < seconds {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = scene.answered();
        still = if now == before && now > 0 { still + 1 } else { 0 };
        ensure!(begun.elapsed() < Duration::from_secs(180), "the disk does not fill");
        before = now;
    }
    Ok(())
}

/// No file of SQLite may grow any further; then there is room again.
pub async fn full_file(scene: &Scene) -> Result<Row> {
    let mut shell = Command::new("bash");
    let script = format!("trap '' XFSZ; ulimit -f {FULL}; exec \"$0\" serve --config \"$1\" 2>>\"$2\"",);
    shell.args(["-c", &script, PROGRAM]).arg(scene.config()).arg(scene.log());
    let service = Service(shell.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?);
    scene.ready().await?;
    let load = scene.load();
    stalled(scene, 1).await?;
    load.end().await?;
    drop(service);
    scene.settle().await?;
    scene.row("disk full", 1, "every later request was refused".to_owned()).await
}

/// One more server beside the tests' own.
pub struct Cluster {
    pub name: String,
    pub port: u16,
}

impl Cluster {
    /// Makes one; `None` where the machine does not allow its kind.
    pub fn make(verb: &str, name: &str, more: &[&str]) -> Result<Option<Self>> {
        let cluster = Self { name: format!("{name}{}", free_port()?), port: free_port()? };
        let port = cluster.port.to_string();
        let status = cluster.command(verb)?.arg(&port).args(more).stdout(Stdio::null()).status()?;
        if status.code() == Some(77) {
            return Ok(None);
        }
        ensure!(status.success(), "no {verb}");
        Ok(Some(cluster))
    }

    fn command(&self, verb: &str) -> Result<Command> {
        let program = variable("PROCURA_POSTGRES_CLUSTER").context("scripts/with-postgres.sh names it")?;
        let mut command = Command::new(program);
        command.arg(verb).arg(&self.name).stdin(Stdio::null());
        Ok(command)
    }

    /// Does something to it.
    pub fn tell(&self, verb: &str) -> Result<()> {
        ensure!(self.command(verb)?.stdout(Stdio::null()).status()?.success(), "{verb} {}", self.name);
        Ok(())
    }

    /// Its address, or that of whatever stands in front of it.
    pub fn address(port: u16) -> Result<String> {
        let own = variable("PROCURA_TEST_POSTGRES").context("scripts/with-postgres.sh names a server")?;
        let mut url = Url::parse(&own)?;
        ensure!(url.set_port(Some(port)).is_ok(), "a port");
        Ok(url.into())
    }
}

/// PostgreSQL's own disk is full, data and write-ahead log; then there is room again. The gateway runs throughout.
pub async fn full_disk(database: &'static str) -> Result<Option<Row>> {
    let Some(cluster) = Cluster::make("small", "small", &[SMALL])? else { return Ok(None) };
    let scene = Scene::new(database, Some(&Cluster::address(cluster.port)?)).await?;
    let gateway = scene.serve().await?;
    let load = scene.load();
    scene.grown(0, Duration::from_secs(30)).await?;
    cluster.tell("fill")?;
    stalled(&scene, 3).await?;
    cluster.tell("empty")?;
    cluster.tell("start")?;
    let (begun, size) = (Instant::now(), ledger_size(&scene).await?);
    let again = scene.goes_on(begun, size, GIVEN_UP).await?;
    load.end().await?;
    drop(gateway);
    scene.settle().await?;
    let note =
        format!("goes on {:.1} s after there is room, the gateway was not restarted", again.as_secs_f64());
    scene.row("PostgreSQL's disk full", 1, note).await.map(Some)
}

/// The size of the tree as soon as the gateway can tell it.
async fn ledger_size(scene: &Scene) -> Result<u64> {
    scene.grown(0, GIVEN_UP).await
}

/// The database of an hour ago is put in the place of today's: the ledger is not continued over it.
pub async fn old_backup(scene: &Scene) -> Result<Row> {
    let file = scene.directory.path().join("procura.db");
    let backup = scene.directory.path().join("backup.db");
    for turn in 0..2 {
        let service = scene.serve().await?;
        let load = scene.load();
        tokio::time::sleep(Duration::from_secs(1)).await;
        load.end().await?;
        drop(service);
        scene.settle().await?;
        if turn == 0 {
            let mut db = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await?;
            db.execute(sqlx::raw_sql(AssertSqlSafe(format!("VACUUM INTO '{}'", backup.display())))).await?;
        }
    }
    let row = scene.row("older backup put back", 1, String::new()).await?;
    for end in ["-wal", "-shm"] {
        drop(std::fs::remove_file(scene.directory.path().join(format!("procura.db{end}"))));
    }
    std::fs::copy(&backup, &file)?;
    let audit = ledger::run(&scene.config(), &["ledger", "audit", "--json"])?;
    let found = audit["findings"].to_string();
    ensure!(
        audit["holds"] == false && found.contains("older state was restored"),
        "it is not noticed: {audit}"
    );
    let service = scene.start(&["serve"])?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    drop(service);
    let after = ledger::run(&scene.config(), &["ledger", "audit", "--json"])?;
    ensure!(after["size"] == audit["size"], "the integrator went on over an older state");
    Ok(Row { note: "noticed, and nothing is integrated over it".to_owned(), ..row })
}

/// The one address of a pair of servers: what a virtual address or a proxy is in a data centre.
struct Forwarder {
    port: u16,
    target: watch::Sender<u16>,
}

impl Forwarder {
    async fn to(target: u16) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let target = watch::Sender::new(target);
        let followed = target.subscribe();
        tokio::spawn(async move {
            while let Ok((mut inner, _)) = listener.accept().await {
                let mut followed = followed.clone();
                let target = *followed.borrow_and_update();
                tokio::spawn(async move {
                    let Ok(mut outer) = TcpStream::connect(("127.0.0.1", target)).await else { return };
                    // Whoever is connected to the one that is gone has to connect again.
                    tokio::select! {
                        ended = copy_bidirectional(&mut inner, &mut outer) => drop(ended),
                        moved = followed.changed() => drop(moved),
                    }
                });
            }
        });
        Ok(Self { port, target })
    }
}

/// The primary is lost with everything it did not send; its synchronous standby takes over its address.
pub async fn promoted(database: &'static str) -> Result<Row> {
    let primary = Cluster::make("primary", "primary", &[])?.context("a primary")?;
    let forwarder = Arc::new(Forwarder::to(primary.port).await?);
    let standby = Cluster::make("standby", "standby", &[&primary.name])?.context("a standby")?;
    let scene = Scene::new(database, Some(&Cluster::address(forwarder.port)?)).await?;
    let gateway = scene.serve().await?;
    let load = scene.load();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let size = scene.size().await?;
    let begun = Instant::now();
    primary.tell("kill")?;
    standby.tell("promote")?;
    forwarder.target.send_replace(standby.port);
    let again = scene.goes_on(begun, size, GIVEN_UP).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    load.end().await?;
    drop(gateway);
    scene.settle().await?;
    let note =
        format!("goes on {:.1} s after the kill, promotion included, without a restart", again.as_secs_f64());
    scene.row("primary killed, standby promoted", 1, note).await
}
