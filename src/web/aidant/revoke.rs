//! `/aidant/mandats/{id}/revoquer`: what will change, for which theme, and why; then it is done at once.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::mandate::MandateStatus;
use crate::domain::theme::Theme;
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
use crate::operations::aidant_mandates;
use crate::operations::aidant_mandates::MandateView;
use crate::operations::refusal::Refusal;
use crate::operations::revoke_mandate;
use crate::operations::revoke_mandate::Revoker;
use crate::text::themes;
use crate::web::aidant::bad_form;
use crate::web::aidant::form;
use crate::web::aidant::mandate_id;
use crate::web::aidant::refused;
use crate::web::aidant::rows;

struct Choice {
    id: String,
    key: &'static str,
    title: String,
    words: String,
    attributes: &'static str,
}

#[derive(Template)]
#[template(path = "web/aidant/revoke.html")]
struct Revoke {
    page: Page,
    id: String,
    name: String,
    choices: Vec<Choice>,
    reason: String,
    denied: Option<String>,
}

/// `GET /aidant/mandats/{id}/revoquer`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = mandate_id(&id, &reader)?;
    let (view, _) = aidant_mandates::one(&app.bench, &aidant, id).await.map_err(refused(&reader))?;
    if !matches!(view.status, MandateStatus::Active | MandateStatus::Suspended) {
        return Ok(respond::see_other(&format!("/aidant/mandats/{id}")));
    }
    Ok(page(&reader, &aidant, &view, "", None, FormErrors::default(), None))
}

fn page(
    reader: &Reader,
    aidant: &AidantActor,
    view: &MandateView,
    reason: &str,
    chosen: Option<Theme>,
    errors: FormErrors,
    denied: Option<String>,
) -> Response {
    let t = reader.t;
    let status = if denied.is_some() {
        StatusCode::FORBIDDEN
    } else if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let mark = |this: Option<Theme>| if this == chosen { "checked" } else { "" };
    let mut choices = vec![Choice {
        id: "theme-tout".to_owned(),
        key: "",
        title: t.get("revoke-all"),
        words: t.get("revoke-all-words"),
        attributes: mark(None),
    }];
    choices.extend(view.mandate.open_themes().into_iter().map(|theme| Choice {
        id: format!("theme-{theme}"),
        key: theme.key(),
        title: themes().title(theme, t.language()).to_owned(),
        words: t.get("revoke-theme-words"),
        attributes: mark(Some(theme)),
    }));
    let name = rows::name_of(t, view.person.as_ref());
    let page = Revoke {
        page: reader
            .aidant_page(aidant)
            .titled(t.with("revoke-title", &[("name", &name)]))
            .form()
            .with_errors(errors),
        id: view.mandate.id.to_string(),
        name,
        choices,
        reason: reason.to_owned(),
        denied,
    };
    respond::html(status, &page, &page.page.csp())
}

/// `POST /aidant/mandats/{id}/revoquer`
pub async fn revoke(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    id: Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let id = mandate_id(&id, &reader)?;
    let fields = form(fields, &reader)?;
    let reason = fields.one("reason").map_err(bad_form(&reader))?.unwrap_or_default();
    let theme = match fields.one("theme").map_err(bad_form(&reader))? {
        None | Some("") => None,
        Some(key) => Some(
            Theme::parse(key).ok_or_else(|| PageError::of(Trouble::BadRequest, &reader, Space::Aidant))?,
        ),
    };
    let by = Revoker::Aidant(&aidant);
    let (errors, denied) = match revoke_mandate::revoke(
        &app.bench,
        by,
        id,
        theme,
        Some(reason),
        Some(&reader.reference),
    )
    .await
    {
        Ok(()) | Err(Refusal::Conflict(_)) => {
            return Ok(respond::see_other(&format!("/aidant/mandats/{id}")));
        }
        Err(Refusal::Invalid(faults)) => {
            let mut errors = FormErrors::default();
            for fault in faults {
                errors.add(fault.field, t.get(fault.key));
            }
            (errors, None)
        }
        Err(Refusal::Denied(why)) => (FormErrors::default(), Some(t.get(&format!("mandate-denied-{why}")))),
        Err(other) => return Err(refused(&reader)(other)),
    };
    let (view, _) = aidant_mandates::one(&app.bench, &aidant, id).await.map_err(refused(&reader))?;
    Ok(page(&reader, &aidant, &view, reason, theme, errors, denied))
}
