//! The client's side: codes against tokens, and the signed identity.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;

use crate::crypto::hash::same;
use crate::demo::franceconnect::FranceConnect;
use crate::demo::franceconnect::RegisteredClient;
use crate::demo::franceconnect::mischief::Failure;
use crate::demo::franceconnect::mischief::Forgery;
use crate::demo::franceconnect::mischief::Mischief;
use crate::demo::franceconnect::mischief::WrongEncryption;
use crate::demo::franceconnect::mischief::forge;
use crate::demo::franceconnect::state::Access;
use crate::demo::franceconnect::state::CODE_LIFE;
use crate::demo::franceconnect::state::Grant;
use crate::demo::franceconnect::state::TOKEN_LIFE;
use crate::demo::people::Person;
use crate::domain::time::Instant;

/// The scopes the provider knows; other words are ignored.
pub(super) const SCOPES: [&str; 14] = [
    "openid",
    "profile",
    "birth",
    "identite_pivot",
    "given_name",
    "family_name",
    "gender",
    "birthdate",
    "birthplace",
    "birthcountry",
    "email",
    "preferred_username",
    "idp_birthdate",
    "idp_id",
];

/// The claims the provider may give.
pub(super) const CLAIMS: [&str; 13] = [
    "sub",
    "given_name",
    "given_name_array",
    "family_name",
    "preferred_username",
    "gender",
    "birthdate",
    "birthplace",
    "birthcountry",
    "email",
    "idp_birthdate",
    "idp_id",
    "acr",
];

const IDENTITY_PROVIDER: &str = "demo-identity-provider";

struct Problem {
    status: StatusCode,
    error: &'static str,
    code: &'static str,
    description: &'static str,
}

const fn problem(
    status: StatusCode,
    error: &'static str,
    code: &'static str,
    description: &'static str,
) -> Problem {
    Problem { status, error, code, description }
}

/// `POST /token`: `client_secret_post` only.
pub(super) async fn token(
    State(provider): State<FranceConnect>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let client = match client(&provider, &headers, &body).await {
        Some(client) => Ok(client),
        None => Err(problem(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "Y0434A7B",
            "client authentication failed",
        )),
    };
    let (grant, access) = match client.and_then(|client| redeem(&provider, &client, &body)) {
        Ok(redeemed) => redeemed,
        Err(problem) => {
            return provider.error_json(problem.status, problem.error, problem.code, problem.description);
        }
    };
    let Some((person, mischief)) = provider.person(&grant.login.typed) else {
        return provider.error_json(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            "Y049E20B",
            "grant request is invalid",
        );
    };
    if let Some(Mischief::TokenEndpoint(failure)) = mischief
        && let Some(answer) = fail(failure).await
    {
        return answer;
    }
    let forgery = if let Some(Mischief::IdToken(forgery)) = mischief { Some(forgery) } else { None };
    let wrong = if let Some(Mischief::IdTokenEncryption(wrong)) = mischief { Some(wrong) } else { None };
    let claims = id_token_claims(&provider, person, &grant);
    match answer_token(&provider, &grant, claims, forgery, wrong).await {
        Some(id_token) => {
            let body = json!({
                "access_token": access,
                "expires_in": TOKEN_LIFE.as_secs(),
                "id_token": id_token,
                "scope": grant.request.scope.join(" "),
                "token_type": "Bearer",
            });
            ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
        }
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Signs claims, and encrypts them where this is FranceConnect+.
async fn answer_token(
    provider: &FranceConnect,
    grant: &Grant,
    claims: Map<String, Value>,
    forgery: Option<Forgery>,
    wrong: Option<WrongEncryption>,
) -> Option<String> {
    let signed = match forge(&provider.settings().key, &provider.inner.foreign, forgery, claims) {
        Ok(signed) => signed,
        Err(error) => {
            tracing::error!(%error, "the demo provider cannot sign");
            return None;
        }
    };
    match &provider.settings().high {
        Some(high) => high.encrypted(provider, &grant.request.client_id, signed, wrong).await,
        None => Some(signed),
    }
}

/// The client that proved itself: by its secret in the body, or by an assertion at FranceConnect+.
async fn client(provider: &FranceConnect, headers: &HeaderMap, body: &[u8]) -> Option<RegisteredClient> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let proven = match (&provider.settings().high, value("client_assertion")) {
        (Some(high), Some(assertion)) if value("client_secret").is_none() => {
            high.proven_client(provider, assertion).await
        }
        _ => None,
    };
    let named = value("client_id");
    let client = provider.client(named.or(proven.as_deref()).unwrap_or_default())?;
    let secret = client.client_secret.as_bytes();
    let holds = !headers.contains_key(header::AUTHORIZATION)
        && (proven.as_ref() == Some(&client.client_id)
            || same(secret, value("client_secret").unwrap_or_default().as_bytes()));
    holds.then(|| client.clone())
}

fn redeem(
    provider: &FranceConnect,
    client: &RegisteredClient,
    body: &[u8],
) -> Result<(Grant, String), Problem> {
    let bad = |code, description| problem(StatusCode::BAD_REQUEST, "invalid_request", code, description);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let value =
        |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    if value("grant_type") != "authorization_code" {
        return Err(problem(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "Y0471C2D",
            "unsupported grant_type requested",
        ));
    }
    if value("code").is_empty() {
        return Err(bad("Y048017B", "missing required parameter(s)"));
    }
    let now = provider.settings().clock.now();
    let access = provider.fresh_value();
    let mut memory = provider.memory();
    let invalid = |code| problem(StatusCode::BAD_REQUEST, "invalid_grant", code, "grant request is invalid");
    let grant = memory.codes.get_mut(value("code")).ok_or(invalid("Y049E20B"))?;
    if grant.request.client_id != client.client_id || grant.request.redirect_uri != value("redirect_uri") {
        return Err(invalid("Y049E20B"));
    }
    if let Some(token) = grant.token.clone() {
        memory.tokens.remove(&token);
        return Err(invalid("Y0416228"));
    }
    if now.since(grant.issued) >= CODE_LIFE {
        return Err(invalid("Y0416228"));
    }
    grant.token = Some(access.clone());
    let grant = grant.clone();
    memory.tokens.insert(access.clone(), Access { grant: grant.clone(), issued: now });
    Ok((grant, access))
}

fn id_token_claims(provider: &FranceConnect, person: &Person, grant: &Grant) -> Map<String, Value> {
    let now = provider.settings().clock.now();
    let claims = json!({
        "sub": provider.subject(person, &grant.request.client_id),
        "auth_time": grant.login.auth_time.seconds(),
        "acr": grant.request.acr,
        "nonce": grant.request.nonce,
        "aud": grant.request.client_id,
        "exp": now.plus(TOKEN_LIFE).seconds(),
        "iat": now.seconds(),
        "iss": provider.issuer(),
    });
    object(claims)
}

/// `GET /userinfo`: the identity, signed.
pub(super) async fn userinfo(State(provider): State<FranceConnect>, headers: HeaderMap) -> Response {
    let now = provider.settings().clock.now();
    let grant = bearer(&headers).and_then(|token| live_grant(&provider, token, now));
    let Some((grant, (person, mischief))) = grant.and_then(|grant| {
        let found = provider.person(&grant.login.typed)?;
        Some((grant, found))
    }) else {
        let mut answer = provider.error_json(
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "Y040001",
            "invalid token provided",
        );
        answer
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
        return answer;
    };
    if let Some(Mischief::UserinfoEndpoint(failure)) = mischief
        && let Some(answer) = fail(failure).await
    {
        return answer;
    }
    let forgery = if let Some(Mischief::Userinfo(forgery)) = mischief { Some(forgery) } else { None };
    let wrong = if let Some(Mischief::UserinfoEncryption(wrong)) = mischief { Some(wrong) } else { None };
    answer_userinfo(&provider, person, &grant, forgery, wrong).await
}

fn live_grant(provider: &FranceConnect, token: &str, now: Instant) -> Option<Grant> {
    let memory = provider.memory();
    let access = memory.tokens.get(token).filter(|access| now.since(access.issued) < TOKEN_LIFE)?;
    Some(access.grant.clone())
}

async fn answer_userinfo(
    provider: &FranceConnect,
    person: &Person,
    grant: &Grant,
    forgery: Option<Forgery>,
    wrong: Option<WrongEncryption>,
) -> Response {
    let now = provider.settings().clock.now();
    let mut claims = identity(person, &grant.request.scope);
    if provider.settings().high.is_some() {
        claims.retain(|name, _| name != "given_name_array" && name != "idp_id");
    }
    claims.extend(object(json!({
        "sub": provider.subject(person, &grant.request.client_id),
        "iss": provider.issuer(),
        "aud": grant.request.client_id,
        "iat": now.seconds(),
        "exp": now.plus(TOKEN_LIFE).seconds(),
    })));
    match answer_token(provider, grant, claims, forgery, wrong).await {
        Some(token) => {
            let headers = [(header::CONTENT_TYPE, "application/jwt"), (header::CACHE_CONTROL, "no-store")];
            (headers, token).into_response()
        }
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// The claims of a person that these scopes open, as the real one writes them.
fn identity(person: &Person, scope: &[String]) -> Map<String, Value> {
    let has = |words: &[&str]| scope.iter().any(|word| words.contains(&word.as_str()));
    let mut claims = Map::new();
    let mut give = |name: &str, words: &[&str], value: Value| {
        if has(words) {
            claims.insert(name.to_owned(), value);
        }
    };
    let given_names: Vec<&str> = person.given_name.split(' ').collect();
    give("given_name", &["profile", "identite_pivot", "given_name"], json!(person.given_name));
    give("given_name_array", &["profile", "identite_pivot"], json!(given_names));
    give("family_name", &["profile", "identite_pivot", "family_name"], json!(person.family_name));
    give(
        "birthdate",
        &["profile", "identite_pivot", "birthdate"],
        json!(person.birthdate.replace("-00", "-01")),
    );
    give("gender", &["profile", "identite_pivot", "gender"], json!(person.gender));
    give("birthplace", &["birth", "identite_pivot", "birthplace"], json!(person.birthplace));
    give("birthcountry", &["birth", "identite_pivot", "birthcountry"], json!(person.birthcountry));
    give("email", &["email"], json!(person.email));
    give("idp_birthdate", &["idp_birthdate"], json!(person.birthdate));
    give("idp_id", &["idp_id"], json!(IDENTITY_PROVIDER));
    if let Some(usage) = &person.preferred_username {
        give("preferred_username", &["profile", "preferred_username"], json!(usage));
    }
    claims
}

/// The same claims as a reader sees them on the information page.
pub(super) fn shown_claims(person: &Person, scope: &[String]) -> Vec<(String, String)> {
    identity(person, scope)
        .into_iter()
        .filter_map(|(name, value)| {
            let label = match name.as_str() {
                "given_name" => "Prénoms",
                "family_name" => "Nom de naissance",
                "preferred_username" => "Nom d’usage",
                "gender" => "Sexe",
                "birthdate" => "Date de naissance",
                "birthplace" => "Commune de naissance (code)",
                "birthcountry" => "Pays de naissance (code)",
                "email" => "Adresse électronique",
                _ => return None,
            };
            Some((label.to_owned(), value.as_str().unwrap_or_default().to_owned()))
        })
        .collect()
}

pub(in crate::demo) async fn fail(failure: Failure) -> Option<Response> {
    match failure {
        Failure::Slow(time) => {
            tokio::time::sleep(time.min(Duration::from_secs(120))).await;
            None
        }
        // An empty reference is the address itself (RFC 3986 section 5.2.2).
        Failure::Redirects => {
            Some((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "")]).into_response())
        }
        Failure::ServerError => Some((StatusCode::INTERNAL_SERVER_ERROR, "internal error").into_response()),
        Failure::Oversized => Some("x".repeat(3 * 1024 * 1024).into_response()),
        Failure::Garbage => {
            Some(([(header::CONTENT_TYPE, "application/jwt")], "not.a.token").into_response())
        }
    }
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(map) = value { map } else { Map::new() }
}
