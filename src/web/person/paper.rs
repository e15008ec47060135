//! The person without FranceConnect enters: her paper code, then the code sent to her own telephone.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::config::OperatorTexts;
use crate::http::actor;
use crate::http::address::ClientAddress;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::PersonSession;
use crate::http::state::App;
use crate::operations::paper_space;
use crate::operations::refusal::Refusal;

const PAPER: &str = "paper_code";
const START: &str = "/personne/connexion/papier";
const SMS: &str = "/personne/connexion/papier/sms";
const LONGEST: usize = 100;

#[derive(Template)]
#[template(path = "web/person/paper.html")]
struct PaperPage {
    page: Page,
    typed: String,
    operator: OperatorTexts,
}

#[derive(Template)]
#[template(path = "web/person/paper_sms.html")]
struct SmsPage {
    page: Page,
    operator: OperatorTexts,
}

fn page(reader: &Reader, key: &str, errors: FormErrors) -> (StatusCode, Page) {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, reader.page(Space::Person).titled(reader.t.get(key)).form().with_errors(errors))
}

/// The field for the paper code.
pub(super) async fn ask(State(app): State<App>, reader: Reader) -> Response {
    code_form(&app, &reader, String::new(), FormErrors::default())
}

fn code_form(app: &App, reader: &Reader, typed: String, errors: FormErrors) -> Response {
    let (status, page) = page(reader, "paper-title", errors);
    let view = PaperPage { page, typed, operator: app.config().operator.clone() };
    respond::html(status, &view, &view.page.csp())
}

fn one(reader: &Reader, fields: Result<FormFields, BadForm>, name: &str) -> Result<String, PageError> {
    let bad = |_: BadForm| PageError::of(Trouble::BadRequest, reader, Space::Person);
    let fields = fields.map_err(bad)?;
    Ok(fields.one(name).map_err(bad)?.unwrap_or_default().chars().take(LONGEST).collect())
}

/// Takes the paper code; the next page is the same whether it was good or not.
pub(super) async fn begin(
    State(app): State<App>,
    address: ClientAddress,
    session: PersonSession,
    reader: Reader,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let refuse = |refusal: Refusal| PageError::from_refusal(refusal, &reader, Space::Person);
    let typed = one(&reader, fields, "code")?;
    let browser = session.browser_hash().await.map_err(refuse)?;
    let network = address.network();
    let begun = paper_space::begin(&app.bench, &typed, &browser, &network, Some(&reader.reference)).await;
    match begun {
        Ok(hash) => {
            session.write(PAPER, &hash).await.map_err(refuse)?;
            Ok(respond::see_other(SMS))
        }
        Err(Refusal::Invalid(_)) => {
            let mut errors = FormErrors::default();
            errors.add("code", reader.t.get("paper-code-shape"));
            Ok(code_form(&app, &reader, typed, errors))
        }
        Err(refusal) => Err(refuse(refusal)),
    }
}

/// The field for the code sent by SMS.
pub(super) async fn ask_sms(
    State(app): State<App>,
    session: PersonSession,
    reader: Reader,
) -> Result<Response, PageError> {
    let refuse = |refusal: Refusal| PageError::from_refusal(refusal, &reader, Space::Person);
    let paper: Option<[u8; 32]> = session.read(PAPER).await.map_err(refuse)?;
    if paper.is_none() {
        return Ok(respond::see_other(START));
    }
    Ok(sms_form(&app, &reader, FormErrors::default()))
}

fn sms_form(app: &App, reader: &Reader, errors: FormErrors) -> Response {
    let (status, page) = page(reader, "paper-sms-title", errors);
    let view = SmsPage { page, operator: app.config().operator.clone() };
    respond::html(status, &view, &view.page.csp())
}

/// Takes the code sent by SMS and opens her space.
pub(super) async fn finish(
    State(app): State<App>,
    address: ClientAddress,
    session: PersonSession,
    reader: Reader,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let refuse = |refusal: Refusal| PageError::from_refusal(refusal, &reader, Space::Person);
    let typed = one(&reader, fields, "sms")?;
    let paper: Option<[u8; 32]> = session.read(PAPER).await.map_err(refuse)?;
    let Some(paper) = paper else { return Ok(respond::see_other(START)) };
    let browser = session.browser_hash().await.map_err(refuse)?;
    let network = address.network();
    let opened =
        paper_space::finish(&app.bench, &paper, &typed, &browser, &network, Some(&reader.reference)).await;
    match opened {
        Ok(person) => {
            session.remove(PAPER).await.map_err(refuse)?;
            actor::log_in_person(&session, person).await.map_err(refuse)?;
            Ok(respond::see_other("/personne"))
        }
        Err(Refusal::Invalid(_)) => {
            let mut errors = FormErrors::default();
            errors.add("sms", reader.t.get("paper-sms-wrong"));
            Ok(sms_form(&app, &reader, errors))
        }
        Err(refusal) => Err(refuse(refusal)),
    }
}
