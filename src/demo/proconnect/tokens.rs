//! The service's side: codes against tokens, the signed claims, the logout.

use axum::Json;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;

use crate::crypto::hash::b64;
use crate::crypto::hash::same;
use crate::crypto::hash::sha256;
use crate::crypto::jose::Expected;
use crate::crypto::jose::TypRule;
use crate::crypto::jose::verify;
use crate::crypto::jwk::JwkSet;
use crate::demo::franceconnect::mischief::Forgery;
use crate::demo::franceconnect::mischief::Mischief;
use crate::demo::franceconnect::mischief::forge;
use crate::demo::franceconnect::tokens::fail;
use crate::demo::look::cookie;
use crate::demo::proconnect::Agent;
use crate::demo::proconnect::CODE_LIFE;
use crate::demo::proconnect::Grant;
use crate::demo::proconnect::ProConnect;
use crate::demo::proconnect::SESSION_COOKIE;
use crate::demo::proconnect::TOKEN_LIFE;
use crate::demo::proconnect::error_json;
use crate::demo::proconnect::login::redirect;

/// The scopes the provider knows.
pub(super) const SCOPES: [&str; 9] =
    ["openid", "given_name", "usual_name", "email", "uid", "siret", "idp_id", "roles", "organization_label"];

/// `POST /token`: `client_secret_post`, PKCE where it was begun.
pub(super) async fn token(State(provider): State<ProConnect>, headers: HeaderMap, body: Bytes) -> Response {
    let (grant, access) = match redeem(&provider, &headers, &body) {
        Ok(redeemed) => redeemed,
        Err((status, error)) => return error_json(status, error),
    };
    let Some((agent, mischief)) = provider.agent(&grant.login.typed) else {
        return error_json(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    if let Some(Mischief::TokenEndpoint(failure)) = mischief
        && let Some(answer) = fail(failure).await
    {
        return answer;
    }
    let forgery = if let Some(Mischief::IdToken(forgery)) = mischief { Some(forgery) } else { None };
    let now = provider.now();
    let mut claims = Map::new();
    let mut claim = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    claim("iss", json!(provider.issuer()));
    claim("aud", json!(provider.settings().service.client_id));
    claim("sub", json!(agent.sub));
    claim("iat", json!(now.seconds()));
    claim("exp", json!(now.plus(CODE_LIFE).seconds()));
    claim("auth_time", json!(grant.login.auth_time.seconds()));
    claim("nonce", json!(grant.request.nonce));
    claim("acr", json!(grant.acr));
    if grant.request.amr_wanted {
        claim("amr", json!(grant.amr));
    }
    let Some(id_token) = signed(&provider, forgery, claims) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let body = json!({
        "access_token": access,
        "refresh_token": provider.fresh_value(),
        "expires_in": TOKEN_LIFE.as_secs(),
        "id_token": id_token,
        "scope": grant.request.scope.join(" "),
        "token_type": "Bearer",
    });
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn signed(provider: &ProConnect, forgery: Option<Forgery>, claims: Map<String, Value>) -> Option<String> {
    forge(&provider.settings().key, &provider.inner.foreign, forgery, claims)
        .inspect_err(|error| tracing::error!(%error, "the demo provider cannot sign"))
        .ok()
}

type Refused = (StatusCode, &'static str);

fn redeem(provider: &ProConnect, headers: &HeaderMap, body: &[u8]) -> Result<(Grant, String), Refused> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let value =
        |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let service = &provider.settings().service;
    let proven = !headers.contains_key(header::AUTHORIZATION)
        && value("client_id") == service.client_id
        && same(value("client_secret").as_bytes(), service.client_secret.as_bytes());
    if !proven {
        return Err((StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    if value("grant_type") != "authorization_code" {
        return Err((StatusCode::BAD_REQUEST, "unsupported_grant_type"));
    }
    let now = provider.now();
    let access = provider.fresh_value();
    let invalid = (StatusCode::BAD_REQUEST, "invalid_grant");
    let mut memory = provider.memory();
    let grant = memory.codes.get_mut(value("code")).ok_or(invalid)?;
    let verifier = value("code_verifier");
    let challenged = match &grant.request.challenge {
        Some(challenge) => *challenge == b64(&sha256(verifier.as_bytes())),
        None => verifier.is_empty(),
    };
    let good = !grant.used
        && challenged
        && now.since(grant.issued) < CODE_LIFE
        && grant.request.redirect_uri == value("redirect_uri");
    grant.used = true;
    if !good {
        return Err(invalid);
    }
    let grant = grant.clone();
    memory.tokens.insert(access.clone(), (grant.clone(), now));
    Ok((grant, access))
}

/// `GET /userinfo`: the claims, signed.
pub(super) async fn userinfo(State(provider): State<ProConnect>, headers: HeaderMap) -> Response {
    let now = provider.now();
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|line| line.strip_prefix("Bearer ")).unwrap_or_default();
    let grant = provider.memory().tokens.get(token).cloned();
    let found = grant.filter(|(_, issued)| now.since(*issued) < TOKEN_LIFE).and_then(|(grant, _)| {
        let (agent, mischief) = provider.agent(&grant.login.typed)?;
        Some((grant, agent, mischief))
    });
    let Some((grant, agent, mischief)) = found else {
        return error_json(StatusCode::UNAUTHORIZED, "invalid_token");
    };
    if let Some(Mischief::UserinfoEndpoint(failure)) = mischief
        && let Some(answer) = fail(failure).await
    {
        return answer;
    }
    let forgery = if let Some(Mischief::Userinfo(forgery)) = mischief { Some(forgery) } else { None };
    let mut claims = about(&agent, &grant.request.scope);
    let mut claim = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    claim("sub", json!(agent.sub));
    claim("iss", json!(provider.issuer()));
    claim("aud", json!(provider.settings().service.client_id));
    claim("iat", json!(now.seconds()));
    claim("exp", json!(now.plus(CODE_LIFE).seconds()));
    match signed(&provider, forgery, claims) {
        Some(token) => ([(header::CONTENT_TYPE, "application/jwt")], token).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn about(agent: &Agent, scope: &[String]) -> Map<String, Value> {
    let all = [
        ("given_name", json!(agent.given_name)),
        ("usual_name", json!(agent.usual_name)),
        ("email", json!(agent.email)),
        ("uid", json!(agent.sub)),
        ("siret", json!(agent.siret)),
        ("idp_id", json!(agent.idp_id)),
        ("roles", json!(["agent_public"])),
        ("organization_label", json!(agent.organization_label)),
    ];
    let granted = |name: &str| scope.iter().any(|word| word == name);
    all.into_iter().filter(|(name, _)| granted(name)).map(|(name, value)| (name.to_owned(), value)).collect()
}

#[derive(Deserialize)]
struct Hint {
    iss: String,
    aud: String,
}

/// `GET /session/end`: ends the browser's session, goes back with `state`.
pub(super) async fn end(
    State(provider): State<ProConnect>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let value =
        |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let key = &provider.settings().key;
    let keys = JwkSet { keys: vec![key.public_jwk()] };
    let expected = Expected { typ: TypRule::JwtOrAbsent, algorithms: &[key.algorithm()] };
    let service = &provider.settings().service;
    let known = verify::<Hint>(value("id_token_hint"), &keys, &expected)
        .is_ok_and(|hint| hint.claims.iss == provider.issuer() && hint.claims.aud == service.client_id);
    let target = value("post_logout_redirect_uri");
    if !known || !service.post_logout_redirect_uris.iter().any(|uri| uri == target) {
        return error_json(StatusCode::BAD_REQUEST, "invalid_request");
    }
    if let Some(session) = cookie(&headers, SESSION_COOKIE) {
        provider.memory().sessions.remove(session);
    }
    let gone = format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, gone)], redirect(target, &[("state", value("state"))])).into_response()
}
