//! A provider that behaves like FranceConnect v2: closed parameter list, no PKCE, signed userinfo, pairwise `sub`, a session that
//! outlives `prompt=login`; or like FranceConnect+, whose answers are encrypted; with sample people, and mischief on demand.

mod authorize;
mod high;
mod interaction;
mod logout;
pub mod mischief;
mod pages;
mod state;
pub(in crate::demo) mod tokens;

use std::collections::BTreeMap;
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
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::crypto::hash::sha256_parts;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::KeyError;
use crate::crypto::keys::SigningKey;
pub use crate::demo::franceconnect::high::High;
use crate::demo::franceconnect::mischief::Mischief;
use crate::demo::franceconnect::state::Memory;
use crate::demo::people::Person;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;
use crate::domain::time::Clock;

/// The provider's session cookie.
pub const SESSION_COOKIE: &str = "fc_demo_session";

/// A service provider registered there.
#[derive(Clone)]
pub struct RegisteredClient {
    /// Its client id.
    pub client_id: String,
    /// Its secret, sent in the body (`client_secret_post`).
    pub client_secret: String,
    /// Its name on the pages.
    pub name: String,
    /// Exact redirect addresses.
    pub redirect_uris: Vec<String>,
    /// Exact addresses to return to after logout.
    pub post_logout_redirect_uris: Vec<String>,
    /// The scopes it may ask for.
    pub scopes: Vec<String>,
}

/// What the provider is made of.
pub struct Settings {
    /// Its issuer, path `/api/v2` included, without a slash at the end.
    pub issuer: Url,
    /// The clients.
    pub clients: Vec<RegisteredClient>,
    /// The people who may log in.
    pub persons: Vec<Person>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub random: Arc<dyn Random>,
    /// Its ES256 key.
    pub key: SigningKey,
    /// What pairwise `sub` values are made with.
    pub subject_secret: [u8; 32],
    /// FranceConnect+ instead of FranceConnect.
    pub high: Option<High>,
    /// Misbehaviour per prefix of a login: `wrong-nonce.jeanne` where `wrong-nonce.` is a prefix here.
    pub mischief: BTreeMap<String, Mischief>,
}

/// The provider; clones share everything.
#[derive(Clone)]
pub struct FranceConnect {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    base: String,
    foreign: SigningKey,
    memory: Mutex<Memory>,
}

impl FranceConnect {
    /// A provider without any session.
    ///
    /// # Errors
    /// [`KeyError`] when the second key, with which it forges, cannot be made.
    pub fn new(settings: Settings) -> Result<Self, KeyError> {
        let base = settings.issuer.clone();
        Self::reached_at(settings, &base)
    }

    /// The same at another address than its issuer's, which has the same path: it moved, and keeps its name so that
    /// `iss` and `sub` still mean what they meant.
    ///
    /// # Errors
    /// As [`FranceConnect::new`].
    pub fn reached_at(settings: Settings, base: &Url) -> Result<Self, KeyError> {
        let (foreign, _) = SigningKey::generate(Algorithm::Es256, settings.random.as_ref())?;
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { inner: Arc::new(Inner { settings, base, foreign, memory: Mutex::new(Memory::default()) }) })
    }

    /// Its routes, under the issuer's path.
    pub fn router(&self) -> Router {
        let routes = Router::new()
            .route("/authorize", get(authorize::authorize))
            .route("/interaction/{id}", get(interaction::show))
            .route("/interaction/{id}/login", post(interaction::login))
            .route("/interaction/{id}/continue", post(interaction::proceed))
            .route("/interaction/{id}/cancel", post(interaction::cancel))
            .route("/token", post(tokens::token))
            .route("/userinfo", get(tokens::userinfo).post(tokens::userinfo))
            .route("/jwks", get(jwks))
            .route("/session/end", get(logout::end))
            .route("/.well-known/openid-configuration", get(discovery));
        Router::new()
            .nest(self.settings().issuer.path().trim_end_matches('/'), routes)
            .with_state(self.clone())
    }

    /// The pairwise `sub` of a person at a client: 64 hexadecimal digits and `v1`.
    pub fn subject(&self, person: &Person, client_id: &str) -> String {
        let identity = [
            &person.given_name,
            &person.family_name,
            &person.birthdate,
            &person.gender,
            &person.birthplace,
            &person.birthcountry,
        ]
        .map(String::as_str)
        .join("\u{1f}");
        let hash = sha256_parts(&[identity.as_bytes()]);
        let client = sha256_parts(&[client_id.as_bytes()]);
        format!("{}v1", hex::encode(sha256_parts(&[&client, &hash, &self.settings().subject_secret])))
    }

    /// Ends every browser session, as if half an hour had passed.
    pub fn end_sessions(&self) {
        self.memory().sessions.clear();
    }

    /// Publishes its key no more, as if somebody else had got it; whoever has it signs on.
    pub fn withdraw_key(&self) {
        self.memory().withdrawn = true;
    }

    /// How many browser sessions have somebody logged in.
    pub fn live_sessions(&self) -> usize {
        self.memory().sessions.values().filter(|session| session.login.is_some()).count()
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

    /// Where it is reached, the path included.
    fn base(&self) -> &str {
        &self.inner.base
    }

    fn client(&self, client_id: &str) -> Option<&RegisteredClient> {
        self.settings().clients.iter().find(|client| client.client_id == client_id)
    }

    /// The person and the mischief behind a login as typed.
    fn person(&self, typed: &str) -> Option<(&Person, Option<Mischief>)> {
        let prefixed = self.settings().mischief.iter().find_map(|(prefix, mischief)| {
            typed
                .strip_prefix(prefix.as_str())
                .filter(|_| !prefix.is_empty())
                .map(|rest| (rest, Some(*mischief)))
        });
        let (login, mischief) = prefixed.unwrap_or((typed, None));
        let person =
            self.settings().persons.iter().find(|person| person.franceconnect && person.login == login)?;
        Some((person, mischief))
    }

    fn fresh_value(&self) -> String {
        hex::encode(random_bytes::<32>(self.settings().random.as_ref()))
    }

    fn error_id(&self) -> String {
        uuid::Builder::from_random_bytes(random_bytes::<16>(self.settings().random.as_ref()))
            .into_uuid()
            .to_string()
    }

    fn error_page(&self, code: &str, words: &str) -> Response {
        pages::error(code, words, &self.error_id())
    }

    /// An error in JSON, with the code and the identifier that support asks for.
    fn error_json(&self, status: StatusCode, error: &str, code: &str, description: &str) -> Response {
        let uri = format!("{}/erreur?code={code}&id={}", self.base(), self.error_id());
        let body = json!({"error": error, "error_description": description, "error_uri": uri});
        (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
    }
}

async fn jwks(State(provider): State<FranceConnect>) -> Json<JwkSet> {
    let withdrawn = provider.memory().withdrawn;
    let key = (!withdrawn).then(|| provider.settings().key.public_jwk());
    Json(JwkSet { keys: key.into_iter().collect() })
}

async fn discovery(State(provider): State<FranceConnect>) -> Json<Value> {
    let base = provider.base();
    let (acr_values, methods): (&[&str], &[&str]) = if provider.settings().high.is_some() {
        (&high::LEVELS, &["client_secret_post", "private_key_jwt"])
    } else {
        (&["eidas1"], &["client_secret_post"])
    };
    Json(json!({
        "issuer": provider.issuer(),
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "jwks_uri": format!("{base}/jwks"),
        "end_session_endpoint": format!("{base}/session/end"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "acr_values_supported": acr_values,
        "scopes_supported": tokens::SCOPES,
        "claims_supported": tokens::CLAIMS,
        "claims_parameter_supported": true,
        "token_endpoint_auth_methods_supported": methods,
        "id_token_signing_alg_values_supported": ["ES256"],
        "userinfo_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    }))
}

#[cfg(test)]
mod tests;
