//! `/oauth/revoke`: a client gives a token back (RFC 7009).

use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::http::errors::OAuthError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::oidc::provider::client_auth;
use crate::oidc::provider::fields;
use crate::operations::revoke_token::Revocation;
use crate::operations::revoke_token::revoke_token;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

pub(super) async fn revocation(
    State(app): State<App>,
    reader: Reader,
    request: Request,
) -> Result<Response, OAuthError> {
    let names: Vec<&'static str> =
        ["token", "token_type_hint"].into_iter().chain(client_auth::NAMES).collect();
    let (parts, fields) = fields::body(request, &names).await?;
    let client = client_auth::client(&app, &parts.headers, &fields, &reader.reference).await?;
    let token = fields.get("token").ok_or_else(|| OAuthError::new("invalid_request", "token is missing"))?;
    let done = revoke_token(&app.bench, &client, token, Some(&reader.reference)).await;
    match done.map_err(|refusal| OAuthError::from_refusal(&refusal, &reader.reference))? {
        Revocation::Done => {
            metrics::count(Counter::TokenRevoked);
            Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response())
        }
        Revocation::Unsupported => {
            Err(OAuthError::new("unsupported_token_type", "a signed mandate ends with the mandate"))
        }
    }
}
