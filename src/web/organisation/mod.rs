//! An organisation asks to be accepted, and follows its request by a secret link; open to everyone.

mod ask;
pub(crate) mod facts;
mod follow;
mod form;

use axum::Router;
use axum::routing::get;
use axum::routing::post;

use crate::http::state::App;

/// Where the form is; follow-up pages lie below it.
const FORM: &str = "/structures/demande";

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route(FORM, get(ask::show).post(ask::send))
        .route("/structures/demande/envoyee", get(ask::sent))
        .route("/structures/demande/{code}", get(follow::show))
        .route("/structures/demande/{code}/confirmer", post(follow::confirm))
        .route("/structures/demande/{code}/corriger", get(follow::correct_form).post(follow::correct))
        .route("/structures/demande/{code}/retirer", post(follow::withdraw))
}
