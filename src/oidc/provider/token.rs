//! `/oauth/token`: codes and clients' own grants become tokens (RFC 6749 section 3.2).

use axum::Json;
use axum::extract::Request;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::http::dpop;
use crate::http::errors::OAuthError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::oidc::provider::client_auth;
use crate::oidc::provider::exchange;
use crate::oidc::provider::fields;
use crate::oidc::provider::fields::Fields;
use crate::operations::issue_client_token::issue_client_token;
use crate::operations::issue_client_token::refuse_client_token;
use crate::operations::redeem_code::Presented;
use crate::operations::redeem_code::redeem_code;
use crate::operations::redeem_software_code::redeem_software_code;
use crate::operations::refresh_software_login::refresh_software_login;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

const NAMES: [&str; 6] = ["grant_type", "code", "redirect_uri", "code_verifier", "scope", "refresh_token"];

pub(super) async fn token(
    State(app): State<App>,
    reader: Reader,
    request: Request,
) -> Result<Response, OAuthError> {
    let names: Vec<&'static str> =
        NAMES.into_iter().chain(exchange::NAMES).chain(client_auth::NAMES).collect();
    let (parts, fields) = fields::body(request, &names).await?;
    let client = client_auth::client(&app, &parts.headers, &fields, &reader.reference).await?;
    let jkt = dpop::proven(&app, &parts, None).await;
    let jkt = jkt.map_err(|unproven| unproven.into_oauth(&reader.reference))?;
    if client.binds_tokens() && jkt.is_none() {
        return Err(OAuthError::new(
            "invalid_dpop_proof",
            "this client's tokens are bound: a proof is needed",
        ));
    }
    let jkt = jkt.as_deref();
    let answer = match fields.get("grant_type") {
        Some("authorization_code") => by_code(&app, &reader, &client, &fields, jkt).await,
        Some("client_credentials") => by_client(&app, &reader, &client, &fields, jkt).await,
        Some("refresh_token") => by_refresh(&app, &reader, &client, &fields, jkt).await,
        Some(exchange::GRANT) => exchange::exchange(&app, &reader, &client, &fields, jkt).await,
        Some(_) => Err(OAuthError::new(
            "unsupported_grant_type",
            "authorization_code, client_credentials, refresh_token or token exchange",
        )),
        None => Err(OAuthError::new("invalid_request", "grant_type is missing")),
    };
    metrics::count(if answer.is_ok() { Counter::TokenIssued } else { Counter::TokenRefused });
    answer
}

async fn by_code(
    app: &App,
    reader: &Reader,
    client: &Client,
    fields: &Fields,
    jkt: Option<&str>,
) -> Result<Response, OAuthError> {
    let code = fields.get("code").ok_or_else(|| OAuthError::new("invalid_request", "code is missing"))?;
    let presented = Presented {
        code,
        redirect_uri: fields.get("redirect_uri"),
        code_verifier: fields.get("code_verifier"),
        jkt,
    };
    let reference = Some(reader.reference.as_str());
    let redeemed = if client.registration.kind == ClientKind::Software {
        let tokens = redeem_software_code(&app.bench, client, &presented, reference).await;
        tokens.map(|tokens| answer(Json(tokens)))
    } else {
        redeem_code(&app.bench, client, &presented, reference).await.map(|tokens| answer(Json(tokens)))
    };
    match redeemed {
        Ok(answer) => Ok(answer),
        Err(refusal) => {
            if matches!(refusal, Refusal::Conflict("code_used_twice")) {
                metrics::count(Counter::CodeReplayed);
            }
            Err(match refusal {
                Refusal::Denied(_) => OAuthError::new("invalid_grant", "the act is not allowed any more"),
                other => OAuthError::from_refusal(&other, &reader.reference),
            })
        }
    }
}

/// A fresh access token for an aidant's login at her software.
async fn by_refresh(
    app: &App,
    reader: &Reader,
    client: &Client,
    fields: &Fields,
    jkt: Option<&str>,
) -> Result<Response, OAuthError> {
    if client.registration.kind != ClientKind::Software {
        let reference = Some(reader.reference.as_str());
        return Err(
            match refuse_client_token(&app.bench, client, None, "unauthorized_client", reference).await {
                Refusal::Conflict(error) => OAuthError::new(error, "refresh tokens are for software clients"),
                refusal => OAuthError::from_refusal(&refusal, &reader.reference),
            },
        );
    }
    let token = fields.get("refresh_token");
    let token = token.ok_or_else(|| OAuthError::new("invalid_request", "refresh_token is missing"))?;
    let reference = Some(reader.reference.as_str());
    match refresh_software_login(&app.bench, client, token, fields.get("scope"), jkt, reference).await {
        Ok(tokens) => Ok(answer(Json(tokens))),
        Err(Refusal::Conflict("invalid_scope")) => {
            Err(OAuthError::new("invalid_scope", "more than was granted"))
        }
        Err(refusal) => Err(OAuthError::from_refusal(&refusal, &reader.reference)),
    }
}

async fn by_client(
    app: &App,
    reader: &Reader,
    client: &Client,
    fields: &Fields,
    jkt: Option<&str>,
) -> Result<Response, OAuthError> {
    match issue_client_token(&app.bench, client, fields.get("scope"), jkt, Some(&reader.reference)).await {
        Ok(token) => Ok(answer(Json(token))),
        Err(Refusal::Conflict(error @ ("unauthorized_client" | "invalid_scope"))) => {
            Err(OAuthError::new(error, "not registered for this"))
        }
        Err(refusal) => Err(OAuthError::from_refusal(&refusal, &reader.reference)),
    }
}

/// An answer that nobody keeps.
pub(super) fn answer(body: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")], body).into_response()
}
