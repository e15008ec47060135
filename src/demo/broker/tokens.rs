//! The service's side: codes against tokens, and the signed identity. Nothing in them speaks of the helper or the mandate.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;

use crate::crypto::hash::same;
use crate::crypto::hash::sha256_parts;
use crate::crypto::jose;
use crate::demo::broker::Broker;
use crate::demo::broker::error_json;
use crate::demo::broker::state::CODE_LIFE;
use crate::demo::broker::state::Grant;
use crate::demo::broker::state::TOKEN_LIFE;

const PIVOT: [&str; 6] = ["given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry"];

/// `POST /token`
pub(super) async fn token(State(broker): State<Broker>, body: Bytes) -> Response {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let value =
        |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let Some(service) = broker
        .service(value("client_id"))
        .filter(|service| same(service.client_secret.as_bytes(), value("client_secret").as_bytes()))
    else {
        return error_json(StatusCode::UNAUTHORIZED, "invalid_client", "Y0434A7B");
    };
    if value("grant_type") != "authorization_code" {
        return error_json(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Y0471C2D");
    }
    let now = broker.settings().clock.now();
    let access = broker.fresh_value();
    let mut memory = broker.memory();
    let grant = memory.codes.get_mut(value("code")).filter(|grant| {
        grant.request.client_id == service.client_id
            && grant.request.redirect_uri == value("redirect_uri")
            && !grant.used
            && now.since(grant.issued) < CODE_LIFE
    });
    let Some(grant) = grant else {
        return error_json(StatusCode::BAD_REQUEST, "invalid_grant", "Y0416228");
    };
    grant.used = true;
    let grant = Grant { issued: now, ..grant.clone() };
    memory.tokens.insert(access.clone(), grant.clone());
    drop(memory);
    let claims = json!({
        "iss": broker.issuer(), "aud": service.client_id, "sub": subject(&broker, &grant),
        "iat": now.seconds(), "exp": now.plus(TOKEN_LIFE).seconds(), "auth_time": now.seconds(),
        "nonce": grant.request.nonce, "acr": "eidas1",
    });
    match jose::sign(&broker.settings().key, None, &claims) {
        Ok(id_token) => Json(json!({
            "access_token": access, "expires_in": TOKEN_LIFE.as_secs(), "id_token": id_token,
            "scope": grant.request.scope.join(" "), "token_type": "Bearer",
        }))
        .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `GET /userinfo`
pub(super) async fn userinfo(State(broker): State<Broker>, headers: HeaderMap) -> Response {
    let now = broker.settings().clock.now();
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let found = broker.memory().tokens.get(token).cloned();
    let Some(grant) = found.filter(|grant| now.since(grant.issued) < TOKEN_LIFE) else {
        return error_json(StatusCode::UNAUTHORIZED, "invalid_token", "Y040001");
    };
    let mut claims = shown(&grant);
    for (name, value) in [
        ("iss", json!(broker.issuer())),
        ("aud", json!(grant.request.client_id)),
        ("sub", json!(subject(&broker, &grant))),
        ("iat", json!(now.seconds())),
        ("exp", json!(now.plus(TOKEN_LIFE).seconds())),
    ] {
        claims.insert(name.to_owned(), value);
    }
    match jose::sign(&broker.settings().key, None, &claims) {
        Ok(token) => ([(header::CONTENT_TYPE, "application/jwt")], token).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The claims a service's scopes open; a presumed date is completed, as a service receives it.
fn shown(grant: &Grant) -> Map<String, Value> {
    let scope = |word: &str| grant.request.scope.iter().any(|one| one == word);
    let opened = [
        ("given_name", "profile"),
        ("family_name", "profile"),
        ("preferred_username", "profile"),
        ("gender", "profile"),
        ("birthdate", "profile"),
        ("birthplace", "birth"),
        ("birthcountry", "birth"),
        ("email", "email"),
    ];
    let mut claims = Map::new();
    for (name, _) in opened.into_iter().filter(|(_, word)| scope(word)) {
        if let Some(value) = grant.login.identity.get(name).and_then(Value::as_str) {
            let value = if name == "birthdate" { value.replace("-00", "-01") } else { value.to_owned() };
            claims.insert(name.to_owned(), Value::from(value));
        }
    }
    claims
}

/// The service's `sub` of a person: made of her birth identity, so it is the same through every identity provider.
fn subject(broker: &Broker, grant: &Grant) -> String {
    let pivot = PIVOT.map(|name| grant.login.identity.get(name).and_then(Value::as_str).unwrap_or_default());
    let pivot = pivot.join("\u{1f}").replace("-00", "-01");
    let identity = sha256_parts(&[pivot.as_bytes()]);
    let service = sha256_parts(&[grant.request.client_id.as_bytes()]);
    let parts: [&[u8]; 3] = [&service, &identity, &broker.settings().subject_secret];
    format!("{}v1", hex::encode(sha256_parts(&parts)))
}
