//! The outermost layer: reference number, whole body, place among the others, time limit, caught panics, log line and figures; and
//! a face for bare errors.

use std::error::Error;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::body::Body;
use axum::body::HttpBody;
use axum::body::to_bytes;
use axum::extract::ConnectInfo;
use axum::extract::MatchedPath;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use futures_util::FutureExt;
use http_body_util::LengthLimitError;
use tracing::Instrument;

use crate::http::address::ClientAddress;
use crate::http::dpop::DPOP_NONCE;
use crate::http::error_page::Trouble;
use crate::http::errors::ApiError;
use crate::http::errors::OAuthError;
use crate::http::gate::Gate;
use crate::http::gate::Place;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::telemetry::reference::Reference;

/// After how many seconds to come again.
const COME_AGAIN: &str = "2";

/// Who reads the errors of a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// People: an HTML page.
    Page,
    /// Programs: problem+json.
    Api,
}

/// State of [`guard`].
#[derive(Clone, Debug)]
pub struct Guard {
    /// The state of the routers.
    pub app: App,
    /// Who reads the errors.
    pub face: Face,
    /// How its requests come in.
    pub door: Door,
}

/// How requests come in at a router.
#[derive(Clone, Debug)]
pub enum Door {
    /// At once, as they are: what costs nothing.
    Open,
    /// Through the gate, once their body is there.
    Gated(Gate),
    /// Through the gate, with a body that their handler reads: whole files.
    Streamed(Gate),
}

/// The layer itself. The log line holds the route's pattern, never the address: an address may hold a code.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let reference = Reference::fresh(guard.app.bench.random.as_ref());
    request.extensions_mut().insert(reference.clone());
    let method = method_name(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let (parts, body) = request.into_parts();
    let head = parts.clone();
    let span = tracing::info_span!(
        "request",
        request = %reference,
        route = %route,
        method,
        status_code = tracing::field::Empty,
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
    );
    let begun = tokio::time::Instant::now();
    let limit = guard.app.config().server.request_timeout;
    let inside = async {
        match enter(&guard, Request::from_parts(parts, body)).await {
            Ok((request, _place)) => next.run(request).await,
            Err(refused) => refused,
        }
    };
    let run = AssertUnwindSafe(tokio::time::timeout(limit, inside)).catch_unwind();
    let outcome = run.instrument(span.clone()).await;
    let inside = span.entered();
    let response = match outcome {
        Ok(Ok(response)) => dressed(response, &head, &guard),
        Ok(Err(_)) => {
            tracing::warn!("a request took too long");
            bare(StatusCode::SERVICE_UNAVAILABLE, &head, &guard)
        }
        Err(_) => {
            metrics::count(Counter::Faults);
            tracing::error!("a request panicked");
            bare(StatusCode::INTERNAL_SERVER_ERROR, &head, &guard)
        }
    };
    let response = answerable(response);
    let elapsed = begun.elapsed();
    metrics::request(&route, method, response.status().as_u16(), elapsed);
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    inside.record("status_code", response.status().as_u16());
    tracing::info!(elapsed_ms, "answered");
    response
}

/// The request with its body and its place. A slow body holds no place, and a full house reads no session.
async fn enter(guard: &Guard, request: Request) -> Result<(Request, Option<Place>), Response> {
    let (mut request, gate) = match &guard.door {
        Door::Open => return Ok((request, None)),
        Door::Streamed(gate) => (request, gate),
        Door::Gated(gate) => {
            let patience = guard.app.config().server.limits.body_timeout;
            (whole(request, patience).await.map_err(IntoResponse::into_response)?, gate)
        }
    };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let address = ClientAddress::of(&guard.app.config().server, peer, request.headers());
    match gate.enter(&address.network()).await {
        Ok(place) => {
            request.extensions_mut().insert(place.clone());
            Ok((request, Some(place)))
        }
        Err(why) => {
            metrics::count(Counter::RequestsShed);
            tracing::debug!(?why, "a request was told to come again");
            Err(come_again(request.uri().path(), guard.face))
        }
    }
}

/// The request with the whole of its body, or the status of what is wrong with it.
async fn whole(request: Request, patience: Duration) -> Result<Request, StatusCode> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    // The layer around this one bounds its length.
    match tokio::time::timeout(patience, to_bytes(body, usize::MAX)).await {
        Ok(Ok(bytes)) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Ok(Err(error)) if is_too_long(&error) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => {
            metrics::count(Counter::RequestsSlow);
            Err(StatusCode::REQUEST_TIMEOUT)
        }
    }
}

fn is_too_long(error: &(dyn Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_long)
}

/// What whoever finds a full house is told; pages and problems are dressed later.
fn come_again(path: &str, face: Face) -> Response {
    if face == Face::Api && path.starts_with("/oauth/") {
        return OAuthError::new("temporarily_unavailable", "too many requests at once; try again")
            .status(StatusCode::SERVICE_UNAVAILABLE)
            .into_response();
    }
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    response.extensions_mut().insert(Trouble::Busy);
    response
}

/// A closed list, so that no request can make up new labels.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// Whoever is told that it does not work now is told when to come again; after half a body nothing more is read.
fn answerable(mut response: Response) -> Response {
    let status = response.status();
    let headers = response.headers_mut();
    if status == StatusCode::SERVICE_UNAVAILABLE && !headers.contains_key(header::RETRY_AFTER) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(COME_AGAIN));
    }
    if matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE) {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// An error that has only a status or a line of plain text gets words; what a handler wrote itself stays.
fn dressed(response: Response, head: &Parts, guard: &Guard) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let plain = kind.is_none_or(|kind| kind.starts_with(b"text/plain"));
    if !plain || !(status.is_client_error() || status.is_server_error()) || head.method == Method::HEAD {
        return response;
    }
    let mut better = match response.extensions().get::<Trouble>() {
        Some(trouble) if guard.face == Face::Page => troubled(*trouble, head, guard),
        _ => bare(status, head, guard),
    };
    let kept =
        [&header::ALLOW, &header::RETRY_AFTER, &header::WWW_AUTHENTICATE, &DPOP_NONCE, &header::SET_COOKIE];
    for name in kept {
        for value in response.headers().get_all(name) {
            better.headers_mut().append(name, value.clone());
        }
    }
    better
}

fn bare(status: StatusCode, head: &Parts, guard: &Guard) -> Response {
    let reader = Reader::of(head, &guard.app);
    if guard.face == Face::Api {
        let title = status.canonical_reason().unwrap_or("Error");
        return ApiError::new(status, &status.as_u16().to_string(), title)
            .reference(reader.reference)
            .into_response();
    }
    let trouble = match status {
        StatusCode::NOT_FOUND => Trouble::NotFound,
        StatusCode::FORBIDDEN => Trouble::Forbidden,
        StatusCode::UNAUTHORIZED => Trouble::SessionEnded,
        StatusCode::GONE => Trouble::Gone,
        StatusCode::TOO_MANY_REQUESTS => Trouble::TooMany,
        StatusCode::SERVICE_UNAVAILABLE => Trouble::Unavailable,
        _ if status.is_client_error() => Trouble::BadRequest,
        _ => Trouble::Internal,
    };
    let mut response = troubled(trouble, head, guard);
    *response.status_mut() = status;
    response
}

fn troubled(trouble: Trouble, head: &Parts, guard: &Guard) -> Response {
    let reader = Reader::of(head, &guard.app);
    reader.trouble(space_of(&reader.path), trouble)
}

fn space_of(path: &str) -> Space {
    let spaces =
        [Space::Aidant, Space::Person, Space::Referent, Space::Authority, Space::Operator, Space::Integrator];
    let below = |space: &Space| {
        path.strip_prefix(space.home()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    spaces.into_iter().find(below).unwrap_or(Space::Public)
}
