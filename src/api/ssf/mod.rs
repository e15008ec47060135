//! The transmitter of security events (SSF 1.0): what it can do, and the endpoints by which a client manages its stream.

mod body;
mod control;
mod poll;
mod streams;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::routing::post;
use serde_json::Value;
use serde_json::json;

use crate::domain::signal::DeliveryMethod;
use crate::http::state::App;

const STREAM: &str = "/ssf/stream";
const STATUS: &str = "/ssf/status";
const ADD: &str = "/ssf/subjects/add";
const REMOVE: &str = "/ssf/subjects/remove";
const VERIFY: &str = "/ssf/verify";
const POLL: &str = "/ssf/poll";

/// The well-known document, the stream's endpoints, and the poll endpoint.
pub fn router() -> Router<App> {
    let stream = get(streams::show).post(streams::create).patch(streams::update);
    Router::new()
        .route("/.well-known/ssf-configuration", get(metadata))
        .route(STREAM, stream.put(streams::replace).delete(streams::delete))
        .route(STATUS, get(control::status).post(control::set_status))
        .route(ADD, post(control::add_subject))
        .route(REMOVE, post(control::remove_subject))
        .route(VERIFY, post(control::verify))
        .route(&format!("{POLL}/{{stream}}"), post(poll::poll))
}

async fn metadata(State(app): State<App>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=60")], Json(document(&app)))
}

/// The transmitter's metadata (SSF section 7.1).
fn document(app: &App) -> Value {
    let url = &app.config().server.public_url;
    let methods: Vec<&str> = DeliveryMethod::ALL.iter().map(|method| method.as_str()).collect();
    json!({
        "spec_version": "1_0",
        "issuer": url.as_str(),
        "jwks_uri": url.join("/oauth/jwks"),
        "delivery_methods_supported": methods,
        "configuration_endpoint": url.join(STREAM),
        "status_endpoint": url.join(STATUS),
        "add_subject_endpoint": url.join(ADD),
        "remove_subject_endpoint": url.join(REMOVE),
        "verification_endpoint": url.join(VERIFY),
        "critical_subject_members": ["session"],
        "default_subjects": "ALL",
        "authorization_schemes": [{ "spec_urn": "urn:ietf:rfc:6749" }],
    })
}
