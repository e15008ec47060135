//! What this machine can do at most, by programs that do nothing else: durable commits, signatures, answers.

use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use axum::Router;
use axum::routing::get;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use sqlx::Connection;
use sqlx::Executor;

use crate::USERS;
use crate::cell;
use crate::drive::wire::Wire;
use crate::meter::Meter;
use crate::meter::on_processor;
use crate::support::Process;
use crate::workers::Fetcher;

/// The word that makes this program the constant server of its own measurement.
pub const CONSTANT: &str = "--constant-answer";
const WORDS: &str = "a constant answer\n";
const TABLE: &str = "CREATE TABLE limit_rows (id BIGSERIAL PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now(), n INT NOT NULL, \
     one TEXT NOT NULL, two TEXT NOT NULL)";

/// What was found, each a second.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Durable commits of one small row at PostgreSQL, by number of clients.
    pub postgres_commits: Vec<(usize, f64)>,
    /// Durable commits of one small row at SQLite, one writer.
    pub sqlite_commits: f64,
    /// ES256 signatures of one thread, a second of processor time.
    pub signatures: f64,
    /// Answers of one route with a constant text, by number of connections.
    pub answers: Vec<(usize, f64)>,
}

impl Limits {
    /// Measures them all.
    ///
    /// # Errors
    /// When a tool fails that is there.
    pub async fn find(cluster: Option<&str>, seconds: u64) -> Result<Self> {
        let mut limits = Self { signatures: signatures()?, ..Self::default() };
        println!("ES256 signatures of one thread (ring)          {:>10.0} a second", limits.signatures);
        for users in USERS {
            let answers = answers(users, seconds).await?;
            println!("constant axum answers, {users:>2} connections          {answers:>10.0} a second");
            limits.answers.push((users, answers));
        }
        limits.sqlite_commits = sqlite_commits(seconds).await?;
        println!("durable commits of SQLite, one writer          {:>10.0} a second", limits.sqlite_commits);
        for users in USERS.into_iter().filter(|_| cluster.is_some()) {
            let Some(commits) = postgres_commits(cluster.unwrap_or_default(), users, seconds).await? else {
                println!(
                    "durable commits of PostgreSQL, {users:>2} clients         unknown: pgbench did not begin in time"
                );
                continue;
            };
            println!("durable commits of PostgreSQL, {users:>2} clients      {commits:>10.0} a second");
            limits.postgres_commits.push((users, commits));
        }
        Ok(limits)
    }

    /// Durable commits a second on this database with so many at once.
    pub fn commits(&self, postgres: bool, users: usize) -> Option<f64> {
        let sqlite = Some(self.sqlite_commits).filter(|rate| *rate > 0.0);
        if postgres { of(&self.postgres_commits, users) } else { sqlite }
    }

    /// Constant answers a second on so many connections.
    pub fn answers(&self, users: usize) -> Option<f64> {
        of(&self.answers, users)
    }
}

fn of(found: &[(usize, f64)], users: usize) -> Option<f64> {
    found.iter().find(|(known, _)| *known == users).map(|(_, rate)| *rate).filter(|rate| *rate > 0.0)
}

fn signatures() -> Result<f64> {
    let (key, _) = SigningKey::generate(Algorithm::Es256, &SystemRandom::new())?;
    let (message, begun, mut many) = ([7_u8; 512], Instant::now(), 0_u32);
    let before = on_processor(begun);
    while begun.elapsed() < Duration::from_secs(1) {
        for _ in 0..100 {
            std::hint::black_box(key.sign(&message)?);
        }
        many += 100;
    }
    Ok(f64::from(many) / on_processor(begun).saturating_sub(before).as_secs_f64())
}

/// Serves the constant text until it is killed: what this program does in a process of its own.
///
/// # Errors
/// When the address cannot be had.
pub fn serve_constant(address: &str) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        Ok(axum::serve(listener, Router::new().route("/", get(|| async { WORDS }))).await?)
    })
}

async fn answers(users: usize, seconds: u64) -> Result<f64> {
    let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let log = tempfile::NamedTempFile::new()?;
    let mut command = Command::new(std::env::current_exe()?);
    let process = Process::start(command.args([CONSTANT, &address.to_string()]), log.path())?;
    let host = address.to_string();
    let begun = Instant::now();
    while Wire::new(address, &host).get("/", &[]).await.is_err() {
        ensure!(begun.elapsed() < Duration::from_secs(10), "the constant server does not start");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let fetchers = (0..users).map(|_| Fetcher::new(Wire::new(address, &host), "/", "*/*", WORDS)).collect();
    let meter = Meter { service: Some(process.0.id()), database: None };
    let cell = cell::run(("constant answer", "axum"), fetchers, &meter, seconds).await;
    ensure!(cell.errors == 0, "the constant server fails: {:?}", cell.first_error);
    Ok(cell.per_second)
}

#[expect(clippy::disallowed_methods, reason = "the bare engine is measured, without our own door")]
async fn sqlite_commits(seconds: u64) -> Result<f64> {
    let home = tempfile::tempdir()?;
    let url = format!("sqlite://{}?mode=rwc", home.path().join("limit.db").display());
    let mut db = sqlx::SqliteConnection::connect(&url).await?;
    db.execute("PRAGMA journal_mode = WAL").await?;
    db.execute("PRAGMA synchronous = FULL").await?;
    db.execute("CREATE TABLE limit_rows (id INTEGER PRIMARY KEY, at TEXT NOT NULL, n INTEGER NOT NULL, one TEXT NOT NULL, two TEXT NOT NULL) STRICT")
        .await?;
    let (begun, mut many) = (Instant::now(), 0_u32);
    let (one, two) = ("x".repeat(110), "y".repeat(110));
    while begun.elapsed() < Duration::from_secs(seconds) {
        sqlx::query("INSERT INTO limit_rows (at, n, one, two) VALUES ('2026-01-01T00:00:00Z', $1, $2, $3)")
            .bind(i64::from(many))
            .bind(&one)
            .bind(&two)
            .execute(&mut db)
            .await?;
        many += 1;
    }
    Ok(f64::from(many) / begun.elapsed().as_secs_f64())
}

/// pgbench: prepared, one INSERT of one row a transaction; none where all its time went by before the first.
async fn postgres_commits(cluster: &str, users: usize, seconds: u64) -> Result<Option<f64>> {
    let mut db = sqlx::PgConnection::connect(cluster).await?;
    db.execute("DROP TABLE IF EXISTS limit_rows").await?;
    db.execute(TABLE).await?;
    let mut script = tempfile::NamedTempFile::new()?;
    let insert = format!(
        "INSERT INTO limit_rows (n, one, two) VALUES (:client_id, '{}', '{}');\n",
        "x".repeat(110),
        "y".repeat(110)
    );
    std::io::Write::write_all(&mut script, insert.as_bytes())?;
    let folder = Command::new("scripts/need.sh").arg("postgres-folder").output()?;
    let folder = String::from_utf8_lossy(&folder.stdout).trim().to_owned();
    let users = users.to_string();
    let output = Command::new(format!("{folder}/pgbench"))
        .args(["-n", "-M", "prepared", "-j", "1", "-c", &users, "-T", &seconds.max(3).to_string(), "-f"])
        .arg(script.path())
        .arg(cluster)
        .stdin(Stdio::null())
        .output()
        .context("pgbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    db.execute("DROP TABLE limit_rows").await?;
    if !output.status.success() {
        bail!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(rate)
}
