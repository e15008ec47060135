//! `/personne/donnees`: everything that is known of the person, to keep; and its erasure.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::PersonSession;
use crate::http::state::App;
use crate::operations::erase_person;
use crate::operations::erase_person::Asked;
use crate::operations::erase_person::Outlook;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::person::Visit;

#[derive(Template)]
#[template(path = "web/person/data.html")]
struct DataPage {
    page: Page,
    asked: Option<String>,
    waits: Vec<String>,
}

#[derive(Template)]
#[template(path = "web/person/erase.html")]
struct ErasePage {
    page: Page,
    running: usize,
    now: bool,
    waits: Vec<String>,
    years: String,
}

#[derive(Template)]
#[template(path = "web/person/erased.html")]
struct ErasedPage {
    page: Page,
}

/// What an erasure waits for, in words; empty where it waits for nothing.
fn waits(t: Text, outlook: &Outlook, years: &str) -> Vec<String> {
    let mut words = Vec::new();
    if outlook.case_open {
        words.push(t.get("data-waits-case"));
    }
    if outlook.running > 0 {
        words.push(t.with("data-waits-running", &[("count", &outlook.running)]));
    }
    match outlook.due {
        Some(due) => words.push(t.with("data-waits-until", &[("day", &t.day_long(due.day()))])),
        None if outlook.used => words.push(t.with("data-waits-term", &[("years", &years)])),
        None => {}
    }
    words
}

fn years(t: Text, app: &App) -> String {
    let days = app.config().retention.erasure.as_secs() / 86_400;
    if days >= 365 {
        t.with("data-years", &[("count", &((days * 100 + 100) / 36_525))])
    } else {
        t.with("data-days", &[("count", &days)])
    }
}

async fn look(app: &App, visit: &Visit) -> Result<Outlook, PageError> {
    erase_person::outlook(&app.bench, &visit.person).await.map_err(|refusal| visit.refuse(refusal))
}

/// What one may take along, and what one may ask.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let outlook = look(&app, &visit).await?;
    let view = DataPage {
        page: visit.page(t.get("nav-person-data")),
        asked: outlook.asked_at.map(|at| t.with("data-asked-since", &[("day", &t.day_long(at.day()))])),
        waits: waits(t, &outlook, &years(t, &app)),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// What will happen and when, and one question.
pub(super) async fn ask(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let outlook = look(&app, &visit).await?;
    if outlook.asked_at.is_some() && outlook.running == 0 {
        return Ok(respond::see_other("/personne/donnees"));
    }
    let years = years(t, &app);
    let view = ErasePage {
        page: visit.page(t.get("data-erase-title")),
        running: outlook.running,
        now: outlook.is_free(app.bench.now()),
        waits: waits(t, &Outlook { running: 0, ..outlook }, &years),
        years,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// Asks for it; with `stop`, mandates in force are ended first.
pub(super) async fn erase(
    State(app): State<App>,
    visit: Visit,
    session: PersonSession,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| visit.bad_form(bad))?;
    let stop = fields.one("stop").map_err(|bad| visit.bad_form(bad))? == Some("oui");
    let asked = erase_person::ask(&app.bench, &visit.person, stop, visit.reference()).await;
    match asked.map_err(|refusal| visit.refuse(refusal))? {
        Asked::Erased => {
            session.flush().await.map_err(|refusal| visit.refuse(refusal))?;
            Ok(respond::see_other("/personne/donnees/effacees"))
        }
        Asked::Noted => Ok(respond::see_other("/personne/donnees")),
    }
}

/// Takes the request back.
pub(super) async fn keep(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    match erase_person::withdraw(&app.bench, &visit.person, visit.reference()).await {
        Ok(()) | Err(Refusal::Conflict(_)) => Ok(respond::see_other("/personne/donnees")),
        Err(refusal) => Err(visit.refuse(refusal)),
    }
}

/// What is left to say to somebody of whom nothing is known any more.
pub(super) async fn erased(reader: Reader) -> Response {
    let view = ErasedPage { page: reader.page(Space::Public).titled(reader.t.get("data-erased-title")) };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}
