//! `/referent/structures/{id}/fusion`: the referent of the organisation that would close reads what would change, and decides.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::ids::OrganisationId;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::merge_organisations;
use crate::operations::merge_organisations::Confirmer;
use crate::operations::refusal::Refusal;
use crate::web::operator::merge::Change;
use crate::web::referent::Desk;

#[derive(Template)]
#[template(path = "web/referent/merge.html")]
struct MergePage {
    page: Page,
    here: String,
    target: String,
    change: Change,
    reason: String,
}

#[derive(Template)]
#[template(path = "web/referent/merge_none.html")]
struct NonePage {
    page: Page,
}

fn id(desk: &Desk, text: &str) -> Result<OrganisationId, PageError> {
    text.parse().map_err(|_| PageError::of(Trouble::NotFound, &desk.reader, Space::Referent))
}

/// The merger that waits, or that none does.
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(text): Path<String>,
) -> Result<Response, PageError> {
    let id = id(&desk, &text)?;
    let found = merge_organisations::waiting_for_referent(&app.bench, &desk.organisations, id).await;
    let t = desk.reader.t;
    let Some(waiting) = found.map_err(|refusal| desk.refuse(refusal))? else {
        let view = NonePage { page: desk.page(t.get("merge-none-title")) };
        return Ok(respond::html(StatusCode::OK, &view, &view.page.csp()));
    };
    let view = MergePage {
        page: desk.page(t.get("operator-merge-title")),
        here: format!("/referent/structures/{id}/fusion"),
        target: waiting.preview.target.id.to_string(),
        change: Change::of(t, &waiting.preview),
        reason: waiting.reason,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// She agrees.
pub(super) async fn confirm(
    State(app): State<App>,
    desk: Desk,
    Path(text): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let by = Confirmer::Referent(&desk.referent, &desk.organisations);
    let reference = Some(desk.reader.reference.as_str());
    let target = desk.one(&desk.fields(fields)?, "target")?;
    let pair = (id(&desk, &text)?, id(&desk, &target)?);
    let done = merge_organisations::confirm(&app.bench, by, pair, reference).await;
    after(&desk, &text, done.map(drop))
}

/// She does not agree.
pub(super) async fn refuse(
    State(app): State<App>,
    desk: Desk,
    Path(text): Path<String>,
) -> Result<Response, PageError> {
    let by = Confirmer::Referent(&desk.referent, &desk.organisations);
    let reference = Some(desk.reader.reference.as_str());
    let done = merge_organisations::withdraw(&app.bench, by, id(&desk, &text)?, reference).await;
    after(&desk, &text, done)
}

fn after(desk: &Desk, text: &str, done: Result<(), Refusal>) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(respond::see_other("/referent")),
        Err(Refusal::Conflict(_) | Refusal::Invalid(_)) => {
            Ok(respond::see_other(&format!("/referent/structures/{text}/fusion")))
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}
