//! `/aidant/journal/{entry}/erreur`: the aidant declares an error in an act of hers ("droit à l'erreur").

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::ids::EntryId;
use crate::http::actor::Aidant;
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
use crate::operations::declare_error;
use crate::operations::declare_error::Declaration;
use crate::operations::refusal::Refusal;
use crate::text::sentences::Listener;
use crate::web::aidant::bad_form;
use crate::web::aidant::form;
use crate::web::aidant::refused;
use crate::web::case::radio;
use crate::web::lines::LineView;

/// What was typed.
#[derive(Default)]
struct Typed {
    happened: String,
    mended: String,
    told: String,
}

impl Typed {
    fn told_yes(&self) -> &'static str {
        radio(&self.told, "yes")
    }

    fn told_no(&self) -> &'static str {
        radio(&self.told, "no")
    }
}

#[derive(Template)]
#[template(path = "web/aidant/error.html")]
struct ErrorPage {
    page: Page,
    line: LineView,
    before: Vec<LineView>,
    typed: Typed,
}

fn entry(Path(id): &Path<String>, reader: &Reader) -> Result<EntryId, PageError> {
    id.parse().map_err(|_| PageError::of(Trouble::NotFound, reader, Space::Aidant))
}

/// The form, below what was declared before.
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = entry(&id, &reader)?;
    page(&app, &reader, &aidant, id, FormErrors::default(), Typed::default()).await
}

async fn page(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    id: EntryId,
    errors: FormErrors,
    typed: Typed,
) -> Result<Response, PageError> {
    let t = reader.t;
    let (line, before) = declare_error::look(&app.bench, aidant, id).await.map_err(refused(reader))?;
    let own = aidant.account.id.to_string();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = ErrorPage {
        page: reader.aidant_page(aidant).titled(t.get("error-title")).form().with_errors(errors),
        line: LineView::of_line(t, &line, Listener::Account(&own)),
        before: before.iter().map(|line| LineView::of_line(t, line, Listener::Account(&own))).collect(),
        typed,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Declares it.
pub async fn declare(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id = entry(&id, &reader)?;
    let fields = form(fields, &reader)?;
    let one = |name: &str| -> Result<String, PageError> {
        Ok(fields.one(name).map_err(bad_form(&reader))?.unwrap_or_default().to_owned())
    };
    let typed = Typed { happened: one("happened")?, mended: one("mended")?, told: one("told")? };
    let told = match typed.told.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let mut errors = FormErrors::default();
    let Some(told) = told else {
        if typed.happened.trim().is_empty() {
            errors.add("happened", reader.t.get("error-happened-missing"));
        }
        errors.add_at("told", "told-yes", reader.t.get("error-told-missing"));
        return page(&app, &reader, &aidant, id, errors, typed).await;
    };
    let declaration = Declaration { happened: &typed.happened, mended: &typed.mended, told };
    match declare_error::declare(&app.bench, &aidant, id, &declaration, Some(&reader.reference)).await {
        // The same words again: they stand above the form.
        Ok(()) | Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("/aidant/journal/{id}/erreur"))),
        Err(Refusal::Invalid(faults)) => {
            for fault in faults {
                errors.add(fault.field, reader.t.get(fault.key));
            }
            page(&app, &reader, &aidant, id, errors, typed).await
        }
        Err(other) => Err(refused(&reader)(other)),
    }
}
