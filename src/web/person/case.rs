//! `/personne/dossiers/{number}`: what became of the act she did not expect, step by step, and a word she may add.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::cases;
use crate::operations::cases::Speaker;
use crate::operations::refusal::Refusal;
use crate::text::sentences::Listener;
use crate::web::case::CaseFace;
use crate::web::person::Visit;

#[derive(Template)]
#[template(path = "web/person/case.html")]
struct CasePage {
    page: Page,
    face: CaseFace,
    mandate: String,
    words: String,
}

/// The page.
pub(super) async fn show(
    State(app): State<App>,
    Path(number): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    page(&app, &visit, &number, FormErrors::default(), String::new()).await
}

async fn page(
    app: &App,
    visit: &Visit,
    number: &str,
    errors: FormErrors,
    words: String,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let found = cases::read::one(&app.bench, Speaker::Person(&visit.person), number).await;
    let view = found.map_err(|refusal| visit.refuse(refusal))?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = CasePage {
        page: visit.page(t.with("person-case-title", &[("number", &view.case.number)])).with_errors(errors),
        face: CaseFace::new(t, &view, Listener::Person),
        mandate: view.mandate.id.to_string(),
        words,
    };
    Ok(respond::html(status, &page, &page.page.csp()))
}

/// Her word.
pub(super) async fn add(
    State(app): State<App>,
    Path(number): Path<String>,
    visit: Visit,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| visit.bad_form(bad))?;
    let words = fields.one("words").map_err(|bad| visit.bad_form(bad))?.unwrap_or_default();
    let by = Speaker::Person(&visit.person);
    match cases::answer(&app.bench, by, &number, words, visit.reference()).await {
        Ok(()) | Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("/personne/dossiers/{number}"))),
        Err(Refusal::Invalid(faults)) => {
            let mut errors = FormErrors::default();
            for fault in faults {
                errors.add(fault.field, visit.reader.t.get(fault.key));
            }
            page(&app, &visit, &number, errors, words.to_owned()).await
        }
        Err(other) => Err(visit.refuse(other)),
    }
}
