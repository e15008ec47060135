//! The page on which a person is asked: who she is, the exact text, her answer; one consent and nothing else.

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;

use crate::http::gate;
use crate::http::state::App;

pub mod flow;
pub mod franceconnect;
pub mod pages;
pub mod steps;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/consentement/{code}", get(steps::show).post(steps::answer))
        .route(
            "/consentement/franceconnect/retour",
            get(franceconnect::came_back).layer(from_fn(gate::aside)),
        )
        .route("/consentement/franceconnect/sortie", get(franceconnect::logged_out))
}
