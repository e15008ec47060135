//! Builds the state from the configuration, mounts the routers, serves, and stops gracefully.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::Router;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware::from_fn;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::signal::unix::SignalKind;
#[cfg(unix)]
use tokio::signal::unix::signal;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower_http::limit::RequestBodyLimitLayer;

use crate::api;
use crate::config::Config;
use crate::domain::ids::Random;
use crate::domain::time::Clock;
use crate::http::assets;
use crate::http::assets::Assets;
use crate::http::assets::ThemeError;
use crate::http::csrf::same_origin;
use crate::http::dpop::offer_nonce;
use crate::http::drain::Drain;
use crate::http::drain::last_answers;
use crate::http::gate::Gate;
use crate::http::guard::Door;
use crate::http::guard::Face;
use crate::http::guard::Guard;
use crate::http::guard::guard;
use crate::http::headers::Transport;
use crate::http::headers::security_headers;
use crate::http::readiness;
use crate::http::serving;
use crate::http::session::sessions;
use crate::http::state::App;
use crate::http::state::Parts;
use crate::jobs;
use crate::jobs::Ways;
use crate::notify::mailer::MailError;
use crate::notify::post::Post;
use crate::oidc::provider;
use crate::oidc::relying_party::AidantProvider;
use crate::oidc::relying_party::RelyingParty;
use crate::operations::bench::Bench;
use crate::operations::install;
use crate::operations::install::InstallError;
use crate::operations::install::Migrate;
use crate::operations::keys;
use crate::operations::refusal::Refusal;
use crate::outbound::Outbound;
use crate::outbound::OutboundError;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Gauge;
use crate::web;

const OUTBOUND_CONNECT: Duration = Duration::from_secs(5);
const OUTBOUND_TOTAL: Duration = Duration::from_secs(10);
/// The longest wait that can be configured for an answer of witnesses and authorities.
pub const LONGEST_CALL: Duration = Duration::from_secs(10);
/// How long jobs may take to end their turn after the stop signal.
const LAST_TURNS: Duration = Duration::from_secs(10);

/// Why the service does not start or run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The installation does not fit the configuration.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// The first keys cannot be made.
    #[error("the signing keys cannot be made or opened: {0}")]
    Keys(Refusal),
    /// The operator's theme cannot be used.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// The mail relay cannot be used as configured.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The client for outbound calls cannot be made.
    #[error("the HTTP client cannot be built")]
    Outbound(#[from] reqwest::Error),
    /// The client for calls to registered addresses cannot be made.
    #[error(transparent)]
    Registered(#[from] OutboundError),
    /// An address cannot be listened on.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The listener broke.
    #[error("the listener failed")]
    Serve(#[from] std::io::Error),
}

/// A gateway ready to be served.
pub struct Server {
    app: App,
    assets: Arc<Assets>,
    post: Arc<Post>,
    configured: Outbound,
    jobs: bool,
    people: Gate,
    programs: Gate,
    drain: Drain,
}

impl Server {
    /// Opens the installation and builds everything that does not depend on a listener.
    ///
    /// # Errors
    /// [`ServerError`], in words for the operator.
    pub async fn build(
        config: Config,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, ServerError> {
        let config = Arc::new(config);
        let bench = install::open(Arc::clone(&config), clock, random, Migrate::AsConfigured).await?;
        keys::ensure(&bench).await.map_err(ServerError::Keys)?;
        let assets = Arc::new(Assets::with_theme(config.theme.directory.as_deref())?);
        let app = App::new(Parts {
            bench,
            links: assets.links(),
            theme: config.theme.directory.clone().map(Arc::new),
            outbound: outbound_client()?,
            registered: Outbound::new(config.outbound.allow_private, config.outbound.timeout)?,
        });
        let post = Arc::new(Post::new(&config, outbound_client()?)?);
        metrics::install();
        let configured = Outbound::new(true, LONGEST_CALL)?;
        let (people, programs) = (Gate::new(config.server.limits), Gate::new(config.server.limits));
        let drain = Drain::default();
        Ok(Self { app, assets, post, configured, jobs: true, people, programs, drain })
    }

    /// What operations work with, for whoever seeds or inspects this gateway.
    pub fn bench(&self) -> &Bench {
        &self.app.bench
    }

    /// All routes with their layers.
    pub fn router(&self) -> Router {
        let app = &self.app;
        let forms = Router::new()
            .merge(web::account::router())
            .merge(web::act::router())
            .merge(web::aidant::router())
            .merge(web::authority::router())
            .merge(web::consent::router())
            .merge(web::integrator::router())
            .merge(web::not_me::router())
            .merge(web::operator::router())
            .merge(web::organisation::router())
            .merge(web::person::router())
            .merge(web::public::router())
            .merge(web::explanations::router())
            .merge(web::referent::router())
            .merge(web::software::router())
            .merge(web::verifier::router())
            .layer(from_fn_with_state(app.clone(), same_origin));
        let bench = &app.bench;
        let config = app.config();
        let persons = RelyingParty::new(bench, config.franceconnect.clone(), app.outbound.clone());
        let aidants = RelyingParty::new(bench, config.proconnect.clone(), app.outbound.clone());
        let forms =
            forms.layer(Extension(Arc::new(persons))).layer(Extension(Arc::new(AidantProvider(aidants))));
        let behind = |face, door| Guard { app: app.clone(), face, door };
        let pages = forms.merge(provider::front()).layer(from_fn_with_state(app.clone(), sessions));
        let pages = pages
            .fallback(|| async { StatusCode::NOT_FOUND })
            .layer(from_fn_with_state(behind(Face::Page, Door::Gated(self.people.clone())), guard));
        let files = assets::router(Arc::clone(&self.assets))
            .layer(from_fn_with_state(behind(Face::Page, Door::Open), guard));
        let systems = Router::new()
            .merge(provider::back().layer(from_fn_with_state(app.clone(), provider::faults::noted)))
            .merge(api::v1::router())
            .merge(api::ledger::router())
            .merge(api::ssf::router())
            .layer(from_fn_with_state(app.clone(), offer_nonce))
            .layer(from_fn_with_state(behind(Face::Api, Door::Gated(self.programs.clone())), guard));
        // Reads whole files, so that only this route takes more than a form.
        let uploads = web::operator::uploads()
            .layer(from_fn_with_state(app.clone(), same_origin))
            .layer(from_fn_with_state(app.clone(), sessions))
            .layer(from_fn_with_state(behind(Face::Page, Door::Streamed(self.people.clone())), guard))
            .layer(RequestBodyLimitLayer::new(web::operator::MOST_UPLOADED));
        let https = app.config().server.public_url.is_https();
        let transport = if https { Transport::Https } else { Transport::Http };
        pages
            .merge(files)
            .merge(systems)
            .route("/healthz", get(readiness::healthz))
            .route("/readyz", get(readiness::readyz))
            .layer(RequestBodyLimitLayer::new(app.config().server.body_limit))
            .merge(uploads)
            .layer(from_fn_with_state(transport, security_headers))
            .layer(from_fn(last_answers))
            .layer(Extension(self.drain.clone()))
            .with_state(app.clone())
    }

    /// Leaves the jobs to another process (`procura worker`).
    #[must_use]
    pub const fn without_jobs(mut self) -> Self {
        self.jobs = false;
        self
    }

    /// Serves on `listener` until `stop` is done; then leaves: says so at `/readyz` for `server.drain`, closes the door, answers
    /// what is open, lets the jobs end their turn, and ends. With `internal_listen` configured, serves `/metrics` there.
    ///
    /// # Errors
    /// When a listener cannot be opened or breaks.
    pub async fn run(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServerError> {
        let (tell, stopped) = watch::channel(false);
        if let Some(address) = self.app.config().server.internal_listen {
            let gates = vec![self.people.clone(), self.programs.clone()];
            serve_metrics(address, gates, stopped.clone()).await?;
        }
        let mut jobs = self.jobs.then(|| {
            let ways = Ways {
                post: Arc::clone(&self.post),
                outbound: self.app.registered.clone(),
                configured: self.configured.clone(),
            };
            tokio::spawn(jobs::run(self.bench().clone(), ways, stopped.clone()))
        });
        let limits = self.app.config().server.limits;
        let door = self.drain.door(listener);
        let mut serving = tokio::spawn(serving::serve(door, self.router(), limits, wait(stopped)));
        let mut broken = false;
        let ended = tokio::select! {
            ended = &mut serving => Some(ended),
            () = stop => None,
            () = over(&mut jobs) => {
                tracing::error!("the jobs ended by themselves; whoever watches this process starts it again");
                jobs = None;
                broken = true;
                None
            }
        };
        tracing::info!("stopping");
        let config = self.app.config();
        if ended.is_none() {
            self.drain.leave(config.server.drain).await;
        }
        tell.send_replace(true);
        let ended = match ended {
            Some(ended) => Some(ended),
            None => tokio::time::timeout(config.server.request_timeout, &mut serving).await.ok(),
        };
        serving.abort();
        if let Some(jobs) = jobs
            && tokio::time::timeout(LAST_TURNS, jobs).await.is_err()
        {
            tracing::warn!(
                "a job did not end in time; what it did not commit is done again at the next start"
            );
        }
        self.app.bench.db.close().await;
        if broken {
            return Err(std::io::Error::other("the jobs ended by themselves").into());
        }
        ended.map_or(Ok(()), |ended| Ok(ended.map_err(std::io::Error::other)??))
    }
}

/// Comes back when the jobs are over, which they are not before they were told to stop; never where there are none.
async fn over(jobs: &mut Option<JoinHandle<()>>) {
    match jobs {
        Some(jobs) => drop(jobs.await),
        None => std::future::pending().await,
    }
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop too.
    drop(stopped.wait_for(|stopped| *stopped).await);
}

/// Serves `/metrics` and `/healthz` at an address that is never to be reached from outside, until `stopped` becomes true; `gates` are those whose
/// load is shown.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve_metrics(
    address: SocketAddr,
    gates: Vec<Gate>,
    stopped: watch::Receiver<bool>,
) -> Result<(), ServerError> {
    let listener = TcpListener::bind(address).await.map_err(|error| ServerError::Listen(address, error))?;
    let figures = metrics::install();
    let show = move || {
        let loads = gates.iter().map(Gate::load);
        let (in_flight, waiting) = loads.fold((0, 0), |(one, two), (more, waits)| (one + more, two + waits));
        metrics::level(Gauge::RequestsInFlight, level(in_flight));
        metrics::level(Gauge::RequestsWaiting, level(waiting));
        let text = figures.render();
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text) }
    };
    let router = Router::new().route("/metrics", get(show)).route("/healthz", get(readiness::healthz));
    tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(wait(stopped)).await });
    Ok(())
}

fn level(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// The client for calls to others: no redirects, no proxy of the environment, bounded time.
///
/// # Errors
/// When the TLS library refuses its configuration.
pub fn outbound_client() -> Result<reqwest::Client, reqwest::Error> {
    // Another part of this process may have chosen the same provider before.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(OUTBOUND_CONNECT)
        .timeout(OUTBOUND_TOTAL)
        .user_agent(concat!("procura/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Done at SIGTERM or SIGINT: at any that comes after this call, however late somebody looks.
#[cfg(unix)]
pub fn stop_signal() -> impl Future<Output = ()> + Send {
    let caught = |kind: SignalKind| {
        let signal = signal(kind);
        async move {
            match signal {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
        }
    };
    let (interrupt, terminate) = (caught(SignalKind::interrupt()), caught(SignalKind::terminate()));
    async move {
        tokio::select! {
            () = interrupt => {}
            () = terminate => {}
        }
    }
}

/// Done at Ctrl-C.
#[cfg(not(unix))]
pub async fn stop_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
