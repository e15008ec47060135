//! `/oauth/userinfo`: the identity of the person of an act (OIDC Core section 5.3, RFC 6750).

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::http::errors::OAuthError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::read_userinfo::Userinfo;
use crate::operations::read_userinfo::read_userinfo;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

pub(super) async fn userinfo(State(app): State<App>, reader: Reader, headers: HeaderMap) -> Response {
    let Some(token) = bearer(&headers) else { return challenge("Bearer realm=\"procura\"") };
    match read_userinfo(&app.bench, token, Some(&reader.reference)).await {
        Ok(Some(found)) => {
            metrics::count(Counter::UserinfoServed);
            let fresh = (header::CACHE_CONTROL, "no-store");
            match found {
                Userinfo::Plain(claims) => ([fresh], Json(claims)).into_response(),
                Userinfo::Signed(token) => {
                    ([fresh, (header::CONTENT_TYPE, "application/jwt")], token).into_response()
                }
            }
        }
        Ok(None) => challenge("Bearer realm=\"procura\", error=\"invalid_token\""),
        Err(refusal) => OAuthError::from_refusal(&refusal, &reader.reference).into_response(),
    }
}

/// The token of the one `Authorization` header (RFC 6750 section 2.1); never from body or query.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (values.next().is_none() && scheme.eq_ignore_ascii_case("bearer")).then(|| token.trim())
}

fn challenge(words: &'static str) -> Response {
    let headers = [(header::WWW_AUTHENTICATE, words), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::UNAUTHORIZED, headers).into_response()
}
