//! `/pas-moi/{code}`: the link of a notice, which suspends without a login and tells nobody whose it is.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;
use axum::routing::get;

use crate::config::OperatorTexts;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::disown;
use crate::operations::disown::Disowned;
use crate::operations::disown::LinkState;
use crate::operations::refusal::Refusal;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new().route("/pas-moi/{code}", get(show).post(suspend))
}

#[derive(Template)]
#[template(path = "web/not_me/form.html")]
struct FormPage {
    page: Page,
    code: String,
    about: String,
    in_force: bool,
    reason: String,
}

#[derive(Template)]
#[template(path = "web/not_me/done.html")]
struct DonePage {
    page: Page,
    words: String,
    operator: OperatorTexts,
}

/// What the notice was about, and one question. Nothing changes: mail scanners open links.
async fn show(
    State(app): State<App>,
    Path(code): Path<String>,
    reader: Reader,
) -> Result<Response, PageError> {
    let found = disown::look(&app.bench, &code).await;
    let disowned = found.map_err(|refusal| PageError::from_refusal(refusal, &reader, Space::Public))?;
    Ok(answer(&app, &reader, code, &disowned, String::new(), FormErrors::default()))
}

fn answer(
    app: &App,
    reader: &Reader,
    code: String,
    disowned: &Disowned,
    reason: String,
    errors: FormErrors,
) -> Response {
    let t = reader.t;
    let page = |key: &str| reader.page(Space::Public).titled(t.get(key)).form();
    let operator = app.config().operator.clone();
    let mut response = match &disowned.state {
        LinkState::Fresh => {
            let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            let view = FormPage {
                page: page("not-me-title").with_errors(errors),
                code,
                about: t.with(
                    &format!("not-me-about-{}", disowned.topic),
                    &[("organisation", &disowned.organisation), ("moment", &t.moment(disowned.at))],
                ),
                in_force: disowned.in_force,
                reason,
            };
            respond::html(status, &view, &view.page.csp())
        }
        LinkState::Done(number) => {
            let words = t.with("not-me-done-words", &[("number", number)]);
            let view = DonePage { page: page("not-me-done-title"), words, operator };
            respond::html(StatusCode::OK, &view, &view.page.csp())
        }
        LinkState::Over => {
            let view =
                DonePage { page: page("not-me-over-title"), words: t.get("not-me-over-words"), operator };
            respond::html(StatusCode::GONE, &view, &view.page.csp())
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

/// Suspends and opens the case, once; the page it leads to says so as often as it is opened.
async fn suspend(
    State(app): State<App>,
    Path(code): Path<String>,
    reader: Reader,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let bad = |_: BadForm| PageError::of(Trouble::BadRequest, &reader, Space::Public);
    let fields = fields.map_err(bad)?;
    let typed = fields.one("reason").map_err(bad)?.unwrap_or_default().trim().to_owned();
    let reason = if typed.is_empty() { t.get("not-me-reason-default") } else { typed.clone() };
    let language = reader.message_language();
    let refuse = |refusal: Refusal| PageError::from_refusal(refusal, &reader, Space::Public);
    match disown::disown(&app.bench, &code, &reason, language, Some(&reader.reference)).await {
        Ok(_) | Err(Refusal::Conflict("link-over")) => Ok(respond::see_other(&format!("/pas-moi/{code}"))),
        Err(Refusal::Invalid(_)) => {
            let disowned = disown::look(&app.bench, &code).await.map_err(refuse)?;
            let mut errors = FormErrors::default();
            errors.add("reason", t.get("not-me-reason-long"));
            Ok(answer(&app, &reader, code, &disowned, typed, errors))
        }
        Err(refusal) => Err(refuse(refusal)),
    }
}
