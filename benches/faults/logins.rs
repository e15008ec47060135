//! Complete delegated logins as the load: authorization request, choice of person, choice of theme, code, tokens, userinfo. Each
//! failure is kept with its moment, so that it can be laid at the door of a fault, or of nothing.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::demo::browser::Browser;
use procura::demo::browser::BrowserError;
use procura::demo::browser::page::Page;
use procura::demo::client::http_client;
use procura::demo::file::Account;
use procura::demo::file::PersonLine;
use procura::domain::theme::Theme;
use serde_json::Value;
use tokio::task::JoinHandle;
use url::Url;

use crate::ledger;
use crate::scene::held;
use crate::support::Landing;
use crate::support::RunningDemo;

/// An aidant does one thing at a time.
pub const AIDANTS: usize = 6;
pub const THEME: Theme = Theme::Social;
/// How long an aidant waits before she tries again what failed.
const AGAIN: Duration = Duration::from_millis(100);

/// Who logs in where.
pub struct Track {
    pub http: reqwest::Client,
    pub gateway: Url,
    pub client_id: String,
    pub client_secret: String,
    pub redirect_uri: String,
    pub persons: Vec<PersonLine>,
    pub accounts: Vec<Account>,
    pub aidants: Vec<Browser>,
    number: AtomicU64,
}

/// What the administration has after a login.
pub struct Done {
    pub jti: String,
    pub id_token: String,
}

/// Why a login was not completed, as its user sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// The connection broke or was refused.
    Connection,
    /// The service or the proxy in front of it answered with this status.
    Status(u16),
    /// The aidant was asked to log in again.
    LoggedOut,
    /// Something else.
    Other(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connection => f.write_str("no answer"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::LoggedOut => f.write_str("logged out"),
            Self::Other(words) => f.write_str(words),
        }
    }
}

impl From<BrowserError> for Failure {
    fn from(error: BrowserError) -> Self {
        match error {
            BrowserError::Connection(..) | BrowserError::Body(..) => Self::Connection,
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        error.status().map_or(Self::Connection, |status| Self::Status(status.as_u16()))
    }
}

fn other(what: impl std::fmt::Display) -> Failure {
    Failure::Other(what.to_string())
}

/// A page that is what it should be.
fn page(page: Page, at: &str) -> Result<Page, Failure> {
    if page.status.is_server_error() {
        return Err(Failure::Status(page.status.as_u16()));
    }
    if page.url.path().ends_with("/connexion") {
        return Err(Failure::LoggedOut);
    }
    match page.url.as_str().contains(at) && page.status.is_success() {
        true => Ok(page),
        false => Err(other(format!("{page:?} instead of {at}: {}", page.h1()))),
    }
}

impl Track {
    /// Aidants with a session each, a mandate of every person, a client that may also have a stream.
    pub async fn prepare(demo: &RunningDemo) -> Result<Self> {
        let file = demo.file();
        let organisation = organisation(demo)?;
        let (mut accounts, mut aidants) = (Vec::new(), Vec::new());
        for number in 0..AIDANTS {
            let account = aidant(demo, &organisation, number)?;
            aidants.push(demo.aidant(&account).await?);
            accounts.push(account);
        }
        let usual =
            |person: &&PersonLine| person.note.as_deref().is_none_or(|note| !note.contains("FranceConnect"));
        let persons: Vec<PersonLine> = file.persons.iter().filter(usual).take(AIDANTS).cloned().collect();
        for (number, person) in persons.iter().enumerate() {
            demo.mandate(&mut aidants[number % AIDANTS], person, &[THEME]).await?;
        }
        let redirect_uri = format!("{}/retour", Landing::open()?.base);
        let mut words = vec!["client", "add", "--kind", "administration", "--compat", "--name", "Épreuve"];
        words.extend(["--theme", THEME.key(), "--redirect-uri", &redirect_uri]);
        for scope in ["openid", "profile", "birth", "email", "receipts", "ssf.manage", "ssf.read"] {
            words.extend(["--scope", scope]);
        }
        let client = demo.json(&words)?;
        Ok(Self {
            http: http_client(None)?,
            gateway: demo.gateway("/")?,
            client_id: text(&client, "client_id")?,
            client_secret: text(&client, "client_secret")?,
            redirect_uri,
            persons,
            accounts,
            aidants,
            number: AtomicU64::new(0),
        })
    }

    /// An address of the gateway.
    pub fn at(&self, path: &str) -> Result<Url> {
        Ok(self.gateway.join(path)?)
    }

    /// One complete delegated login.
    ///
    /// # Errors
    /// What its user sees.
    pub async fn login(&self, aidant: &mut Browser, person: &PersonLine) -> Result<Done, Failure> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let verifier = b64(&sha256(format!("verifier {number}").as_bytes()));
        let mut url = self.gateway.join("/oauth/authorize").map_err(other)?;
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", "openid profile birth email"),
            ("state", &format!("state-{number}")),
            ("nonce", &verifier),
            ("code_challenge", &b64(&sha256(verifier.as_bytes()))),
            ("code_challenge_method", "S256"),
        ]);
        let choice = page(aidant.get(&url).await?, "/acte/")?;
        let words = [person.given_name.as_str(), person.family_name.as_str()];
        let form = choice.form_last_in_main().and_then(|form| form.choose(&words)).map_err(other)?;
        let themes = page(aidant.submit(&form).await?, "/acte/")?;
        let chosen = themes.form_last_in_main().and_then(|form| form.with(&[("theme", THEME.key())]));
        let back = page(aidant.submit(&chosen.map_err(other)?).await?, &self.redirect_uri)?;
        let code = back.url.query_pairs().find(|(key, _)| key == "code").map(|(_, code)| code.into_owned());
        let code = code.ok_or_else(|| other(format!("no code: {}", back.url)))?;
        self.redeem(&code, &verifier, person).await
    }

    async fn redeem(&self, code: &str, verifier: &str, person: &PersonLine) -> Result<Done, Failure> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", verifier),
        ];
        let call = self.http.post(self.gateway.join("/oauth/token").map_err(other)?).form(&fields);
        let answer = call.basic_auth(&self.client_id, Some(&self.client_secret)).send().await?;
        let tokens: Value = answer.error_for_status()?.json().await?;
        let word = |name: &str| tokens[name].as_str().map(str::to_owned).ok_or_else(|| other(name));
        let (access_token, id_token) = (word("access_token")?, word("id_token")?);
        let jti = ledger::jti(&tokens["access_token"]).map_err(other)?;
        // What follows may fail: the tokens were given all the same.
        let call = self.http.get(self.gateway.join("/oauth/userinfo").map_err(other)?);
        let answer = call.bearer_auth(&access_token).send().await?.error_for_status()?;
        let told: Value = answer.json().await?;
        match told["family_name"] == person.family_name.as_str() {
            true => Ok(Done { jti, id_token }),
            false => Err(other("another person")),
        }
    }

    /// How many of the aidants' sessions are not open any more.
    pub async fn logged_out(&self) -> Result<usize> {
        let mut out = 0;
        for aidant in &self.aidants {
            let page = aidant.clone().get(&self.at("/aidant/structure")?).await?;
            out += usize::from(page.url.path().ends_with("/connexion"));
        }
        Ok(out)
    }
}

fn organisation(demo: &RunningDemo) -> Result<String> {
    let list = demo.json(&["organisation", "list"])?;
    let name = &demo.file().aidants.first().context("an aidant")?.organisation;
    let found = list.as_array().into_iter().flatten().find(|one| one["name"] == name.as_str());
    text(found.context("the first aidant's organisation")?, "id")
}

fn aidant(demo: &RunningDemo, organisation: &str, number: usize) -> Result<Account> {
    let email = format!("epreuve-{number}@aidants.example");
    let mut words = vec!["aidant", "add", "--given-name", "Camille", "--email", &email];
    let name = format!("Épreuve {number}");
    words.extend(["--family-name", &name, "--organisation", organisation, "--until", "2099-12-31"]);
    let totp_secret = text(&demo.json(&words)?, "totp_secret")?;
    Ok(Account { email, totp_secret, organisation: String::new(), name: String::new(), note: None })
}

fn text(object: &Value, key: &str) -> Result<String> {
    Ok(object[key].as_str().with_context(|| format!("no {key} in {object}"))?.to_owned())
}

/// What became of the logins of a run.
#[derive(Default)]
pub struct Book {
    pub done: Mutex<Vec<String>>,
    pub failed: Mutex<Vec<(Instant, Failure)>>,
}

/// Aidants at work, each in a browser of her own.
pub struct Crowd {
    pub book: Arc<Book>,
    over: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// All of them begin; each waits `pause` between two logins.
    pub fn begin(track: &Arc<Track>, pause: Duration) -> Self {
        let (book, over) = (Arc::<Book>::default(), Arc::<AtomicBool>::default());
        let work = |number: usize| {
            let (track, book, over) = (Arc::clone(track), Arc::clone(&book), Arc::clone(&over));
            tokio::spawn(async move {
                let mut aidant = track.aidants[number].clone();
                for turn in number.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    let begun = Instant::now();
                    match track.login(&mut aidant, &track.persons[turn % track.persons.len()]).await {
                        Ok(done) => held(&book.done).push(done.jti),
                        Err(failure) => {
                            // The moment of the request that failed lies between both.
                            held(&book.failed).push((begun.max(Instant::now() - AGAIN), failure));
                            tokio::time::sleep(AGAIN).await;
                        }
                    }
                    tokio::time::sleep(pause).await;
                }
            })
        };
        Self { tasks: (0..track.aidants.len()).map(work).collect(), book, over }
    }

    /// Lets them end what they are at.
    pub async fn end(self) -> Result<Arc<Book>> {
        self.over.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await?;
        }
        Ok(self.book)
    }
}

impl Book {
    /// How many logins were completed so far.
    pub fn completed(&self) -> usize {
        held(&self.done).len()
    }

    /// Failures outside of all these spans, each with its words; and how many lie inside of one.
    pub fn unexplained(&self, spans: &[(Instant, Instant)]) -> (Vec<String>, usize) {
        let failed = held(&self.failed);
        let inside = |at: &Instant| spans.iter().any(|(from, until)| (from..=until).contains(&at));
        let (explained, other): (Vec<_>, Vec<_>) = failed.iter().partition(|(at, failure)| {
            inside(at) && !matches!(failure, Failure::LoggedOut | Failure::Other(_))
        });
        (other.into_iter().map(|(_, failure)| failure.to_string()).collect(), explained.len())
    }
}
