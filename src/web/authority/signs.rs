//! `/autorite/signes`: signs of abuse, for agents of national oversight to read.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::sign::SignStatus;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::review_sign;
use crate::operations::review_sign::Reader;
use crate::web::authority::Desk;
use crate::web::signs::SignCard;
use crate::web::signs::tabs;

/// Which list, and where it goes on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    etat: String,
    #[serde(default)]
    apres: String,
}

#[derive(Template)]
#[template(path = "web/authority/signs.html")]
struct SignsPage {
    page: Page,
    action: &'static str,
    tabs: Vec<(&'static str, String, bool)>,
    cards: Vec<SignCard>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "web/authority/sign.html")]
struct SignPage {
    page: Page,
    card: SignCard,
}

/// `GET /autorite/signes`
pub(super) async fn list(
    State(app): State<App>,
    Query(typed): Query<Typed>,
    desk: Desk,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let status = SignStatus::parse(&typed.etat).unwrap_or(SignStatus::Open);
    let reader = Reader::Authority(&desk.authority);
    let found = review_sign::list(&app.bench, reader, status, typed.apres.parse().ok()).await;
    let (views, more) = found.map_err(|refusal| desk.refuse(refusal))?;
    let last = views.last().filter(|_| more).map(|view| view.id);
    let view = SignsPage {
        page: desk.page(t.get("nav-authority-signs")).wide(),
        action: "/autorite/signes",
        tabs: tabs(t, status),
        cards: views.iter().map(|view| SignCard::new(t, view)).collect(),
        next: last.map(|id| format!("/autorite/signes?etat={status}&apres={id}")),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// `GET /autorite/signes/{id}`
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    desk: Desk,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| desk.not_found())?;
    let found = review_sign::one(&app.bench, Reader::Authority(&desk.authority), id).await;
    let found = found.map_err(|refusal| desk.refuse(refusal))?;
    let t = desk.reader.t;
    let view = SignPage { page: desk.page(t.get("sign-title")).form(), card: SignCard::new(t, &found) };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}
