//! JSON for systems: receipts, trails, mandates for software, and the description of the interface.

mod mandates;
mod openapi;
mod receipts;
mod trails;

use axum::Router;
use axum::routing::get;
use axum::routing::post;

use crate::http::state::App;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/api/v1/acts/{txn}/receipts", post(receipts::report))
        .route("/api/v1/mandates", get(mandates::list))
        .route("/api/v1/mandates/{identifier}/token", post(mandates::issue))
        .route("/api/v1/trails", get(trails::read))
        .route("/api/v1/openapi.json", get(openapi::show))
}
