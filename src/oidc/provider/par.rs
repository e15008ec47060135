//! `/oauth/par`: an authenticated client pushes its request (RFC 9126).

use axum::Json;
use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::json;

use crate::domain::client::Client;
use crate::http::dpop;
use crate::http::errors::OAuthError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::oidc::provider::client_auth;
use crate::oidc::provider::fields;
use crate::oidc::provider::fields::Fields;
use crate::oidc::provider::fields::Repeated;
use crate::oidc::provider::request;
use crate::oidc::provider::request::Came;
use crate::oidc::provider::request::Fault;
use crate::oidc::provider::request_object;
use crate::operations::begin_act::refuse_request;
use crate::operations::push_request::Asked;
use crate::operations::push_request::push_request;
use crate::operations::refusal::Refusal;
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
    let refused = |refusal: Refusal| OAuthError::from_refusal(&refusal, &reader.reference);
    let jkt = dpop::proven(&app, &parts, None).await;
    let jkt = jkt.map_err(|unproven| unproven.into_oauth(&reader.reference))?;
    if fields.get("request_uri").is_some() {
        return Err(OAuthError::new("invalid_request", "request_uri is not pushed"));
    }
    let asked = match asked(&app, &client, &fields, jkt).await.map_err(refused)? {
        Ok(asked) => asked,
        Err(fault) => {
            if let Some(reason) = fault.denied {
                let written =
                    refuse_request(&app.bench, &client, None, reason, Some(&reader.reference)).await;
                written.map_err(refused)?;
            }
            return Err(OAuthError::new(fault.error, fault.words));
        }
    };
    let pushed = push_request(&app.bench, &client, &asked, Some(&reader.reference)).await;
    let (uri, seconds) = pushed.map_err(refused)?;
    metrics::count(Counter::ParPushed);
    let body = Json(json!({ "request_uri": uri, "expires_in": seconds }));
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], body).into_response())
}

/// What is asked, plainly or in a request object; the key proven here and `dpop_jkt` must be one (RFC 9449 section 10.1).
async fn asked(
    app: &App,
    client: &Client,
    given: &Fields,
    jkt: Option<String>,
) -> Result<Result<Asked, Fault>, Refusal> {
    let (fields, signed) = match request_object::resolve(app, client, given).await? {
        Ok(resolved) => resolved,
        Err(fault) => return Ok(Err(fault)),
    };
    Ok(checked(client, &fields, Came { pushed: true, signed }, jkt))
}

fn checked(client: &Client, fields: &Fields, came: Came, jkt: Option<String>) -> Result<Asked, Fault> {
    if let Some(Repeated(_)) = fields.repeated() {
        return Err(Fault::invalid("a parameter stands more than once"));
    }
    let redirect_uri = fields.get("redirect_uri").filter(|uri| client.redirects_to(uri));
    let redirect_uri = redirect_uri.ok_or(Fault::invalid("redirect_uri is not registered"))?;
    let mut asked = request::check(client, redirect_uri, fields, came)?;
    match (&asked.request.dpop_jkt, jkt) {
        (Some(named), Some(proven)) if *named != proven => {
            return Err(Fault::invalid("dpop_jkt is not the key of the proof"));
        }
        (None, proven) => asked.request.dpop_jkt = proven,
        (Some(_), _) => {}
    }
    Ok(asked)
}
