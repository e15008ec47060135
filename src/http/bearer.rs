//! The access token of a request, judged live: signature, row, act, mandate and client all still hold, and where it is bound
//! to a key, the request proves that key (RFC 6750, RFC 9449 section 7).

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::crypto::hash::same;
use crate::http::dpop;
use crate::http::dpop::ALGS;
use crate::http::dpop::Unproven;
use crate::http::errors::ApiError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::live_token::LiveToken;
use crate::operations::live_token::live_token;
use crate::operations::refusal::Refusal;

/// An access token that is active now. Without one the answer is 401 with a challenge for each scheme.
#[derive(Clone, Debug)]
pub struct Bearer(pub LiveToken);

impl FromRequestParts<App> for Bearer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let reference = Reader::of(parts, app).reference;
        match presented(app, parts).await {
            Ok(live) => Ok(Self(live)),
            Err(Untrusted::Fault(refusal)) => {
                Err(ApiError::from_refusal(&refusal, &reference).into_response())
            }
            Err(untrusted) => {
                let problem =
                    ApiError::new(StatusCode::UNAUTHORIZED, "token", "An active access token is needed");
                Err(untrusted.challenge(problem.reference(reference).into_response()))
            }
        }
    }
}

/// How a token is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Dpop,
}

/// Why a request brings no token to work with.
#[derive(Debug)]
pub enum Untrusted {
    /// None, or more than one.
    Missing,
    /// Not active, or not bound as its scheme says.
    Token,
    /// The proof that must come with it does not hold; the error code for it.
    Proof(&'static str),
    /// The database failed.
    Fault(Refusal),
}

impl Untrusted {
    /// The answer with a challenge for each scheme; the error stands in those it is about.
    pub fn challenge(&self, mut response: Response) -> Response {
        let (bearer, dpop) = match self {
            Self::Missing | Self::Fault(_) => (None, None),
            Self::Token => (Some("invalid_token"), Some("invalid_token")),
            Self::Proof(code) => (None, Some(*code)),
        };
        put(response.headers_mut(), bearer, dpop);
        response
    }
}

fn put(headers: &mut HeaderMap, bearer: Option<&str>, dpop: Option<&str>) {
    let error = |code: Option<&str>| code.map(|code| format!(", error=\"{code}\"")).unwrap_or_default();
    let bearer = format!("Bearer realm=\"procura\"{}", error(bearer));
    let dpop = format!("DPoP realm=\"procura\"{}, algs=\"{ALGS}\"", error(dpop));
    for words in [bearer, dpop] {
        if let Ok(words) = HeaderValue::from_str(&words) {
            headers.append(header::WWW_AUTHENTICATE, words);
        }
    }
}

/// The live token of a request.
///
/// # Errors
/// [`Untrusted`]; a bound token shown as a bearer token, or an unbound one under `DPoP`, is [`Untrusted::Token`].
pub async fn presented(app: &App, parts: &Parts) -> Result<LiveToken, Untrusted> {
    let (scheme, token) = shown(&parts.headers).ok_or(Untrusted::Missing)?;
    let live =
        live_token(&app.bench, token, None).await.map_err(Untrusted::Fault)?.ok_or(Untrusted::Token)?;
    let jkt = match scheme {
        Scheme::Bearer => None,
        // A proof is remembered: only one that comes with a token bound to a key is looked at.
        Scheme::Dpop if live.bound_key().is_none() => return Err(Untrusted::Token),
        Scheme::Dpop => match dpop::proven(app, parts, Some(token)).await {
            Ok(Some(jkt)) => Some(jkt),
            Ok(None) => return Err(Untrusted::Proof("invalid_dpop_proof")),
            Err(Unproven::Fault(refusal)) => return Err(Untrusted::Fault(refusal)),
            Err(unproven) => return Err(Untrusted::Proof(unproven.code())),
        },
    };
    match (live.bound_key(), jkt) {
        (None, None) => Ok(live),
        (Some(bound), Some(jkt)) if same(bound.as_bytes(), jkt.as_bytes()) => Ok(live),
        _ => Err(Untrusted::Token),
    }
}

/// The token of the one `Authorization` header (RFC 6750 section 2.1); never from body or query.
fn shown(headers: &HeaderMap) -> Option<(Scheme, &str)> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Scheme::Bearer,
        "dpop" => Scheme::Dpop,
        _ => return None,
    };
    values.next().is_none().then(|| (scheme, token.trim()))
}

/// The answer to an active token that does not reach as far (RFC 6750 section 3.1, `insufficient_scope`).
pub fn insufficient(reference: &str) -> Response {
    let problem = ApiError::new(StatusCode::FORBIDDEN, "scope", "This token does not reach as far");
    let mut response = problem.reference(reference).into_response();
    put(response.headers_mut(), Some("insufficient_scope"), Some("insufficient_scope"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_header_with_one_token() {
        let mut headers = HeaderMap::new();
        assert_eq!(shown(&headers), None);
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("bearer abc"));
        assert_eq!(shown(&headers), Some((Scheme::Bearer, "abc")));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer def"));
        assert_eq!(shown(&headers), None);
        headers.clear();
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("dpop abc"));
        assert_eq!(shown(&headers), Some((Scheme::Dpop, "abc")));
        headers.clear();
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Basic abc"));
        assert_eq!(shown(&headers), None);
    }

    #[test]
    fn each_scheme_is_offered_with_its_error() {
        let told = |untrusted: Untrusted| -> Vec<String> {
            let response = untrusted.challenge(StatusCode::UNAUTHORIZED.into_response());
            let values = response.headers().get_all(header::WWW_AUTHENTICATE).iter();
            values.map(|value| value.to_str().expect("text").to_owned()).collect()
        };
        let algs = "algs=\"ES256 EdDSA PS256\"";
        assert_eq!(
            told(Untrusted::Missing),
            ["Bearer realm=\"procura\"".to_owned(), format!("DPoP realm=\"procura\", {algs}")]
        );
        assert_eq!(
            told(Untrusted::Proof("use_dpop_nonce")),
            [
                "Bearer realm=\"procura\"".to_owned(),
                format!("DPoP realm=\"procura\", error=\"use_dpop_nonce\", {algs}")
            ]
        );
        assert!(told(Untrusted::Token).iter().all(|words| words.contains("error=\"invalid_token\"")));
    }
}
