//! The service as it is measured: alone in its process, with everything that the operations need prepared before.
//!
//! A demo with its counterparts prepares it (aidants log in by mail and one-time code, persons approve through FranceConnect);
//! then the demo ends and `procura serve` goes on with the same database. What it mails is taken by a receiver of this process.

use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::net::Ipv4Addr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::demo::browser::cookies::CookieJar;
use procura::domain::theme::Theme;
use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;

use crate::drive::login::Client;
use crate::drive::login::THEME;
use crate::drive::login::Track;
use crate::drive::prepare;
use crate::drive::prepare::REDIRECT;
use crate::meter::Meter;
use crate::support::Engine;
use crate::support::PROGRAM;
use crate::support::Process;
use crate::support::RunningDemo;

/// One aidant for each user of the largest load: an aidant does one thing at a time.
const AIDANTS: usize = 32;
const AT_REST_AFTER: Duration = Duration::from_secs(3);
const READY_WITHIN: Duration = Duration::from_secs(30);
/// The API for which tokens are exchanged.
pub const API: &str = "https://api.bench.example/v1";

/// The service with what was prepared.
pub struct Scene {
    /// What logins need.
    pub track: Arc<Track>,
    /// A client of the FAPI 2.0 profile with its key.
    pub fapi: (String, Arc<SigningKey>),
    /// An aidant's software.
    pub software: Client,
    /// A person who is logged in.
    pub person: CookieJar,
    /// Whose cost is counted.
    pub meter: Meter,
    /// From the start of the process until it said it was ready.
    pub ready_in: Duration,
    /// Resident memory at rest, in MiB.
    pub at_rest: Option<u64>,
    /// How many mails it sent.
    pub mails: Arc<AtomicU64>,
    config: PathBuf,
    service: Option<Process>,
    _home: TempDir,
}

impl Scene {
    /// Prepares everything on a fresh database; `fill` may put more into it while nobody serves.
    ///
    /// # Errors
    /// When something does not start or does not do as it is asked.
    pub async fn set(
        engine: Engine,
        meter: Meter,
        fill: impl AsyncFnOnce(&Path) -> Result<()>,
    ) -> Result<Self> {
        let demo = RunningDemo::start(engine).await?;
        let track = Arc::new(prepare::prepare(&demo, AIDANTS, &[]).await?);
        let (key, _) = SigningKey::generate(Algorithm::Es256, &SystemRandom::new())?;
        let jwks = demo.home.path().join("jwks.json");
        fs::write(&jwks, json!({ "keys": [key.public_jwk()] }).to_string())?;
        let jwks = jwks.display().to_string();
        let common = ["--theme", Theme::key(THEME), "--name", "Banc d’essai"];
        let back = ["--redirect-uri", REDIRECT];
        let keys = ["--kind", "administration", "--auth", "private_key_jwt", "--jwks", &jwks];
        let fapi = prepare::client(&demo, &[keys.as_slice(), &common, &back].concat())?.id;
        let basic = ["--auth", "client_secret_basic"];
        let software =
            prepare::client(&demo, &[["--kind", "software"].as_slice(), &basic, &common, &back].concat())?;
        let api = ["--kind", "resource-server", "--resource", API];
        prepare::client(&demo, &[api.as_slice(), &basic, &common].concat())?;
        let person = person(&demo, &track).await?;
        let mails = Arc::new(AtomicU64::new(0));
        let config = write_config(&demo.stage.dir, receive_mail(Arc::clone(&mails))?)?;
        let home = demo.stop();
        fill(&config).await?;
        let mut scene = Self {
            track,
            fapi: (fapi, Arc::new(key)),
            software,
            person,
            meter,
            ready_in: Duration::ZERO,
            at_rest: None,
            mails,
            config,
            service: None,
            _home: home,
        };
        scene.serve().await?;
        Ok(scene)
    }

    async fn serve(&mut self) -> Result<()> {
        let mut command = Command::new(PROGRAM);
        command.arg("serve").arg("--config").arg(&self.config);
        let log = self.config.with_file_name("serve.log");
        let begun = Instant::now();
        let mut process = Process::start(&mut command, &log)?;
        let mut wire = self.track.wire();
        while !wire.get("/readyz", &[]).await.is_ok_and(|answer| answer.status == 200) {
            if process.0.try_wait()?.is_some() || begun.elapsed() > READY_WITHIN {
                bail!("serve did not start: {}", fs::read_to_string(&log)?);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.ready_in = begun.elapsed();
        self.meter.service = Some(process.0.id());
        self.service = Some(process);
        tokio::time::sleep(AT_REST_AFTER).await;
        self.at_rest = self.meter.memory_mib();
        Ok(())
    }

    /// Entries under the newest signed checkpoint (C2SP tlog-checkpoint: the second line).
    ///
    /// # Errors
    /// When there is none.
    pub async fn ledger_size(&self) -> Result<u64> {
        let note = self.track.wire().get("/ledger/checkpoint", &[]).await?.must(200, "checkpoint")?;
        Ok(note.text().lines().nth(1).context("a checkpoint with a size")?.parse()?)
    }

    /// Stops the service and has its ledger audited; how many entries it holds.
    ///
    /// # Errors
    /// When the audit finds anything.
    pub fn audit(mut self) -> Result<u64> {
        if let Some(mut service) = self.service.take() {
            let stop = Command::new("kill").arg("-TERM").arg(service.0.id().to_string()).status()?;
            anyhow::ensure!(stop.success(), "the service cannot be told to stop");
            service.0.wait()?;
        }
        let mut command = Command::new(PROGRAM);
        command.args(["ledger", "audit", "--json", "--config"]).arg(&self.config);
        let output = command.output()?;
        let report: Value = serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        anyhow::ensure!(report["holds"] == true, "the ledger's audit: {report}");
        report["size"].as_u64().context("a size")
    }
}

/// Somebody with mandates logs into her own space through FranceConnect.
async fn person(demo: &RunningDemo, track: &Track) -> Result<CookieJar> {
    let line = track.persons.first().context("a person")?;
    let mut browser = demo.stage.browser();
    let page = browser.get(&demo.gateway("/personne")?).await?;
    let page = browser.submit(&page.form_last_in_main()?).await?;
    let page = demo.stage.through_franceconnect(&mut browser, page, &line.login).await?;
    if !page.url.path().starts_with("/personne") || page.url.path().contains("connexion") {
        bail!("she is not in her space: {page:?}");
    }
    Ok(browser.cookies().clone())
}

/// The demo's configuration without the counterparts that are gone; mail goes to `port`.
fn write_config(folder: &Path, port: u16) -> Result<PathBuf> {
    let text = fs::read_to_string(folder.join("procura.toml"))?;
    let mut table: toml::Table = text.parse()?;
    table.remove("witnesses");
    let mail = table.get_mut("mail").and_then(toml::Value::as_table_mut).context("a [mail] section")?;
    mail.insert("port".to_owned(), i64::from(port).into());
    let path = folder.join("bench.toml");
    fs::write(&path, table.to_string())?;
    Ok(path)
}

/// Receives mail on a port of its own (RFC 5321) and counts it; as long as the process lives.
fn receive_mail(count: Arc<AtomicU64>) -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let count = Arc::clone(&count);
            // A sender who goes away ends the conversation.
            std::thread::spawn(move || drop(converse(&stream, &count)));
        }
    });
    Ok(port)
}

fn converse(mut stream: &TcpStream, count: &AtomicU64) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream);
    stream.write_all(b"220 bench\r\n")?;
    let (mut line, mut within) = (String::new(), false);
    while lines.read_line(&mut line)? > 0 {
        let word = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        if within {
            if line == ".\r\n" {
                within = false;
                count.fetch_add(1, Ordering::Relaxed);
                stream.write_all(b"250 taken\r\n")?;
            }
        } else if word == "DATA" {
            within = true;
            stream.write_all(b"354 go on\r\n")?;
        } else if word == "QUIT" {
            return stream.write_all(b"221 bye\r\n");
        } else {
            stream.write_all(b"250 ok\r\n")?;
        }
        line.clear();
    }
    Ok(())
}
