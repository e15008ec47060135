//! The outermost layer: reference number, time limit, caught panics, log line and figures; and a face for bare errors.

use std::panic::AssertUnwindSafe;

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
use tracing::Instrument;

use crate::http::dpop::DPOP_NONCE;
use crate::http::error_page::Trouble;
use crate::http::errors::ApiError;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::telemetry::reference::Reference;

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
}

/// The layer itself. The log line holds the route's pattern, never the address: an address may hold a code.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let reference = Reference::fresh(guard.app.bench.random.as_ref());
    request.extensions_mut().insert(reference.clone());
    let method = method_name(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let (parts, body) = request.into_parts();
    let head = parts.clone();
    let span = tracing::info_span!("request", request = %reference, route = %route, method);
    let begun = tokio::time::Instant::now();
    let limit = guard.app.config().server.request_timeout;
    let run = AssertUnwindSafe(tokio::time::timeout(limit, next.run(Request::from_parts(parts, body))))
        .catch_unwind();
    let outcome = run.instrument(span.clone()).await;
    let _inside = span.entered();
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
    let elapsed = begun.elapsed();
    metrics::request(&route, method, response.status().as_u16(), elapsed);
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(status_code = response.status().as_u16(), elapsed_ms, "answered");
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

/// An error that has only a status or a line of plain text gets words; what a handler wrote itself stays.
fn dressed(response: Response, head: &Parts, guard: &Guard) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let plain = kind.is_none_or(|kind| kind.starts_with(b"text/plain"));
    if !plain || !(status.is_client_error() || status.is_server_error()) || head.method == Method::HEAD {
        return response;
    }
    let mut better = bare(status, head, guard);
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
    let mut response = reader.trouble(space_of(&reader.path), trouble);
    *response.status_mut() = status;
    response
}

fn space_of(path: &str) -> Space {
    let spaces =
        [Space::Aidant, Space::Person, Space::Referent, Space::Authority, Space::Operator, Space::Integrator];
    let below = |space: &Space| {
        path.strip_prefix(space.home()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    spaces.into_iter().find(below).unwrap_or(Space::Public)
}
