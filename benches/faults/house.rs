//! Gateways and a worker on one PostgreSQL behind the reverse proxy that `deploy/proxy/nginx.conf` describes, or one gateway
//! on SQLite; with the demo's people, and its counterparts inside this process so that they can be away.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use procura::config::SystemClock;
use procura::crypto::random::SystemRandom;
use procura::demo::client::http_client;
use procura::demo::counterparts;
use procura::demo::counterparts::Counterparts;
use procura::demo::file;
use procura::demo::file::DemoFile;
use procura::demo::ports::Addresses;
use procura::demo::story::stage::Stage;
use tempfile::TempDir;

use crate::drive::login::Track;
use crate::drive::prepare;
use crate::ledger;
use crate::logins::AIDANTS;
use crate::logins::SCOPES;
use crate::scene::Service;
use crate::scene::free_port;
use crate::scene::held;
use crate::scene::tail;
use crate::support::Engine;
use crate::support::PROGRAM;
use crate::support::RunningDemo;
use crate::table::Row;

const PROXY: &str = "deploy/proxy/nginx.conf";
/// Longer than a drain and the longest request.
const LEAVES_WITHIN: Duration = Duration::from_secs(30);
/// A step of the one-time codes and a little more.
const NEXT_CODE: Duration = Duration::from_secs(32);

/// A process with its own configuration.
pub struct Seat {
    pub name: String,
    port: Option<u16>,
    config: PathBuf,
    log: PathBuf,
    words: &'static [&'static str],
    /// Which build of the program it runs from its next start on.
    pub program: PathBuf,
    pub service: Option<Service>,
}

/// All of it.
pub struct House {
    pub engine: Engine,
    pub track: Arc<Track>,
    pub stage: Stage,
    pub gateways: Vec<Seat>,
    pub worker: Option<Seat>,
    counterparts: Option<Counterparts>,
    proxy: Option<Service>,
    addresses: Addresses,
    dir: PathBuf,
    home: TempDir,
    program: PathBuf,
    http: reqwest::Client,
    /// The one-time codes of the first logins may not be used again.
    opened: Instant,
}

impl House {
    /// With this many gateways on PostgreSQL, else one.
    pub async fn open(engine: Engine, gateways: usize) -> Result<Self> {
        Self::of(Path::new(PROGRAM), engine, gateways).await
    }

    /// As [`House::open`], founded and served by another build of the program.
    pub async fn of(program: &Path, engine: Engine, gateways: usize) -> Result<Self> {
        let demo = RunningDemo::start_of(program, engine, &[]).await.context("a demo")?;
        let track = prepare::prepare(&demo, AIDANTS, &SCOPES).await.context("people and mandates")?;
        let dir = demo.stage.dir.clone();
        let home = demo.stop();
        let file = DemoFile::read(&dir)?;
        let port = track.base.port().context("a port")?;
        let stage = Stage::new(dir.clone(), file, http_client(None)?, Arc::new(SystemClock));
        let mut house = Self {
            engine,
            track: Arc::new(track),
            stage,
            gateways: Vec::new(),
            worker: None,
            counterparts: None,
            proxy: None,
            addresses: Addresses::from_port(port).context("ports")?,
            dir,
            home,
            program: program.to_owned(),
            http: http_client(None)?,
            opened: Instant::now(),
        };
        house.counterparts_back().await?;
        match engine {
            Engine::Sqlite => {
                let seat = house.seat("gateway", Some(port), &["serve"])?;
                house.gateways.push(seat);
            }
            Engine::Postgres => {
                for number in 0..gateways {
                    let seat = house.seat(
                        &format!("gateway {}", number + 1),
                        Some(free_port()?),
                        &["serve", "--no-jobs"],
                    )?;
                    house.gateways.push(seat);
                }
                house.worker = Some(house.seat("worker", None, &["worker"])?);
            }
        }
        for seat in house.gateways.iter_mut().chain(&mut house.worker) {
            seat.start()?;
        }
        if engine == Engine::Postgres {
            house.proxy = Some(house.proxy(port)?);
        }
        house.ready().await?;
        Ok(house)
    }

    /// A configuration that differs from the demo's in where it listens and what it may call.
    fn seat(&self, name: &str, port: Option<u16>, words: &'static [&'static str]) -> Result<Seat> {
        let mut table: toml::Table = std::fs::read_to_string(self.dir.join("procura.toml"))?.parse()?;
        let mut set = |section: &str, key: &str, value: toml::Value| {
            let section =
                table.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new())).as_table_mut();
            section.map(|section| section.insert(key.to_owned(), value))
        };
        if let Some(port) = port {
            set("server", "listen", format!("127.0.0.1:{port}").into());
        }
        set("server", "drain", "1 s".into());
        set("server", "trusted_proxies", vec!["127.0.0.1"].into());
        set("outbound", "allow_private", true.into());
        set("outbound", "timeout", "2 s".into());
        set("ledger", "integrate_every", "50 ms".into());
        let file = name.replace(' ', "-");
        let config = self.dir.join(format!("{file}.toml"));
        std::fs::write(&config, table.to_string())?;
        let log = self.home.path().join(format!("{file}.log"));
        let program = self.program.clone();
        Ok(Seat { name: name.to_owned(), port, config, log, words, program, service: None })
    }

    /// nginx with the shipped upstream and location, on the address the gateways are known by.
    fn proxy(&self, port: u16) -> Result<Service> {
        let shipped = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PROXY))?;
        let site = self.home.path().join("site.conf");
        std::fs::write(&site, site_of(&shipped, port, &self.gateways)?)?;
        let root = std::fs::metadata("/proc/self")?.uid() == 0;
        let home = self.home.path().display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {home}/nginx-{kind};\n"))
            .concat();
        let text = format!(
            "daemon off;\n{}worker_processes 1;\npid {home}/nginx.pid;\nerror_log {home}/nginx.log;\n\
             events {{ worker_connections 1024; }}\nhttp {{\naccess_log off;\n{temporary}include {};\n}}\n",
            if root { "user root;\n" } else { "" },
            site.display()
        );
        let config = self.home.path().join("nginx.conf");
        std::fs::write(&config, text)?;
        let mut command =
            Command::new(if Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" });
        command.arg("-p").arg(home.to_string()).arg("-c").arg(config);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Service(command.spawn().context("nginx: scripts/need.sh faults installs it")?))
    }

    /// Waits until every gateway is ready, and the proxy.
    pub async fn ready(&self) -> Result<()> {
        for seat in &self.gateways {
            seat.ready(&self.http).await?;
        }
        self.front_ready().await
    }

    /// Waits until this gateway is ready.
    pub async fn gateway_ready(&self, number: usize) -> Result<()> {
        self.gateways[number].ready(&self.http).await
    }

    async fn front_ready(&self) -> Result<()> {
        let url = self.track.base.join("/readyz")?;
        for _ in 0..200 {
            if self.http.get(url.clone()).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("nothing answers at {url}: {}", tail(&self.home.path().join("nginx.log")))
    }

    /// FranceConnect, mail, SMS and witness go away.
    pub async fn counterparts_away(&mut self) {
        if let Some(counterparts) = self.counterparts.take() {
            // A conversation that is open would go on with the old mailbox.
            counterparts.mailbox.set_down(true);
            counterparts.stop().await;
        }
    }

    /// They are back, with an empty mailbox.
    pub async fn counterparts_back(&mut self) -> Result<()> {
        let random = Arc::new(SystemRandom::new());
        let at_gateway =
            |paths: [&str; 2]| paths.map(|path| format!("{}{path}", self.addresses.gateway)).to_vec();
        let started = Counterparts::start(counterparts::Settings {
            addresses: self.addresses.clone(),
            franceconnect_issuer: self.addresses.franceconnect_issuer(),
            dir: &self.dir,
            seed: file::seed(&self.dir, random.as_ref())?,
            gateway_redirect_uris: at_gateway([
                "consentement/franceconnect/retour",
                "personne/franceconnect/retour",
            ]),
            gateway_post_logout_uris: at_gateway([
                "consentement/franceconnect/sortie",
                "personne/franceconnect/sortie",
            ]),
            clock: Arc::new(SystemClock),
            random,
        })
        .await?;
        started.publish(DemoFile::read(&self.dir)?);
        self.counterparts = Some(started);
        Ok(())
    }

    /// What came by mail and as SMS since the counterparts are there.
    pub fn mailbox(&self) -> Result<&procura::demo::mailbox::Mailbox> {
        self.counterparts.as_ref().map(|counterparts| &counterparts.mailbox).context("counterparts")
    }

    /// Waits until every aidant has another one-time code than that of her first login.
    pub async fn fresh_codes(&self) {
        tokio::time::sleep(NEXT_CODE.saturating_sub(self.opened.elapsed())).await;
    }

    /// Asks for a login link, as the login page's form does: a mail follows.
    pub async fn ask_for_link(&self, number: usize) -> Result<bool> {
        let account = &self.track.accounts[number];
        let secret = procura::crypto::second_factor::TotpSecret::from_base32(&account.totp_secret);
        let code = secret.context("a secret")?.code_at(self.stage.now());
        let mut browser = self.stage.browser();
        let page = browser.get(&self.track.base.join("/aidant/connexion")?).await?;
        let form = page.form_last_in_main()?.with(&[("email", &account.email), ("otp", &code)])?;
        Ok(browser.submit(&form).await?.status.is_success())
    }

    /// The configuration that commands on this installation use.
    pub fn config(&self) -> &Path {
        &self.gateways[0].config
    }

    /// Compares what was acknowledged with what the ledger holds, and audits it. `more` counts as lost.
    pub async fn row(
        &self,
        fault: &'static str,
        times: u32,
        done: &std::sync::Mutex<Vec<String>>,
        more: &[String],
        note: String,
    ) -> Result<Row> {
        // What was committed last gets its place in the tree.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let acknowledged = held(done).clone();
        let verdict = ledger::compare(self.config(), &acknowledged).await?;
        if !more.is_empty() {
            println!("without a cause: {more:?}");
        }
        Ok(Row {
            database: if self.engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" },
            fault,
            times,
            acknowledged: acknowledged.len(),
            lost: verdict.lost + more.len(),
            doubled: verdict.doubled,
            audit: verdict.audit,
            note,
        })
    }
}

/// The shipped configuration without TLS and limits, for these gateways.
fn site_of(shipped: &str, port: u16, gateways: &[Seat]) -> Result<String> {
    let mut listed = false;
    let mut text = String::new();
    for line in shipped.lines() {
        let words = line.trim();
        if words.starts_with("server 127.0.0.1:") || words.starts_with("server procura-") {
            let rest = words
                .split_once(' ')
                .and_then(|(_, rest)| rest.split_once(' '))
                .map_or(";", |(_, rest)| rest);
            if !std::mem::replace(&mut listed, true) {
                for seat in gateways {
                    text += &format!("server 127.0.0.1:{} {rest}\n", seat.port.context("a gateway's port")?);
                }
            }
            continue;
        }
        let dropped = ["limit_req", "limit_conn", "ssl_", "http2 ", "add_header"];
        if dropped.iter().any(|start| words.starts_with(start)) {
            continue;
        }
        let line = match words {
            "listen 80;" => format!("listen 127.0.0.1:{};", free_port()?),
            listen if listen.starts_with("listen 443") => format!("listen 127.0.0.1:{port};"),
            listen if listen.starts_with("listen ") => continue,
            _ => line.replace("server_name procura.example;", "server_name localhost;"),
        };
        text += &line;
        text.push('\n');
    }
    ensure!(listed, "{PROXY} names no upstream");
    Ok(text)
}

impl Seat {
    /// Starts its process.
    pub fn start(&mut self) -> Result<()> {
        let log = std::fs::File::options().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.program);
        // A backtrace reads the symbols of the whole program and keeps them: nothing that a service has in its memory.
        command.args(self.words).arg("--config").arg(&self.config).env_remove("RUST_BACKTRACE");
        self.service = Some(Service(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?));
        Ok(())
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.service = None;
    }

    /// SIGTERM: it says so first, and answers meanwhile. Waits for its own end, which must be a good one.
    pub async fn leave(&mut self) -> Result<Duration> {
        let mut service = self.service.take().context("a process")?;
        let begun = Instant::now();
        let id = service.0.id().to_string();
        ensure!(Command::new("kill").args(["-TERM", &id]).status()?.success(), "no SIGTERM");
        if let Some(port) = self.port {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let asked = http_client(None)?.get(format!("http://127.0.0.1:{port}/readyz")).send().await;
            ensure!(
                asked.is_ok_and(|answer| answer.status() == 503),
                "{} leaves and does not say so",
                self.name
            );
        }
        while begun.elapsed() < LEAVES_WITHIN {
            if let Some(status) = service.0.try_wait()? {
                ensure!(status.success(), "{} ended with {status}: {}", self.name, tail(&self.log));
                return Ok(begun.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("{} does not leave: {}", self.name, tail(&self.log))
    }

    async fn ready(&self, http: &reqwest::Client) -> Result<()> {
        let Some(port) = self.port else { return Ok(()) };
        let url = format!("http://127.0.0.1:{port}/readyz");
        for _ in 0..600 {
            if http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("{} is not ready: {}", self.name, tail(&self.log))
    }

    /// Resident memory in KiB and open files of its process, where the system tells (`/proc`).
    pub fn weight(&self) -> Option<(u64, u64)> {
        let id = self.service.as_ref()?.0.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let resident = line.trim().trim_end_matches("kB").trim().parse().ok()?;
        let files = std::fs::read_dir(format!("/proc/{id}/fd")).ok()?.count();
        Some((resident, u64::try_from(files).ok()?))
    }

    /// Its process.
    pub fn id(&self) -> Option<u32> {
        self.service.as_ref().map(|service| service.0.id())
    }
}
