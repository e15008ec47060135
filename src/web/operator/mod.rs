//! The operator's space: clients, organisations, aidants.

use axum::Router;

use crate::http::state::App;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
}
