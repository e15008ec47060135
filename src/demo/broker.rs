//! A broker that behaves like FranceConnect towards a service and towards its identity provider, which is the gateway: its
//! request to the letter, its checks without any tolerance, and a session that opens further services unseen.

mod authorize;
mod callback;
pub mod checks;
mod logout;
pub mod mischief;
mod pages;
pub mod service;
mod state;
mod tokens;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::SigningKey;
use crate::demo::broker::mischief::Mischief;
use crate::demo::broker::state::Memory;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;
use crate::domain::time::Clock;

/// The broker's session cookie.
pub const SESSION_COOKIE: &str = "broker_demo_session";

/// A service registered at the broker.
#[derive(Clone, Debug)]
pub struct ServiceRecord {
    /// Its client id.
    pub client_id: String,
    /// Its secret, sent in the body.
    pub client_secret: String,
    /// Its name on the pages.
    pub name: String,
    /// The exact redirect address.
    pub redirect_uri: String,
    /// The exact address to return to after logout.
    pub post_logout_redirect_uri: String,
    /// The delegation labels it accepts; none: it accepts a helper for anything.
    pub labels: Vec<String>,
}

/// The identity provider as the broker's administrators wrote it down: the gateway.
#[derive(Clone, Debug)]
pub struct ProviderRecord {
    /// Its title on the button and in the banner of a failure.
    pub title: String,
    /// Its issuer, exactly; the endpoints are below.
    pub issuer: String,
    /// The broker's client id there.
    pub client_id: String,
    /// The broker's secret there.
    pub client_secret: String,
    /// The one algorithm of its ID tokens.
    pub id_token_alg: String,
    /// The one algorithm of its userinfo answers; plain JSON without.
    pub userinfo_alg: Option<String>,
}

impl ProviderRecord {
    fn endpoint(&self, path: &str) -> String {
        format!("{}/oauth/{path}", self.issuer)
    }
}

/// What the broker is made of.
pub struct Settings {
    /// Its issuer, path `/api/v2` included, without a slash at the end.
    pub issuer: Url,
    /// The services.
    pub services: Vec<ServiceRecord>,
    /// The identity provider.
    pub provider: ProviderRecord,
    /// For its calls to the identity provider.
    pub http: reqwest::Client,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub random: Arc<dyn Random>,
    /// Its ES256 key.
    pub key: SigningKey,
    /// What `sub` values are made with.
    pub subject_secret: [u8; 32],
}

/// The broker; clones share everything.
#[derive(Clone)]
pub struct Broker {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    memory: Mutex<Memory>,
    mischief: Mutex<Option<Mischief>>,
}

/// The address the identity provider sends the browser back to, for a broker of this issuer.
pub fn callback_uri(issuer: &str) -> String {
    format!("{issuer}/oidc-callback")
}

/// The address it sends the browser back to after logout.
pub fn logout_callback_uri(issuer: &str) -> String {
    format!("{issuer}/client/logout-callback")
}

impl Broker {
    /// A broker without any session.
    pub fn new(settings: Settings) -> Self {
        let inner = Inner { settings, memory: Mutex::new(Memory::default()), mischief: Mutex::new(None) };
        Self { inner: Arc::new(inner) }
    }

    /// Its routes, under the issuer's path.
    pub fn router(&self) -> Router {
        let routes = Router::new()
            .route("/authorize", get(authorize::authorize))
            .route("/interaction/{id}", get(authorize::show))
            .route("/interaction/{id}/professionnel", post(authorize::to_provider))
            .route("/interaction/{id}/continue", post(authorize::proceed))
            .route("/oidc-callback", get(callback::callback))
            .route("/token", post(tokens::token))
            .route("/userinfo", get(tokens::userinfo))
            .route("/jwks", get(jwks))
            .route("/session/end", get(logout::end))
            .route("/client/logout-callback", get(logout::callback))
            .route("/.well-known/openid-configuration", get(discovery));
        let home = Router::new().route("/", get(home));
        home.nest(self.settings().issuer.path().trim_end_matches('/'), routes).with_state(self.clone())
    }

    /// Misbehaves from now on; `None` makes it honest again.
    pub fn misbehave(&self, mischief: Option<Mischief>) {
        *self.inner.mischief.lock().unwrap_or_else(PoisonError::into_inner) = mischief;
    }

    fn mischief(&self) -> Option<Mischief> {
        self.inner.mischief.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    fn provider(&self) -> &ProviderRecord {
        &self.settings().provider
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issuer(&self) -> &str {
        self.settings().issuer.as_str().trim_end_matches('/')
    }

    fn service(&self, client_id: &str) -> Option<&ServiceRecord> {
        self.settings().services.iter().find(|service| service.client_id == client_id)
    }

    /// 64 hexadecimal digits.
    fn fresh_value(&self) -> String {
        hex::encode(random_bytes::<32>(self.settings().random.as_ref()))
    }

    fn error_page(&self, status: StatusCode, code: &str, words: &str) -> Response {
        let id = uuid::Builder::from_random_bytes(random_bytes::<16>(self.settings().random.as_ref()));
        pages::error(status, code, words, &id.into_uuid().to_string())
    }

    fn set_cookie(&self, session: &str, max_age: u64) -> String {
        let secure = if self.settings().issuer.scheme() == "https" { "; Secure" } else { "" };
        format!("{SESSION_COOKIE}={session}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}")
    }
}

/// A redirect to an address with these parameters behind those it has.
fn redirect_with(uri: &str, pairs: &[(&str, &str)]) -> Response {
    let Ok(mut url) = Url::parse(uri) else { return StatusCode::BAD_REQUEST.into_response() };
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    Redirect::to(url.as_str()).into_response()
}

fn error_json(status: StatusCode, error: &str, code: &str) -> Response {
    let body = json!({"error": error, "error_description": format!("refused ({code})")});
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

async fn home(State(broker): State<Broker>) -> Response {
    pages::home(&broker.settings().services)
}

async fn jwks(State(broker): State<Broker>) -> Json<JwkSet> {
    Json(JwkSet { keys: vec![broker.settings().key.public_jwk()] })
}

async fn discovery(State(broker): State<Broker>) -> Json<Value> {
    let base = broker.issuer();
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "jwks_uri": format!("{base}/jwks"),
        "end_session_endpoint": format!("{base}/session/end"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "acr_values_supported": ["eidas1"],
        "scopes_supported": authorize::SCOPES,
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "userinfo_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}
