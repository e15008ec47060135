//! `/autorite/erreurs`: errors that aidants declared, in the agent's competence.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::declare_error;
use crate::text::sentences::Listener;
use crate::web::authority::Desk;
use crate::web::lines::LineView;
use crate::web::period::After;

#[derive(Template)]
#[template(path = "web/authority/errors.html")]
struct ErrorsPage {
    page: Page,
    lines: Vec<LineView>,
    next: Option<String>,
}

/// The list, newest first.
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Query(after): Query<After>,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let from = after.cursor().map_or_else(declare_error::first_page, |cursor| (cursor.at, cursor.entry));
    let found = declare_error::of_authority(&app.bench, &desk.authority, from).await;
    let found = found.map_err(|refusal| desk.refuse(refusal))?;
    let view = ErrorsPage {
        page: desk.page(t.get("nav-authority-errors")).wide(),
        lines: found.lines.iter().map(|line| LineView::of_line(t, line, Listener::Other)).collect(),
        next: found.next.map(|(at, entry)| After::link("/autorite/erreurs", at, entry)),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}
