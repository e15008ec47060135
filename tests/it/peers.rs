//! Administrations that are not ours: openid-client (npm) and Authlib (PyPI) log in by themselves and check everything; @sd-jwt
//! and jose (npm), sd-jwt and jwcrypto (PyPI) check what they were given.

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
use procura::demo::browser::page::Page;
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
pub(crate) enum Library {
    OpenidClient,
    Authlib,
}

fn there(name: &str) -> Result<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(name);
    ensure!(path.exists(), "{} is missing: scripts/need.sh peers installs it", path.display());
    Ok(path)
}

fn node(script: &str) -> Result<Command> {
    there("node_modules/@sd-jwt/sd-jwt-vc")?;
    let mut command = Command::new("node");
    command.arg(there(script)?);
    Ok(command)
}

fn python(script: &str) -> Result<Command> {
    let mut command = Command::new(there(".venv/bin/python")?);
    command.arg(there(script)?);
    Ok(command)
}

/// What a verifier in a process of its own says of `job`.
fn verdict(mut command: Command, job: &Value) -> Result<Value> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    writeln!(child.stdin.take().context("stdin")?, "{job}")?;
    let output = child.wait_with_output()?;
    let said: Value = serde_json::from_slice(&output.stdout).context("no verdict")?;
    ensure!(output.status.success() && said["step"] == "checked", "the verifier says {said}");
    Ok(said)
}

impl Library {
    fn command(self, word: &str) -> Result<Command> {
        let mut command = match self {
            Self::OpenidClient => node("openid_client.mjs")?,
            Self::Authlib => python("authlib_client.py")?,
        };
        command.arg(word);
        Ok(command)
    }

    /// A key pair made by the library itself.
    pub(crate) fn key(self) -> Result<Value> {
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
        self.job_of(library, method, true)
    }

    fn job_of(&self, library: Library, method: &str, compat: bool) -> Result<Value> {
        let back = format!("{}/retour", self.landing.base);
        let out = format!("{}/sortie", self.landing.base);
        let name = format!("{library:?} {method}");
        let mut words = vec![
            "client",
            "add",
            "--kind",
            "administration",
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
        if compat {
            words.push("--compat");
        }
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
        Ok(self.whole_life(job).await?["claims"].clone())
    }

    fn fapi_job(&self, more: &Value) -> Result<Value> {
        let mut job = self.job_of(Library::OpenidClient, "private_key_jwt", false)?;
        job["fapi"] = json!(true);
        for (name, value) in more.as_object().into_iter().flatten() {
            job[name] = value.clone();
        }
        Ok(job)
    }

    /// openid-client at the highest profile: everything pushed, every request with a proof of the library's own key.
    async fn bank_grade(&mut self, more: &Value) -> Result<Value> {
        let job = self.fapi_job(more)?;
        let mut login = self.whole_life(job.clone()).await?;
        login["audience"] = job["client_id"].clone();
        Ok(login)
    }

    async fn whole_life(&mut self, mut job: Value) -> Result<Value> {
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
        Ok(login)
    }

    /// Authlib: login; `between` happens while its tokens live; whether mandate and userinfo hold after it.
    async fn authlib(&mut self, method: &str) -> Result<(Value, Peer)> {
        let job = self.job(Library::Authlib, method)?;
        let (peer, login) = self.login(Library::Authlib, &job).await?;
        Ok((login["claims"].clone(), peer))
    }

    /// A login whose mandate is kept: nothing is given back, nothing replayed.
    async fn kept(&mut self, more: &Value) -> Result<Value> {
        let job = self.fapi_job(more)?;
        let (peer, mut login) = self.login(Library::OpenidClient, &job).await?;
        drop(peer);
        login["audience"] = job["client_id"].clone();
        Ok(login)
    }

    /// What @sd-jwt and jose say of a mandate as SD-JWT VC, and of its status.
    fn sd_jwt_verdict(&self, login: &Value) -> Result<Value> {
        let job = json!({
            "issuer": self.demo.file().gateway, "audience": login["audience"], "token": login["tokens"]["mandate_token"],
        });
        verdict(node("sd_jwt.mjs")?, &job)
    }

    /// What PyPI's sd-jwt and jwcrypto say of everything a login gave.
    fn second_opinion(&self, tokens: &Value) -> Result<Value> {
        let job = json!({ "issuer": self.demo.file().gateway, "tokens": tokens });
        Ok(verdict(python("second_opinion.py")?, &job)?["claims"].clone())
    }

    /// The person takes the whole mandate back in her own space.
    async fn revoke(&self) -> Result<()> {
        let (mut own, page) = in_her_space(self.demo, self.person).await?;
        let page = own.click(&page, "/revoquer").await?;
        let page = own.submit(&page.form_last_in_main()?).await?;
        ensure!(page.status.is_success(), "not revoked: {page:?}");
        Ok(())
    }
}

/// A browser in which this person looks at her own space, and its first page.
pub(crate) async fn in_her_space(demo: &RunningDemo, person: &PersonLine) -> Result<(Browser, Page)> {
    let mut own = demo.stage.browser();
    let page = own.get(&demo.gateway("/personne/connexion")?).await?;
    let page = match page.form_last_in_main() {
        Ok(form) if page.url.path().starts_with("/personne") => own.submit(&form).await?,
        _ => page,
    };
    let page = demo.stage.through_franceconnect(&mut own, page, &person.login).await?;
    Ok((own, page))
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

/// The status list follows within this.
const STATUS_WITHIN: Duration = Duration::from_secs(25);

async fn a_bank_grade_client_and_two_verifiers(engine: Engine) -> Result<()> {
    let demo = RunningDemo::start(engine).await?;
    let mut aidant = demo.aidant(&demo.file().aidants[0]).await?;
    let person = demo.file().persons[0].clone();
    demo.mandate(&mut aidant, &person, &[Theme::Social, Theme::Famille]).await?;
    let mut meeting =
        Meeting { demo: &demo, landing: Landing::open()?, aidant, person: &person, theme: Theme::Social };
    let plain = meeting.bank_grade(&json!({})).await.context("FAPI: PAR, private_key_jwt, DPoP")?;
    let signed = json!({"jar": true, "jarm": true, "signed_introspection": true});
    let signed = meeting.bank_grade(&signed).await.context("FAPI, everything signed")?;
    for (what, login) in [("plain", &plain), ("signed", &signed)] {
        let told = meeting.second_opinion(&login["tokens"]).context(what)?;
        ensure!(told["id_token"]["sub"] == login["claims"]["sub"], "{what}: whose ID token: {told}");
        ensure!(told["access_token"]["cnf"]["jkt"].is_string(), "{what}: a bound access token: {told}");
        ensure!(told["mandate_token"]["aud"] == login["audience"], "{what}: whose mandate: {told}");
        ensure!(told["answer"].is_object() == (what == "signed"), "{what}: the signed answer: {told}");
    }

    let kept = meeting.kept(&json!({"format": "dc+sd-jwt"})).await.context("FAPI with SD-JWT VC")?;
    let told = meeting.sd_jwt_verdict(&kept).context("@sd-jwt")?;
    ensure!(told["status"] == 0, "a mandate in force: {told}");
    ensure!(told["claims"]["may_act"]["org"]["name"].is_string(), "shown whole: {told}");
    ensure!(told["least"]["may_act"]["org"].get("name").is_none(), "shown least: {told}");
    ensure!(told["least"]["authorization_details"][0]["privileges"].is_array(), "what must be seen: {told}");
    let second = meeting.second_opinion(&kept["tokens"]).context("PyPI sd-jwt")?;
    ensure!(second["mandate_token"]["jti"] == told["claims"]["jti"], "both read the same: {second}");

    meeting.revoke().await.context("the person revokes")?;
    let begun = std::time::Instant::now();
    while meeting.sd_jwt_verdict(&kept)?["status"] != 1 {
        ensure!(begun.elapsed() < STATUS_WITHIN, "the status list does not tell that the mandate ended");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    drop(meeting);
    drop(demo.stop());
    ensure_unlinkable(&[plain["claims"].clone(), signed["claims"].clone(), kept["claims"].clone()])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_grade_client_and_two_verifiers_sqlite() -> Result<()> {
    a_bank_grade_client_and_two_verifiers(Engine::Sqlite).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_grade_client_and_two_verifiers_postgres() -> Result<()> {
    a_bank_grade_client_and_two_verifiers(Engine::Postgres).await
}
