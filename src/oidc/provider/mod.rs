//! Procura as OpenID provider.

mod authorize;
mod broker_request;
mod client_auth;
pub mod client_keys;
mod end_session;
mod evaluation;
mod exchange;
pub mod faults;
pub mod fields;
mod introspection;
mod metadata;
mod par;
pub mod request;
pub mod request_object;
mod revocation;
mod status_list;
pub mod sector;
mod token;
mod userinfo;
mod vct;

use axum::Router;
use axum::routing::get;
use axum::routing::post;

use crate::http::state::App;
use crate::operations::mandate_token::VCT_PATH;

/// Endpoints reached by a browser, with the aidant's session: authorize, end-session. Other sites' forms may post to both
/// (OIDC Core section 3.1.2.1): neither acts on the session by itself.
pub fn front() -> Router<App> {
    Router::new()
        .route("/oauth/authorize", get(authorize::by_get).post(authorize::by_post))
        .route("/oauth/end-session", get(end_session::by_get).post(end_session::by_post))
}

/// Endpoints reached by clients: metadata, JWKS, PAR, token, userinfo, introspection, revocation, decisions, status lists.
pub fn back() -> Router<App> {
    Router::new()
        .route("/.well-known/openid-configuration", get(metadata::metadata))
        .route("/.well-known/oauth-authorization-server", get(metadata::metadata))
        .route("/.well-known/jwt-vc-issuer", get(vct::issuer))
        .route(VCT_PATH, get(vct::mandate))
        .route(&format!("/.well-known/vct{VCT_PATH}"), get(vct::mandate))
        .route("/oauth/jwks", get(metadata::jwks))
        .route("/oauth/par", post(par::par))
        .route("/oauth/token", post(token::token))
        .route("/oauth/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
        .route("/oauth/introspect", post(introspection::introspection))
        .route("/oauth/revoke", post(revocation::revocation))
        .route("/.well-known/authzen-configuration", get(evaluation::metadata))
        .route(evaluation::ONE, post(evaluation::evaluation))
        .route(evaluation::SEVERAL, post(evaluation::evaluations))
        .route("/status", get(status_list::status_lists))
        .route("/status/{list}", get(status_list::status_list))
}
