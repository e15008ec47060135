//! The public check of a code from a paper attestation.

use axum::Router;

use crate::http::state::App;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
}
