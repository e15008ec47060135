//! One refusal, three faces: a page for a reader, problem+json (RFC 9457) for a system, an OAuth error for a client.

use std::borrow::Cow;

use axum::Json;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Serialize;

use crate::http::error_page::Trouble;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::operations::refusal::Refusal;
use crate::storage::db::DbError;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// The page of a refusal, ready to be sent.
#[derive(Debug)]
pub struct PageError(Box<Response>);

impl PageError {
    /// The page for what an operation refused.
    pub fn from_refusal(refusal: Refusal, reader: &Reader, space: Space) -> Self {
        Self(Box::new(reader.refuse(space, refusal)))
    }

    /// The page of a common refusal.
    pub fn of(trouble: Trouble, reader: &Reader, space: Space) -> Self {
        Self(Box::new(reader.trouble(space, trouble)))
    }
}

impl From<Response> for PageError {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// Whether a refusal is the database's being busy, which passes by itself.
fn is_busy(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Fault(error) if matches!(error.downcast_ref::<DbError>(), Some(DbError::Busy(_))))
}

/// Logs a fault, once; the request's span holds its reference number.
fn log_fault(refusal: &Refusal) {
    if let Refusal::Fault(error) = refusal {
        metrics::count(Counter::Faults);
        tracing::error!(error = %format_args!("{error:#}"), "an operation failed");
    }
}

/// Which common refusal an operation's is, for a page; a fault is logged.
pub fn trouble_of(refusal: &Refusal) -> Trouble {
    log_fault(refusal);
    match refusal {
        Refusal::Denied(_) | Refusal::FactorNeeded => Trouble::Forbidden,
        Refusal::NotFound => Trouble::NotFound,
        Refusal::Conflict(_) => Trouble::Gone,
        Refusal::Invalid(_) => Trouble::BadRequest,
        Refusal::Throttled => Trouble::TooMany,
        Refusal::Fault(_) if is_busy(refusal) => Trouble::Unavailable,
        Refusal::Fault(_) => Trouble::Internal,
    }
}

/// Where the second factor is asked for again, coming back to `path` afterwards.
pub fn second_factor_path(space: Space, path: &str) -> String {
    let back: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("{}/second-facteur?suite={back}", space.home())
}

/// A problem document (RFC 9457).
#[derive(Clone, Debug, Serialize)]
pub struct ApiError {
    /// What kind of problem: `urn:procura:problem:…`.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// The kind in words.
    pub title: Cow<'static, str>,
    /// The status of the answer.
    pub status: u16,
    /// What is wrong with this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The reference number of the request.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reference: String,
}

impl ApiError {
    /// A problem of this kind; `kind` is the last part of the `urn:procura:problem:` name.
    pub fn new(status: StatusCode, kind: &str, title: &'static str) -> Self {
        Self {
            kind: Cow::Owned(format!("urn:procura:problem:{kind}")),
            title: Cow::Borrowed(title),
            status: status.as_u16(),
            detail: None,
            reference: String::new(),
        }
    }

    /// Says what is wrong with this request.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Names the request.
    #[must_use]
    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = reference.into();
        self
    }

    /// The problem for what an operation refused; a fault is logged and told without its cause.
    pub fn from_refusal(refusal: &Refusal, reference: &str) -> Self {
        log_fault(refusal);
        let problem = match refusal {
            Refusal::Denied(reason) => {
                Self::new(StatusCode::FORBIDDEN, "refused", "The rules do not allow it")
                    .detail(reason.to_string())
            }
            Refusal::NotFound => Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing"),
            Refusal::Conflict(key) => {
                Self::new(StatusCode::CONFLICT, "conflict", "It is not possible any more").detail(*key)
            }
            Refusal::Invalid(faults) => {
                let fields: Vec<String> =
                    faults.iter().map(|fault| format!("{}: {}", fault.field, fault.key)).collect();
                Self::new(StatusCode::BAD_REQUEST, "invalid", "The request does not fit")
                    .detail(fields.join("; "))
            }
            Refusal::FactorNeeded => {
                Self::new(StatusCode::FORBIDDEN, "second-factor", "The second factor is too old")
            }
            Refusal::Throttled => Self::new(StatusCode::TOO_MANY_REQUESTS, "throttled", "Too many requests"),
            Refusal::Fault(_) if is_busy(refusal) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Try again in a moment")
            }
            Refusal::Fault(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", "A fault on our side"),
        };
        problem.reference(reference)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// An OAuth error (RFC 6749 section 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthError {
    /// The registered code.
    pub error: &'static str,
    /// What the client's developer can do about it; plain ASCII (RFC 6749 section 5.2).
    pub description: String,
    /// The status of the answer.
    pub status: StatusCode,
}

impl OAuthError {
    /// An error of 400, which is what most are.
    pub fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self { error, description: description.into(), status: StatusCode::BAD_REQUEST }
    }

    /// With another status.
    #[must_use]
    pub const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The error for what an operation refused; a fault is logged and told without its cause.
    pub fn from_refusal(refusal: &Refusal, reference: &str) -> Self {
        log_fault(refusal);
        match refusal {
            Refusal::Denied(reason) => Self::new("access_denied", reason.to_string()),
            Refusal::NotFound | Refusal::Conflict(_) => {
                Self::new("invalid_grant", "not valid, or used before")
            }
            Refusal::Invalid(_) | Refusal::FactorNeeded => {
                Self::new("invalid_request", "the request does not fit")
            }
            Refusal::Throttled => Self::new("temporarily_unavailable", "too many requests")
                .status(StatusCode::TOO_MANY_REQUESTS),
            Refusal::Fault(_) if is_busy(refusal) => {
                Self::new("temporarily_unavailable", "try again").status(StatusCode::SERVICE_UNAVAILABLE)
            }
            Refusal::Fault(_) => Self::new("server_error", format!("reference {reference}"))
                .status(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "error": self.error, "error_description": self.description });
        let headers = [
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::PRAGMA, HeaderValue::from_static("no-cache")),
        ];
        let mut response = (self.status, headers, Json(body)).into_response();
        response.extensions_mut().insert(self.clone());
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"procura\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
