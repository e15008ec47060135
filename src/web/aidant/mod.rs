//! The aidant's space: persons, mandates, hand-over, journal.

use axum::Router;

use crate::http::state::App;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
}
