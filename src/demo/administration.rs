//! Administrations that open their service to delegated logins: relying parties of the gateway, each with its own
//! client, all on one server.

pub mod claims;
pub mod credential;
mod pages;
pub mod relying_party;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use axum::Form;
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
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::crypto::random::random_token;
use crate::demo::administration::relying_party::DelegatedLogin;
use crate::demo::administration::relying_party::Receipt;
use crate::demo::administration::relying_party::Registration;
use crate::demo::administration::relying_party::StepError;
use crate::demo::administration::relying_party::Waiting;
use crate::demo::look::cookie;
use crate::demo::people;
use crate::domain::ids::Random;
use crate::domain::time::Clock;
use crate::domain::time::Instant;

const SESSION_LIFE: Duration = Duration::from_secs(2 * 3600);

/// One administration: its sample data and its registration at the gateway.
#[derive(Clone)]
pub struct Administration {
    inner: Arc<Inner>,
}

struct Inner {
    about: people::Administration,
    registration: Registration,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    sessions: Mutex<HashMap<String, Session>>,
}

struct Session {
    since: Instant,
    stage: Stage,
}

enum Stage {
    Waiting(Box<Waiting>),
    Open(Box<File>),
}

/// The open file of a person, with what was reported during the act.
#[derive(Clone)]
struct File {
    login: DelegatedLogin,
    receipts: Vec<Receipt>,
}

/// Where the gateway sends the browser back to, for an administration on a server at `base`.
pub fn redirect_uri(base: &Url, about: &people::Administration) -> String {
    format!("{}{}/retour", base.as_str().trim_end_matches('/'), about.path)
}

/// All administrations of one server.
pub fn router(administrations: &[Administration]) -> Router {
    administrations.iter().fold(Router::new(), |router, administration| router.merge(administration.router()))
}

#[derive(Deserialize)]
struct BeginQuery {
    theme: Option<String>,
}

#[derive(Deserialize)]
struct ReturnQuery {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

#[derive(Deserialize)]
struct ReceiptFields {
    kind: String,
    label: String,
    key: String,
}

impl Administration {
    /// An administration without any session.
    pub fn new(
        about: people::Administration,
        registration: Registration,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let sessions = Mutex::new(HashMap::new());
        Self { inner: Arc::new(Inner { about, registration, clock, random, sessions }) }
    }

    /// The name of its session cookie; every administration of the server has its own.
    pub fn cookie_name(&self) -> String {
        format!("{}_session", self.inner.about.client_id.replace('-', "_"))
    }

    fn router(&self) -> Router {
        let at = |path: &str| match (self.inner.about.path, path) {
            ("", "") => "/".to_owned(),
            (base, path) => format!("{base}{path}"),
        };
        Router::new()
            .route(&at(""), get(home))
            .route(&at("/connexion"), get(begin))
            .route(&at("/retour"), get(finish))
            .route(&at("/dossier"), get(file))
            .route(&at("/dossier.json"), get(file_json))
            .route(&at("/introspection.json"), get(introspection_json))
            .route(&at("/compte-rendu"), post(report))
            .route(&at("/deconnexion"), post(leave))
            .with_state(self.clone())
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        let mut sessions = self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.inner.clock.now();
        sessions.retain(|_, session| now.since(session.since) < SESSION_LIFE);
        sessions
    }

    fn set_cookie(&self, value: &str, max_age: u64) -> String {
        format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax", self.cookie_name())
    }

    fn start(&self, stage: Stage) -> String {
        let id = random_token(self.inner.random.as_ref(), 32);
        self.sessions().insert(id.clone(), Session { since: self.inner.clock.now(), stage });
        self.set_cookie(&id, SESSION_LIFE.as_secs())
    }

    fn open_file(&self, headers: &HeaderMap) -> Option<(String, File)> {
        let name = self.cookie_name();
        let id = cookie(headers, &name)?;
        match &self.sessions().get(id)?.stage {
            Stage::Open(file) => Some((id.to_owned(), File::clone(file))),
            Stage::Waiting(_) => None,
        }
    }

    fn take_waiting(&self, headers: &HeaderMap, state: &str) -> Option<Waiting> {
        let name = self.cookie_name();
        let id = cookie(headers, &name)?;
        let mut sessions = self.sessions();
        match sessions.remove(id) {
            Some(Session { stage: Stage::Waiting(waiting), .. }) if waiting.knows(state) => Some(*waiting),
            Some(other) => {
                sessions.insert(id.to_owned(), other);
                None
            }
            None => None,
        }
    }

    fn trouble(&self, error: &StepError) -> Response {
        tracing::info!(step = error.step, "a demo administration could not finish a step");
        pages::trouble(&self.inner.about, error.step, &error.detail)
    }

    async fn ask(&self, file: &File) -> Result<Value, StepError> {
        let registration = &self.inner.registration;
        let mandate = registration.introspect(&file.login.mandate_token).await?;
        let access = registration.introspect(file.login.access_token.secret()).await?;
        let active = mandate.get("active").and_then(Value::as_bool).unwrap_or(false);
        let listed = registration.status(&file.login.mandate, self.inner.clock.now()).await;
        let listed = listed.inspect_err(|error| {
            tracing::warn!(
                step = error.step,
                why = error.detail,
                "a demo administration could not look into the status list"
            );
        });
        let listed = listed.ok();
        Ok(json!({"active": active, "status": listed, "mandate_token": mandate, "access_token": access}))
    }
}

async fn home(State(administration): State<Administration>, headers: HeaderMap) -> Response {
    pages::home(&administration.inner.about, administration.open_file(&headers).is_some())
}

/// To the gateway; what was open in this browser is closed.
async fn begin(State(administration): State<Administration>, Query(query): Query<BeginQuery>) -> Response {
    let random = administration.inner.random.clone();
    match administration.inner.registration.begin(random.as_ref(), query.theme.as_deref()).await {
        Ok((url, waiting)) => {
            let cookie = administration.start(Stage::Waiting(Box::new(waiting)));
            ([(header::SET_COOKIE, cookie)], Redirect::to(url.as_str())).into_response()
        }
        Err(error) => administration.trouble(&error),
    }
}

/// Back from the gateway, with a code or with a refusal.
async fn finish(
    State(administration): State<Administration>,
    Query(query): Query<ReturnQuery>,
    headers: HeaderMap,
) -> Response {
    let about = &administration.inner.about;
    let state = query.state.as_deref().unwrap_or("");
    let Some(waiting) = administration.take_waiting(&headers, state) else {
        return pages::unexpected_return(about);
    };
    let issuer = administration.inner.registration.issuer.as_str().trim_end_matches('/');
    if query.iss.as_deref() != Some(issuer) {
        return pages::unexpected_return(about);
    }
    let Some(code) = query.code else {
        let (error, description) = (query.error.as_deref(), query.error_description.as_deref());
        return pages::refused(about, error.unwrap_or("invalid_response"), description.unwrap_or(""));
    };
    let now = administration.inner.clock.now();
    match administration.inner.registration.finish(waiting, code, now).await {
        Ok(login) => {
            let cookie = administration.start(Stage::Open(Box::new(File { login, receipts: Vec::new() })));
            let target = format!("{}/dossier", about.path);
            ([(header::SET_COOKIE, cookie)], Redirect::to(&target)).into_response()
        }
        Err(error) => administration.trouble(&error),
    }
}

async fn file(State(administration): State<Administration>, headers: HeaderMap) -> Response {
    let about = &administration.inner.about;
    let Some((_, file)) = administration.open_file(&headers) else { return to_home(about) };
    let state = administration.ask(&file).await;
    let key = random_token(administration.inner.random.as_ref(), 16);
    pages::file(about, &file, &state, &key)
}

async fn file_json(State(administration): State<Administration>, headers: HeaderMap) -> Response {
    let Some((_, file)) = administration.open_file(&headers) else { return closed() };
    let body = json!({
        "client_id": administration.inner.about.client_id,
        "id_token": file.login.id_token,
        "person": file.login.person,
        "mandate_token": file.login.mandate_token,
        "mandate": file.login.mandate,
        "receipts": file.receipts,
    });
    no_store(Json(body))
}

async fn introspection_json(State(administration): State<Administration>, headers: HeaderMap) -> Response {
    let Some((_, file)) = administration.open_file(&headers) else { return closed() };
    match administration.ask(&file).await {
        Ok(body) => no_store(Json(body)),
        Err(error) => (StatusCode::BAD_GATEWAY, Json(json!({"error": error.to_string()}))).into_response(),
    }
}

async fn report(
    State(administration): State<Administration>,
    headers: HeaderMap,
    Form(fields): Form<ReceiptFields>,
) -> Response {
    let about = &administration.inner.about;
    let Some((id, file)) = administration.open_file(&headers) else { return to_home(about) };
    let receipt = Receipt {
        kind: fields.kind,
        label: fields.label.trim().to_owned(),
        reference: format!("D-{}", fields.key.chars().take(8).collect::<String>()),
        at: administration.inner.clock.now().to_text(),
    };
    if let Err(error) = administration.inner.registration.report(&file.login, &fields.key, &receipt).await {
        return administration.trouble(&error);
    }
    if let Some(Session { stage: Stage::Open(kept), .. }) = administration.sessions().get_mut(&id)
        && kept.receipts.iter().all(|known| known.reference != receipt.reference)
    {
        kept.receipts.push(receipt);
    }
    Redirect::to(&format!("{}/dossier", about.path)).into_response()
}

async fn leave(State(administration): State<Administration>, headers: HeaderMap) -> Response {
    if let Some((id, _)) = administration.open_file(&headers) {
        administration.sessions().remove(&id);
    }
    let gone = administration.set_cookie("", 0);
    ([(header::SET_COOKIE, gone)], to_home(&administration.inner.about)).into_response()
}

fn to_home(about: &people::Administration) -> Response {
    Redirect::to(if about.path.is_empty() { "/" } else { about.path }).into_response()
}

fn closed() -> Response {
    (StatusCode::UNAUTHORIZED, Json(json!({"error": "no open file in this browser"}))).into_response()
}

fn no_store(body: Json<Value>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], body).into_response()
}

#[cfg(test)]
mod tests;
