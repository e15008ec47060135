//! `/structures/demande/{code}`: whoever asked sees where the request is, confirms it, corrects it, takes it back.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::organisation_request::RequestState;
use crate::domain::organisation_request::typed::TypedRequest;
use crate::domain::time::Instant;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::organisation_requests::Request;
use crate::operations::organisation_requests::follow;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::organisation::FORM;
use crate::web::organisation::facts;
use crate::web::organisation::facts::Fact;
use crate::web::organisation::form;
use crate::web::organisation::form::Frame;

/// One knot of the request's line: behind us, here, or ahead.
struct Knot {
    class: &'static str,
    title: String,
    words: String,
}

#[derive(Template)]
#[template(path = "web/organisation/follow.html")]
struct FollowPage {
    page: Page,
    here: String,
    name: String,
    badge: (&'static str, &'static str, String),
    lead: String,
    said: Option<String>,
    knots: Vec<Knot>,
    facts: Vec<Fact>,
    state: &'static str,
    denied: Option<String>,
}

fn knots(t: Text, request: &Request, now: Instant) -> Vec<Knot> {
    let knot = |class, key: &str, words| Knot { class, title: t.get(key), words };
    let day = |at: Instant| t.day_long(at.day());
    let mut all = vec![knot("done", "request-step-sent", day(request.created_at))];
    let Some(submitted) = request.submitted_at else {
        let class = if request.state == RequestState::Unconfirmed { "now" } else { "" };
        all.push(knot(class, "request-step-confirm", t.get("request-step-confirm-words")));
        all.push(knot("", "request-step-examined", String::new()));
        all.push(knot("", "request-step-decided", String::new()));
        return all;
    };
    all.push(knot("done", "request-step-confirmed", day(submitted)));
    let days = request.since.day().days_until(now.day());
    let since = t.with("request-step-since", &[("date", &day(request.since)), ("days", &days)]);
    match request.state {
        RequestState::Submitted => {
            all.push(knot("now", "request-step-examined", since));
            all.push(knot("", "request-step-decided", String::new()));
        }
        RequestState::ChangesAsked => {
            all.push(knot("done", "request-step-examined", String::new()));
            all.push(knot("now", "request-step-yours", since));
            all.push(knot("", "request-step-decided", String::new()));
        }
        state => {
            all.push(knot("done", "request-step-examined", String::new()));
            let (.., words) = facts::badge(t, state);
            all.push(Knot { class: "done", title: words, words: day(request.since) });
        }
    }
    all
}

fn page(reader: &Reader, code: &str, request: &Request, now: Instant, denied: Option<&str>) -> Response {
    let t = reader.t;
    let said = match request.state {
        RequestState::ChangesAsked | RequestState::Refused => request.words.clone(),
        _ => None,
    };
    let view = FollowPage {
        page: reader.page(Space::Public).titled(t.get("request-follow-title")),
        here: format!("{FORM}/{code}"),
        name: request.form.name.clone(),
        badge: facts::badge(t, request.state),
        lead: t.get(&format!("request-follow-{}", request.state.as_str().replace('_', "-"))),
        said,
        knots: knots(t, request, now),
        facts: facts::facts(t, &request.form),
        state: request.state.as_str(),
        denied: denied.map(|key| t.get(key)),
    };
    let status = if denied.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    respond::html(status, &view, &view.page.csp())
}

/// A code as mailed; anything else is no page, and is not looked up.
fn checked<'a>(reader: &Reader, code: &'a str) -> Result<&'a str, PageError> {
    let fits = (20..=64).contains(&code.len())
        && code.bytes().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_'));
    if fits { Ok(code) } else { Err(PageError::of(Trouble::NotFound, reader, Space::Public)) }
}

async fn look(app: &App, reader: &Reader, code: &str) -> Result<Request, PageError> {
    let found = follow::look(&app.bench, checked(reader, code)?).await;
    found.map_err(|refusal| PageError::from_refusal(refusal, reader, Space::Public))
}

/// Back to the page after a step, with a sentence where it was not possible any more.
async fn after(
    app: &App,
    reader: &Reader,
    code: &str,
    done: Result<(), Refusal>,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(respond::see_other(&format!("{FORM}/{code}"))),
        Err(Refusal::Conflict(key)) => {
            let request = look(app, reader, code).await?;
            Ok(page(reader, code, &request, app.bench.now(), Some(key)))
        }
        Err(refusal) => Err(PageError::from_refusal(refusal, reader, Space::Public)),
    }
}

/// Where it is. Opening the page changes nothing.
pub(super) async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let request = look(&app, &reader, &code).await?;
    Ok(page(&reader, &code, &request, app.bench.now(), None))
}

/// Confirms the address.
pub(super) async fn confirm(
    State(app): State<App>,
    reader: Reader,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let done = follow::confirm(&app.bench, checked(&reader, &code)?, Some(&reader.reference)).await;
    after(&app, &reader, &code, done).await
}

/// Takes it back.
pub(super) async fn withdraw(
    State(app): State<App>,
    reader: Reader,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let done = follow::withdraw(&app.bench, checked(&reader, &code)?, Some(&reader.reference)).await;
    after(&app, &reader, &code, done).await
}

fn frame(code: &str, request: &Request) -> Frame {
    Frame {
        action: format!("{FORM}/{code}/corriger"),
        back: Some(format!("{FORM}/{code}")),
        said: request.words.clone(),
        ..Frame::default()
    }
}

/// The form with what was asked before.
pub(super) async fn correct_form(
    State(app): State<App>,
    reader: Reader,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let request = look(&app, &reader, &code).await?;
    if request.state != RequestState::ChangesAsked {
        return Ok(respond::see_other(&format!("{FORM}/{code}")));
    }
    Ok(form::page(&reader, &TypedRequest::from(&request.form), frame(&code, &request)))
}

/// Sends it again.
pub(super) async fn correct(
    State(app): State<App>,
    reader: Reader,
    Path(code): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let request = look(&app, &reader, &code).await?;
    let bad = |_: BadForm| PageError::of(Trouble::BadRequest, &reader, Space::Public);
    let (mut typed, more) = form::read(&fields.map_err(bad)?).map_err(bad)?;
    // The confirmed address stays the one written to.
    typed.contact.email.clone_from(request.form.contact.professional.email.show());
    let frame = frame(&code, &request);
    if more {
        return Ok(form::page(&reader, &typed, frame));
    }
    let checked = match typed.check(request.form.language) {
        Ok(checked) => checked,
        Err(faults) => return Ok(form::page(&reader, &typed, Frame { faults, ..frame })),
    };
    match follow::correct(&app.bench, &code, checked, Some(&reader.reference)).await {
        Err(Refusal::Conflict("request-siret-taken")) => {
            let notice = Some(reader.t.get("request-siret-taken"));
            let status = Some(StatusCode::CONFLICT);
            Ok(form::page(&reader, &typed, Frame { notice, status, ..frame }))
        }
        done => after(&app, &reader, &code, done).await,
    }
}
