//! Procura as OpenID provider.

use axum::Router;

use crate::http::state::App;

/// Endpoints reached by a browser, with the aidant's session: authorize, end-session.
pub fn front() -> Router<App> {
    Router::new()
}

/// Endpoints reached by clients: metadata, JWKS, PAR, token, userinfo, introspection, revocation.
pub fn back() -> Router<App> {
    Router::new()
}
