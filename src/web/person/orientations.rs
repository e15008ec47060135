//! `/personne/orientations`: the places to which an aidant showed the person the way.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::orient;
use crate::web::pdf;
use crate::web::person::Visit;
use crate::web::places::OrientationCard;

#[derive(Template)]
#[template(path = "web/person/orientations.html")]
struct OrientationsPage {
    page: Page,
    cards: Vec<OrientationCard>,
}

/// All of them, newest first.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let all = orient::of_person(&app.bench, &visit.person).await.map_err(|refusal| visit.refuse(refusal))?;
    let view = OrientationsPage {
        page: visit.page(t.get("orientation-person-title")),
        cards: all.iter().map(|one| OrientationCard::new(t, one)).collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// One as a paper.
pub(super) async fn paper(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| visit.not_found())?;
    let one = orient::for_person(&app.bench, &visit.person, id).await;
    let one = one.map_err(|refusal| visit.refuse(refusal))?;
    let card = OrientationCard::new(visit.reader.t, &one);
    let paper = pdf::answer(card.document(visit.reader.t), "orientation").await;
    paper.map_err(|refusal| visit.refuse(refusal))
}
