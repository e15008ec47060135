//! `/operateur/statistiques`: the public figures, with the month that has begun.

use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::http::errors::PageError;
use crate::http::state::App;
use crate::operations::read_statistics;
use crate::web::operator::Desk;
use crate::web::statistics;
use crate::web::statistics::Frame;

/// Where to look.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    departement: String,
}

/// `GET /operateur/statistiques`
pub(super) async fn show(
    State(app): State<App>,
    Query(typed): Query<Typed>,
    desk: Desk,
) -> Result<Response, PageError> {
    let shown = read_statistics::for_staff(&app.bench).await.map_err(|refusal| desk.refuse(refusal))?;
    let frame = Frame {
        page: desk.page(desk.t().get("nav-operator-statistics")),
        action: "/operateur/statistiques",
        departement: typed.departement,
        whole_months: false,
        now: app.bench.now(),
    };
    Ok(statistics::page(frame, &shown))
}

/// `GET /operateur/statistiques.csv`
pub(super) async fn csv(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let shown = read_statistics::for_staff(&app.bench).await.map_err(|refusal| desk.refuse(refusal))?;
    Ok(statistics::csv(&shown))
}
