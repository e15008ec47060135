//! Administrations that are not ours: openid-client (npm) and Authlib (PyPI) log in by themselves and check everything.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::ChildStdin;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use procura::demo::browser::Browser;
use procura::demo::file::PersonLine;
use procura::domain::theme::Theme;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::support::Engine;
use crate::support::Landing;
use crate::support::RunningDemo;

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Library {
    OpenidClient,
    Authlib,
}

impl Library {
    fn command(self, word: &str) -> Result<Command> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
        let there = |path: PathBuf| {
            ensure!(path.exists(), "{} is missing: scripts/need.sh peers installs it", path.display());
            Ok(path)
        };
        match self {
            Self::OpenidClient => {
                there(folder.join("node_modules/openid-client"))?;
                let mut command = Command::new("node");
                command.arg(folder.join("openid_client.mjs")).arg(word);
                Ok(command)
            }
            Self::Authlib => {
                let mut command = Command::new(there(folder.join(".venv/bin/python"))?);
                command.arg(folder.join("authlib_client.py")).arg(word);
                Ok(command)
            }
        }
    }

    /// A key pair made by the library itself.
    fn key(self) -> Result<Value> {
        let output = self.command("key")?.stderr(Stdio::inherit()).output()?;
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// A library at work in a process of its own.
struct Peer {
    child: Child,
    stdin: ChildStdin,
    lines: mpsc::Receiver<String>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Peer {
    fn start(library: Library, job: &Value) -> Result<Self> {
        let mut child =
            library.command("login")?.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().with_context(
                || format!("{library:?} cannot be started; scripts/need.sh peers installs what it needs"),
            )?;
        let stdin = child.stdin.take().context("stdin")?;
        let stdout = BufReader::new(child.stdout.take().context("stdout")?);
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        let mut peer = Self { child, stdin, lines };
        peer.tell(&job.to_string())?;
        Ok(peer)
    }

    fn tell(&mut self, line: &str) -> Result<()> {
        Ok(writeln!(self.stdin, "{line}")?)
    }

    /// The next step, which must be this one.
    fn step(&mut self, wanted: &str) -> Result<Value> {
        let line = self.lines.recv_timeout(PATIENCE).with_context(|| format!("no step «{wanted}»"))?;
        let step: Value = serde_json::from_str(&line)?;
        if step["step"] != wanted {
            bail!("expected the step «{wanted}», the library says {line}");
        }
        Ok(step)
    }

    fn ends_well(mut self) -> Result<()> {
        ensure!(self.child.wait()?.success(), "the library ended with an error");
        Ok(())
    }
}

/// Who meets whom.
struct Meeting<'a> {
    demo: &'a RunningDemo,
    landing: Landing,
    aidant: Browser,
    person: &'a PersonLine,
    theme: Theme,
}

impl Meeting<'_> {
    /// Registers a client with this authentication, and writes the library's job.
    fn job(&self, library: Library, method: &str) -> Result<Value> {
        let back = format!("{}/retour", self.landing.base);
        let out = format!("{}/sortie", self.landing.base);
        let name = format!("{library:?} {method}");
        let mut words = vec![
            "client",
            "add",
            "--kind",
            "administration",
            "--compat",
            "--name",
            &name,
            "--theme",
            self.theme.key(),
            "--theme",
            "famille",
            "--redirect-uri",
            &back,
            "--post-logout-redirect-uri",
            &out,
            "--auth",
            method,
        ];
        let mut auth = json!({"method": method});
        let file = self.demo.home.path().join("jwks.json");
        let path = file.display().to_string();
        if method == "private_key_jwt" {
            let key = library.key()?;
            std::fs::write(&file, key["public_jwks"].to_string())?;
            words.extend(["--jwks", &path]);
            auth["private_jwk"] = key["private_jwk"].clone();
        }
        let client = self.demo.json(&words)?;
        if method != "private_key_jwt" {
            ensure!(client["client_secret"].is_string(), "no secret in {client}");
            auth["secret"] = client["client_secret"].clone();
        }
        Ok(json!({
            "issuer": self.demo.file().gateway, "client_id": client["client_id"], "redirect_uri": back,
            "post_logout_redirect_uri": out, "scope": "openid profile birth email", "auth": auth,
            "themes": [self.theme.key()], "max_age": 600,
        }))
    }

    /// A whole login up to the library's own verdict on everything it received.
    async fn login(&mut self, library: Library, job: &Value) -> Result<(Peer, Value)> {
        let mut peer = Peer::start(library, job)?;
        let url = address(&peer.step("authorize")?)?;
        let back = RunningDemo::answer(&mut self.aidant, &url, self.person, self.theme).await?;
        peer.tell(back.url.as_str())?;
        let login = peer.step("login")?;
        ensure!(login["theme"] == self.theme.key(), "the theme of {login}");
        ensure!(login["person"]["family_name"] == self.person.family_name, "the person of {login}");
        ensure!(login["person"]["birthdate"] == self.person.birthdate, "the birth date of {login}");
        let organisation = &self.demo.file().aidants[0].organisation;
        ensure!(login["claims"]["act"]["org"]["name"] == *organisation, "the organisation of {login}");
        Ok((peer, login))
    }

    /// openid-client: login, receipt, logout, revocation, replay.
    async fn openid_client(&mut self, method: &str, par: bool) -> Result<Value> {
        let mut job = self.job(Library::OpenidClient, method)?;
        job["par"] = json!(par);
        job["receipt"] = json!(true);
        job["claims"] = json!({"id_token": {"given_name": {"essential": true}}});
        let (mut peer, login) = self.login(Library::OpenidClient, &job).await?;
        ensure!(login["claims"]["given_name"] == self.person.given_name, "the claim asked for in {login}");
        let leave = address(&peer.step("leave")?)?;
        let mut page = self.aidant.get(&leave).await?;
        if page.url.origin() == leave.origin() {
            page = self.aidant.submit(&page.form_last_in_main()?).await?;
        }
        peer.tell(page.url.as_str())?;
        peer.step("done")?;
        peer.ends_well()?;
        let home = self.aidant.get(&self.demo.gateway("/aidant")?).await?;
        ensure!(home.url.path() == "/aidant", "the aidant's own session went on: {home:?}");
        Ok(login["claims"].clone())
    }

    /// Authlib: login; `between` happens while its tokens live; whether mandate and userinfo hold after it.
    async fn authlib(&mut self, method: &str) -> Result<(Value, Peer)> {
        let job = self.job(Library::Authlib, method)?;
        let (peer, login) = self.login(Library::Authlib, &job).await?;
        Ok((login["claims"].clone(), peer))
    }

    /// The person takes the whole mandate back in her own space.
    async fn revoke(&self) -> Result<()> {
        let mut own = self.demo.stage.browser();
        let page = own.get(&self.demo.gateway("/personne/connexion")?).await?;
        let page = match page.form_last_in_main() {
            Ok(form) if page.url.path().starts_with("/personne") => own.submit(&form).await?,
            _ => page,
        };
        let page = self.demo.stage.through_franceconnect(&mut own, page, &self.person.login).await?;
        let page = own.click(&page, "/revoquer").await?;
        let page = own.submit(&page.form_last_in_main()?).await?;
        ensure!(page.status.is_success(), "not revoked: {page:?}");
        Ok(())
    }
}

fn address(step: &Value) -> Result<Url> {
    Ok(Url::parse(step["url"].as_str().context("no address")?)?)
}

/// No identifier given to one client may be known at another.
fn ensure_unlinkable(logins: &[Value]) -> Result<()> {
    for pointer in
        ["/sub", "/act/sub", "/act/habilitation", "/authorization_details/0/identifier", "/sid", "/txn"]
    {
        let mut seen: Vec<&str> =
            logins.iter().filter_map(|login| login.pointer(pointer)?.as_str()).collect();
        ensure!(seen.len() == logins.len(), "{pointer} is missing somewhere");
        seen.sort_unstable();
        seen.dedup();
        ensure!(seen.len() == logins.len(), "two clients know the same {pointer}");
    }
    Ok(())
}

async fn libraries_log_in(engine: Engine) -> Result<()> {
    let demo = RunningDemo::start(engine).await?;
    let mut aidant = demo.aidant(&demo.file().aidants[0]).await?;
    let person = demo.file().persons[0].clone();
    demo.mandate(&mut aidant, &person, &[Theme::Social, Theme::Famille]).await?;
    let mut meeting =
        Meeting { demo: &demo, landing: Landing::open()?, aidant, person: &person, theme: Theme::Social };
    let mut logins = vec![
        meeting.openid_client("client_secret_basic", false).await.context("openid-client, basic")?,
        meeting.openid_client("client_secret_post", true).await.context("openid-client, post and PAR")?,
        meeting
            .openid_client("private_key_jwt", true)
            .await
            .context("openid-client, private_key_jwt and PAR")?,
    ];
    let (claims, mut peer) = meeting.authlib("client_secret_post").await.context("Authlib, post")?;
    logins.push(claims);
    peer.tell("nothing has happened")?;
    let holds = peer.step("done")?;
    ensure!(holds["mandate_active"] == true && holds["userinfo_status"] == 200, "still good: {holds}");
    peer.ends_well()?;
    let (claims, peer) = meeting.authlib("private_key_jwt").await.context("Authlib, private_key_jwt")?;
    logins.push(claims);
    drop(peer);
    let (claims, mut peer) = meeting.authlib("client_secret_basic").await.context("Authlib, basic")?;
    logins.push(claims);
    meeting.revoke().await.context("the person revokes")?;
    peer.tell("the person took her mandate back")?;
    let gone = peer.step("done")?;
    ensure!(gone["mandate_active"] == false && gone["userinfo_status"] == 401, "good for nothing: {gone}");
    peer.ends_well()?;
    drop(meeting);
    drop(demo.stop());
    ensure_unlinkable(&logins)
}

#[tokio::test(flavor = "multi_thread")]
async fn independent_libraries_log_in_sqlite() -> Result<()> {
    libraries_log_in(Engine::Sqlite).await
}

#[tokio::test(flavor = "multi_thread")]
async fn independent_libraries_log_in_postgres() -> Result<()> {
    libraries_log_in(Engine::Postgres).await
}
