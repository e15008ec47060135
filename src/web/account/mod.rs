//! Logging in with two factors: aidants, referents, authorities, operators.

use axum::Router;

use crate::http::state::App;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
}
