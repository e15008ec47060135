//! `/oauth/introspect`: is this token active now? (RFC 7662; as a signed JWT by `Accept`, RFC 9701)

use axum::Json;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::http::errors::OAuthError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::oidc::provider::client_auth;
use crate::oidc::provider::fields;
use crate::operations::introspect::introspect;
use crate::operations::introspect::sign_introspection;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

const SIGNED: &str = "application/token-introspection+jwt";

pub(super) async fn introspection(
    State(app): State<App>,
    reader: Reader,
    request: Request,
) -> Result<Response, OAuthError> {
    let names: Vec<&'static str> =
        ["token", "token_type_hint"].into_iter().chain(client_auth::NAMES).collect();
    let (parts, fields) = fields::body(request, &names).await?;
    let client = client_auth::client(&app, &parts.headers, &fields, &reader.reference).await?;
    let token = fields.get("token").ok_or_else(|| OAuthError::new("invalid_request", "token is missing"))?;
    let fault = |refusal: Refusal| OAuthError::from_refusal(&refusal, &reader.reference);
    let answer = introspect(&app.bench, &client, token, Some(&reader.reference)).await.map_err(fault)?;
    metrics::count(Counter::Introspections);
    let fresh = (header::CACHE_CONTROL, "no-store");
    let always = client.registration.options.introspection_signed_response_alg.is_some();
    if always || wants_signed(&parts.headers) {
        let signed = sign_introspection(&app.bench, &client, &answer).await.map_err(fault)?;
        return Ok(([fresh, (header::CONTENT_TYPE, SIGNED)], signed).into_response());
    }
    Ok(([fresh], Json(answer)).into_response())
}

fn wants_signed(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted
        .split(',')
        .any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(SIGNED)))
}
