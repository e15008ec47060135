//! One gateway of its own for each test: real server, real database, real counterparts, a clock that can be moved.

mod actors;
pub mod agents;
pub mod bare;
mod clock;
mod database;
pub mod identity;
pub mod program;

use std::sync::Arc;

use procura::config::Config;
use procura::crypto::random::SystemRandom;
use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::demo::client::http_client;
use procura::demo::franceconnect::FranceConnect;
use procura::demo::mailbox::Mailbox;
use procura::demo::mailbox::sms;
use procura::demo::mailbox::sms::SmsGateway;
use procura::demo::mailbox::smtp;
use procura::demo::proconnect::ProConnect;
use procura::domain::message::Message;
use procura::domain::message::MessageBody;
use procura::domain::organisation::Siret;
use procura::operations::actors::OperatorActor;
use procura::operations::bench::Bench;
use procura::operations::data_keys;
use procura::server::Server;
use procura::storage::db::Sql;
use procura::storage::persons::PersonRow;
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

pub use actors::Professional;
pub use clock::TestClock;
pub use database::Database;
pub use database::Engine;
pub use database::MASTER_KEY;
pub use database::ORIGIN;
pub use database::database;
pub use database::empty;

/// The command line as an operator: what tests enrol with.
pub const CLI: OperatorActor = OperatorActor { staff: None };

/// Roles belong to the whole server: one test at a time makes and changes those of `deploy/`.
pub static ROLES: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// What differs from the usual world.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Configuration lines put after the world's own; each section of `default.toml` may stand here unless the world sets it
    /// (`server`, `database`, `keys`, `mail`, `sms`, `franceconnect`, `ledger`).
    pub config: String,
    /// Lines of its section `server`.
    pub server: String,
    /// FranceConnect+ in place of FranceConnect, with client assertions instead of the secret.
    pub plus: bool,
    /// ProConnect beside it.
    pub proconnect: bool,
    /// The clock shows the real time, for counterparts that have a clock of their own.
    pub live: bool,
    /// The gateway is joined by a name, as passkeys want it, not by a number.
    pub named: bool,
}

/// One gateway with its counterparts.
pub struct World {
    /// Which database.
    pub engine: Engine,
    /// The clock of everything here.
    pub clock: Arc<TestClock>,
    /// The gateway's own bench, to enrol and to look.
    pub bench: Bench,
    /// The gateway's address.
    pub url: Url,
    /// What came by SMTP and as SMS.
    pub mailbox: Mailbox,
    /// The SMS gateway.
    pub sms: SmsGateway,
    /// The identity provider.
    pub franceconnect: FranceConnect,
    /// The aidants' identity provider, where it was asked for.
    pub proconnect: Option<ProConnect>,
    /// For requests that no browser makes.
    pub http: reqwest::Client,
    /// Where this world's files are.
    pub directory: tempfile::TempDir,
    stop: watch::Sender<bool>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn port() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

impl World {
    /// A gateway on this engine.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, Options::default()).await
    }

    /// A gateway on this engine that differs.
    pub async fn start_with(engine: Engine, options: Options) -> Self {
        let clock = Arc::new(TestClock::new(options.live));
        let directory = tempfile::tempdir().expect("a directory");
        let database = database(engine, directory.path()).await;
        let (listener, gateway_port) = port().await;
        let (mail, mail_port) = port().await;
        let (short, short_port) = port().await;
        let (identity, identity_port) = port().await;
        let host = if options.named { "localhost" } else { "127.0.0.1" };
        let url = Url::parse(&format!("http://{host}:{gateway_port}/")).expect("an address");
        let franceconnect = identity::provider(&url, identity_port, clock.clone(), options.plus);
        let routes = franceconnect.router();
        let mailbox = Mailbox::new(clock.clone());
        tokio::spawn(smtp::serve(mail, mailbox.clone()));
        let sms = SmsGateway::new(mailbox.clone());
        let taken = sms.router();
        tokio::spawn(async move { axum::serve(short, taken).await });
        tokio::spawn(async move { axum::serve(identity, routes).await });
        let mut text = config(&url, &database, (mail_port, short_port), identity_port);
        if options.plus {
            let secret = format!("client_secret = \"{}\"", identity::CLIENT_SECRET);
            let plus = "profile = \"franceconnect_plus\"\ntoken_auth = \"private_key_jwt\"";
            text = text.replace(&secret, plus);
        } else {
            let own = "enabled = true\nrefused_idps = [\"another-provider\"]\nscopes = [\"openid\", \"identite_pivot\", \"preferred_username\", \"email\", \"idp_birthdate\", \"idp_id\"]\nissuer";
            text = text.replacen("enabled = true\nissuer", own, 1);
        }
        let proconnect = match options.proconnect {
            true => Some(agents::serve(&url, clock.clone(), &mut text).await),
            false => None,
        };
        text = text.replacen("[database]\n", &format!("{}\n[database]\n", options.server), 1);
        text += &options.config;
        let config = Config::from_toml_str(&text).unwrap_or_else(|errors| panic!("{errors}"));
        let server =
            Server::build(config, clock.clone(), Arc::new(SystemRandom::new())).await.expect("a gateway");
        let bench = server.bench().clone();
        let (stop, mut stopped) = watch::channel(false);
        tokio::spawn(server.run(listener, async move {
            drop(stopped.wait_for(|stopped| *stopped).await);
        }));
        let http = http_client(None).expect("a client");
        Self { engine, clock, bench, url, mailbox, sms, franceconnect, proconnect, http, directory, stop }
    }

    /// A fresh browser.
    pub fn browser(&self) -> Browser {
        Browser::new(self.http.clone(), self.clock.clone())
    }

    /// The address of a path here.
    pub fn at(&self, path: &str) -> Url {
        self.url.join(path).expect("a path")
    }

    /// Every message written for sending, oldest first, whether it was sent or not.
    pub async fn messages(&self) -> Vec<Message> {
        let mut tx = self.bench.db.begin().await.expect("a transaction");
        let key = data_keys::system(&self.bench);
        let key = data_keys::require(&self.bench, &mut tx, key).await.expect("the system's key");
        let sealed: Vec<(Vec<u8>,)> = tx
            .query(Sql::same("SELECT sealed FROM outbox ORDER BY created_at, id"))
            .fetch_all()
            .await
            .expect("the outbox");
        sealed
            .into_iter()
            .map(|(sealed,)| key.open("outbox.message", &sealed).expect("a message"))
            .map(|plain| serde_json::from_slice(&plain).expect("a message"))
            .collect()
    }

    /// Every person who was not erased, oldest first.
    pub async fn persons(&self) -> Vec<PersonRow> {
        let sql = "SELECT id, identity, identification, data_key FROM persons WHERE erased_at IS NULL ORDER BY created_at, id";
        let mut tx = self.bench.db.read().await.expect("a transaction");
        tx.query(Sql::same(sql)).fetch_all().await.expect("persons")
    }

    /// The newest login link written for this address.
    pub async fn login_link(&self, email: &str) -> Option<Url> {
        let mine = |message: &Message| message.to.show().eq_ignore_ascii_case(email);
        self.messages().await.into_iter().rev().filter(mine).find_map(|message| match message.body {
            MessageBody::LoginLink { link, .. } => Url::parse(link.show()).ok(),
            _ => None,
        })
    }

    /// The kinds of every entry, oldest first, with `!` behind a refused one.
    pub async fn kinds(&self) -> Vec<String> {
        let mut tx = self.bench.db.read().await.expect("a transaction");
        let rows: Vec<(String, bool)> = tx
            .query(Sql::same("SELECT kind, refused FROM entry_refs ORDER BY at, entry"))
            .fetch_all()
            .await
            .expect("the entries");
        rows.into_iter().map(|(kind, refused)| if refused { kind + "!" } else { kind }).collect()
    }

    /// How many entries of this kind there are; `!` behind it counts the refused ones.
    pub async fn count(&self, kind: &str) -> usize {
        self.kinds().await.iter().filter(|one| *one == kind).count()
    }

    /// Logs a person in at the identity provider: its form with her sample login, then its "continue" page if there is one.
    pub async fn identify(&self, browser: &mut Browser, page: Page, login: &str) -> Page {
        let form = page
            .form_last_in_main()
            .expect("the provider's form")
            .with(&[("login", login)])
            .expect("its field");
        let page = browser.submit(&form).await.expect("a page");
        if page.url.port() == self.url.port() {
            return page;
        }
        match page.form_last_in_main() {
            Ok(form) if form.value("login").is_none() => browser.submit(&form).await.expect("a page"),
            _ => page,
        }
    }
}

/// A SIRET with valid check digits, different for each number below 100 000.
pub fn siret(number: u32) -> Siret {
    (0..10)
        .find_map(|digit| Siret::parse(&format!("21{number:05}000001{digit}")))
        .expect("one of ten digits is the check digit")
}

fn config(url: &Url, database: &Database, (mail_port, sms_port): (u16, u16), identity_port: u16) -> String {
    format!(
        r#"
[server]
public_url = "{}"
listen = "127.0.0.1:1"
drain = "0 s"
[database]
url = "{}"
max_connections = 6
[keys]
master_key = "{}"
[mail]
transport = "smtp"
host = "127.0.0.1"
port = {mail_port}
security = "none"
from = "Procura <ne-pas-repondre@procura.example>"
[sms]
transport = "http"
url = "http://127.0.0.1:{sms_port}{}"
auth = "{}"
[franceconnect]
enabled = true
issuer = "http://127.0.0.1:{identity_port}/api/v2"
client_id = "{}"
client_secret = "{}"
[ledger]
origin = "{}"
integrate_every = "50 ms"
"#,
        url.as_str().trim_end_matches('/'),
        database.url,
        MASTER_KEY,
        sms::PATH,
        sms::AUTHORIZATION,
        identity::CLIENT_ID,
        identity::CLIENT_SECRET,
        ORIGIN,
    )
}

/// Makes each test twice: `name::sqlite` and `name::postgres`, each in a world of its own.
macro_rules! on_each_database {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident) $body:block)+) => {$(
        mod $name {
            #[expect(clippy::allow_attributes, reason = "a test may need nothing of its file")]
            #[allow(unused_imports, reason = "a test may need nothing of its file")]
            use super::*;

            $(#[$meta])*
            async fn check($world: $crate::world::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check($crate::world::World::start($crate::world::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check($crate::world::World::start($crate::world::Engine::Postgres).await).await;
            }
        }
    )+};
}

/// As `on_each_database!`, in worlds that differ.
macro_rules! on_each_database_with {
    ($options:expr; $($(#[$meta:meta])* async fn $name:ident($world:ident) $body:block)+) => {$(
        mod $name {
            #[expect(clippy::allow_attributes, reason = "a test may need nothing of its file")]
            #[allow(unused_imports, reason = "a test may need nothing of its file")]
            use super::*;

            $(#[$meta])*
            async fn check($world: $crate::world::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check($crate::world::World::start_with($crate::world::Engine::Sqlite, $options).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check($crate::world::World::start_with($crate::world::Engine::Postgres, $options).await).await;
            }
        }
    )+};
}

/// As `on_each_database!`, for what needs no gateway: an installation alone.
macro_rules! on_each_engine {
    ($($(#[$meta:meta])* async fn $name:ident($bare:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn check($bare: $crate::world::bare::Bare) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check($crate::world::bare::Bare::open($crate::world::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check($crate::world::bare::Bare::open($crate::world::Engine::Postgres).await).await;
            }
        }
    )+};
}
