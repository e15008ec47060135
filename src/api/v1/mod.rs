//! JSON for systems: receipts, and the description of the interface.

mod openapi;
mod receipts;

use axum::Router;
use axum::routing::get;
use axum::routing::post;

use crate::http::state::App;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/api/v1/acts/{txn}/receipts", post(receipts::report))
        .route("/api/v1/openapi.json", get(openapi::show))
}
