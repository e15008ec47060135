//! The program itself as a running demo, for tests and measurements that must not share a process with it.

use std::fs;
use std::io::Read;
use std::io::Write;
use std::net::Ipv4Addr;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use procura::config::SystemClock;
use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::demo::client::http_client;
use procura::demo::file::Account;
use procura::demo::file::DemoFile;
use procura::demo::file::PersonLine;
use procura::demo::story::stage::Stage;
use procura::domain::theme::Theme;
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

/// The program as it was built beside the tests.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_procura");
const READY_WITHIN: Duration = Duration::from_secs(60);
const PORTS: u16 = 6;

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file of the demo's directory.
    Sqlite,
    /// A database of its own in the cluster that `PROCURA_TEST_POSTGRES` names.
    Postgres,
}

/// A demo in a process of its own, in a directory of its own; stopped when dropped.
pub struct RunningDemo {
    /// Its people, addresses and how one logs in.
    pub stage: Stage,
    /// A directory around the demo's, gone with it.
    pub home: TempDir,
    process: Process,
    program: PathBuf,
}

/// A child that does not outlive its owner.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Process {
    /// Starts a command whose output goes to `log`.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let log = fs::File::create(log)?;
        let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        Ok(Self(child))
    }
}

impl RunningDemo {
    /// Starts one and waits until it answers.
    pub async fn start(engine: Engine) -> Result<Self> {
        Self::start_with(engine, &[]).await
    }

    /// Starts one with more options.
    pub async fn start_with(engine: Engine, options: &[&str]) -> Result<Self> {
        Self::start_of(Path::new(PROGRAM), engine, options).await
    }

    /// Starts one of another build of the program, which also runs this demo's commands.
    pub async fn start_of(program: &Path, engine: Engine, options: &[&str]) -> Result<Self> {
        let home = tempfile::tempdir()?;
        let dir = home.path().join("demo");
        let mut command = Command::new(program);
        let port = free_ports().context("no consecutive free ports")?;
        command.arg("demo").args(["--port", &port.to_string()]).args(options).arg("--data").arg(&dir);
        if engine == Engine::Postgres {
            command.arg("--database").arg(fresh_postgres(port).await?);
        }
        let begun = Instant::now();
        let log = home.path().join("log");
        let mut process = Process::start(&mut command, &log)?;
        while !dir.join("demo.json").exists() {
            if process.0.try_wait()?.is_some() || begun.elapsed() > READY_WITHIN {
                bail!("the demo did not start:\n{}", fs::read_to_string(&log)?);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let stage = Stage::new(dir.clone(), DemoFile::read(&dir)?, http_client(None)?, Arc::new(SystemClock));
        Ok(Self { stage, home, process, program: program.to_owned() })
    }

    /// Its people and addresses.
    pub fn file(&self) -> &DemoFile {
        &self.stage.demo
    }

    /// Stops the process and keeps the directory.
    pub fn stop(self) -> TempDir {
        drop(self.process);
        self.home
    }

    /// Runs another command of the program on this demo; the JSON it prints.
    pub fn json(&self, words: &[&str]) -> Result<Value> {
        let output = Command::new(&self.program)
            .args(words)
            .arg("--config")
            .arg(self.stage.dir.join("procura.toml"))
            .output()?;
        if !output.status.success() {
            bail!("procura {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A browser in which this aidant is logged in.
    pub async fn aidant(&self, account: &Account) -> Result<Browser> {
        let mut browser = self.stage.browser();
        let page = self.stage.log_in(&mut browser, "/aidant/connexion", account).await?;
        if !page.url.path().starts_with("/aidant") || page.url.path().contains("connexion") {
            bail!("not logged in: {page:?}");
        }
        Ok(browser)
    }

    /// Draws up a mandate for a month and has the person approve it in a browser of her own; its address for the aidant.
    pub async fn mandate(&self, aidant: &mut Browser, person: &PersonLine, themes: &[Theme]) -> Result<Url> {
        let page = aidant.get(&self.gateway("/aidant/mandats/nouveau")?).await?;
        let mut fields: Vec<(&str, &str)> = themes.iter().map(|theme| ("theme", theme.key())).collect();
        fields.extend([("duration", "month"), ("channel", "present")]);
        let handed_over = aidant.submit(&page.form_last_in_main()?.with(&fields)?).await?;
        let link = handed_over.link("/consentement/")?;
        let mut own = self.stage.browser();
        let page = own.get(&link).await?;
        let page = own.submit(&page.form_last_in_main()?).await?;
        let page = self.stage.through_franceconnect(&mut own, page, &person.login).await?;
        let page = own.submit(&page.form_last_in_main()?.with(&[("decision", "approve")])?).await?;
        if !page.status.is_success() {
            bail!("not approved: {page:?}");
        }
        Ok(handed_over.url)
    }

    /// Answers the gateway's two questions, from a client's authorization address to wherever the gateway sends the browser.
    pub async fn answer(aidant: &mut Browser, url: &Url, person: &PersonLine, theme: Theme) -> Result<Page> {
        let page = aidant.get(url).await?;
        if !page.url.path().starts_with("/acte/") {
            bail!("not at the choice: {page:?} {}", page.text());
        }
        let words = [person.given_name.as_str(), person.family_name.as_str()];
        let page = aidant.submit(&page.form_last_in_main()?.choose(&words)?).await?;
        Ok(aidant.submit(&page.form_last_in_main()?.with(&[("theme", theme.key())])?).await?)
    }

    /// An address of the gateway.
    pub fn gateway(&self, path: &str) -> Result<Url> {
        Ok(Url::parse(&format!("{}{path}", self.file().gateway))?)
    }
}

/// An address that answers 200 to everything: where the gateway sends the browser back to.
pub struct Landing {
    /// Its base, without a path.
    pub base: String,
}

impl Landing {
    /// Opens one on a free port; it lives as long as the process.
    pub fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let base = format!("http://localhost:{}", listener.local_addr()?.port());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut head = [0; 8192];
                drop(stream.read(&mut head));
                drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
            }
        });
        Ok(Self { base })
    }
}

/// The first of consecutive ports that are free at this moment; never the same ones twice in this process.
fn free_ports() -> Option<u16> {
    static NEXT: Mutex<u16> = Mutex::new(0);
    let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let begin = (*next).max(10_000 + u16::try_from(std::process::id() % 900).unwrap_or_default() * 10);
    let free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
    let first = (begin..32_000)
        .step_by(usize::from(PORTS))
        .find(|port| (*port..*port + PORTS).map(free).collect::<Option<Vec<_>>>().is_some())?;
    *next = first + PORTS;
    Some(first)
}

/// An empty database of its own; gone with the cluster, which is made for one run.
async fn fresh_postgres(label: u16) -> Result<String> {
    use sqlx::Connection;
    #[expect(clippy::disallowed_methods, reason = "tests are told of their database by the environment")]
    let cluster = std::env::var("PROCURA_TEST_POSTGRES")
        .context("PROCURA_TEST_POSTGRES names no PostgreSQL: run this under scripts/with-postgres.sh")?;
    let name = format!("demo_{}_{label}", std::process::id());
    let mut connection = sqlx::PgConnection::connect(&cluster).await?;
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(create).execute(&mut connection).await?;
    connection.close().await?;
    let mut url = Url::parse(&cluster)?;
    url.set_path(&name);
    Ok(url.into())
}
