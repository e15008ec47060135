//! During an administration's login: for whom, for what.

use axum::Router;

use crate::http::state::App;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
}
