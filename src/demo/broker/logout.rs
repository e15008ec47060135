//! Logout: the service sends the browser here, the broker to its identity provider, from there back, and back to the service.

use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use crate::crypto::jose;
use crate::crypto::jose::Expected;
use crate::crypto::jose::TypRule;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::demo::broker::Broker;
use crate::demo::broker::SESSION_COOKIE;
use crate::demo::broker::error_json;
use crate::demo::broker::logout_callback_uri;
use crate::demo::broker::mischief::Mischief;
use crate::demo::broker::redirect_with;
use crate::demo::broker::state::Logout;
use crate::demo::look::cookie;

/// What a service sends.
#[derive(Deserialize)]
pub(super) struct Asked {
    id_token_hint: String,
    post_logout_redirect_uri: String,
    #[serde(default)]
    state: String,
}

/// What the identity provider sends back.
#[derive(Deserialize)]
pub(super) struct Returned {
    state: Option<String>,
}

/// `GET /session/end`
pub(super) async fn end(
    State(broker): State<Broker>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let Some(service) = hint_client(&broker, &asked.id_token_hint) else {
        return error_json(StatusCode::BAD_REQUEST, "invalid_request", "Y04FEDB9");
    };
    let known = broker.service(&service).map(|service| service.post_logout_redirect_uri.as_str());
    if known != Some(asked.post_logout_redirect_uri.as_str()) {
        return error_json(StatusCode::BAD_REQUEST, "invalid_request", "Y04CFAEF");
    }
    let now = broker.settings().clock.now();
    let session = cookie(&headers, SESSION_COOKIE).unwrap_or_default();
    let login = broker.memory().session(session, now).and_then(|session| session.login.clone());
    let Some(login) = login else {
        return broker.error_page(StatusCode::BAD_REQUEST, "Y100019", "Vous n’êtes plus connecté.");
    };
    let state = broker.fresh_value();
    let logout = Logout {
        session: session.to_owned(),
        back: asked.post_logout_redirect_uri,
        state: asked.state,
        begun: now,
    };
    broker.memory().logouts.insert(state.clone(), logout);
    let (mut hint, mut back) = (login.id_token, logout_callback_uri(broker.issuer()));
    match broker.mischief() {
        Some(Mischief::ForgedHint) => hint = forged(&hint),
        Some(Mischief::LogoutElsewhere(elsewhere)) => back = elsewhere,
        _ => {}
    }
    let record = broker.provider();
    let pairs = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", back.as_str()),
        ("state", state.as_str()),
        ("client_id", record.client_id.as_str()),
    ];
    redirect_with(&record.endpoint("end-session"), &pairs)
}

/// `GET /client/logout-callback`: the session ends here too, and the service gets its own state back.
pub(super) async fn callback(
    State(broker): State<Broker>,
    Query(returned): Query<Returned>,
    headers: HeaderMap,
) -> Response {
    let session = cookie(&headers, SESSION_COOKIE).unwrap_or_default();
    let state = returned.state.unwrap_or_default();
    let mut memory = broker.memory();
    let logout = memory.logouts.remove(&state).filter(|logout| logout.session == session);
    let Some(logout) = logout else {
        drop(memory);
        return broker.error_page(StatusCode::FORBIDDEN, "Y020022", "Cette réponse n’était pas attendue.");
    };
    memory.sessions.remove(session);
    drop(memory);
    let gone = broker.set_cookie("", 0);
    let back = redirect_with(&logout.back, &[("state", &logout.state)]);
    ([(header::SET_COOKIE, gone)], back).into_response()
}

/// The service an ID token of the broker was made for; that it has ended does not matter here.
fn hint_client(broker: &Broker, hint: &str) -> Option<String> {
    let keys = JwkSet { keys: vec![broker.settings().key.public_jwk()] };
    let expected = Expected { typ: TypRule::JwtOrAbsent, algorithms: &[Algorithm::Es256] };
    let claims: Value = jose::verify(hint, &keys, &expected).ok()?.claims;
    (claims.get("iss")?.as_str()? == broker.issuer())
        .then(|| claims.get("aud")?.as_str().map(str::to_owned))?
}

/// The same token with its claims changed.
fn forged(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let turned: String = signature.chars().rev().collect();
    format!("{input}.{turned}")
}
