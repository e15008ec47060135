//! `/integrateur/erreurs`: every error code a client can meet, what it means and what to do.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::page::Page;
use crate::http::respond;
use crate::web::integrator::Desk;

/// Every code, as it stands in an answer.
pub(super) const CODES: [&str; 24] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "access_denied",
    "unsupported_response_type",
    "server_error",
    "temporarily_unavailable",
    "login_required",
    "interaction_required",
    "invalid_request_uri",
    "invalid_request_object",
    "request_not_supported",
    "request_uri_not_supported",
    "invalid_authorization_details",
    "invalid_target",
    "invalid_token",
    "insufficient_scope",
    "insufficient_user_authentication",
    "invalid_dpop_proof",
    "use_dpop_nonce",
    "unsupported_token_type",
];

struct Code {
    code: &'static str,
    meaning: String,
    advice: String,
}

#[derive(Template)]
#[template(path = "web/integrator/errors.html")]
struct ErrorsPage {
    page: Page,
    codes: Vec<Code>,
}

/// The catalogue.
pub(super) async fn show(desk: Desk) -> Response {
    let t = desk.reader.t;
    let code = |code: &'static str| {
        let key = code.replace('_', "-");
        Code {
            code,
            meaning: t.get(&format!("oauth-error-{key}")),
            advice: t.get(&format!("oauth-error-{key}-advice")),
        }
    };
    let view = ErrorsPage {
        page: desk.page(t.get("integrator-errors-title")).wide(),
        codes: CODES.into_iter().map(code).collect(),
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}
