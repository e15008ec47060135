//! The cases in the agent's competence, and her own readings.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::case::CaseStatus;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::cases;
use crate::operations::read_trail;
use crate::text::sentences::Listener;
use crate::web::authority::Desk;
use crate::web::lines::LineView;

struct CaseRow {
    number: String,
    opened: String,
    client: String,
    status: (&'static str, &'static str, String),
}

#[derive(Template)]
#[template(path = "web/authority/cases.html")]
struct CasesPage {
    page: Page,
    cases: Vec<CaseRow>,
}

#[derive(Template)]
#[template(path = "web/authority/readings.html")]
struct ReadingsPage {
    page: Page,
    lines: Vec<LineView>,
}

/// The front page.
pub(super) async fn show(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let all = cases::read::of_authority(&app.bench, &desk.authority, cases::read::first_page())
        .await
        .map_err(|refusal| desk.refuse(refusal))?;
    let row = |row: cases::read::CaseRow| CaseRow {
        opened: t.moment_short(row.case.opened_at),
        client: row.client.unwrap_or_default(),
        status: match row.case.status() {
            CaseStatus::Open => ("waiting", "clock", t.get("authority-case-open")),
            CaseStatus::Answered => ("active", "tick", t.get("authority-case-answered")),
            CaseStatus::Closed => ("ended", "stop", t.get("authority-case-closed")),
        },
        number: row.case.number,
    };
    let view = CasesPage {
        page: desk.page(t.get("nav-authority-cases")).wide(),
        cases: all.rows.into_iter().map(row).collect(),
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
        lines: lines.iter().map(|line| LineView::of_line(t, line, Listener::Account(&own))).collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}
