//! One line of the trail under the stated purpose, with the check of its proof; each look is written.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::ids::EntryId;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::prove::Check;
use crate::operations::prove_lines;
use crate::operations::prove_lines::Proved;
use crate::operations::read_trail::Part;
use crate::operations::refusal::Refusal;
use crate::text::sentences::Listener;
use crate::web::authority::Desk;
use crate::web::authority::FreshDesk;
use crate::web::authority::reading::Reading;
use crate::web::lines::LineView;
use crate::web::lines::download;
use crate::web::lines::file_when_ready;

#[derive(Template)]
#[template(path = "web/authority/line.html")]
struct LinePage {
    page: Page,
    line: LineView,
    kind: String,
    proved: Proved,
    verdict: (&'static str, &'static str, &'static str, &'static str),
    written: String,
    checked: String,
}

const fn words(check: &Check) -> (&'static str, &'static str, &'static str, &'static str) {
    match check {
        Check::Holds { .. } => ("", "seal", "proof-holds", "proof-holds-words"),
        Check::Pending => ("waiting", "clock", "proof-pending", "proof-pending-words"),
        Check::Erased => ("", "seal", "proof-erased", "proof-erased-words"),
        Check::Broken => ("stopped", "warning", "proof-broken", "proof-broken-words"),
    }
}

/// The line as this agent may read it.
pub(super) async fn show(
    State(app): State<App>,
    Path(entry): Path<String>,
    desk: Desk,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let id: EntryId = entry.parse().map_err(|_| desk.not_found())?;
    let refuse = |refusal: Refusal| desk.refuse(refusal);
    let reading = Reading::of(&desk.session).await.map_err(refuse)?;
    let Some(reading) = reading.filter(Reading::is_ready) else {
        return Ok(respond::see_other("/autorite/journal"));
    };
    let only = Part { line: Some(id), after: None };
    let trail = reading.read(&app.bench, &desk.authority, only, desk.reference()).await.map_err(refuse)?;
    let line = trail.lines.first().ok_or_else(|| desk.not_found())?;
    let proved = prove_lines::prove_line(&app.bench, id).await.map_err(refuse)?;
    let view = LinePage {
        page: desk.page(t.get("proof-title")).form(),
        kind: line.kind.clone(),
        written: t.moment(line.at),
        checked: t.moment(trail.at),
        line: LineView::of_line(t, line, Listener::Other),
        verdict: words(&proved.check),
        proved,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// Its proof as a file; the export is a line itself.
pub(super) async fn proof(
    State(app): State<App>,
    Path(entry): Path<String>,
    FreshDesk(desk): FreshDesk,
) -> Result<Response, PageError> {
    let id: EntryId = entry.parse().map_err(|_| desk.not_found())?;
    let refuse = |refusal: Refusal| desk.refuse(refusal);
    let reading = Reading::of(&desk.session).await.map_err(refuse)?;
    let Some(reading) = reading.filter(Reading::is_ready) else {
        return Ok(respond::see_other("/autorite/journal"));
    };
    let only = Part { line: Some(id), after: None };
    reading.export(&app.bench, &desk.authority, only, desk.reference()).await.map_err(refuse)?;
    let file = file_when_ready(&app.bench, id).await.map_err(refuse)?;
    Ok(download(&format!("procura-preuve-{id}.json"), file))
}
