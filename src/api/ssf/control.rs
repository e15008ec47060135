//! Status, subjects and verification of a stream (SSF sections 8.1.2 to 8.1.4).

use axum::Json;
use axum::body::Bytes;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::api::ssf::body::Asked;
use crate::api::ssf::body::fits;
use crate::api::ssf::streams::Named;
use crate::domain::signal::StreamStatus;
use crate::http::bearer::Bearer;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::manage_stream;
use crate::operations::manage_stream::Stream;

#[derive(Deserialize)]
struct StatusIn {
    stream_id: String,
    status: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct SubjectIn {
    stream_id: String,
    subject: Value,
}

#[derive(Deserialize)]
struct VerifyIn {
    stream_id: String,
    state: Option<String>,
}

/// Whether the stream delivers.
pub(super) async fn status(
    State(app): State<App>,
    Bearer(token): Bearer,
    Query(named): Query<Named>,
    reader: Reader,
) -> Response {
    let asked = Asked { token: &token, reference: &reader.reference };
    if let Err(response) = asked.reads() {
        return *response;
    }
    match manage_stream::show(&app.bench, &token.client, Some(named.id())).await {
        Ok(stream) => status_of(&stream),
        Err(refusal) => *asked.refuse(&refusal),
    }
}

/// Enables, pauses or disables the stream.
pub(super) async fn set_status(
    State(app): State<App>,
    Bearer(token): Bearer,
    reader: Reader,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let reference = Some(reader.reference.as_str());
    let asked = Asked { token: &token, reference: &reader.reference };
    let set = async {
        asked.manages()?;
        let wanted: StatusIn = asked.body(&headers, &body)?;
        let status = StreamStatus::parse(&wanted.status)
            .ok_or_else(|| asked.invalid("status: enabled, paused or disabled"))?;
        if !wanted.reason.as_deref().is_none_or(fits) {
            return Err(asked.invalid("reason: a text of 1000 bytes at most"));
        }
        let to = (status, wanted.reason);
        let set =
            manage_stream::set_status(&app.bench, &token.client, &wanted.stream_id, to, reference).await;
        set.map_err(|refusal| asked.refuse(&refusal))
    };
    match set.await {
        Ok(stream) => status_of(&stream),
        Err(response) => *response,
    }
}

/// Hears of a mandate again: 200.
pub(super) async fn add_subject(
    app: State<App>,
    bearer: Bearer,
    reader: Reader,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    subject(app, bearer, reader, (&headers, &body), true).await
}

/// Hears of a mandate no more: 204.
pub(super) async fn remove_subject(
    app: State<App>,
    bearer: Bearer,
    reader: Reader,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    subject(app, bearer, reader, (&headers, &body), false).await
}

async fn subject(
    State(app): State<App>,
    Bearer(token): Bearer,
    reader: Reader,
    (headers, body): (&HeaderMap, &Bytes),
    listen: bool,
) -> Response {
    let reference = Some(reader.reference.as_str());
    let asked = Asked { token: &token, reference: &reader.reference };
    let set = async {
        asked.manages()?;
        let wanted: SubjectIn = asked.body(headers, body)?;
        let subject = (wanted.subject["format"].as_str(), wanted.subject["id"].as_str());
        let (Some("opaque"), Some(alias)) = subject else {
            return Err(asked.invalid("subject: a mandate in the format opaque"));
        };
        let what = (alias, listen);
        let set =
            manage_stream::set_subject(&app.bench, &token.client, &wanted.stream_id, what, reference).await;
        set.map_err(|refusal| asked.refuse(&refusal))
    };
    match set.await {
        Ok(()) if listen => StatusCode::OK.into_response(),
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(response) => *response,
    }
}

/// Asks for a verification event: 204, 429 when asked too often.
pub(super) async fn verify(
    State(app): State<App>,
    Bearer(token): Bearer,
    reader: Reader,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let reference = Some(reader.reference.as_str());
    let asked = Asked { token: &token, reference: &reader.reference };
    let done = async {
        asked.manages()?;
        let wanted: VerifyIn = asked.body(&headers, &body)?;
        let state = wanted.state.as_deref();
        if !state.is_none_or(fits) {
            return Err(asked.invalid("state: a text of 1000 bytes at most"));
        }
        let put = manage_stream::verify(&app.bench, &token.client, &wanted.stream_id, state, reference).await;
        put.map_err(|refusal| asked.refuse(&refusal))
    };
    match done.await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(response) => *response,
    }
}

fn status_of(stream: &Stream) -> Response {
    let mut view = json!({ "stream_id": stream.id.to_string(), "status": stream.status.as_str() });
    if let Some(reason) = &stream.reason {
        view["reason"] = Value::from(reason.as_str());
    }
    ([(header::CACHE_CONTROL, "no-store")], Json(view)).into_response()
}
