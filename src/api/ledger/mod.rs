//! The ledger's public, static paths (C2SP tlog-tiles): any client of that interface reads this log.

use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;

use crate::http::state::App;
use crate::ledger::tiles::Resource;
use crate::operations::keys;
use crate::operations::read_ledger;
use crate::operations::refusal::Refusal;

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";
/// A tile of a published width never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";
const FRESH: &str = "no-cache";

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/ledger/checkpoint", get(checkpoint))
        .route("/ledger/key", get(key))
        .route("/ledger/tile/{*name}", get(tile))
}

async fn checkpoint(State(app): State<App>) -> Response {
    match read_ledger::latest(&app.bench).await {
        Ok(Some(head)) => answer(TEXT, FRESH, head.note),
        Ok(None) => refuse(&Refusal::NotFound),
        Err(refusal) => refuse(&refusal),
    }
}

async fn key(State(app): State<App>) -> Response {
    match keys::ledger_verifier(&app.bench).await {
        Ok(key) => answer(TEXT, FRESH, format!("{key}\n")),
        Err(refusal) => refuse(&refusal),
    }
}

async fn tile(State(app): State<App>, Path(name): Path<String>) -> Response {
    let Some(resource) = Resource::parse(&name) else { return refuse(&Refusal::NotFound) };
    match read_ledger::resource(&app.bench, resource).await {
        Ok(bytes) => answer(BYTES, FOREVER, bytes),
        Err(refusal) => refuse(&refusal),
    }
}

fn answer(kind: &'static str, cache: &'static str, body: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    (headers, body).into_response()
}

fn refuse(refusal: &Refusal) -> Response {
    let (status, words) = match refusal {
        Refusal::NotFound => (StatusCode::NOT_FOUND, "not found\n"),
        other => {
            tracing::error!(error = %other, "the ledger cannot be served");
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable\n")
        }
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(TEXT)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, words).into_response()
}
