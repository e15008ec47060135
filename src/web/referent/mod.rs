//! The referent's space: the aidants of the organisation.

use axum::Router;

use crate::http::state::App;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
}
