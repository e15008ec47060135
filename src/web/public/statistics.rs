//! `/statistiques`: what was done, in figures that name nobody; whole months only.

use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::http::errors::PageError;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::read_statistics;
use crate::web::statistics;
use crate::web::statistics::Frame;

/// Where to look.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    departement: String,
}

/// `GET /statistiques`
pub(super) async fn show(
    State(app): State<App>,
    Query(typed): Query<Typed>,
    reader: Reader,
) -> Result<Response, PageError> {
    let shown = read_statistics::for_everybody(&app.bench).await;
    let shown = shown.map_err(|refusal| PageError::from_refusal(refusal, &reader, Space::Public))?;
    let frame = Frame {
        page: reader.page(Space::Public).titled(reader.t.get("stat-title")),
        action: "/statistiques",
        departement: typed.departement,
        whole_months: true,
        now: app.bench.now(),
    };
    Ok(statistics::page(frame, &shown))
}

/// `GET /statistiques.csv`
pub(super) async fn csv(State(app): State<App>, reader: Reader) -> Result<Response, PageError> {
    let shown = read_statistics::for_everybody(&app.bench).await;
    let shown = shown.map_err(|refusal| PageError::from_refusal(refusal, &reader, Space::Public))?;
    Ok(statistics::csv(&shown))
}
