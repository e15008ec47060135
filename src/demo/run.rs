//! `procura demo`: the gateway and everything around it in one process, on this machine's own address.

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::config::ConfigErrors;
use crate::demo::client::ClientError;
use crate::demo::client::http_client;
use crate::demo::counterparts;
use crate::demo::counterparts::Counterparts;
use crate::demo::file;
use crate::demo::file::DemoFile;
use crate::demo::mark;
use crate::demo::mark::MarkError;
use crate::demo::ports::Addresses;
use crate::demo::seeding;
use crate::demo::settings;
use crate::demo::settings::Choices;
use crate::demo::settings::Earlier;
use crate::domain::ids::Random;
use crate::domain::time::Clock;
use crate::operations::keys;
use crate::operations::refusal::Refusal;
use crate::server::Server;
use crate::server::ServerError;

const LOCK: &str = "demo.lock";
const DEFAULT_PORT: u16 = 8080;
const READY_WAIT: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What `procura demo` is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The first of the consecutive ports; `None` takes the one of an earlier start, else 8080.
    pub port: Option<u16>,
    /// The demo's directory.
    pub dir: PathBuf,
    /// The database; `None` takes the one of an earlier start, else a file in the directory.
    pub database: Option<String>,
}

/// Why the demo does not start or run, each in one line.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A port is in use or not to be had.
    #[error("port {port} of this machine is not free: choose another with --port, {count} in a row are needed", count = Addresses::COUNT)]
    Port {
        /// Which one.
        port: u16,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// There are not enough ports from there on.
    #[error("there are not {count} ports from {0} on", count = Addresses::COUNT)]
    NoPorts(u16),
    /// Another demo has the directory.
    #[error("another demo is running in {0}")]
    Running(String),
    /// The directory cannot be used.
    #[error("the directory {0} cannot be used")]
    Directory(String, #[source] io::Error),
    /// The database is not the demo's.
    #[error(transparent)]
    Mark(#[from] MarkError),
    /// The configuration written does not hold.
    #[error("the demo's configuration does not hold: {0}")]
    Config(ConfigErrors),
    /// The gateway does not start.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The counterparts do not start.
    #[error("the demo's counterparts do not start")]
    Counterparts(#[source] io::Error),
    /// The sample people could not be put in.
    #[error("the sample people could not be put in")]
    Seeding(#[from] Refusal),
    /// No HTTP client.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The gateway does not answer.
    #[error("the gateway was not ready within {} s", READY_WAIT.as_secs())]
    NotReady,
}

/// A running demo.
pub struct Demo {
    /// What `demo.json` says.
    pub file: DemoFile,
    /// Its directory, absolute.
    pub dir: PathBuf,
    counterparts: Counterparts,
    gateway: JoinHandle<Result<(), ServerError>>,
    stop: oneshot::Sender<()>,
    lock: std::fs::File,
}

/// Starts a demo; `demo.json` is in place when this returns.
///
/// # Errors
/// [`DemoError`], one line each. A directory or database that is refused is left as it was.
pub async fn start(
    options: &Options,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<Demo, DemoError> {
    let dir = std::path::absolute(&options.dir).map_err(|error| unusable(&options.dir, error))?;
    let earlier = Earlier::read(&dir);
    let port = options.port.or(earlier.port).unwrap_or(DEFAULT_PORT);
    let addresses = Addresses::from_port(port).ok_or(DemoError::NoPorts(port))?;
    let listener = claim_ports(&addresses).await?;
    let lock = claim_directory(&dir)?;
    let seed = file::seed(&dir, random.as_ref()).map_err(|error| unusable(&dir, error))?;
    let database = match options.database.clone().or_else(|| earlier.database.clone()) {
        Some(url) => settings::absolute_database(&url),
        None => settings::own_database(&dir),
    };
    let database = database.map_err(|error| unusable(&dir, error))?;
    mark::take(&database, &seed).await?;
    let origin = earlier.ledger_origin.unwrap_or_else(|| format!("localhost:{port}/ledger"));
    let issuer = earlier.franceconnect_issuer.unwrap_or_else(|| addresses.franceconnect_issuer());
    let choices = Choices {
        dir: &dir,
        addresses: &addresses,
        database: &database,
        ledger_origin: &origin,
        franceconnect_issuer: &issuer,
        seed: &seed,
    };
    let (text, _) = settings::write(&choices, random.as_ref()).map_err(|error| unusable(&dir, error))?;
    let config = Config::from_toml_str(&text).map_err(DemoError::Config)?;
    let counterparts = start_counterparts(&choices, &clock, &random).await?;
    let server = Server::build(config, clock, random).await?;
    seeding::seed(server.bench(), &addresses, &seed).await?;
    let ledger_key = keys::ledger_verifier(server.bench()).await?;
    for key in keys::ledger_verifiers(server.bench()).await? {
        counterparts.witness.trust(key);
    }
    let (stop, stopped) = oneshot::channel();
    let gateway = tokio::spawn(server.run(listener, async move { drop(stopped.await) }));
    let mut demo = DemoFile::of(&addresses, &seed, &ledger_key.to_string());
    demo.witness_key = counterparts.witness.verifier().ok().map(|key| key.to_string());
    wait_until_ready(&demo, &gateway).await?;
    counterparts.publish(demo.clone());
    demo.write(&dir).map_err(|error| unusable(&dir, error))?;
    Ok(Demo { file: demo, dir, counterparts, gateway, stop, lock })
}

impl Demo {
    /// Runs until `stop` is done or the gateway ends by itself; then stops everything in order.
    ///
    /// # Errors
    /// When the gateway broke.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Result<(), DemoError> {
        let Self { dir, counterparts, mut gateway, stop: tell, lock, .. } = self;
        let ended = tokio::select! {
            ended = &mut gateway => Some(ended),
            () = stop => None,
        };
        let removed = file::prepare(&dir).map_err(|error| unusable(&dir, error));
        if tell.send(()).is_err() {
            tracing::warn!("the gateway had ended by itself");
        }
        let ended = match ended {
            Some(ended) => ended,
            None => gateway.await,
        };
        counterparts.stop().await;
        drop(lock);
        ended.map_err(|error| ServerError::Serve(io::Error::other(error)))??;
        removed
    }
}

fn unusable(dir: &Path, error: io::Error) -> DemoError {
    DemoError::Directory(dir.display().to_string(), error)
}

/// The gateway's listener, after all ports were seen free, so that a refused start changes nothing.
async fn claim_ports(addresses: &Addresses) -> Result<TcpListener, DemoError> {
    let bind = async |port: u16| {
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| DemoError::Port { port, error })
    };
    let gateway = bind(addresses.port(0)).await?;
    for offset in 1..Addresses::COUNT {
        bind(addresses.port(offset)).await?;
    }
    Ok(gateway)
}

/// Makes the directory and holds it against another demo.
fn claim_directory(dir: &Path) -> Result<std::fs::File, DemoError> {
    let failed = |error| unusable(dir, error);
    let running = || DemoError::Running(dir.display().to_string());
    if !dir.join(LOCK).exists() {
        std::fs::create_dir_all(dir).map_err(failed)?;
        file::write_private(dir, LOCK, b"").map_err(failed)?;
    }
    let lock = std::fs::File::open(dir.join(LOCK)).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => return Err(running()),
        Err(std::fs::TryLockError::Error(error)) => return Err(failed(error)),
    }
    file::prepare(dir).map_err(failed)?;
    Ok(lock)
}

async fn start_counterparts(
    choices: &Choices<'_>,
    clock: &Arc<dyn Clock>,
    random: &Arc<dyn Random>,
) -> Result<Counterparts, DemoError> {
    let addresses = choices.addresses;
    let at_gateway = |paths: [&str; 2]| paths.map(|path| format!("{}{path}", addresses.gateway)).to_vec();
    Counterparts::start(counterparts::Settings {
        addresses: addresses.clone(),
        franceconnect_issuer: choices.franceconnect_issuer.to_owned(),
        dir: choices.dir,
        seed: *choices.seed,
        gateway_redirect_uris: at_gateway([
            "consentement/franceconnect/retour",
            "personne/franceconnect/retour",
        ]),
        gateway_post_logout_uris: at_gateway([
            "consentement/franceconnect/sortie",
            "personne/franceconnect/sortie",
        ]),
        clock: clock.clone(),
        random: random.clone(),
    })
    .await
    .map_err(DemoError::Counterparts)
}

async fn wait_until_ready(
    demo: &DemoFile,
    gateway: &JoinHandle<Result<(), ServerError>>,
) -> Result<(), DemoError> {
    let client = http_client(None)?;
    let readyz = format!("{}/readyz", demo.gateway);
    let answers = async |address: &str, wanted: fn(StatusCode) -> bool| {
        loop {
            let answer = client.get(address).send().await;
            if answer.is_ok_and(|answer| wanted(answer.status())) {
                return;
            }
            if gateway.is_finished() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    let ready = async {
        answers(&readyz, |status| status.is_success()).await;
        for other in [&demo.franceconnect, &demo.administration, &demo.portal] {
            answers(other, |status| !status.is_server_error()).await;
        }
    };
    tokio::time::timeout(READY_WAIT, ready).await.map_err(|_| DemoError::NotReady)
}
