//! `/personne/structures/{id}/arreter`: she ends every mandate she gave to an organisation.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::ids::OrganisationId;
use crate::domain::mandate::MandateStatus;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::end_mandates;
use crate::operations::overview;
use crate::operations::refusal::Refusal;
use crate::web::person::Visit;
use crate::web::person::home::Card;
use crate::web::person::home::card;

#[derive(Template)]
#[template(path = "web/person/leave.html")]
struct LeavePage {
    page: Page,
    id: String,
    cards: Vec<Card>,
}

/// What will end, and one question.
pub(super) async fn ask(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let id: OrganisationId = id.parse().map_err(|_| visit.not_found())?;
    let mut held =
        overview::of_person(&app.bench, &visit.person).await.map_err(|refusal| visit.refuse(refusal))?;
    held.retain(|held| {
        held.organisation.id == id && matches!(held.status, MandateStatus::Active | MandateStatus::Suspended)
    });
    let Some(first) = held.first() else { return Ok(respond::see_other("/personne")) };
    let title = t.with("person-leave-title", &[("organisation", &first.organisation.name)]);
    let view = LeavePage {
        page: visit.page(title),
        id: id.to_string(),
        cards: held.iter().map(|held| card(t, held, app.bench.now())).collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// Ends them at once.
pub(super) async fn end(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let id: OrganisationId = id.parse().map_err(|_| visit.not_found())?;
    match end_mandates::end_with_organisation(&app.bench, &visit.person, id, visit.reference()).await {
        Ok(_) | Err(Refusal::Conflict(_)) => Ok(respond::see_other("/personne")),
        Err(refusal) => Err(visit.refuse(refusal)),
    }
}
