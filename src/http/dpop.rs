//! The `DPoP` header of a request, and the nonce of the answer (RFC 9449).

use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::header;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::crypto::dpop::DpopError;
use crate::http::errors::OAuthError;
use crate::http::state::App;
use crate::operations::dpop;
use crate::operations::dpop::Shown;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// The header of a proof.
pub static DPOP: HeaderName = HeaderName::from_static("dpop");
/// The header of a nonce.
pub static DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
/// The algorithms of proofs, as a challenge lists them.
pub const ALGS: &str = "ES256 EdDSA PS256";

/// Why a request proves no key.
#[derive(Debug)]
pub enum Unproven {
    /// More than one proof, or one that is no text (RFC 9449 section 4.3, point 1).
    Header,
    /// The proof does not hold.
    Proof(DpopError),
    /// The database failed.
    Fault(Refusal),
}

impl Unproven {
    /// The registered error code: `use_dpop_nonce` or `invalid_dpop_proof`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Proof(DpopError::Nonce) => "use_dpop_nonce",
            _ => "invalid_dpop_proof",
        }
    }

    /// What the client's developer can do about it.
    pub fn words(&self) -> String {
        match self {
            Self::Header => "one DPoP header is expected".to_owned(),
            Self::Proof(error) => error.to_string(),
            Self::Fault(_) => "the proof was not checked".to_owned(),
        }
    }

    /// The answer of an OAuth endpoint.
    pub fn into_oauth(self, reference: &str) -> OAuthError {
        match self {
            Self::Fault(refusal) => OAuthError::from_refusal(&refusal, reference),
            other => OAuthError::new(other.code(), other.words()),
        }
    }
}

/// The thumbprint of the key that the request proves; none without a proof. The proof is used up.
///
/// # Errors
/// [`Unproven`]; the answer's `DPoP-Nonce` is put there by [`offer_nonce`].
pub async fn proven(
    app: &App,
    parts: &Parts,
    access_token: Option<&str>,
) -> Result<Option<String>, Unproven> {
    let Some(proof) = proof(&parts.headers)? else { return Ok(None) };
    let shown = Shown { proof, method: parts.method.as_str(), path: parts.uri.path(), access_token };
    match dpop::check_proof(&app.bench, &shown).await {
        Ok(Ok(jkt)) => Ok(Some(jkt)),
        Ok(Err(error)) => {
            if error != DpopError::Nonce {
                metrics::count(Counter::DpopRefused);
            }
            Err(Unproven::Proof(error))
        }
        Err(refusal) => Err(Unproven::Fault(refusal)),
    }
}

fn proof(headers: &HeaderMap) -> Result<Option<&str>, Unproven> {
    let mut values = headers.get_all(&DPOP).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Unproven::Header),
        (Some(_), Some(_)) => Err(Unproven::Header),
    }
}

/// Layer: whoever uses proofs finds the nonce for the next one in the answer (RFC 9449 section 8.2).
pub async fn offer_nonce(State(app): State<App>, request: Request, next: Next) -> Response {
    let uses = request.headers().contains_key(&DPOP) || is_dpop(request.headers());
    let mut response = next.run(request).await;
    if uses && let Ok(nonce) = HeaderValue::from_str(&dpop::nonce(&app.bench)) {
        response.headers_mut().insert(DPOP_NONCE.clone(), nonce);
    }
    response
}

fn is_dpop(headers: &HeaderMap) -> bool {
    let scheme = |value: &HeaderValue| {
        value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("dpop"))
    };
    headers.get_all(header::AUTHORIZATION).iter().any(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_proof_at_most() {
        let mut headers = HeaderMap::new();
        assert_eq!(proof(&headers).expect("none"), None);
        headers.append(&DPOP, HeaderValue::from_static("a.b.c"));
        assert_eq!(proof(&headers).expect("one"), Some("a.b.c"));
        headers.append(&DPOP, HeaderValue::from_static("a.b.c"));
        assert_eq!(proof(&headers).expect_err("two").code(), "invalid_dpop_proof");
        assert_eq!(Unproven::Proof(DpopError::Nonce).code(), "use_dpop_nonce");
    }
}
