//! The services of `examples/`, as their developer would start them: an aidant's login in each, what it shows, its receipt in the
//! person's journal, the end of its mandate, and the refusal after it.

use std::io::Read;
use std::io::Write;
use std::net::Ipv4Addr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::demo::file::PersonLine;
use procura::domain::theme::Theme;
use url::Url;

use crate::peers::Library;
use crate::peers::in_her_space;
use crate::support::Engine;
use crate::support::Landing;
use crate::support::Process;
use crate::support::RunningDemo;

const PATIENCE: Duration = Duration::from_secs(30);

/// One of the services, and how it is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Example {
    /// `client_secret_basic`, told of logouts by the back channel.
    Node,
    /// The same program with a key of its own: pushed requests, `private_key_jwt`, DPoP.
    NodeWithKey,
    Python,
    Rust,
}

impl Example {
    const ALL: [Self; 4] = [Self::Node, Self::NodeWithKey, Self::Python, Self::Rust];

    fn command(self) -> Result<Command> {
        Ok(match self {
            Self::Node | Self::NodeWithKey => {
                ensure!(
                    root("examples/node/node_modules").exists(),
                    "scripts/need.sh peers installs what it needs"
                );
                let mut command = Command::new("node");
                command.arg(root("examples/node/service.mjs"));
                command
            }
            Self::Python => {
                let mut command = Command::new(root("tests/peers/.venv/bin/python"));
                command.arg(root("examples/python/service.py"));
                command
            }
            Self::Rust => Command::new(built("service")?),
        })
    }

    /// The words under which its report stands in the person's journal.
    fn label(self) -> &'static str {
        match self {
            Self::Node | Self::NodeWithKey => "Declaration by the Node service",
            Self::Python => "Declaration by the Python service",
            Self::Rust => "Declaration by the Rust service",
        }
    }
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Where cargo put an example that it built beside these tests.
fn built(name: &str) -> Result<PathBuf> {
    let tests = std::env::current_exe()?;
    let profile = tests.ancestors().nth(2).context("a folder of binaries")?;
    let path = profile.join("examples").join(name);
    ensure!(path.exists(), "{} is missing: cargo build --example {name}", path.display());
    Ok(path)
}

/// A service at work, registered for one theme.
struct Service {
    example: Example,
    home: Url,
    log: PathBuf,
    process: Process,
}

impl Service {
    /// Registers it as an operator would, and starts it.
    async fn start(demo: &RunningDemo, example: Example) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let home = Url::parse(&format!("http://localhost:{port}/"))?;
        let (name, back) = (format!("{example:?}"), format!("{home}callback"));
        let logout = format!("{home}backchannel-logout");
        let mut words = words(&name, &back);
        let mut command = example.command()?;
        let mut secret = true;
        match example {
            Example::NodeWithKey => {
                let pair = Library::OpenidClient.key()?;
                let (public, private) =
                    (demo.home.path().join("jwks.json"), demo.home.path().join("key.json"));
                std::fs::write(&public, pair["public_jwks"].to_string())?;
                std::fs::write(&private, pair["private_jwk"].to_string())?;
                command.env("CLIENT_KEY", private);
                let public = public.to_str().context("a path")?.to_owned();
                words.extend(["--auth", "private_key_jwt", "--jwks"].map(str::to_owned));
                words.push(public);
                secret = false;
            }
            Example::Node => {
                words.extend(["--compat", "--backchannel-logout-uri", &logout].map(str::to_owned));
            }
            Example::Python | Example::Rust => words.push("--compat".to_owned()),
        }
        let client = demo.json(&words.iter().map(String::as_str).collect::<Vec<_>>())?;
        if secret {
            command.env("CLIENT_SECRET", client["client_secret"].as_str().context("no secret")?);
        }
        let id = client["client_id"].as_str().context("no id")?;
        command.env("ISSUER", &demo.file().gateway).env("CLIENT_ID", id).env("PORT", port.to_string());
        let log = demo.home.path().join(format!("{example:?}.log"));
        let mut service = Self { example, home, process: Process::start(&mut command, &log)?, log };
        service.listens(port).await?;
        Ok(service)
    }

    async fn listens(&mut self, port: u16) -> Result<()> {
        let begun = Instant::now();
        while TcpStream::connect(("localhost", port)).is_err() {
            if begun.elapsed() > PATIENCE || self.process.0.try_wait()?.is_some() {
                bail!("it does not listen: {}", self.said()?);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    fn said(&self) -> Result<String> {
        Ok(std::fs::read_to_string(&self.log)?)
    }

    /// Looks at its page until it shows these words.
    async fn shows(&self, browser: &mut Browser, words: &str) -> Result<Page> {
        let begun = Instant::now();
        loop {
            let page = browser.get(&self.home).await?;
            if page.text().contains(words) {
                return Ok(page);
            }
            ensure!(begun.elapsed() < PATIENCE, "no «{words}» in «{}»: {}", page.text(), self.said()?);
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// From its button to its page about the person.
    async fn login(&self, aidant: &mut Browser, person: &PersonLine, organisation: &str) -> Result<()> {
        let door = self.shows(aidant, "Log in as an aidant").await?.link("/login")?;
        let page = RunningDemo::answer(aidant, &door, person, Theme::Social).await?;
        let text = page.text();
        let wanted = [
            format!("{} {}, born {}", person.given_name, person.family_name, person.birthdate),
            organisation.to_owned(),
            "Theme social".to_owned(),
            "Mandate token signature, issuer, audience and dates hold".to_owned(),
            "Gateway asked now active".to_owned(),
            "Receipts none yet".to_owned(),
        ];
        for words in wanted {
            ensure!(text.contains(&words), "no «{words}» in «{text}»: {}", self.said()?);
        }
        let shown = page.all_words("dd");
        ensure!(
            shown[1] != shown[2] && !shown[1].is_empty() && !shown[2].is_empty(),
            "sub and act.sub: {shown:?}"
        );
        self.shows(aidant, "Status list in force").await?;
        Ok(())
    }

    /// Sends the declaration; it stands in the person's own journal.
    async fn report(&self, demo: &RunningDemo, aidant: &mut Browser, person: &PersonLine) -> Result<()> {
        let page = aidant.get(&self.home).await?;
        let page = aidant.submit(&page.form_to("/report")?).await?;
        ensure!(page.text().contains(" → "), "no receipt in «{}»: {}", page.text(), self.said()?);
        let (mut own, _) = in_her_space(demo, person).await?;
        let journal = own.get(&demo.gateway("/personne/journal")?).await?;
        ensure!(journal.text().contains(self.example.label()), "not in her journal: {}", journal.text());
        Ok(())
    }

    /// The mandate is over: the work ends, and the next login opens nothing.
    async fn ends(&self, aidant: &mut Browser) -> Result<()> {
        if self.example == Example::Node {
            let begun = Instant::now();
            while !self.said()?.contains("the gateway ended act") {
                ensure!(begun.elapsed() < PATIENCE, "nothing came by the back channel: {}", self.said()?);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        } else {
            let page = aidant.get(&self.home).await?;
            ensure!(page.text().contains("The mandate ended"), "goes on: {}: {}", page.text(), self.said()?);
            ensure!(page.status.as_u16() == 403, "its status: {page:?}");
        }
        let door = self.shows(aidant, "Log in as an aidant").await?.link("/login")?;
        let page = aidant.get(&door).await?;
        let page = aidant.submit(&page.form_last_in_main()?).await?;
        ensure!(
            page.text().contains("without a mandate (access_denied)"),
            "{}: {}",
            page.text(),
            self.said()?
        );
        ensure!(page.status.as_u16() == 403, "its status: {page:?}");
        Ok(())
    }
}

fn words(name: &str, back: &str) -> Vec<String> {
    let words = [
        "client",
        "add",
        "--kind",
        "administration",
        "--theme",
        "social",
        "--name",
        name,
        "--redirect-uri",
        back,
    ];
    words.map(str::to_owned).to_vec()
}

/// The person takes the whole mandate back in her own space.
async fn revoke(demo: &RunningDemo, person: &PersonLine) -> Result<()> {
    let (mut own, page) = in_her_space(demo, person).await?;
    let page = own.click(&page, "/revoquer").await?;
    let page = own.submit(&page.form_last_in_main()?).await?;
    ensure!(page.status.is_success(), "not revoked: {page:?}");
    Ok(())
}

/// The walk by hand, at its own pace: what it prints comes in any pieces.
struct Walk {
    child: Child,
    printed: String,
}

impl Drop for Walk {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Walk {
    fn start(issuer: &str, id: &str, secret: &str, port: u16) -> Result<Self> {
        let mut command = Command::new(root("examples/curl/walk.sh"));
        command.env("ISSUER", issuer).env("CLIENT_ID", id).env("CLIENT_SECRET", secret);
        command
            .env("PORT", port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Ok(Self { child: command.spawn()?, printed: String::new() })
    }

    /// Reads until it asks for something with these words.
    fn until(&mut self, question: &str) -> Result<()> {
        let stdout = self.child.stdout.as_mut().context("its output")?;
        let mut some = [0; 4096];
        while !self.printed.ends_with(question) {
            let read = stdout.read(&mut some)?;
            if read == 0 {
                let mut error = String::new();
                self.child.stderr.take().context("its errors")?.read_to_string(&mut error)?;
                bail!("it ends before «{question}»: {}\n{error}", self.printed);
            }
            self.printed.push_str(&String::from_utf8_lossy(&some[..read]));
        }
        Ok(())
    }

    fn address(&mut self) -> Result<Url> {
        self.until("paste the address the browser ended at: ")?;
        let line = self.printed.lines().find_map(|line| line.strip_prefix("open: ")).context("no address")?;
        Ok(Url::parse(line)?)
    }

    fn tell(&mut self, line: &str) -> Result<()> {
        Ok(writeln!(self.child.stdin.as_mut().context("its input")?, "{line}")?)
    }

    /// All it printed, what it complained about, and whether it ended well.
    fn end(mut self) -> Result<(String, String, bool)> {
        drop(self.child.stdin.take());
        self.child.stdout.take().context("its output")?.read_to_string(&mut self.printed)?;
        let mut error = String::new();
        self.child.stderr.take().context("its errors")?.read_to_string(&mut error)?;
        let ended_well = self.child.wait()?.success();
        Ok((std::mem::take(&mut self.printed), error, ended_well))
    }
}

async fn walk(demo: &RunningDemo, aidant: &mut Browser, person: &PersonLine) -> Result<()> {
    demo.mandate(aidant, person, &[Theme::Social]).await?;
    let landing = Landing::open()?;
    let port = Url::parse(&landing.base)?.port().context("a port")?;
    let mut words = words("curl", &format!("{}/callback", landing.base));
    words.push("--compat".to_owned());
    let client = demo.json(&words.iter().map(String::as_str).collect::<Vec<_>>())?;
    let (id, secret) = (client["client_id"].as_str(), client["client_secret"].as_str());
    let (id, secret) = (id.context("no id")?, secret.context("no secret")?);

    let mut walk = Walk::start(&demo.file().gateway, id, secret, port)?;
    let back = RunningDemo::answer(aidant, &walk.address()?, person, Theme::Social).await?;
    walk.tell(back.url.as_str())?;
    walk.until("press Enter: ")?;
    revoke(demo, person).await?;
    walk.tell("")?;
    let (printed, error, ended_well) = walk.end()?;
    ensure!(ended_well, "{printed}\n{error}");
    for words in ["signature holds; status list: in force", &person.family_name, "\"chain\"", "active: true"]
    {
        ensure!(printed.contains(words), "no «{words}» in {printed}");
    }
    ensure!(printed.trim_end().ends_with("active: false"), "the mandate ended: {printed}");

    let mut again = Walk::start(&demo.file().gateway, id, secret, port)?;
    let page = aidant.get(&again.address()?).await?;
    let back = aidant.submit(&page.form_last_in_main()?).await?;
    again.tell(back.url.as_str())?;
    let (_, error, ended_well) = again.end()?;
    ensure!(!ended_well && error.contains("without a mandate: access_denied"), "{error}");
    Ok(())
}

async fn every_example_serves_an_aidant(engine: Engine) -> Result<()> {
    let demo = RunningDemo::start(engine).await?;
    let account = demo.file().aidants[0].clone();
    let mut aidant = demo.aidant(&account).await?;
    let person = demo.file().persons[0].clone();
    for example in Example::ALL {
        let told = format!("{example:?}");
        demo.mandate(&mut aidant, &person, &[Theme::Social]).await.with_context(|| told.clone())?;
        let service = Service::start(&demo, example).await.with_context(|| told.clone())?;
        service.login(&mut aidant, &person, &account.organisation).await.with_context(|| told.clone())?;
        service.report(&demo, &mut aidant, &person).await.with_context(|| told.clone())?;
        revoke(&demo, &person).await.with_context(|| told.clone())?;
        service.ends(&mut aidant).await.context(told)?;
    }
    walk(&demo, &mut aidant, &person).await.context("the walk by hand")?;
    drop(demo.stop());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_serves_an_aidant_sqlite() -> Result<()> {
    every_example_serves_an_aidant(Engine::Sqlite).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_serves_an_aidant_postgres() -> Result<()> {
    every_example_serves_an_aidant(Engine::Postgres).await
}

#[test]
fn the_python_example_needs_what_is_tried_here() -> Result<()> {
    let tried = std::fs::read_to_string(root("tests/peers/requirements.txt"))?;
    for line in std::fs::read_to_string(root("examples/python/requirements.txt"))?.lines() {
        ensure!(tried.lines().any(|other| other == line), "{line} is not the version in tests/peers");
    }
    Ok(())
}
