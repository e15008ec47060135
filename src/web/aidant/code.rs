//! `/aidant/mandats/{id}/code`: the text to read to a person without internet, and her answer by the code she tells.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::ids::MandateId;
use crate::http::actor::FreshAidant;
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
use crate::operations::actors::AidantActor;
use crate::operations::answer_by_code;
use crate::operations::answer_by_code::Door;
use crate::operations::answer_by_code::Outcome;
use crate::operations::answer_by_code::Reply;
use crate::operations::asking::typed_code;
use crate::operations::refusal::Refusal;
use crate::text::Html;
use crate::web::aidant::bad_form;
use crate::web::aidant::form;
use crate::web::aidant::mandate_id;
use crate::web::aidant::refused;
use crate::web::aidant::rows;
use crate::web::sheet::sheet;

#[derive(Template)]
#[template(path = "web/aidant/code.html")]
struct CodePage {
    page: Page,
    id: String,
    name: String,
    born: String,
    sheet: Html,
    yes: &'static str,
    no: &'static str,
}

/// `GET /aidant/mandats/{id}/code`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = mandate_id(&id, &reader)?;
    page(&app, &reader, &aidant, id, FormErrors::default(), None).await
}

async fn page(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    id: MandateId,
    errors: FormErrors,
    answer: Option<&str>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let reading = match answer_by_code::read(&app.bench, Door::Aidant(aidant, id)).await {
        Ok(reading) => reading,
        // She has answered meanwhile: the mandate's page says how.
        Err(Refusal::Conflict(_)) => return Ok(respond::see_other(&format!("/aidant/mandats/{id}"))),
        Err(other) => return Err(refused(reader)(other)),
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = CodePage {
        page: reader.aidant_page(aidant).titled(t.get("code-title")).form().with_errors(errors),
        id: id.to_string(),
        name: reading.person.identity.full_name(),
        born: rows::born(t, &reading.person),
        sheet: sheet(&reading.words.text),
        yes: checked(answer == Some("yes")),
        no: checked(answer == Some("no")),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

const fn checked(chosen: bool) -> &'static str {
    if chosen { "required checked" } else { "required" }
}

/// `POST /aidant/mandats/{id}/code`
pub async fn answer(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    id: Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let id = mandate_id(&id, &reader)?;
    let fields = form(fields, &reader)?;
    let said = fields.one("answer").map_err(bad_form(&reader))?.map(str::to_owned);
    let typed = fields.one("code").map_err(bad_form(&reader))?.unwrap_or_default();
    let mut errors = FormErrors::default();
    let code = typed_code(typed);
    let reply = match (said.as_deref(), &code) {
        (Some("yes"), Some(code)) => Reply::Yes(code),
        (Some("no"), _) => Reply::No,
        (Some("yes"), None) => {
            errors.add("code", t.get("code-error-form"));
            return page(&app, &reader, &aidant, id, errors, said.as_deref()).await;
        }
        (None, _) => {
            errors.add_at("answer", "answer-yes", t.get("code-error-answer"));
            return page(&app, &reader, &aidant, id, errors, None).await;
        }
        (Some(_), _) => return Err(PageError::of(Trouble::BadRequest, &reader, Space::Aidant)),
    };
    let done = answer_by_code::answer(&app.bench, Door::Aidant(&aidant, id), reply, Some(&reader.reference));
    match done.await {
        Ok(answered) => match answered.outcome {
            Outcome::Wrong { left } => {
                errors.add("code", t.with("code-error-wrong", &[("left", &left)]));
                page(&app, &reader, &aidant, id, errors, said.as_deref()).await
            }
            Outcome::Agreed { .. } | Outcome::Refused | Outcome::Dead => {
                Ok(respond::see_other(&format!("/aidant/mandats/{id}")))
            }
        },
        Err(Refusal::Conflict(answer_by_code::CODE_TOO_OLD)) => {
            errors.add("code", t.get("code-error-old"));
            page(&app, &reader, &aidant, id, errors, said.as_deref()).await
        }
        Err(Refusal::Conflict(answer_by_code::ANSWERED)) => {
            Ok(respond::see_other(&format!("/aidant/mandats/{id}")))
        }
        Err(other) => Err(refused(&reader)(other)),
    }
}
