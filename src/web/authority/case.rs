//! `/autorite/dossiers/{number}`: one case, the authority's answer, and how it is closed; the mandate held or let go apart from it.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::case::CaseOutcome;
use crate::domain::case::CaseStatus;
use crate::domain::mandate::HoldCause;
use crate::domain::mandate::MandateStatus;
use crate::domain::person::Identity;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::cases;
use crate::operations::cases::Speaker;
use crate::operations::cases::read::CaseView;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::suspend_mandate;
use crate::operations::suspend_mandate::Suspender;
use crate::text::sentences::Listener;
use crate::web::authority::Desk;
use crate::web::case::CaseFace;

struct Outcome {
    key: &'static str,
    title: String,
    words: String,
    attributes: &'static str,
}

#[derive(Template)]
#[template(path = "web/authority/case.html")]
struct CasePage {
    page: Page,
    face: CaseFace,
    person: String,
    born: String,
    answered: bool,
    outcomes: Vec<Outcome>,
    typed: Typed,
    may_hold: bool,
    holds: bool,
}

/// What was typed in one of the page's forms.
#[derive(Default)]
struct Typed {
    words: String,
    outcome: String,
    reason: String,
    hold_reason: String,
}

/// The page.
pub(super) async fn show(
    State(app): State<App>,
    Path(number): Path<String>,
    desk: Desk,
) -> Result<Response, PageError> {
    page(&app, &desk, &number, FormErrors::default(), Typed::default()).await
}

async fn page(
    app: &App,
    desk: &Desk,
    number: &str,
    errors: FormErrors,
    typed: Typed,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let found = cases::read::for_authority(&app.bench, &desk.authority, number, desk.reference()).await;
    let view = found.map_err(|refusal| desk.refuse(refusal))?;
    let own = desk.authority.staff.account.id.to_string();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let identity = view.person.as_ref().map(|person| &person.identity);
    let page = CasePage {
        page: desk.page(t.with("case-title", &[("number", &view.case.number)])).form().with_errors(errors),
        face: CaseFace::new(t, &view, Listener::Account(&own)),
        person: identity.map_or_else(|| t.get("mandate-person-unknown"), Identity::full_name),
        born: identity
            .map(|known| t.birthdate(known.civil_birthdate(), Some(known.gender.show())))
            .unwrap_or_default(),
        answered: view.case.status() == CaseStatus::Answered,
        outcomes: outcomes(desk, &view, &typed.outcome),
        typed,
        may_hold: matches!(view.status, MandateStatus::Active),
        holds: view.holds.iter().any(|hold| hold.cause == HoldCause::Authority),
    };
    Ok(respond::html(status, &page, &page.page.csp()))
}

fn outcomes(desk: &Desk, view: &CaseView, chosen: &str) -> Vec<Outcome> {
    let t = desk.reader.t;
    let offered: &[CaseOutcome] = if CaseFace::living(view) {
        &[CaseOutcome::Restored, CaseOutcome::Revoked]
    } else {
        &[CaseOutcome::Unchanged]
    };
    let one = |outcome: &CaseOutcome| Outcome {
        key: outcome.as_str(),
        title: t.get(&format!("case-outcome-{outcome}")),
        words: t.get(&format!("case-outcome-{outcome}-words")),
        attributes: if chosen == outcome.as_str() { "required checked" } else { "required" },
    };
    offered.iter().map(one).collect()
}

fn read(fields: &FormFields, name: &str, desk: &Desk) -> Result<String, PageError> {
    Ok(fields.one(name).map_err(|bad| desk.bad_form(bad))?.unwrap_or_default().to_owned())
}

fn errors(desk: &Desk, faults: &[FieldFault], rename: Option<&'static str>) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        let key = if fault.key.starts_with("case-") { fault.key } else { "case-words-missing" };
        let target = if fault.field == "outcome" { "outcome-restored" } else { fault.field };
        match rename {
            Some(name) => errors.add(name, desk.reader.t.get(key)),
            None => errors.add_at(fault.field, target, desk.reader.t.get(key)),
        }
    }
    errors
}

async fn after(
    app: &App,
    desk: &Desk,
    number: &str,
    done: Result<(), Refusal>,
    typed: Typed,
    rename: Option<&'static str>,
) -> Result<Response, PageError> {
    match done {
        Ok(()) | Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("/autorite/dossiers/{number}"))),
        Err(Refusal::Invalid(faults)) => page(app, desk, number, errors(desk, &faults, rename), typed).await,
        Err(other) => Err(desk.refuse(other)),
    }
}

/// The authority's answer.
pub(super) async fn answer(
    State(app): State<App>,
    Path(number): Path<String>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| desk.bad_form(bad))?;
    let typed = Typed { words: read(&fields, "words", &desk)?, ..Typed::default() };
    let by = Speaker::Authority(&desk.authority);
    let done = cases::answer(&app.bench, by, &number, &typed.words, desk.reference()).await;
    after(&app, &desk, &number, done, typed, None).await
}

/// Closes the case.
pub(super) async fn close(
    State(app): State<App>,
    Path(number): Path<String>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| desk.bad_form(bad))?;
    let typed = Typed {
        outcome: read(&fields, "outcome", &desk)?,
        reason: read(&fields, "reason", &desk)?,
        ..Typed::default()
    };
    let done = match CaseOutcome::parse(&typed.outcome) {
        Some(outcome) => {
            cases::close(&app.bench, &desk.authority, &number, outcome, &typed.reason, desk.reference()).await
        }
        None => Err(Refusal::field("outcome", "case-outcome-wrong")),
    };
    after(&app, &desk, &number, done, typed, None).await
}

/// Holds the mandate, or lets go what an authority held.
pub(super) async fn hold(
    State(app): State<App>,
    Path(number): Path<String>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| desk.bad_form(bad))?;
    let typed = Typed { hold_reason: read(&fields, "hold_reason", &desk)?, ..Typed::default() };
    let found = cases::read::one(&app.bench, Speaker::Authority(&desk.authority), &number).await;
    let mandate = found.map_err(|refusal| desk.refuse(refusal))?.mandate.id;
    let by = Suspender::Authority(&desk.authority);
    let done = match read(&fields, "what", &desk)?.as_str() {
        "suspendre" => {
            suspend_mandate::suspend(&app.bench, by, mandate, &typed.hold_reason, desk.reference()).await
        }
        "retablir" => {
            suspend_mandate::restore(&app.bench, by, mandate, &typed.hold_reason, desk.reference()).await
        }
        _ => return Err(desk.not_found()),
    };
    after(&app, &desk, &number, done, typed, Some("hold_reason")).await
}
