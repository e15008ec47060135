//! The bearer token of a system's request, judged live: signature, row, act, mandate and client all still hold.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::http::errors::ApiError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::live_token::LiveToken;
use crate::operations::live_token::live_token;

/// An access token that is active now. Without one the answer is 401 with a challenge (RFC 6750 section 3).
#[derive(Clone, Debug)]
pub struct Bearer(pub LiveToken);

impl FromRequestParts<App> for Bearer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let reference = Reader::of(parts, app).reference;
        let Some(token) = bearer(&parts.headers) else {
            return Err(challenge("Bearer realm=\"procura\"", &reference));
        };
        match live_token(&app.bench, token).await {
            Ok(Some(live)) => Ok(Self(live)),
            Ok(None) => Err(challenge("Bearer realm=\"procura\", error=\"invalid_token\"", &reference)),
            Err(refusal) => Err(ApiError::from_refusal(&refusal, &reference).into_response()),
        }
    }
}

/// The token of the one `Authorization` header (RFC 6750 section 2.1); never from body or query.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (values.next().is_none() && scheme.eq_ignore_ascii_case("bearer")).then(|| token.trim())
}

fn challenge(words: &'static str, reference: &str) -> Response {
    let problem = ApiError::new(StatusCode::UNAUTHORIZED, "token", "An active access token is needed");
    let mut response = problem.reference(reference).into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(words));
    response
}

/// The answer to an active token that does not reach as far (RFC 6750 section 3.1, `insufficient_scope`).
pub fn insufficient(reference: &str) -> Response {
    let problem = ApiError::new(StatusCode::FORBIDDEN, "scope", "This token does not reach as far");
    let mut response = problem.reference(reference).into_response();
    let words = HeaderValue::from_static("Bearer realm=\"procura\", error=\"insufficient_scope\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, words);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_header_with_one_token() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer(&headers), None);
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("bearer abc"));
        assert_eq!(bearer(&headers), Some("abc"));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer def"));
        assert_eq!(bearer(&headers), None);
        headers.clear();
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Basic abc"));
        assert_eq!(bearer(&headers), None);
    }
}
