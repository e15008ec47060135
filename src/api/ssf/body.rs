//! What the stream's endpoints share: who may, how a body is read, how a refusal looks.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::de::DeserializeOwned;

use crate::http::bearer::insufficient;
use crate::http::errors::ApiError;
use crate::operations::live_token::LiveToken;
use crate::operations::manage_stream::LONGEST_TEXT;
use crate::operations::manage_stream::may_manage;
use crate::operations::manage_stream::may_read;
use crate::operations::refusal::Refusal;

/// The largest body, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// A request by a client for its stream.
pub(super) struct Asked<'a> {
    pub token: &'a LiveToken,
    pub reference: &'a str,
}

impl Asked<'_> {
    /// Goes on only for a token that may change streams.
    pub fn manages(&self) -> Result<(), Box<Response>> {
        if may_manage(self.token) { Ok(()) } else { Err(Box::new(insufficient(self.reference))) }
    }

    /// Goes on only for a token that may look at streams.
    pub fn reads(&self) -> Result<(), Box<Response>> {
        if may_read(self.token) { Ok(()) } else { Err(Box::new(insufficient(self.reference))) }
    }

    /// The body as JSON.
    pub fn body<T: DeserializeOwned>(&self, headers: &HeaderMap, body: &Bytes) -> Result<T, Box<Response>> {
        let kind =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            let title = "The body is not application/json";
            return Err(self.problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title));
        }
        if body.len() > MOST_BYTES {
            let title = "The body is larger than 64 KiB";
            return Err(self.problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large", title));
        }
        serde_json::from_slice(body).map_err(|error| self.invalid(&error.to_string()))
    }

    /// The answer to a request that does not fit.
    pub fn invalid(&self, detail: &str) -> Box<Response> {
        let problem = ApiError::new(StatusCode::BAD_REQUEST, "invalid", "The request does not fit");
        Box::new(problem.detail(detail).reference(self.reference).into_response())
    }

    /// The answer to what an operation refused.
    pub fn refuse(&self, refusal: &Refusal) -> Box<Response> {
        Box::new(ApiError::from_refusal(refusal, self.reference).into_response())
    }

    fn problem(&self, status: StatusCode, kind: &str, title: &'static str) -> Box<Response> {
        Box::new(ApiError::new(status, kind, title).reference(self.reference).into_response())
    }
}

/// Whether a text may be kept: not too long, no control characters.
pub(super) fn fits(text: &str) -> bool {
    text.len() <= LONGEST_TEXT && !text.chars().any(char::is_control)
}
