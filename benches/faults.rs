//! What survives when a process, the database or the disk goes away in the middle of work. `make faults` runs it and prints
//! a table: nothing that was acknowledged may be lost or doubled, and the ledger's audit holds after each.
//!
//! The load is `client_credentials` at the token endpoint: each answered request has exactly one entry, whose payload names the
//! token's `jti`. What was acknowledged is compared with what the ledger holds, one by one.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use procura::config::Config;
use procura::config::SystemClock;
use procura::crypto::hash::unb64;
use procura::crypto::random::SystemRandom;
use procura::demo::client::http_client;
use procura::domain::ids::EntryId;
use procura::ledger::sealed::open_payload;
use procura::operations::bench::Bench;
use procura::operations::data_keys;
use procura::operations::install;
use procura::operations::install::Migrate;
use procura::storage::db::Db;
use procura::storage::ledger_audit;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use url::Url;

const MASTER_KEY: &str = "2b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfe";
const ASKERS: usize = 8;
const KILLS: u32 = 50;
const WORKER_KILLS: u32 = 10;
const RESTARTS: u32 = 5;
/// What a file may grow to on the full disk, in blocks of 1,024 bytes.
const FULL: u32 = 3_000;

/// One line of the table.
struct Row {
    database: &'static str,
    fault: &'static str,
    times: u32,
    acknowledged: usize,
    lost: usize,
    doubled: usize,
    audit: String,
    note: String,
}

struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// One installation with a client, and what was acknowledged to it.
struct Scene {
    directory: TempDir,
    database: &'static str,
    base: String,
    client: (String, String),
    http: reqwest::Client,
    acknowledged: Arc<Mutex<Vec<String>>>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut rows = Vec::new();
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    println!(
        "{:<11} {:<34} {:>5} {:>12} {:>5} {:>8}  audit",
        "database", "fault", "times", "acknowledged", "lost", "doubled"
    );
    let postgres = variable("PROCURA_TEST_POSTGRES");
    if postgres.is_none() {
        println!("PostgreSQL is left out: run this under scripts/with-postgres.sh");
    }
    for database in ["SQLite", "PostgreSQL"] {
        let server = postgres.as_deref().filter(|_| database == "PostgreSQL");
        if database == "PostgreSQL" && server.is_none() {
            continue;
        }
        if wants("killed") {
            rows.push(say(killed(&Scene::new(database, server).await?).await?));
        }
        match server {
            None => {
                if wants("full") {
                    rows.push(say(full_disk(&Scene::new(database, None).await?).await?));
                }
                if wants("backup") {
                    rows.push(say(old_backup(&Scene::new(database, None).await?).await?));
                }
            }
            Some(_) => {
                if wants("worker") {
                    rows.push(say(workers_killed(&Scene::new(database, server).await?).await?));
                }
                if wants("restarted") {
                    rows.push(say(restarted(&Scene::new(database, server).await?).await?));
                }
            }
        }
    }
    let bad = rows.iter().filter(|row| row.lost + row.doubled > 0 || row.audit == "FAILS").count();
    ensure!(bad == 0, "{bad} of {} lines do not hold", rows.len());
    println!("{} of {} lines hold", rows.len(), rows.len());
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "scripts/with-postgres.sh tells of its database by the environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn say(row: Row) -> Row {
    println!(
        "{:<11} {:<34} {:>5} {:>12} {:>5} {:>8}  {:<8} {}",
        row.database, row.fault, row.times, row.acknowledged, row.lost, row.doubled, row.audit, row.note
    );
    row
}

/// kill -9 of the whole gateway under load, again and again.
async fn killed(scene: &Scene) -> Result<Row> {
    for round in 0..KILLS {
        let mut service = scene.serve(&["serve"], true).await?;
        let askers = scene.ask(Patience::UntilItBreaks);
        tokio::time::sleep(Duration::from_millis(120 + u64::from(round * 37 % 400))).await;
        service.0.kill()?;
        service.0.wait()?;
        join(askers).await?;
    }
    scene.settle().await?;
    scene.row("gateway killed (kill -9)", KILLS, String::new()).await
}

/// Two workers beside a gateway: whichever integrates is killed, the other one goes on.
async fn workers_killed(scene: &Scene) -> Result<Row> {
    let gateway = scene.serve(&["serve", "--no-jobs"], false).await?;
    let mut workers = vec![scene.serve(&["worker"], false).await?, scene.serve(&["worker"], false).await?];
    // A gateway whose ledger nobody integrates is not ready.
    scene.ready().await?;
    let over = Arc::new(AtomicBool::new(false));
    let askers = scene.ask(Patience::UntilTold(Arc::clone(&over)));
    scene.grown(0, Duration::from_secs(20)).await?;
    let mut longest = Duration::ZERO;
    for _ in 0..WORKER_KILLS {
        let mut victim = workers.remove(0);
        let size = scene.size().await?;
        let begun = Instant::now();
        victim.0.kill()?;
        victim.0.wait()?;
        // Two steps: what was signed while it died does not count.
        let size = scene.grown(size, Duration::from_secs(20)).await?;
        scene.grown(size, Duration::from_secs(20)).await?;
        longest = longest.max(begun.elapsed());
        workers.push(scene.serve(&["worker"], false).await?);
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    over.store(true, Ordering::Relaxed);
    join(askers).await?;
    drop(workers);
    drop(gateway);
    scene.settle().await?;
    let note = format!("another one integrates after {:.1} s at most", longest.as_secs_f64());
    scene.row("integrating worker killed", WORKER_KILLS, note).await
}

/// The server goes down without notice and comes back, while the gateway runs.
async fn restarted(scene: &Scene) -> Result<Row> {
    let restart =
        variable("PROCURA_POSTGRES_RESTART").context("scripts/with-postgres.sh says how to restart")?;
    let gateway = scene.serve(&["serve"], true).await?;
    let over = Arc::new(AtomicBool::new(false));
    let askers = scene.ask(Patience::UntilTold(Arc::clone(&over)));
    for _ in 0..RESTARTS {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        ensure!(
            Command::new(&restart).stdout(Stdio::null()).status()?.success(),
            "PostgreSQL does not restart"
        );
    }
    let size = scene.size().await?;
    scene.grown(size, Duration::from_secs(30)).await?;
    over.store(true, Ordering::Relaxed);
    join(askers).await?;
    drop(gateway);
    scene.settle().await?;
    scene.row("PostgreSQL killed and restarted", RESTARTS, "the gateway was not restarted".to_owned()).await
}

/// No file may grow any further; then there is room again.
async fn full_disk(scene: &Scene) -> Result<Row> {
    let mut shell = Command::new("bash");
    let script = format!("trap '' XFSZ; ulimit -f {FULL}; exec \"$0\" serve --config \"$1\" 2>>\"$2\"",);
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_procura")]).arg(scene.config()).arg(scene.log());
    let service = Service(shell.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?);
    scene.ready().await?;
    let over = Arc::new(AtomicBool::new(false));
    let askers = scene.ask(Patience::UntilTold(Arc::clone(&over)));
    let begun = Instant::now();
    let mut before = 0;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = held(&scene.acknowledged).len();
        if now == before && now > 0 {
            break;
        }
        ensure!(begun.elapsed() < Duration::from_secs(120), "the disk does not fill");
        before = now;
    }
    over.store(true, Ordering::Relaxed);
    join(askers).await?;
    drop(service);
    scene.settle().await?;
    scene.row("disk full", 1, "every later request was refused".to_owned()).await
}

/// The database of an hour ago is put in the place of today's: the ledger is not continued over it.
async fn old_backup(scene: &Scene) -> Result<Row> {
    let file = scene.directory.path().join("procura.db");
    let backup = scene.directory.path().join("backup.db");
    for turn in 0..2 {
        let service = scene.serve(&["serve"], true).await?;
        let over = Arc::new(AtomicBool::new(false));
        let askers = scene.ask(Patience::UntilTold(Arc::clone(&over)));
        tokio::time::sleep(Duration::from_secs(1)).await;
        over.store(true, Ordering::Relaxed);
        join(askers).await?;
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
    let audit = scene.run(&["ledger", "audit", "--json"])?;
    let found = audit["findings"].to_string();
    ensure!(
        audit["holds"] == false && found.contains("older state was restored"),
        "it is not noticed: {audit}"
    );
    let service = scene.serve(&["serve"], false).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    drop(service);
    let after = scene.run(&["ledger", "audit", "--json"])?;
    ensure!(after["size"] == audit["size"], "the integrator went on over an older state");
    Ok(Row { note: "noticed, and nothing is integrated over it".to_owned(), ..row })
}

async fn join(askers: Vec<JoinHandle<Result<()>>>) -> Result<()> {
    for asker in askers {
        asker.await??;
    }
    Ok(())
}

/// When an asker stops.
#[derive(Clone)]
enum Patience {
    UntilItBreaks,
    UntilTold(Arc<AtomicBool>),
}

impl Scene {
    async fn new(database: &'static str, server: Option<&str>) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let url = match server {
            None => format!("sqlite://{}", directory.path().join("procura.db").display()),
            Some(server) => own_database(server).await?,
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let base = format!("http://127.0.0.1:{port}");
        let text = format!(
            "[server]\npublic_url = \"{base}\"\nlisten = \"127.0.0.1:{port}\"\n[database]\nurl = \"{url}\"\n[keys]\n\
             master_key = \"{MASTER_KEY}\"\n[operators]\ntwo_persons = false\n[log]\nfilter = \"warn\"\n[ledger]\n\
             origin = \"faults.example/ledger\"\ncheckpoint_file = \"{}\"\nintegrate_every = \"50 ms\"\n",
            directory.path().join("checkpoint").display(),
        );
        std::fs::write(directory.path().join("procura.toml"), text)?;
        let mut scene = Self {
            directory,
            database,
            base,
            client: (String::new(), String::new()),
            http: http_client(None)?,
            acknowledged: Arc::default(),
        };
        let redirect = "https://administration.example/retour";
        let client = scene.run(&[
            "client",
            "add",
            "--kind",
            "administration",
            "--name",
            "Faults",
            "--theme",
            "social",
            "--redirect-uri",
            redirect,
            "--compat",
        ])?;
        let word = |name: &str| client[name].as_str().map(str::to_owned).context("a client");
        scene.client = (word("client_id")?, word("client_secret")?);
        Ok(scene)
    }

    fn config(&self) -> PathBuf {
        self.directory.path().join("procura.toml")
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
        command.args(words).arg("--config").arg(self.config()).stdin(Stdio::null());
        command
    }

    /// What a command prints as JSON; its exit status is left to the caller's own look at it.
    fn run(&self, words: &[&str]) -> Result<Value> {
        let done = self.command(words).output()?;
        serde_json::from_slice(&done.stdout)
            .with_context(|| format!("{words:?}: {}", String::from_utf8_lossy(&done.stderr)))
    }

    async fn serve(&self, words: &[&str], ready: bool) -> Result<Service> {
        let log = std::fs::File::options().create(true).append(true).open(self.log())?;
        let service = Service(self.command(words).stdout(Stdio::null()).stderr(log).spawn()?);
        if ready {
            self.ready().await?;
        }
        Ok(service)
    }

    async fn ready(&self) -> Result<()> {
        let url = format!("{}/readyz", self.base);
        for _ in 0..600 {
            if self.http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the service is not ready after 30 s: {}", tail(&self.log()))
    }

    /// Asks for tokens from several sides; what is answered is noted.
    fn ask(&self, patience: Patience) -> Vec<JoinHandle<Result<()>>> {
        (0..ASKERS)
            .map(|_| {
                let url = format!("{}/oauth/token", self.base);
                let (http, client) = (self.http.clone(), self.client.clone());
                let (acknowledged, patience) = (Arc::clone(&self.acknowledged), patience.clone());
                tokio::spawn(async move {
                    loop {
                        if let Patience::UntilTold(over) = &patience
                            && over.load(Ordering::Relaxed)
                        {
                            return Ok(());
                        }
                        let form = [("grant_type", "client_credentials"), ("scope", "receipts")];
                        let asked =
                            http.post(&url).basic_auth(&client.0, Some(&client.1)).form(&form).send().await;
                        let answered = match asked {
                            Ok(answer) if answer.status().is_success() => answer.bytes().await.ok(),
                            Ok(answer) if answer.status().is_server_error() => None,
                            Ok(answer) => bail!("{}: {}", answer.status(), answer.text().await?),
                            Err(_) => None,
                        };
                        match (answered, &patience) {
                            (Some(body), _) => {
                                let jti = jti(&body)?;
                                held(&acknowledged).push(jti);
                            }
                            (None, Patience::UntilItBreaks) => return Ok(()),
                            (None, Patience::UntilTold(_)) => {
                                tokio::time::sleep(Duration::from_millis(50)).await;
                            }
                        }
                    }
                })
            })
            .collect()
    }

    async fn size(&self) -> Result<u64> {
        let url = format!("{}/ledger/checkpoint", self.base);
        let note = self.http.get(url).send().await?.error_for_status()?.text().await?;
        note.lines().nth(1).and_then(|size| size.parse().ok()).context("a checkpoint with a size")
    }

    /// Waits until the signed tree is larger than `size`; gives its size then.
    async fn grown(&self, size: u64, patience: Duration) -> Result<u64> {
        let begun = Instant::now();
        while begun.elapsed() < patience {
            if let Ok(now) = self.size().await
                && now > size
            {
                return Ok(now);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("nothing is integrated for {} s: {}", patience.as_secs(), tail(&self.log()))
    }

    /// Everything committed gets its place in the tree.
    async fn settle(&self) -> Result<()> {
        let service = self.serve(&["serve"], true).await?;
        // Past the lease of whoever was killed.
        tokio::time::sleep(Duration::from_secs(4)).await;
        drop(service);
        Ok(())
    }

    /// Compares what was acknowledged with what the ledger holds, and audits it.
    async fn row(&self, fault: &'static str, times: u32, note: String) -> Result<Row> {
        let audit = self.run(&["ledger", "audit", "--payloads", "--json"])?;
        let holds = audit["holds"] == true && audit["payloads"]["opened"] == audit["size"];
        let found = self.issued().await?;
        let acknowledged = held(&self.acknowledged).clone();
        let once: BTreeSet<&String> = acknowledged.iter().collect();
        let lost = once.iter().filter(|jti| !found.contains_key(**jti)).count();
        let doubled = found.values().filter(|times| **times > 1).count() + acknowledged.len() - once.len();
        if !holds {
            println!("{audit}");
        }
        Ok(Row {
            database: self.database,
            fault,
            times,
            acknowledged: acknowledged.len(),
            lost,
            doubled,
            audit: if holds { "holds" } else { "FAILS" }.to_owned(),
            note,
        })
    }

    /// How many entries there are of each token.
    async fn issued(&self) -> Result<BTreeMap<String, usize>> {
        let text = std::fs::read_to_string(self.config())?;
        let config = Config::from_toml_str(&text).map_err(|errors| anyhow::anyhow!("{errors}"))?;
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom::new()));
        let bench: Bench = install::open(Arc::new(config), clock, random, Migrate::AsConfigured).await?;
        let mut tx = bench.db.read().await?;
        let (mut found, mut last) = (BTreeMap::new(), EntryId::from_uuid(uuid::Uuid::nil()));
        loop {
            let rows = ledger_audit::payloads(&mut tx, last, 4_096).await?;
            let Some(newest) = rows.last() else { break };
            last = newest.id;
            for row in rows.iter().filter(|row| row.kind.as_deref() == Some("client.token_issued")) {
                let (Some(key), Some(sealed)) = (row.data_key, &row.sealed) else { continue };
                let key = data_keys::require(&bench, &mut tx, key).await?;
                let payload: Value = serde_json::from_slice(&open_payload(row.id, &key, sealed)?)?;
                let jti =
                    payload["details"]["jti"].as_str().with_context(|| format!("no jti in {payload}"))?;
                *found.entry(jti.to_owned()).or_default() += 1;
            }
        }
        drop(tx);
        let db: Db = bench.db.clone();
        db.close().await;
        Ok(found)
    }
}

fn jti(body: &[u8]) -> Result<String> {
    let answer: Value = serde_json::from_slice(body)?;
    let token = answer["access_token"].as_str().context("a token")?;
    let claims = token.split('.').nth(1).and_then(unb64).context("a JWT")?;
    let claims: Value = serde_json::from_slice(&claims)?;
    claims["jti"].as_str().map(str::to_owned).context("a jti")
}

fn held<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn own_database(server: &str) -> Result<String> {
    let name =
        format!("faults_{:x}", u64::from_be_bytes(procura::domain::ids::random_bytes(&SystemRandom::new())));
    let mut connection = sqlx::PgConnection::connect(server).await?;
    connection.execute(sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))).await?;
    let mut url = Url::parse(server)?;
    url.set_path(&name);
    Ok(url.into())
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}
