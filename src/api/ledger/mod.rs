//! The ledger's public, static paths (C2SP tlog-tiles): any client of that interface reads this log.

use axum::Json;
use axum::Router;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;

use crate::http::state::App;
use crate::ledger::tiles::Resource;
use crate::operations::evidence;
use crate::operations::keys;
use crate::operations::ledger_origin;
use crate::operations::read_ledger;
use crate::operations::refusal::Refusal;

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";
const STAMP: &str = "application/timestamp-reply";
const BYTES: &str = "application/octet-stream";
/// A tile of a published width never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";
const FRESH: &str = "no-cache";
/// Checkpoints on one page of the history.
const MOST: u64 = 100;
const MOST_TIMESTAMPS: u16 = 100;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/ledger/checkpoint", get(checkpoint))
        .route("/ledger/checkpoints", get(history))
        .route("/ledger/checkpoints/{size}", get(checkpoint_of))
        .route("/ledger/key", get(key))
        .route("/ledger/keys", get(keys))
        .route("/ledger/origins", get(origins))
        .route("/ledger/timestamps", get(timestamps))
        .route("/ledger/timestamp/{size}", get(timestamp))
        .route("/ledger/timestamp/{size}/checkpoint", get(stamped))
        .route("/ledger/tile/{*name}", get(tile))
}

async fn checkpoint(State(app): State<App>) -> Response {
    match read_ledger::latest(&app.bench).await {
        Ok(Some(head)) => answer(TEXT, FRESH, head.note),
        Ok(None) => refuse(&Refusal::NotFound),
        Err(refusal) => refuse(&refusal),
    }
}

/// Which page of the history.
#[derive(Debug, Deserialize)]
struct Asked {
    before: Option<u64>,
    limit: Option<u64>,
}

/// Every checkpoint that was signed, newest first: a page, and where the next one is.
async fn history(State(app): State<App>, Query(asked): Query<Asked>) -> Response {
    let most = asked.limit.unwrap_or(MOST).clamp(1, MOST);
    let heads = match read_ledger::history(&app.bench, asked.before, most).await {
        Ok(heads) => heads,
        Err(refusal) => return refuse(&refusal),
    };
    let full = heads.len() as u64 == most;
    let next = heads.last().filter(|_| full).map(|last| {
        app.config().server.public_url.join(&format!("/ledger/checkpoints?before={}&limit={most}", last.size))
    });
    let checkpoints: Vec<_> = heads
        .iter()
        .map(|head| json!({ "size": head.size, "at": head.at.to_text(), "checkpoint": head.note }))
        .collect();
    answer(JSON, FRESH, json!({ "checkpoints": checkpoints, "next": next }).to_string())
}

async fn checkpoint_of(State(app): State<App>, Path(size): Path<u64>) -> Response {
    match read_ledger::checkpoint_of(&app.bench, size).await {
        Ok(head) => answer(TEXT, FRESH, head.note),
        Err(refusal) => refuse(&refusal),
    }
}

async fn key(State(app): State<App>) -> Response {
    match keys::ledger_verifier(&app.bench).await {
        Ok(key) => answer(TEXT, FRESH, format!("{key}\n")),
        Err(refusal) => refuse(&refusal),
    }
}

/// Every key that checkpoints were signed with, the one in use first.
async fn keys(State(app): State<App>) -> Response {
    match keys::ledger_verifiers(&app.bench).await {
        Ok(keys) => answer(TEXT, FRESH, keys.iter().map(|key| format!("{key}\n")).collect::<String>()),
        Err(refusal) => refuse(&refusal),
    }
}

/// The names the ledger went on under after a loss, each with the last head under the name before; mostly none.
async fn origins(State(app): State<App>) -> Response {
    match ledger_origin::opened(&app.bench).await {
        Ok(all) => (
            [(header::CACHE_CONTROL, FRESH), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")],
            Json(json!({ "origins": all })),
        )
            .into_response(),
        Err(refusal) => refuse(&refusal),
    }
}

#[derive(Deserialize)]
struct Below {
    before: Option<u64>,
}

/// The newest time-stamps, a line each: size, a space, the time they state; `?before=` goes on from a size.
async fn timestamps(State(app): State<App>, Query(below): Query<Below>) -> Response {
    match evidence::timestamps(&app.bench, below.before, MOST_TIMESTAMPS).await {
        Ok(all) => {
            let lines = all.iter().map(|one| format!("{} {}\n", one.size, one.at.to_text()));
            answer(TEXT, FRESH, lines.collect::<String>())
        }
        Err(refusal) => refuse(&refusal),
    }
}

/// An authority's answer (RFC 3161 section 2.4.2): `openssl ts -verify -in` reads it as it is.
async fn timestamp(State(app): State<App>, Path(size): Path<u64>) -> Response {
    match evidence::timestamp(&app.bench, size).await {
        Ok((reply, _)) => answer(STAMP, FOREVER, reply),
        Err(refusal) => refuse(&refusal),
    }
}

/// The bytes a time-stamp is about: the checkpoint as the log alone signed it.
async fn stamped(State(app): State<App>, Path(size): Path<u64>) -> Response {
    match evidence::timestamp(&app.bench, size).await {
        Ok((_, note)) => answer(TEXT, FOREVER, note),
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
