//! `/oauth/par`: an authenticated client pushes its request (RFC 9126).

use axum::Json;
use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::json;

use crate::http::errors::OAuthError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::oidc::provider::client_auth;
use crate::oidc::provider::fields;
use crate::oidc::provider::request;
use crate::operations::begin_act::refuse_request;
use crate::operations::push_request::push_request;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

pub(super) async fn par(
    State(app): State<App>,
    reader: Reader,
    request: Request,
) -> Result<Response, OAuthError> {
    let names: Vec<&'static str> = request::NAMES.into_iter().chain(client_auth::NAMES).collect();
    let (parts, fields) = fields::body(request, &names).await?;
    let client = client_auth::client(&app, &parts.headers, &fields, &reader.reference).await?;
    if fields.get("request_uri").is_some() {
        return Err(OAuthError::new("invalid_request", "request_uri is not pushed"));
    }
    let redirect_uri = fields.get("redirect_uri").filter(|uri| client.redirects_to(uri));
    let redirect_uri =
        redirect_uri.ok_or_else(|| OAuthError::new("invalid_request", "redirect_uri is not registered"))?;
    let asked = match request::check(&client, redirect_uri, &fields, true) {
        Ok(asked) => asked,
        Err(fault) => {
            if let Some(reason) = fault.denied {
                let written =
                    refuse_request(&app.bench, &client, None, reason, Some(&reader.reference)).await;
                written.map_err(|refusal| OAuthError::from_refusal(&refusal, &reader.reference))?;
            }
            return Err(OAuthError::new(fault.error, fault.words));
        }
    };
    let pushed = push_request(&app.bench, &client, &asked, Some(&reader.reference)).await;
    let (uri, seconds) = pushed.map_err(|refusal| OAuthError::from_refusal(&refusal, &reader.reference))?;
    metrics::count(Counter::ParPushed);
    let body = Json(json!({ "request_uri": uri, "expires_in": seconds }));
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], body).into_response())
}
