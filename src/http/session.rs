//! Sessions of browsers: one cookie per kind of actor, so that an aidant, a person and a consent never mix at one browser.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_sessions::session::Id;

use crate::crypto::hash::sha256_parts;
use crate::crypto::random::random_token;
use crate::domain::account::Role;
use crate::domain::ids::Random;
use crate::domain::time::Instant;
use crate::http::errors::trouble_of;
use crate::http::session_store::CREATED;
use crate::http::session_store::Cause;
use crate::http::session_store::LOGIN;
use crate::http::session_store::Store;
use crate::http::session_store::USED;
use crate::http::session_store::login_hash;
use crate::http::state::App;
use crate::operations::refusal::Refusal;

/// The use of a session is written down when the last note of it is older; idle time is exact to this.
const NOTE_EVERY: Duration = Duration::from_secs(60);
const BROWSER: &str = "_browser";

/// Whose session it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jar {
    /// An aidant's.
    Aidant,
    /// One consent's, which opens nothing else.
    Consent,
    /// A person's own space.
    Person,
    /// A referent's.
    Referent,
    /// An authority's.
    Authority,
    /// An operator's.
    Operator,
    /// An integrator's.
    Integrator,
}

impl Jar {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Aidant,
        Self::Consent,
        Self::Person,
        Self::Referent,
        Self::Authority,
        Self::Operator,
        Self::Integrator,
    ];

    /// The session in which an account of `role` is logged in.
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Aidant => Self::Aidant,
            Role::Referent => Self::Referent,
            Role::Authority => Self::Authority,
            Role::Operator => Self::Operator,
            Role::Integrator => Self::Integrator,
        }
    }

    const fn place(self) -> usize {
        match self {
            Self::Aidant => 0,
            Self::Consent => 1,
            Self::Person => 2,
            Self::Referent => 3,
            Self::Authority => 4,
            Self::Operator => 5,
            Self::Integrator => 6,
        }
    }

    /// The cookie's name: `__Host-` (RFC 6265bis section 4.1.3.2) where it is `Secure`.
    pub const fn cookie(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Aidant, true) => "__Host-procura_aidant",
            (Self::Consent, true) => "__Host-procura_consent",
            (Self::Person, true) => "__Host-procura_person",
            (Self::Referent, true) => "__Host-procura_referent",
            (Self::Authority, true) => "__Host-procura_authority",
            (Self::Operator, true) => "__Host-procura_operator",
            (Self::Integrator, true) => "__Host-procura_integrator",
            (Self::Aidant, false) => "procura_aidant",
            (Self::Consent, false) => "procura_consent",
            (Self::Person, false) => "procura_person",
            (Self::Referent, false) => "procura_referent",
            (Self::Authority, false) => "procura_authority",
            (Self::Operator, false) => "procura_operator",
            (Self::Integrator, false) => "procura_integrator",
        }
    }
}

/// One browser's session for one kind of actor; read from the database at first use, written back after the answer.
#[derive(Clone)]
pub struct Session {
    inner: tower_sessions::Session,
    used: Arc<AtomicBool>,
    cause: Cause,
    random: Arc<dyn Random>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session(…)")
    }
}

impl Session {
    fn fault(&self, error: tower_sessions::session::Error) -> Refusal {
        match self.cause.take() {
            Some(Refusal::Fault(cause)) => Refusal::Fault(cause.context("session")),
            _ => Refusal::Fault(anyhow::Error::new(error).context("session")),
        }
    }

    /// A value of this session.
    ///
    /// # Errors
    /// A fault when the database fails or the value has another shape.
    pub async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Refusal> {
        self.used.store(true, Ordering::Relaxed);
        self.inner.get(key).await.map_err(|error| self.fault(error))
    }

    /// Sets a value of this session.
    ///
    /// # Errors
    /// A fault when the database fails or the value cannot be JSON.
    pub async fn write<T: Serialize>(&self, key: &str, value: &T) -> Result<(), Refusal> {
        self.used.store(true, Ordering::Relaxed);
        self.inner.insert(key, value).await.map_err(|error| self.fault(error))
    }

    /// Drops a value of this session.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn remove(&self, key: &str) -> Result<(), Refusal> {
        self.used.store(true, Ordering::Relaxed);
        self.inner.remove_value(key).await.map(drop).map_err(|error| self.fault(error))
    }

    /// Gives the session another id, so that one known before a login or a second factor opens nothing afterwards.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn cycle(&self) -> Result<(), Refusal> {
        self.used.store(true, Ordering::Relaxed);
        self.inner.cycle_id().await.map_err(|error| self.fault(error))
    }

    /// As [`Session::cycle`], and the time after which it ends in any case begins anew: for a login.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn begin(&self) -> Result<(), Refusal> {
        self.remove(CREATED).await?;
        self.write(LOGIN, &random_token(self.random.as_ref(), 32)).await?;
        self.cycle().await
    }

    /// What stands for this login in what hangs on it: the same through a second factor or another organisation, gone with
    /// the logout, the end of the session or another login; with the latest instant the session may reach.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn login(&self, absolute: Duration) -> Result<Option<([u8; 32], Instant)>, Refusal> {
        let secret: Option<String> = self.read(LOGIN).await?;
        let created: Option<i64> = self.read(CREATED).await?;
        Ok(secret
            .zip(created)
            .map(|(secret, created)| (login_hash(&secret), Instant::from_micros(created).plus(absolute))))
    }

    /// Ends the session; its id opens nothing any more.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn flush(&self) -> Result<(), Refusal> {
        self.used.store(true, Ordering::Relaxed);
        self.inner.flush().await.map_err(|error| self.fault(error))
    }

    /// As [`Session::browser_hash`], without making a session for whoever only looks.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn known_browser(&self) -> Result<Option<[u8; 32]>, Refusal> {
        let secret: Option<String> = self.read(BROWSER).await?;
        Ok(secret.map(|secret| hash_of(&secret)))
    }

    /// What binds a flow to this browser: the same before and after a login, gone with the logout. Makes an anonymous
    /// session where there is none.
    ///
    /// # Errors
    /// A fault when the database fails.
    pub async fn browser_hash(&self) -> Result<[u8; 32], Refusal> {
        let secret: String = match self.read(BROWSER).await? {
            Some(secret) => secret,
            None => {
                let secret = random_token(self.random.as_ref(), 32);
                self.write(BROWSER, &secret).await?;
                secret
            }
        };
        Ok(hash_of(&secret))
    }
}

fn hash_of(secret: &str) -> [u8; 32] {
    sha256_parts(&[b"procura.browser\0", secret.as_bytes()])
}

#[derive(Clone)]
struct Slots(Arc<[Session]>);

/// The layer that reads the cookies of a request and writes sessions and cookies after the answer.
pub async fn sessions(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let https = app.config().server.public_url.is_https();
    let presented: Vec<Option<Id>> =
        Jar::ALL.iter().map(|jar| cookie(request.headers(), jar.cookie(https))?.parse().ok()).collect();
    let open = |(jar, id): (&Jar, &Option<Id>)| {
        let cause = Cause::default();
        let store = Store { app: app.clone(), label: jar.cookie(false), cause: cause.clone() };
        Session {
            inner: tower_sessions::Session::new(*id, Arc::new(store), None),
            cause,
            used: Arc::new(AtomicBool::new(false)),
            random: Arc::clone(&app.bench.random),
        }
    };
    let slots = Slots(Jar::ALL.iter().zip(&presented).map(open).collect());
    request.extensions_mut().insert(slots.clone());
    let mut response = next.run(request).await;
    for ((session, jar), presented) in slots.0.iter().zip(Jar::ALL).zip(presented) {
        if !session.used.load(Ordering::Relaxed) {
            continue;
        }
        match keep(session, presented, app.bench.now()).await {
            Ok(Some(value)) => add_cookie(&mut response, jar, &value, https),
            Ok(None) => {}
            Err(error) => {
                let trouble = trouble_of(&error);
                let mut response = trouble.status().into_response();
                response.extensions_mut().insert(trouble);
                return response;
            }
        }
    }
    response
}

/// Writes a session where needed; gives the cookie's new value, empty to drop the cookie.
async fn keep(session: &Session, presented: Option<Id>, now: Instant) -> Result<Option<String>, Refusal> {
    let inner = &session.inner;
    if inner.is_empty().await {
        // One that is gone by another request's doing may have a successor, whose cookie this answer must not drop.
        return Ok(presented.filter(|_| inner.is_modified()).map(|_| String::new()));
    }
    let used = inner
        .get_value(USED)
        .await
        .map_err(|error| session.fault(error))?
        .as_ref()
        .and_then(Value::as_i64)
        .map(Instant::from_micros);
    let noted = used.is_some_and(|used| used <= now.plus(NOTE_EVERY) && now.since(used) < NOTE_EVERY);
    if inner.is_modified() || !noted {
        inner.save().await.map_err(|error| session.fault(error))?;
    }
    let id = inner.id();
    Ok(id.filter(|id| presented != Some(*id)).map(|id| id.to_string()))
}

fn add_cookie(response: &mut Response, jar: Jar, value: &str, https: bool) {
    let name = jar.cookie(https);
    let secure = if https { "; Secure" } else { "" };
    let end = if value.is_empty() { "; Max-Age=0" } else { "" };
    let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{end}");
    if let Ok(line) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, line);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The value of a cookie of the request (RFC 6265 section 5.4); the first where several have the name.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The session of one kind of actor, chosen while the request is handled.
#[derive(Clone)]
pub struct Sessions(Slots);

impl Sessions {
    /// The session of this kind.
    pub fn of(&self, jar: Jar) -> Result<Session, Refusal> {
        self.0.0.get(jar.place()).cloned().ok_or_else(|| Refusal::fault("no session of this kind"))
    }
}

/// This route has no session layer: a mistake in the server's wiring.
#[derive(Clone, Copy, Debug)]
pub struct NoSessions;

impl IntoResponse for NoSessions {
    fn into_response(self) -> Response {
        tracing::error!("a route that uses sessions has no session layer");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Sessions {
    type Rejection = NoSessions;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NoSessions> {
        parts.extensions.get::<Slots>().cloned().map(Sessions).ok_or(NoSessions)
    }
}

macro_rules! typed {
    ($($(#[$doc:meta])* $name:ident => $jar:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub Session);

        impl Deref for $name {
            type Target = Session;

            fn deref(&self) -> &Session {
                &self.0
            }
        }

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = NoSessions;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, NoSessions> {
                let sessions = Sessions::from_request_parts(parts, state).await?;
                sessions.of(Jar::$jar).map(Self).map_err(|_| NoSessions)
            }
        }
    )+};
}

typed! {
    /// The aidant's session of this browser.
    AidantSession => Aidant;
    /// The consent session of this browser.
    ConsentSession => Consent;
    /// The person's session of this browser.
    PersonSession => Person;
    /// The referent's session of this browser.
    ReferentSession => Referent;
    /// The authority's session of this browser.
    AuthoritySession => Authority;
    /// The operator's session of this browser.
    OperatorSession => Operator;
    /// The integrator's session of this browser.
    IntegratorSession => Integrator;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("xprocura_aidant=no; procura_aidant2=no; procura_aidant=yes"),
        );
        headers.append(header::COOKIE, HeaderValue::from_static("other=1"));
        assert_eq!(cookie(&headers, "procura_aidant"), Some("yes"));
        assert_eq!(cookie(&headers, "other"), Some("1"));
        assert_eq!(cookie(&headers, "procura"), None);
    }

    #[test]
    fn every_kind_has_its_own_place_and_names() {
        for (place, jar) in Jar::ALL.into_iter().enumerate() {
            assert_eq!(jar.place(), place);
            assert_eq!(jar.cookie(true), format!("__Host-{}", jar.cookie(false)));
        }
    }
}
