//! `/oauth/userinfo`: the identity of the person of an act (OIDC Core section 5.3, RFC 6750, RFC 9449 section 7).

use axum::Json;
use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::http::bearer;
use crate::http::bearer::Untrusted;
use crate::http::errors::OAuthError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::read_userinfo::Userinfo;
use crate::operations::read_userinfo::read_userinfo;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

pub(super) async fn userinfo(State(app): State<App>, reader: Reader, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let found = match bearer::presented(&app, &parts).await {
        Ok(live) => read_userinfo(&app.bench, &live, Some(&reader.reference)).await,
        Err(untrusted) => return refused(untrusted, &reader),
    };
    match found {
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
        Ok(None) => refused(Untrusted::Token, &reader),
        Err(refusal) => fault(&refusal, &reader),
    }
}

fn refused(untrusted: Untrusted, reader: &Reader) -> Response {
    match untrusted {
        Untrusted::Fault(refusal) => fault(&refusal, reader),
        other => {
            other.challenge((StatusCode::UNAUTHORIZED, [(header::CACHE_CONTROL, "no-store")]).into_response())
        }
    }
}

fn fault(refusal: &Refusal, reader: &Reader) -> Response {
    OAuthError::from_refusal(refusal, &reader.reference).into_response()
}
