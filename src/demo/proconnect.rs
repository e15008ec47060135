//! A provider that behaves like ProConnect: PKCE, levels as an essential claim, a mailed code for whoever has no second factor,
//! signed userinfo, a session that is reused below eidas2; with agents admitted one by one, and mischief on demand.

mod login;
mod tokens;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::KeyError;
use crate::crypto::keys::SigningKey;
use crate::demo::franceconnect::mischief::Mischief;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;
use crate::domain::time::Clock;
use crate::domain::time::Instant;

/// The provider's session cookie.
pub const SESSION_COOKIE: &str = "pc_demo_session";
const SESSION_LIFE: Duration = Duration::from_secs(12 * 3600);
const CODE_LIFE: Duration = Duration::from_secs(60);
const TOKEN_LIFE: Duration = Duration::from_secs(3600);
/// Every level there is, lowest first.
const LEVELS: [&str; 6] = ["eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3"];

/// The service registered there.
#[derive(Clone)]
pub struct RegisteredService {
    /// Its client id.
    pub client_id: String,
    /// Its secret, sent in the body.
    pub client_secret: String,
    /// Exact redirect addresses.
    pub redirect_uris: Vec<String>,
    /// Exact addresses to return to after logout.
    pub post_logout_redirect_uris: Vec<String>,
}

/// An agent with an account at one of the identity providers behind.
#[derive(Clone, Debug)]
pub struct Agent {
    /// What is typed to log in.
    pub login: String,
    /// The public identifier, one for each account at an identity provider.
    pub sub: String,
    /// The identity provider.
    pub idp_id: String,
    /// Given name.
    pub given_name: String,
    /// Name in use.
    pub usual_name: String,
    /// Professional address.
    pub email: String,
    /// The organisation.
    pub siret: String,
    /// The organisation's name.
    pub organization_label: String,
    /// The level that identity provider reaches: without `-mfa` below eidas2 it has no second factor of its own.
    pub acr: String,
    /// The means it names.
    pub amr: Vec<String>,
}

/// What the provider is made of.
pub struct Settings {
    /// Its issuer, path included, without a slash at the end.
    pub issuer: Url,
    /// The service.
    pub service: RegisteredService,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub random: Arc<dyn Random>,
    /// Its key; its algorithm signs.
    pub key: SigningKey,
    /// Misbehaviour per prefix of a login: `wrong-nonce.amelie`.
    pub mischief: BTreeMap<String, Mischief>,
}

/// The provider; clones share everything.
#[derive(Clone)]
pub struct ProConnect {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    foreign: SigningKey,
    memory: Mutex<Memory>,
}

#[derive(Clone)]
struct AuthRequest {
    redirect_uri: String,
    scope: Vec<String>,
    state: String,
    nonce: String,
    challenge: Option<String>,
    levels: Wanted,
    amr_wanted: bool,
}

/// How the service asked for a level.
#[derive(Clone)]
enum Wanted {
    /// Not at all, or by `acr_values`, which bind nobody and win over the claim.
    Any,
    /// As an essential claim: one of these or nothing.
    Essential(Vec<String>),
}

#[derive(Clone)]
struct Login {
    typed: String,
    auth_time: Instant,
}

#[derive(Clone)]
struct Grant {
    request: AuthRequest,
    login: Login,
    acr: String,
    amr: Vec<String>,
    issued: Instant,
    used: bool,
}

#[derive(Default)]
struct Memory {
    agents: Vec<Agent>,
    requests: HashMap<String, AuthRequest>,
    sessions: HashMap<String, Login>,
    codes: HashMap<String, Grant>,
    tokens: HashMap<String, (Grant, Instant)>,
}

impl ProConnect {
    /// A provider that knows nobody yet.
    ///
    /// # Errors
    /// [`KeyError`] when the second key, with which it forges, cannot be made.
    pub fn new(settings: Settings) -> Result<Self, KeyError> {
        let (foreign, _) = SigningKey::generate(Algorithm::Es256, settings.random.as_ref())?;
        Ok(Self { inner: Arc::new(Inner { settings, foreign, memory: Mutex::default() }) })
    }

    /// Admits an agent, in place of the one with this login.
    pub fn admit(&self, agent: Agent) {
        let mut memory = self.memory();
        memory.agents.retain(|known| known.login != agent.login);
        memory.agents.push(agent);
    }

    /// How many browsers have somebody logged in.
    pub fn live_sessions(&self) -> usize {
        self.memory().sessions.len()
    }

    /// Its routes, under the issuer's path.
    pub fn router(&self) -> Router {
        let routes = Router::new()
            .route("/authorize", get(login::authorize))
            .route("/interaction/{id}", get(login::show).post(login::log_in))
            .route("/interaction/{id}/cancel", post(login::cancel))
            .route("/token", post(tokens::token))
            .route("/userinfo", get(tokens::userinfo))
            .route("/jwks", get(jwks))
            .route("/session/end", get(tokens::end))
            .route("/.well-known/openid-configuration", get(discovery));
        Router::new()
            .nest(self.settings().issuer.path().trim_end_matches('/'), routes)
            .with_state(self.clone())
    }

    fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issuer(&self) -> &str {
        self.settings().issuer.as_str().trim_end_matches('/')
    }

    fn now(&self) -> Instant {
        self.settings().clock.now()
    }

    /// The agent and the mischief behind a login as typed.
    fn agent(&self, typed: &str) -> Option<(Agent, Option<Mischief>)> {
        let prefixed = self.settings().mischief.iter().find_map(|(prefix, mischief)| {
            Some((typed.strip_prefix(prefix.as_str()).filter(|_| !prefix.is_empty())?, Some(*mischief)))
        });
        let (login, mischief) = prefixed.unwrap_or((typed, None));
        let agent = self.memory().agents.iter().find(|agent| agent.login == login)?.clone();
        Some((agent, mischief))
    }

    fn fresh_value(&self) -> String {
        hex::encode(random_bytes::<32>(self.settings().random.as_ref()))
    }
}

fn error_json(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error, "error_description": "refused by the demonstration" })))
        .into_response()
}

async fn jwks(State(provider): State<ProConnect>) -> Json<JwkSet> {
    Json(JwkSet { keys: vec![provider.settings().key.public_jwk()] })
}

async fn discovery(State(provider): State<ProConnect>) -> Json<Value> {
    let base = provider.issuer();
    let algorithm = provider.settings().key.algorithm().as_str();
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "jwks_uri": format!("{base}/jwks"),
        "end_session_endpoint": format!("{base}/session/end"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "acr_values_supported": LEVELS,
        "claims_parameter_supported": true,
        "scopes_supported": tokens::SCOPES,
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "id_token_signing_alg_values_supported": [algorithm],
        "userinfo_signing_alg_values_supported": [algorithm],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

#[cfg(test)]
mod tests;
