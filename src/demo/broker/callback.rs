//! Back from the identity provider: code against tokens, every check, and the identity into this browser's session.

use std::time::Duration;

use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;

use crate::crypto::jwk::JwkSet;
use crate::demo::broker::Broker;
use crate::demo::broker::SESSION_COOKIE;
use crate::demo::broker::authorize::address;
use crate::demo::broker::callback_uri;
use crate::demo::broker::checks;
use crate::demo::broker::checks::Doubt;
use crate::demo::broker::mischief::Mischief;
use crate::demo::broker::state::Interaction;
use crate::demo::broker::state::Login;
use crate::demo::client::read_bounded;
use crate::demo::look::cookie;

/// How long the broker waits for its identity provider.
const PATIENCE: Duration = Duration::from_secs(6);

/// What the identity provider sent the browser back with.
#[derive(Deserialize)]
pub(super) struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    id_token: String,
    token_type: String,
}

/// `GET /oidc-callback`
pub(super) async fn callback(
    State(broker): State<Broker>,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
) -> Response {
    let Some(state) = answer.state.as_deref() else {
        return broker.error_page(StatusCode::BAD_REQUEST, "Y020021", "La réponse n’a pas de state.");
    };
    let session = cookie(&headers, SESSION_COOKIE).unwrap_or_default();
    let Some((id, interaction, nonce)) = take(&broker, session, state) else {
        return broker.error_page(StatusCode::FORBIDDEN, "Y020022", "Cette réponse n’était pas attendue.");
    };
    let target = Redirect::to(&address(&broker, &id));
    let issuer = &broker.provider().issuer;
    if answer.iss.as_ref().is_some_and(|iss| iss != issuer) {
        return broker.error_page(StatusCode::BAD_GATEWAY, "Y020026", "Un autre fournisseur a répondu.");
    }
    if let Some(error) = answer.error {
        // As the real one: the service is not told; the choice of accounts comes again, with a banner.
        let failed = Interaction { failed: Some(error), ..interaction };
        broker.memory().interactions.insert(id, failed);
        return target.into_response();
    }
    let Some(code) = answer.code else {
        return broker.error_page(StatusCode::BAD_REQUEST, "Y020025", "La réponse n’a pas de code.");
    };
    let labels = broker.service(&interaction.request.client_id).map(|service| service.labels.clone());
    match log_in(&broker, &code, &nonce, &labels.unwrap_or_default()).await {
        Ok(login) => {
            if let Some(session) = broker.memory().sessions.get_mut(session) {
                session.login = Some(login);
            }
            target.into_response()
        }
        Err(doubt) => {
            tracing::info!(%doubt, "the demo broker refused a login");
            let status = match doubt {
                Doubt::Token(_) | Doubt::Userinfo(_) => StatusCode::BAD_GATEWAY,
                Doubt::LevelTooLow => StatusCode::INTERNAL_SERVER_ERROR,
                Doubt::LevelTooHigh | Doubt::Label | Doubt::Identity(_) => StatusCode::BAD_REQUEST,
            };
            broker.error_page(status, doubt.code(), &doubt.to_string())
        }
    }
}

/// The interaction that sent this state, in the browser it was sent from; the state serves once.
fn take(broker: &Broker, session: &str, state: &str) -> Option<(String, Interaction, String)> {
    let mut memory = broker.memory();
    let (id, interaction) = memory.interactions.iter_mut().find(|(_, one)| {
        one.session == session && one.sent.as_ref().is_some_and(|sent| sent.state == state)
    })?;
    let sent = interaction.sent.take()?;
    Some((id.clone(), interaction.clone(), sent.nonce))
}

async fn log_in(broker: &Broker, code: &str, nonce: &str, labels: &[String]) -> Result<Login, Doubt> {
    let record = broker.provider();
    let keys = keys(broker).await?;
    let tokens = redeem(broker, code).await?;
    if broker.mischief() == Some(Mischief::CodeTwice) {
        drop(redeem(broker, code).await);
    }
    let claims =
        checks::open_signed(&tokens.id_token, &record.id_token_alg, record, &keys).map_err(Doubt::Token)?;
    checks::check_id_token(&claims, record, nonce, broker.settings().clock.now())?;
    let identity = userinfo(broker, &tokens.access_token, &keys).await?;
    let labels = checks::check_labels(labels, &claims)?;
    checks::check_identity(&identity)?;
    Ok(Login { identity, labels, id_token: tokens.id_token })
}

async fn keys(broker: &Broker) -> Result<JwkSet, Doubt> {
    let call = broker.settings().http.get(broker.provider().endpoint("jwks"));
    let (_, _, body) = answer_of(call).await.map_err(Doubt::Token)?;
    serde_json::from_slice(&body).map_err(|error| Doubt::Token(error.to_string()))
}

async fn redeem(broker: &Broker, code: &str) -> Result<Tokens, Doubt> {
    let (record, mischief) = (broker.provider(), broker.mischief());
    let back = callback_uri(broker.issuer());
    let secret = match mischief {
        Some(Mischief::WrongSecret) => "another-secret-of-more-than-thirty-two-characters",
        _ => record.client_secret.as_str(),
    };
    let mut fields =
        vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back.as_str())];
    let mut call = broker.settings().http.post(record.endpoint("token"));
    if mischief == Some(Mischief::SecretInHeader) {
        call = call.basic_auth(&record.client_id, Some(secret));
    } else {
        fields.extend([("client_id", record.client_id.as_str()), ("client_secret", secret)]);
    }
    if mischief == Some(Mischief::Verifier) {
        fields.push(("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk-0123456789"));
    }
    let (status, _, body) = answer_of(call.form(&fields)).await.map_err(Doubt::Token)?;
    if status != StatusCode::OK.as_u16() {
        return Err(Doubt::Token(format!("status {status}: {}", String::from_utf8_lossy(&body))));
    }
    let tokens: Tokens = serde_json::from_slice(&body).map_err(|error| Doubt::Token(error.to_string()))?;
    if tokens.token_type.eq_ignore_ascii_case("bearer") {
        Ok(tokens)
    } else {
        Err(Doubt::Token("token_type".to_owned()))
    }
}

async fn userinfo(broker: &Broker, token: &str, keys: &JwkSet) -> Result<Map<String, Value>, Doubt> {
    let record = broker.provider();
    let call = broker.settings().http.get(record.endpoint("userinfo")).bearer_auth(token);
    let (status, media, body) = answer_of(call).await.map_err(Doubt::Userinfo)?;
    if status != StatusCode::OK.as_u16() {
        return Err(Doubt::Userinfo(format!("status {status}")));
    }
    match &record.userinfo_alg {
        Some(algorithm) if media.starts_with("application/jwt") => {
            let text = String::from_utf8(body).map_err(|error| Doubt::Userinfo(error.to_string()))?;
            checks::open_signed(&text, algorithm, record, keys).map_err(Doubt::Userinfo)
        }
        None if media.starts_with("application/json") => {
            serde_json::from_slice(&body).map_err(|error| Doubt::Userinfo(error.to_string()))
        }
        _ => Err(Doubt::Userinfo(format!("media type {media}"))),
    }
}

async fn answer_of(call: reqwest::RequestBuilder) -> Result<(u16, String, Vec<u8>), String> {
    let response = call.timeout(PATIENCE).send().await.map_err(|error| error.to_string())?;
    let media = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let (status, media) = (response.status().as_u16(), media.unwrap_or_default().to_owned());
    let body = read_bounded(response).await.map_err(|error| error.to_string())?;
    Ok((status, media, body))
}
