//! Logout in the person's browser: the session ends, the browser goes back to where the client said.

use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use url::form_urlencoded;

use crate::crypto::jose::Expected;
use crate::crypto::jose::TypRule;
use crate::crypto::jose::verify;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::demo::franceconnect::FranceConnect;
use crate::demo::franceconnect::SESSION_COOKIE;
use crate::demo::franceconnect::authorize::redirect_back;
use crate::demo::look::cookie;

const ALLOWED: [&str; 6] =
    ["id_token_hint", "post_logout_redirect_uri", "state", "client_id", "logout_hint", "ui_locales"];

#[derive(Deserialize)]
struct Hint {
    iss: String,
    aud: String,
}

/// `GET /session/end`
pub(super) async fn end(
    State(provider): State<FranceConnect>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.as_deref().unwrap_or("").as_bytes()).into_owned().collect();
    let value =
        |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let bad = |code, words| provider.error_json(StatusCode::BAD_REQUEST, "invalid_request", code, words);
    if pairs.iter().any(|(key, _)| !ALLOWED.contains(&key.as_str())) || value("id_token_hint").is_empty() {
        return provider.error_page("Y000400", "La demande de déconnexion n’est pas correcte.");
    }
    let client = hint_client(&provider, value("id_token_hint"))
        .filter(|client| value("client_id").is_empty() || value("client_id") == client)
        .and_then(|client| provider.client(&client));
    let Some(client) = client else { return bad("Y04FEDB9", "could not validate id_token_hint") };
    let target = value("post_logout_redirect_uri");
    if !target.is_empty() && !client.post_logout_redirect_uris.iter().any(|uri| uri == target) {
        return bad("Y04CFAEF", "post_logout_redirect_uri not registered");
    }
    let now = provider.settings().clock.now();
    let mut memory = provider.memory();
    let live = cookie(&headers, SESSION_COOKIE).filter(|session| memory.session(session, now).is_some());
    let Some(session) = live else {
        drop(memory);
        return provider.error_page("Y100019", "Vous n’êtes plus connecté.");
    };
    memory.sessions.remove(session);
    drop(memory);
    let gone = format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    let answer = if target.is_empty() {
        "Vous êtes déconnecté.".into_response()
    } else {
        let state = [("state", value("state"))];
        let pairs = state.get(usize::from(value("state").is_empty())..).unwrap_or_default();
        redirect_back(target, pairs, false)
    };
    ([(header::SET_COOKIE, gone)], answer).into_response()
}

/// The client an ID token of ours was made for; that it has ended does not matter here.
fn hint_client(provider: &FranceConnect, hint: &str) -> Option<String> {
    let keys = JwkSet { keys: vec![provider.settings().key.public_jwk()] };
    let expected = Expected { typ: TypRule::JwtOrAbsent, algorithms: &[Algorithm::Es256] };
    let claims = verify::<Hint>(hint, &keys, &expected).ok()?.claims;
    (claims.iss == provider.issuer()).then_some(claims.aud)
}
