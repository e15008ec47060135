//! One installation and a load without people: `client_credentials` at the token endpoint. Each answered request has exactly one
//! entry, whose payload names the token's `jti`.

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
use procura::crypto::random::SystemRandom;
use procura::demo::client::http_client;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use url::Url;

use crate::ledger;
use crate::support::PROGRAM;
use crate::table::Row;

const MASTER_KEY: &str = "2b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfe";
const ASKERS: usize = 8;

/// A process that does not outlive its owner.
pub struct Service(pub Child);

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// One installation with a client, and what was acknowledged to it.
pub struct Scene {
    pub directory: TempDir,
    pub database: &'static str,
    base: String,
    client: (String, String),
    http: reqwest::Client,
    pub acknowledged: Arc<Mutex<Vec<String>>>,
    /// Variables that every process of it gets.
    pub variables: Vec<(&'static str, String)>,
}

/// When an asker stops.
#[derive(Clone)]
pub enum Patience {
    UntilItBreaks,
    UntilTold(Arc<AtomicBool>),
}

/// Several askers at work.
pub struct Load {
    over: Arc<AtomicBool>,
    askers: Vec<JoinHandle<Result<()>>>,
}

impl Load {
    /// Lets them end.
    pub async fn end(self) -> Result<()> {
        self.over.store(true, Ordering::Relaxed);
        join(self.askers).await
    }
}

/// Waits for askers that end by themselves.
pub async fn join(askers: Vec<JoinHandle<Result<()>>>) -> Result<()> {
    for asker in askers {
        asker.await??;
    }
    Ok(())
}

impl Scene {
    /// On a SQLite file of its own, or in a database of its own of this server.
    pub async fn new(database: &'static str, server: Option<&str>) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let url = match server {
            None => format!("sqlite://{}", directory.path().join("procura.db").display()),
            Some(server) => own_database(server).await?,
        };
        let base = format!("http://127.0.0.1:{}", free_port()?);
        let listen = base.trim_start_matches("http://");
        let text = format!(
            "[server]\npublic_url = \"{base}\"\nlisten = \"{listen}\"\n[database]\nurl = \"{url}\"\n[keys]\n\
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
            variables: Vec::new(),
        };
        let redirect = "https://administration.example/retour";
        let words = ["client", "add", "--kind", "administration", "--name", "Faults", "--theme", "social"];
        let client =
            ledger::run(&scene.config(), &[&words[..], &["--redirect-uri", redirect, "--compat"]].concat())?;
        let word = |name: &str| client[name].as_str().map(str::to_owned).context("a client");
        scene.client = (word("client_id")?, word("client_secret")?);
        Ok(scene)
    }

    /// Its configuration.
    pub fn config(&self) -> PathBuf {
        self.directory.path().join("procura.toml")
    }

    /// What its processes say.
    pub fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    /// Starts a process of it.
    pub fn start(&self, words: &[&str]) -> Result<Service> {
        let log = std::fs::File::options().create(true).append(true).open(self.log())?;
        let mut command = Command::new(PROGRAM);
        command.args(words).arg("--config").arg(self.config()).envs(self.variables.iter().cloned());
        Ok(Service(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?))
    }

    /// Starts a gateway and waits until it is ready.
    pub async fn serve(&self) -> Result<Service> {
        let service = self.start(&["serve"])?;
        self.ready().await?;
        Ok(service)
    }

    /// Waits until it is ready.
    pub async fn ready(&self) -> Result<()> {
        let url = format!("{}/readyz", self.base);
        for _ in 0..600 {
            if self.http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the service is not ready after 30 s: {}", tail(&self.log()))
    }

    /// Askers that go on until they are told.
    pub fn load(&self) -> Load {
        let over = Arc::new(AtomicBool::new(false));
        Load { askers: self.ask(&Patience::UntilTold(Arc::clone(&over))), over }
    }

    /// Asks for tokens from several sides; what is answered is noted.
    pub fn ask(&self, patience: &Patience) -> Vec<JoinHandle<Result<()>>> {
        let asker = || {
            let url = format!("{}/oauth/token", self.base);
            let (http, client) = (self.http.clone(), self.client.clone());
            tokio::spawn(ask(http, url, client, Arc::clone(&self.acknowledged), patience.clone()))
        };
        (0..ASKERS).map(|_| asker()).collect()
    }

    /// How many answers were counted so far.
    pub fn answered(&self) -> usize {
        held(&self.acknowledged).len()
    }

    /// The size of the signed tree.
    pub async fn size(&self) -> Result<u64> {
        let url = format!("{}/ledger/checkpoint", self.base);
        let note = self.http.get(url).send().await?.error_for_status()?.text().await?;
        note.lines().nth(1).and_then(|size| size.parse().ok()).context("a checkpoint with a size")
    }

    /// Waits until the signed tree is larger than `size`; gives its size then.
    pub async fn grown(&self, size: u64, patience: Duration) -> Result<u64> {
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

    /// How long it takes until two more checkpoints are signed: what was signed in the moment of the fault does not count.
    pub async fn goes_on(&self, from: Instant, size: u64, patience: Duration) -> Result<Duration> {
        let size = self.grown(size, patience).await?;
        self.grown(size, patience).await?;
        Ok(from.elapsed())
    }

    /// Everything committed gets its place in the tree.
    pub async fn settle(&self) -> Result<()> {
        let service = self.serve().await?;
        // Past the lease of whoever was killed.
        tokio::time::sleep(Duration::from_secs(4)).await;
        drop(service);
        Ok(())
    }

    /// Compares what was acknowledged with what the ledger holds, and audits it.
    pub async fn row(&self, fault: &'static str, times: u32, note: String) -> Result<Row> {
        let acknowledged = held(&self.acknowledged).clone();
        let verdict = ledger::compare(&self.config(), &acknowledged).await?;
        Ok(Row {
            database: self.database,
            fault,
            times,
            acknowledged: acknowledged.len(),
            lost: verdict.lost,
            doubled: verdict.doubled,
            audit: verdict.audit,
            note,
        })
    }
}

async fn ask(
    http: reqwest::Client,
    url: String,
    client: (String, String),
    acknowledged: Arc<Mutex<Vec<String>>>,
    patience: Patience,
) -> Result<()> {
    let form = [("grant_type", "client_credentials"), ("scope", "receipts")];
    loop {
        if let Patience::UntilTold(over) = &patience
            && over.load(Ordering::Relaxed)
        {
            return Ok(());
        }
        let asked = http.post(&url).basic_auth(&client.0, Some(&client.1)).form(&form).send().await;
        let answered = match asked {
            Ok(answer) if answer.status().is_success() => answer.bytes().await.ok(),
            Ok(answer) if answer.status().is_server_error() => None,
            Ok(answer) => bail!("{}: {}", answer.status(), answer.text().await?),
            Err(_) => None,
        };
        match (answered, &patience) {
            (Some(body), _) => {
                let answer: Value = serde_json::from_slice(&body)?;
                let jti = ledger::jti(&answer["access_token"])?;
                held(&acknowledged).push(jti);
            }
            (None, Patience::UntilItBreaks) => return Ok(()),
            (None, Patience::UntilTold(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// A lock that a panic elsewhere does not spoil.
pub fn held<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A port that is free at this moment.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A database of its own in a server.
async fn own_database(server: &str) -> Result<String> {
    let name =
        format!("faults_{:x}", u64::from_be_bytes(procura::domain::ids::random_bytes(&SystemRandom::new())));
    let mut connection = sqlx::PgConnection::connect(server).await?;
    connection.execute(sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))).await?;
    let mut url = Url::parse(server)?;
    url.set_path(&name);
    Ok(url.into())
}

/// The last lines of a log.
pub fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}
