//! "This was not expected": what will happen, the person's words, and the case.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::ids::EntryId;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::contest_line::contest_line;
use crate::operations::read_timeline::read_line;
use crate::operations::refusal::Refusal;
use crate::text::sentences::Listener;
use crate::web::lines::LineView;
use crate::web::person::Visit;

#[derive(Template)]
#[template(path = "web/person/contest.html")]
struct ContestPage {
    page: Page,
    line: LineView,
    reason: String,
    in_force: bool,
}

/// What will happen, and the form.
pub(super) async fn ask(
    State(app): State<App>,
    Path(entry): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let id: EntryId = entry.parse().map_err(|_| visit.not_found())?;
    form(&app, &visit, id, FormErrors::default(), String::new()).await
}

async fn form(
    app: &App,
    visit: &Visit,
    id: EntryId,
    errors: FormErrors,
    reason: String,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let single = read_line(&app.bench, &visit.person, id).await.map_err(|refusal| visit.refuse(refusal))?;
    let line = LineView::of_group(t, &single.group, Listener::Person);
    if single.case.is_some() || !line.contestable {
        return Ok(respond::see_other(&format!("/personne/journal/{id}")));
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = ContestPage {
        page: visit.page(t.get("person-contest-title")).with_errors(errors),
        line,
        reason,
        in_force: single.in_force,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Opens the case.
pub(super) async fn contest(
    State(app): State<App>,
    Path(entry): Path<String>,
    visit: Visit,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let id: EntryId = entry.parse().map_err(|_| visit.not_found())?;
    let fields = fields.map_err(|bad| visit.bad_form(bad))?;
    let reason = fields.one("reason").map_err(|bad| visit.bad_form(bad))?.unwrap_or_default();
    let language = visit.reader.message_language();
    match contest_line(&app.bench, &visit.person, id, reason, language, visit.reference()).await {
        Ok(_) => Ok(respond::see_other(&format!("/personne/journal/{id}?fait=contester"))),
        Err(Refusal::Invalid(_)) => {
            let mut errors = FormErrors::default();
            errors.add("reason", t.get("person-contest-reason-missing"));
            form(&app, &visit, id, errors, reason.to_owned()).await
        }
        Err(Refusal::Conflict("contested-before")) => {
            Ok(respond::see_other(&format!("/personne/journal/{id}")))
        }
        Err(refusal) => Err(visit.refuse(refusal)),
    }
}
