//! The cases in the agent's competence, and her own readings.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::cases;
use crate::operations::read_trail;
use crate::text::sentences::Listener;
use crate::web::authority::Desk;
use crate::web::case::CaseLine;
use crate::web::lines::LineView;
use crate::web::period::After;

#[derive(Template)]
#[template(path = "web/authority/cases.html")]
struct CasesPage {
    page: Page,
    cases: Vec<CaseLine>,
    next: Option<String>,
    national: bool,
}

#[derive(Template)]
#[template(path = "web/authority/readings.html")]
struct ReadingsPage {
    page: Page,
    requests: bool,
    lines: Vec<LineView>,
}

/// The front page.
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Query(after): Query<After>,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let from = after.case().unwrap_or_else(cases::read::first_page);
    let found = cases::read::of_authority(&app.bench, &desk.authority, from).await;
    let found = found.map_err(|refusal| desk.refuse(refusal))?;
    let view = CasesPage {
        page: desk.page(t.get("nav-authority-cases")).wide(),
        next: found.next.map(|next| After::link("/autorite", next.at, next.case)),
        cases: found.rows.into_iter().map(|row| CaseLine::new(t, row, "/autorite/dossiers")).collect(),
        national: desk.services.is_none(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// What she read and exported, and why.
pub(super) async fn readings(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let lines = read_trail::own_readings(&app.bench, &desk.authority)
        .await
        .map_err(|refusal| desk.refuse(refusal))?;
    let own = desk.authority.staff.account.id.to_string();
    let view = ReadingsPage {
        page: desk.page(t.get("nav-authority-readings")).wide(),
        requests: read_trail::needs_approval(&app.bench, &desk.authority),
        lines: lines.iter().map(|line| LineView::of_line(t, line, Listener::Account(&own))).collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}
