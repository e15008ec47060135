//! Whom the person has barred, and whom she may bar; where she is written to.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::block;
use crate::operations::block::Candidate;
use crate::operations::block::Target;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::person::Visit;

struct Row {
    field: &'static str,
    id: String,
    name: String,
    words: String,
}

#[derive(Template)]
#[template(path = "web/person/settings.html")]
struct SettingsPage {
    page: Page,
    blocked: Vec<Row>,
    free: Vec<Row>,
}

fn row(t: Text, candidate: &Candidate) -> Row {
    let (field, id) = match candidate.target {
        Target::Aidant(id) => ("aidant", id.to_string()),
        Target::Organisation(id) => ("organisation", id.to_string()),
    };
    let words = match (&candidate.blocked_at, &candidate.place) {
        (Some(at), _) => t.with("person-blocked-since", &[("day", &t.day_long(at.day()))]),
        (None, Some(place)) => t.with("person-block-aidant-of", &[("organisation", place)]),
        (None, None) => t.get("person-block-organisation"),
    };
    Row { field, id, name: candidate.name.clone(), words }
}

/// Blocks and contact.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let all = block::candidates(&app.bench, &visit.person).await.map_err(|refusal| visit.refuse(refusal))?;
    let (blocked, free): (Vec<Candidate>, Vec<Candidate>) =
        all.into_iter().partition(|one| one.blocked_at.is_some());
    let rows = |all: &[Candidate]| all.iter().map(|candidate| row(t, candidate)).collect::<Vec<_>>();
    let view = SettingsPage {
        page: visit.page(t.get("nav-person-settings")),
        blocked: rows(&blocked),
        free: rows(&free),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn target(visit: &Visit, fields: &FormFields) -> Result<Target, PageError> {
    let one = |name: &str| fields.one(name).map_err(|bad| visit.bad_form(bad));
    match (one("aidant")?, one("organisation")?) {
        (Some(id), None) => id.parse().map(Target::Aidant).map_err(|_| visit.not_found()),
        (None, Some(id)) => id.parse().map(Target::Organisation).map_err(|_| visit.not_found()),
        _ => Err(visit.bad_form(BadForm::Repeated)),
    }
}

fn done(visit: &Visit, changed: Result<(), Refusal>) -> Result<Response, PageError> {
    match changed {
        Ok(()) | Err(Refusal::Conflict("block-unchanged")) => Ok(respond::see_other("/personne/reglages")),
        Err(refusal) => Err(visit.refuse(refusal)),
    }
}

/// Bars an aidant (`aidant`) or an organisation (`organisation`).
pub(super) async fn block(
    State(app): State<App>,
    visit: Visit,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let target = target(&visit, &fields.map_err(|bad| visit.bad_form(bad))?)?;
    let changed = block::block(&app.bench, &visit.person, target, visit.reference()).await;
    done(&visit, changed)
}

/// Lets one again.
pub(super) async fn unblock(
    State(app): State<App>,
    visit: Visit,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let target = target(&visit, &fields.map_err(|bad| visit.bad_form(bad))?)?;
    let changed = block::unblock(&app.bench, &visit.person, target, visit.reference()).await;
    done(&visit, changed)
}
