//! `/referent/dossiers`: contested acts of the organisations managed, the organisation's answer, errors its aidants declared.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::ids::OrganisationId;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::cases;
use crate::operations::cases::Speaker;
use crate::operations::declare_error;
use crate::operations::refusal::Refusal;
use crate::text::sentences::Listener;
use crate::web::case::CaseFace;
use crate::web::case::CaseLine;
use crate::web::lines::LineView;
use crate::web::period::After;
use crate::web::referent::Desk;

/// What of one organisation stands on the page.
struct Place {
    id: String,
    name: String,
    lines: Vec<LineView>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "web/referent/cases.html")]
struct CasesPage {
    page: Page,
    cases: Vec<CaseLine>,
    next: Option<String>,
    errors: Place,
    others: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "web/referent/case.html")]
struct CasePage {
    page: Page,
    face: CaseFace,
    words: String,
}

fn ids(desk: &Desk) -> Vec<OrganisationId> {
    desk.organisations.iter().map(|organisation| organisation.id).collect()
}

/// `GET /referent/dossiers`: of the first organisation by name.
pub(super) async fn first(
    State(app): State<App>,
    desk: Desk,
    Query(after): Query<After>,
) -> Result<Response, PageError> {
    let first = desk.organisations.first().map(|organisation| organisation.id);
    let id = first.ok_or_else(|| desk.refuse(Refusal::NotFound))?;
    list(&app, &desk, id, &after, "/referent/dossiers").await
}

/// `GET /referent/dossiers/structure/{organisation}`
pub(super) async fn of_place(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    Query(after): Query<After>,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| desk.refuse(Refusal::NotFound))?;
    list(&app, &desk, id, &after, &format!("/referent/dossiers/structure/{id}")).await
}

async fn list(
    app: &App,
    desk: &Desk,
    id: OrganisationId,
    after: &After,
    path: &str,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let refuse = |refusal| desk.refuse(refusal);
    let place = desk.organisations.iter().find(|one| one.id == id);
    let place = place.ok_or_else(|| desk.refuse(Refusal::NotFound))?;
    let from = after.case().unwrap_or_else(cases::read::first_page);
    let found = cases::read::of_organisation(&app.bench, place, from).await.map_err(refuse)?;
    let declared = declare_error::of_organisation(&app.bench, id, declare_error::first_page()).await;
    let declared = declared.map_err(refuse)?;
    let others = desk.organisations.iter().filter(|one| one.id != id);
    let view = CasesPage {
        page: desk.page(t.get("nav-referent-cases")).wide(),
        next: found.next.map(|next| After::link(path, next.at, next.case)),
        cases: found.rows.into_iter().map(|row| CaseLine::new(t, row, "/referent/dossiers")).collect(),
        errors: Place {
            id: id.to_string(),
            name: place.name.clone(),
            lines: declared.lines.iter().map(|line| LineView::of_line(t, line, Listener::Other)).collect(),
            older: declared
                .next
                .map(|(at, entry)| After::link(&format!("/referent/dossiers/erreurs/{id}"), at, entry)),
        },
        others: others
            .map(|one| (format!("/referent/dossiers/structure/{}", one.id), one.name.clone()))
            .collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

#[derive(Template)]
#[template(path = "web/referent/errors.html")]
struct ErrorsPage {
    page: Page,
    lines: Vec<LineView>,
    next: Option<String>,
}

/// `GET /referent/dossiers/erreurs/{organisation}`: every error declared there, newest first.
pub(super) async fn errors(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    Query(after): Query<After>,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let id: OrganisationId = id.parse().map_err(|_| desk.refuse(Refusal::NotFound))?;
    if !ids(&desk).contains(&id) {
        return Err(desk.refuse(Refusal::NotFound));
    }
    let from = after.cursor().map_or_else(declare_error::first_page, |cursor| (cursor.at, cursor.entry));
    let found = declare_error::of_organisation(&app.bench, id, from).await;
    let found = found.map_err(|refusal| desk.refuse(refusal))?;
    let view = ErrorsPage {
        page: desk.page(t.get("error-list-title")).wide(),
        lines: found.lines.iter().map(|line| LineView::of_line(t, line, Listener::Other)).collect(),
        next: found
            .next
            .map(|(at, entry)| After::link(&format!("/referent/dossiers/erreurs/{id}"), at, entry)),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// `GET /referent/dossiers/{number}`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(number): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &desk, &number, FormErrors::default(), String::new()).await
}

async fn page(
    app: &App,
    desk: &Desk,
    number: &str,
    errors: FormErrors,
    words: String,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let organisations = ids(desk);
    let by = Speaker::Referent(&desk.referent, &organisations);
    let view = cases::read::one(&app.bench, by, number).await.map_err(|refusal| desk.refuse(refusal))?;
    let own = desk.referent.account.id.to_string();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = CasePage {
        page: desk.page(t.with("case-title", &[("number", &view.case.number)])).form().with_errors(errors),
        face: CaseFace::new(t, &view, Listener::Account(&own)),
        words,
    };
    Ok(respond::html(status, &page, &page.page.csp()))
}

/// `POST /referent/dossiers/{number}`: the organisation's answer.
pub(super) async fn answer(
    State(app): State<App>,
    desk: Desk,
    Path(number): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let bad = || PageError::of(Trouble::BadRequest, &desk.reader, Space::Referent);
    let fields = fields.map_err(|_| bad())?;
    let words = fields.one("words").map_err(|_| bad())?.unwrap_or_default().to_owned();
    let organisations = ids(&desk);
    let by = Speaker::Referent(&desk.referent, &organisations);
    let reference = Some(desk.reader.reference.as_str());
    match cases::answer(&app.bench, by, &number, &words, reference).await {
        Ok(()) | Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("/referent/dossiers/{number}"))),
        Err(Refusal::Invalid(faults)) => {
            let mut errors = FormErrors::default();
            for fault in faults {
                errors.add(fault.field, desk.reader.t.get(fault.key));
            }
            page(&app, &desk, &number, errors, words).await
        }
        Err(other) => Err(desk.refuse(other)),
    }
}
