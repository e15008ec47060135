//! `/referent/mandats/{organisation}/arreter`: every mandate of one person, or every one an aidant drew up, is ended at once.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::organisation::Organisation;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::end_mandates;
use crate::operations::refusal::Refusal;
use crate::web::case::radio;
use crate::web::referent::Desk;

/// What was typed.
#[derive(Default)]
struct Typed {
    what: String,
    family_name: String,
    birthdate: String,
    aidant: String,
    reason: String,
}

impl Typed {
    fn of_person(&self) -> &'static str {
        radio(&self.what, "person")
    }

    fn of_aidant(&self) -> &'static str {
        radio(&self.what, "aidant")
    }
}

#[derive(Template)]
#[template(path = "web/referent/ending.html")]
struct EndingPage {
    page: Page,
    id: String,
    typed: Typed,
    aidants: Vec<(String, String)>,
    done: Option<String>,
}

fn place<'a>(desk: &'a Desk, id: &str) -> Result<&'a Organisation, PageError> {
    let found = desk.organisations.iter().find(|one| one.id.to_string() == id);
    found.ok_or_else(|| desk.refuse(Refusal::NotFound))
}

/// The form.
pub(super) async fn ask(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let place = place(&desk, &id)?;
    page(&app, &desk, place, FormErrors::default(), Typed::default(), None).await
}

async fn page(
    app: &App,
    desk: &Desk,
    place: &Organisation,
    errors: FormErrors,
    typed: Typed,
    done: Option<usize>,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let names = end_mandates::drafters(&app.bench, place.id).await.map_err(|refusal| desk.refuse(refusal))?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = EndingPage {
        page: desk
            .page(t.with("referent-end-heading", &[("organisation", &place.name)]))
            .form()
            .with_errors(errors),
        id: place.id.to_string(),
        aidants: names.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        typed,
        done: done.map(|count| t.with("referent-end-done", &[("count", &count)])),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Does it.
pub(super) async fn end(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let bad = || PageError::of(Trouble::BadRequest, &desk.reader, Space::Referent);
    let fields = fields.map_err(|_| bad())?;
    let one = |name: &str| -> Result<String, PageError> {
        Ok(fields.one(name).map_err(|_| bad())?.unwrap_or_default().trim().to_owned())
    };
    let typed = Typed {
        what: one("what")?,
        family_name: one("family_name")?,
        birthdate: one("birthdate")?,
        aidant: one("aidant")?,
        reason: one("reason")?,
    };
    let place = place(&desk, &id)?;
    let (by, reference) = (&desk.referent, Some(desk.reader.reference.as_str()));
    let here = [place.id];
    let done = match (typed.what.as_str(), typed.aidant.parse()) {
        ("person", _) => {
            let who = (typed.family_name.as_str(), typed.birthdate.as_str());
            end_mandates::end_of_person_by_referent(&app.bench, (by, &here), who, &typed.reason, reference)
                .await
        }
        ("aidant", Ok(aidant)) => {
            let whose = (place.id, aidant);
            end_mandates::end_of_aidant(&app.bench, (by, &here), whose, &typed.reason, reference).await
        }
        ("aidant", Err(_)) => Err(Refusal::field("aidant", "aidant-missing")),
        _ => Err(Refusal::field("what", "what-missing")),
    };
    match done {
        Ok(count) => page(&app, &desk, place, FormErrors::default(), Typed::default(), Some(count)).await,
        Err(Refusal::Conflict(_)) => {
            let mut errors = FormErrors::default();
            errors.add_at("what", "what-person", t.get("end-fault-nothing"));
            page(&app, &desk, place, errors, typed, None).await
        }
        Err(Refusal::Invalid(faults)) => {
            let mut errors = FormErrors::default();
            for fault in faults {
                let words = t.get(match (fault.field, fault.key) {
                    ("reason", "missing") => "end-fault-reason-missing",
                    ("reason", _) => "end-fault-reason-long",
                    ("family_name", "person-several") => "end-fault-person-several",
                    ("family_name", "person-unknown") => "end-fault-person-unknown",
                    ("family_name", _) => "end-fault-name-missing",
                    ("birthdate", _) => "end-fault-birthdate",
                    ("aidant", _) => "end-fault-aidant-missing",
                    _ => "end-fault-what-missing",
                });
                let target = if fault.field == "what" { "what-person" } else { fault.field };
                errors.add_at(fault.field, target, words);
            }
            page(&app, &desk, place, errors, typed, None).await
        }
        Err(other) => Err(desk.refuse(other)),
    }
}
