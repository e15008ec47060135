//! `/aidant/releve`: a person without FranceConnect has her journal printed at the desk.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::time::Day;
use crate::http::actor::FreshAidant;
use crate::http::address::ClientAddress;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::actors::AidantActor;
use crate::operations::print_trail;
use crate::operations::print_trail::Days;
use crate::operations::print_trail::Shown;
use crate::operations::refusal::Refusal;
use crate::text::Language;
use crate::text::Text;
use crate::web::aidant::bad_form;
use crate::web::aidant::form;
use crate::web::aidant::refused;
use crate::web::lines::read_day;
use crate::web::papers;
use crate::web::papers::Place;
use crate::web::pdf;

#[derive(Clone, Debug, Default)]
struct Typed {
    code: String,
    birthdate: String,
    from: String,
    to: String,
}

#[derive(Template)]
#[template(path = "web/aidant/statement.html")]
struct StatementPage {
    page: Page,
    typed: Typed,
}

/// `GET /aidant/releve`
pub async fn show(reader: Reader, FreshAidant(aidant): FreshAidant) -> Response {
    page(&reader, &aidant, FormErrors::default(), Typed::default())
}

fn page(reader: &Reader, aidant: &AidantActor, errors: FormErrors, typed: Typed) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = reader.t.get("statement-desk-title");
    let page = reader.aidant_page(aidant).titled(title).form().with_errors(errors);
    let view = StatementPage { page, typed };
    respond::html(status, &view, &view.page.csp())
}

/// `POST /aidant/releve`: the paper, in French.
pub async fn print(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    address: ClientAddress,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = form(fields, &reader)?;
    let one = |name: &str| -> Result<String, PageError> {
        Ok(fields.one(name).map_err(bad_form(&reader))?.unwrap_or_default().trim().to_owned())
    };
    let typed =
        Typed { code: one("code")?, birthdate: one("birthdate")?, from: one("from")?, to: one("to")? };
    let mut errors = FormErrors::default();
    let mut day = |field: &str, words: &str, needed: bool| -> Option<Day> {
        let read = read_day(words);
        if read.is_none() && (needed || !words.is_empty()) {
            errors.add(field, reader.t.get("lines-day-wrong"));
        }
        read
    };
    let birthdate = day("birthdate", &typed.birthdate, true);
    let days = Days { from: day("from", &typed.from, false), to: day("to", &typed.to, false) };
    if !errors.is_empty() {
        return Ok(page(&reader, &aidant, errors, typed));
    }
    let shown = Shown { code: typed.code.clone(), birthdate, days };
    let network = address.network();
    match print_trail::at_desk(&app.bench, &aidant, &shown, &network, Some(&reader.reference)).await {
        Ok(statement) => {
            let document = papers::statement(Text::new(Language::Fr), &Place::of(&app), &statement);
            pdf::answer(document, "releve").await.map_err(refused(&reader))
        }
        Err(Refusal::Invalid(faults)) => {
            let mut errors = FormErrors::default();
            for fault in faults {
                errors.add(fault.field, reader.t.get(fault.key));
            }
            Ok(page(&reader, &aidant, errors, typed))
        }
        Err(other) => Err(refused(&reader)(other)),
    }
}
