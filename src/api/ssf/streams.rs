//! The stream configuration endpoint (SSF section 8.1.1).

use axum::Json;
use axum::body::Bytes;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::api::ssf::POLL;
use crate::api::ssf::body::Asked;
use crate::api::ssf::body::fits;
use crate::domain::signal::DeliveryMethod;
use crate::domain::signal::SignalKind;
use crate::http::bearer::Bearer;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::manage_stream;
use crate::operations::manage_stream::Change;
use crate::operations::manage_stream::Delivery;
use crate::operations::manage_stream::Stream;
use crate::operations::manage_stream::VERIFICATION_INTERVAL;
use crate::operations::refusal::Refusal;

type Members = Map<String, Value>;

/// The stream a request names in its query.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    stream_id: Option<String>,
}

impl Named {
    /// Its identifier; one that no stream has where none is named.
    pub(super) fn id(&self) -> &str {
        self.stream_id.as_deref().unwrap_or_default()
    }
}

/// How much of a stream a request sets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// What it names.
    Named,
    /// Everything: what it does not name becomes what a new stream has.
    Whole,
}

/// Makes the client's stream: 201, or 409 when it has one.
pub(super) async fn create(
    State(app): State<App>,
    Bearer(token): Bearer,
    reader: Reader,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked = Asked { token: &token, reference: &reader.reference };
    let made = async {
        asked.manages()?;
        let members: Members = if body.is_empty() { Members::new() } else { asked.body(&headers, &body)? };
        let change = change(&app, &members, Extent::Whole).map_err(|why| asked.invalid(&why))?;
        let made = manage_stream::create(&app.bench, &token.client, change, Some(&reader.reference)).await;
        made.map_err(|refusal| asked.refuse(&refusal))
    };
    match made.await {
        Ok(stream) => (StatusCode::CREATED, answer(&app, &stream)).into_response(),
        Err(response) => *response,
    }
}

/// The client's stream, where it is named; else the list of its streams, of one at most.
pub(super) async fn show(
    State(app): State<App>,
    Bearer(token): Bearer,
    Query(named): Query<Named>,
    reader: Reader,
) -> Response {
    let asked = Asked { token: &token, reference: &reader.reference };
    if let Err(response) = asked.reads() {
        return *response;
    }
    let found = manage_stream::show(&app.bench, &token.client, named.stream_id.as_deref()).await;
    match (found, named.stream_id) {
        (Ok(stream), Some(_)) => answer(&app, &stream).into_response(),
        (Ok(stream), None) => list(vec![view(&app, &stream)]),
        (Err(Refusal::NotFound), None) => list(Vec::new()),
        (Err(refusal), _) => *asked.refuse(&refusal),
    }
}

/// Changes what the body names.
pub(super) async fn update(
    app: State<App>,
    bearer: Bearer,
    reader: Reader,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    set(app, bearer, reader, (&headers, &body), Extent::Named).await
}

/// Sets everything anew.
pub(super) async fn replace(
    app: State<App>,
    bearer: Bearer,
    reader: Reader,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    set(app, bearer, reader, (&headers, &body), Extent::Whole).await
}

async fn set(
    State(app): State<App>,
    Bearer(token): Bearer,
    reader: Reader,
    (headers, body): (&HeaderMap, &Bytes),
    extent: Extent,
) -> Response {
    let reference = Some(reader.reference.as_str());
    let asked = Asked { token: &token, reference: &reader.reference };
    let done = async {
        asked.manages()?;
        let members: Members = asked.body(headers, body)?;
        let id = members.get("stream_id").and_then(Value::as_str);
        let id = id.ok_or_else(|| asked.invalid("stream_id: missing"))?;
        let refuse = |refusal: Refusal| asked.refuse(&refusal);
        let now = manage_stream::show(&app.bench, &token.client, Some(id)).await.map_err(refuse)?;
        given(&members, &view(&app, &now)).map_err(|why| asked.invalid(&why))?;
        let change = change(&app, &members, extent).map_err(|why| asked.invalid(&why))?;
        manage_stream::change(&app.bench, &token.client, id, change, reference).await.map_err(refuse)
    };
    match done.await {
        Ok(stream) => answer(&app, &stream).into_response(),
        Err(response) => *response,
    }
}

/// Deletes the client's stream: 204.
pub(super) async fn delete(
    State(app): State<App>,
    Bearer(token): Bearer,
    Query(named): Query<Named>,
    reader: Reader,
) -> Response {
    let asked = Asked { token: &token, reference: &reader.reference };
    if let Err(response) = asked.manages() {
        return *response;
    }
    let deleted = manage_stream::delete(&app.bench, &token.client, named.id(), Some(&reader.reference)).await;
    match deleted {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => *asked.refuse(&refusal),
    }
}

/// What the transmitter sets may be sent back, but not changed (SSF sections 8.1.1.3 and 8.1.1.4).
fn given(members: &Members, view: &Value) -> Result<(), String> {
    let ours = ["iss", "aud", "events_supported", "events_delivered", "min_verification_interval"];
    let changed = ours.iter().find(|name| members.get(**name).is_some_and(|sent| *sent != view[**name]));
    changed.map_or(Ok(()), |name| Err(format!("{name}: set by the transmitter")))
}

fn change(app: &App, members: &Members, extent: Extent) -> Result<Change, String> {
    let whole = extent == Extent::Whole;
    let description = match members.get("description") {
        None => whole.then_some(None),
        Some(Value::Null) => Some(None),
        Some(Value::String(text)) if fits(text) => Some(Some(text.clone())),
        Some(_) => return Err("description: a text of 1000 bytes at most".to_owned()),
    };
    let events = match members.get("events_requested") {
        None => whole.then(|| SignalKind::OFFERED.to_vec()),
        Some(asked) => Some(events(asked)?),
    };
    let delivery = match members.get("delivery") {
        None => {
            whole.then_some(Delivery { method: DeliveryMethod::Poll, endpoint: None, authorization: None })
        }
        Some(asked) => Some(delivery(app, asked)?),
    };
    Ok(Change { delivery, events, description })
}

/// The kinds asked for that exist; unknown ones are left out, but not all of them.
fn events(asked: &Value) -> Result<Vec<SignalKind>, String> {
    let wrong = || "events_requested: a list of event types, at least one of events_supported".to_owned();
    let asked = asked.as_array().ok_or_else(wrong)?;
    let known: Vec<SignalKind> = SignalKind::OFFERED
        .into_iter()
        .filter(|kind| asked.iter().any(|uri| uri.as_str() == Some(kind.uri())))
        .collect();
    if known.is_empty() { Err(wrong()) } else { Ok(known) }
}

fn delivery(app: &App, asked: &Value) -> Result<Delivery, String> {
    let method = asked["method"].as_str().and_then(DeliveryMethod::parse);
    let method = method.ok_or("delivery.method: urn:ietf:rfc:8935 or urn:ietf:rfc:8936")?;
    if method == DeliveryMethod::Poll {
        return Ok(Delivery { method, endpoint: None, authorization: None });
    }
    let endpoint = asked["endpoint_url"].as_str().unwrap_or_default();
    if app.registered.permits(endpoint).is_err() {
        return Err("delivery.endpoint_url: a public https address".to_owned());
    }
    let authorization = match &asked["authorization_header"] {
        Value::Null => None,
        Value::String(text) if fits(text) && text.is_ascii() && !text.is_empty() => {
            Some(SecretString::from(text.clone()))
        }
        _ => return Err("delivery.authorization_header: printable ASCII of 1000 bytes at most".to_owned()),
    };
    Ok(Delivery { method, endpoint: Some(endpoint.to_owned()), authorization })
}

fn answer(app: &App, stream: &Stream) -> impl IntoResponse + use<> {
    ([(header::CACHE_CONTROL, "no-store")], Json(view(app, stream)))
}

fn list(streams: Vec<Value>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(streams)).into_response()
}

/// The stream as its client reads it. The `Authorization` header of its receiver is never given back.
fn view(app: &App, stream: &Stream) -> Value {
    let url = &app.config().server.public_url;
    let uris = |kinds: &[SignalKind]| -> Vec<&str> { kinds.iter().map(|kind| kind.uri()).collect() };
    let endpoint = match (stream.method, &stream.endpoint) {
        (DeliveryMethod::Push, Some(endpoint)) => endpoint.clone(),
        _ => url.join(&format!("{POLL}/{}", stream.id)),
    };
    let mut view = json!({
        "stream_id": stream.id.to_string(),
        "iss": url.as_str(),
        "aud": stream.client.as_str(),
        "delivery": { "method": stream.method.as_str(), "endpoint_url": endpoint },
        "events_supported": uris(&SignalKind::OFFERED),
        "events_requested": uris(&stream.events),
        "events_delivered": uris(&stream.events),
        "min_verification_interval": VERIFICATION_INTERVAL.as_secs(),
    });
    if let Some(description) = &stream.description {
        view["description"] = Value::from(description.as_str());
    }
    view
}
