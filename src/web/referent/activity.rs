//! `/referent/activite`: what was done at an organisation, newest first.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::domain::ids::OrganisationId;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::read_journal;
use crate::operations::refusal::Refusal;
use crate::text::sentences::Listener;
use crate::web::period;
use crate::web::period::JournalView;
use crate::web::period::Period;
use crate::web::referent::Desk;

#[derive(Template)]
#[template(path = "web/referent/activity.html")]
struct ActivityPage {
    page: Page,
    name: String,
    others: Vec<(String, String)>,
    journal: JournalView,
}

/// `GET /referent/activite`: of the first organisation by name.
pub(super) async fn first(
    State(app): State<App>,
    desk: Desk,
    Query(period): Query<Period>,
) -> Result<Response, PageError> {
    let first = desk.organisations.first().map(|organisation| organisation.id);
    // Her team's page says why there is nothing.
    let Some(id) = first else { return Ok(respond::see_other("/referent")) };
    page(&app, &desk, id, period).await
}

/// `GET /referent/activite/{organisation}`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    Query(period): Query<Period>,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| desk.refuse(Refusal::NotFound))?;
    page(&app, &desk, id, period).await
}

async fn page(app: &App, desk: &Desk, id: OrganisationId, period: Period) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let (filter, errors) = period.read(t);
    let whose = (&desk.referent, desk.organisations.as_slice());
    let journal = read_journal::read_organisation(&app.bench, whose, id, filter).await;
    let journal = journal.map_err(|refusal| desk.refuse(refusal))?;
    let own = desk.referent.account.id.to_string();
    let (here, others): (Vec<_>, Vec<_>) = desk.organisations.iter().partition(|one| one.id == id);
    let name = here.first().map_or_else(String::new, |organisation| organisation.name.clone());
    let path = format!("/referent/activite/{id}");
    let status = period::status(&errors);
    let view = ActivityPage {
        page: desk
            .page(t.with("referent-activity-title", &[("organisation", &name)]))
            .form()
            .with_errors(errors),
        others: others
            .into_iter()
            .map(|one| (format!("/referent/activite/{}", one.id), one.name.clone()))
            .collect(),
        journal: JournalView::new(t, &journal, period, &path, Listener::Account(&own)),
        name,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}
