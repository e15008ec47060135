//! Services that know FranceConnect alone: relying parties of the broker. They see who the person is, and nothing of who helps.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use askama::Template;
use axum::Json;
use axum::Router;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use url::Url;

use crate::crypto::jose;
use crate::crypto::jose::Expected;
use crate::crypto::jose::TypRule;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::demo::broker::ServiceRecord;
use crate::demo::broker::redirect_with;
use crate::demo::client::read_bounded;
use crate::demo::look::Look;
use crate::demo::look::Sheet;
use crate::demo::look::cookie;
use crate::demo::people::BrokeredService;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;
use crate::domain::time::Clock;
use crate::domain::time::Instant;
use crate::text::themes;

const SESSION_LIFE: Duration = Duration::from_secs(30 * 60);

/// The record of a service at the broker, for a service on a server at `base`.
pub fn record(base: &Url, about: &BrokeredService, secret: String) -> ServiceRecord {
    let base = base.as_str().trim_end_matches('/');
    ServiceRecord {
        client_id: about.client_id.to_owned(),
        client_secret: secret,
        name: about.name.to_owned(),
        redirect_uri: format!("{base}{}/retour", about.path),
        post_logout_redirect_uri: format!("{base}{}/sortie", about.path),
        labels: about.themes.iter().map(|theme| themes().label(*theme).to_owned()).collect(),
    }
}

/// One service.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    about: BrokeredService,
    record: ServiceRecord,
    broker: String,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    sessions: Mutex<HashMap<String, Session>>,
}

#[derive(Clone)]
struct Session {
    since: Instant,
    state: String,
    nonce: String,
    open: Option<Open>,
}

#[derive(Clone)]
struct Open {
    id_token: String,
    person: Map<String, Value>,
}

#[derive(Deserialize)]
struct Returned {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    id_token: String,
}

#[derive(Template)]
#[template(
    source = r#"<h1>{{ title }}</h1><p>{{ words }}</p>
{% if !lines.is_empty() %}<dl>{% for (name, value) in lines %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
<form method="post" action="{{ path }}/deconnexion"><button type="submit">Se déconnecter</button></form>{% else %}
<p><a class="go" href="{{ path }}/connexion">S’identifier avec FranceConnect</a></p>{% endif %}"#,
    ext = "html"
)]
struct ServicePage<'a> {
    title: &'a str,
    words: &'a str,
    path: &'static str,
    lines: Vec<(&'static str, String)>,
}

impl Service {
    /// A service without any session; `broker` is the broker's issuer.
    pub fn new(
        about: BrokeredService,
        record: ServiceRecord,
        broker: String,
        http: reqwest::Client,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let sessions = Mutex::new(HashMap::new());
        Self { inner: Arc::new(Inner { about, record, broker, http, clock, random, sessions }) }
    }

    /// Its routes, below its path.
    pub fn router(&self) -> Router {
        let at = |path: &str| format!("{}{path}", self.inner.about.path);
        Router::new()
            .route(&at(""), get(home))
            .route(&at("/connexion"), get(begin))
            .route(&at("/retour"), get(finish))
            .route(&at("/espace"), get(space))
            .route(&at("/espace.json"), get(space_json))
            .route(&at("/deconnexion"), post(leave))
            .route(&at("/sortie"), get(left))
            .with_state(self.clone())
    }

    fn cookie_name(&self) -> String {
        format!("{}_session", self.inner.about.client_id.replace('-', "_"))
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        let now = self.inner.clock.now();
        let mut sessions = self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| now.since(session.since) < SESSION_LIFE);
        sessions
    }

    fn session(&self, headers: &HeaderMap) -> Option<(String, Session)> {
        let name = self.cookie_name();
        let id = cookie(headers, &name)?;
        self.sessions().get(id).map(|session| (id.to_owned(), session.clone()))
    }

    fn fresh_value(&self) -> String {
        hex::encode(random_bytes::<32>(self.inner.random.as_ref()))
    }

    fn page(
        &self,
        status: StatusCode,
        title: &str,
        words: &str,
        lines: Vec<(&'static str, String)>,
    ) -> Response {
        let about = &self.inner.about;
        let body = ServicePage { title, words, path: about.path, lines };
        Sheet { look: Look::Administration, site: about.name, title, refresh: None }.answer(status, &body, "")
    }

    fn at_home(&self, path: &str) -> Response {
        Redirect::to(&format!("{}{path}", self.inner.about.path)).into_response()
    }

    /// Redeems the code, verifies both signatures, and gives what the service may know.
    async fn log_in(&self, session: &Session, code: &str) -> Result<Open, String> {
        let Inner { record, broker, http, clock, .. } = self.inner.as_ref();
        let keys: JwkSet = json(http.get(format!("{broker}/jwks"))).await?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", record.redirect_uri.as_str()),
            ("client_id", record.client_id.as_str()),
            ("client_secret", record.client_secret.as_str()),
        ];
        let tokens: Tokens = json(http.post(format!("{broker}/token")).form(&fields)).await?;
        let claims = verified(&tokens.id_token, &keys)?;
        let of = |claims: &Map<String, Value>, name: &str| {
            claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let now = clock.now().seconds();
        let fits = of(&claims, "iss") == *broker
            && of(&claims, "aud") == record.client_id
            && of(&claims, "nonce") == session.nonce
            && claims.get("exp").and_then(Value::as_i64).is_some_and(|exp| exp > now);
        let call = http.get(format!("{broker}/userinfo")).bearer_auth(&tokens.access_token);
        let answer = call.send().await.map_err(|error| error.to_string())?;
        let body = read_bounded(answer).await.map_err(|error| error.to_string())?;
        let person = verified(&String::from_utf8(body).map_err(|error| error.to_string())?, &keys)?;
        if fits && of(&person, "sub") == of(&claims, "sub") {
            Ok(Open { id_token: tokens.id_token, person })
        } else {
            Err("the answer does not fit the request".to_owned())
        }
    }
}

fn verified(token: &str, keys: &JwkSet) -> Result<Map<String, Value>, String> {
    let expected = Expected { typ: TypRule::JwtOrAbsent, algorithms: &[Algorithm::Es256] };
    jose::verify(token, keys, &expected).map(|verified| verified.claims).map_err(|error| error.to_string())
}

async fn json<T: serde::de::DeserializeOwned>(call: reqwest::RequestBuilder) -> Result<T, String> {
    let answer = call.send().await.map_err(|error| error.to_string())?;
    let body = read_bounded(answer).await.map_err(|error| error.to_string())?;
    serde_json::from_slice(&body).map_err(|error| error.to_string())
}

async fn home(State(service): State<Service>) -> Response {
    let about = &service.inner.about;
    let words = "Ce service ne connaît que FranceConnect. Un professionnel y entre au nom d’une personne par Procura.";
    service.page(StatusCode::OK, about.service, words, Vec::new())
}

/// To the broker.
async fn begin(State(service): State<Service>) -> Response {
    let (id, state, nonce) = (service.fresh_value(), service.fresh_value(), service.fresh_value());
    let session =
        Session { since: service.inner.clock.now(), state: state.clone(), nonce: nonce.clone(), open: None };
    service.sessions().insert(id.clone(), session);
    let record = &service.inner.record;
    let pairs = [
        ("client_id", record.client_id.as_str()),
        ("response_type", "code"),
        ("scope", "openid profile birth email"),
        ("acr_values", "eidas1"),
        ("redirect_uri", record.redirect_uri.as_str()),
        ("nonce", nonce.as_str()),
        ("state", state.as_str()),
    ];
    let cookie = format!("{}={id}; Path=/; HttpOnly; SameSite=Lax", service.cookie_name());
    let target = redirect_with(&format!("{}/authorize", service.inner.broker), &pairs);
    ([(header::SET_COOKIE, cookie)], target).into_response()
}

/// Back from the broker.
async fn finish(
    State(service): State<Service>,
    Query(returned): Query<Returned>,
    headers: HeaderMap,
) -> Response {
    let stop = |words: &str| {
        service.page(StatusCode::BAD_REQUEST, "La connexion n’a pas eu lieu", words, Vec::new())
    };
    let Some((id, session)) = service.session(&headers) else { return stop("La connexion a expiré.") };
    let expected = returned.state.as_deref() == Some(session.state.as_str())
        && returned.iss.as_deref() == Some(service.inner.broker.as_str());
    let Some(code) = returned.code.filter(|_| expected) else {
        return stop("Cette réponse n’était pas attendue.");
    };
    match service.log_in(&session, &code).await {
        Ok(open) => {
            service.sessions().insert(id, Session { open: Some(open), ..session });
            service.at_home("/espace")
        }
        Err(error) => stop(&format!("Un contrôle a échoué : {error}")),
    }
}

async fn space(State(service): State<Service>, headers: HeaderMap) -> Response {
    let Some(open) = service.session(&headers).and_then(|(_, session)| session.open) else {
        return service.at_home("");
    };
    let of = |name: &str| open.person.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let lines = vec![
        ("Prénoms", of("given_name")),
        ("Nom de naissance", of("family_name")),
        ("Date de naissance", of("birthdate")),
        ("Adresse électronique", of("email")),
    ];
    let title = format!("Bienvenue, {} {}", of("given_name"), of("family_name"));
    service.page(StatusCode::OK, &title, service.inner.about.service, lines)
}

async fn space_json(State(service): State<Service>, headers: HeaderMap) -> Response {
    match service.session(&headers).and_then(|(_, session)| session.open) {
        Some(open) => ([(header::CACHE_CONTROL, "no-store")], Json(open.person)).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// To the broker's logout, with a state of its own.
async fn leave(State(service): State<Service>, headers: HeaderMap) -> Response {
    let Some((id, session)) = service.session(&headers) else { return service.at_home("") };
    let Some(open) = session.open.clone() else { return service.at_home("") };
    let state = service.fresh_value();
    service.sessions().insert(id, Session { state: state.clone(), open: None, ..session });
    let record = &service.inner.record;
    let pairs = [
        ("id_token_hint", open.id_token.as_str()),
        ("post_logout_redirect_uri", record.post_logout_redirect_uri.as_str()),
        ("state", state.as_str()),
        ("client_id", record.client_id.as_str()),
    ];
    redirect_with(&format!("{}/session/end", service.inner.broker), &pairs)
}

/// Back from the logout: the state must be the one that was sent.
async fn left(
    State(service): State<Service>,
    Query(returned): Query<Returned>,
    headers: HeaderMap,
) -> Response {
    let sent = service.session(&headers).map(|(_, session)| session.state);
    if sent.is_some() && returned.state == sent {
        let words = "La session chez FranceConnect et chez Procura a pris fin pour cette démarche.";
        service.page(StatusCode::OK, "Vous êtes déconnecté", words, Vec::new())
    } else {
        let words = "Cette réponse n’était pas attendue.";
        service.page(StatusCode::BAD_REQUEST, "La déconnexion n’a pas abouti", words, Vec::new())
    }
}
