//! `/operateur/reinitialisations`: accounts whose holders lost every means of login; one asks, another one confirms.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::account::Role;
use crate::domain::ids::ResetId;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::refusal::Refusal;
use crate::operations::reset_factors;
use crate::operations::reset_factors::Reset;
use crate::text::Text;
use crate::web::operator::Choice;
use crate::web::operator::Desk;
use crate::web::operator::FreshDesk;
use crate::web::period::status;

const PATH: &str = "/operateur/reinitialisations";

/// Where the list goes on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    apres: String,
}

struct Row {
    id: String,
    name: String,
    role: String,
    asked: String,
    reason: String,
    may_confirm: bool,
}

#[derive(Template)]
#[template(path = "web/operator/resets.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    more: Option<String>,
    fault: Option<String>,
}

#[derive(Default)]
struct Typed {
    role: String,
    email: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "web/operator/reset_new.html")]
struct AskPage {
    page: Page,
    roles: Vec<Choice>,
    typed: Typed,
}

/// What waits.
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    page(&app, &desk, &wanted, None).await
}

async fn page(app: &App, desk: &Desk, wanted: &Wanted, fault: Option<&str>) -> Result<Response, PageError> {
    let t = desk.t();
    let found = reset_factors::list(&app.bench, &desk.operator, wanted.apres.parse().ok()).await;
    let (resets, more) = found.map_err(|refusal| desk.refuse(refusal))?;
    let more = resets.last().filter(|_| more).map(|last| format!("{PATH}?apres={}", last.id));
    let view = ListPage {
        page: desk.page(t.get("factor-resets-title")),
        rows: resets.iter().map(|reset| row(t, reset)).collect(),
        more,
        fault: fault.map(|key| t.get(key)),
    };
    let status = if fault.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(respond::html(status, &view, &view.page.csp()))
}

fn row(t: Text, reset: &Reset) -> Row {
    let by = match &reset.asked_by {
        Some(account) => account.professional.full_name(),
        None => t.get("factor-resets-system"),
    };
    let at = t.moment(reset.asked_at);
    let asked = match &reset.organisation {
        Some(organisation) => t.with(
            "factor-resets-asked-at",
            &[("by", &by), ("organisation", &organisation.name), ("at", &at)],
        ),
        None => t.with("factor-resets-asked", &[("by", &by), ("at", &at)]),
    };
    Row {
        id: reset.id.to_string(),
        name: reset.account.professional.full_name(),
        role: t.get(&format!("account-{}-place", reset.account.role)),
        asked,
        reason: reset.reason.show().clone(),
        may_confirm: reset.may_confirm,
    }
}

/// Carries one out.
pub(super) async fn confirm(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id: ResetId = desk.id(&id)?;
    let done = reset_factors::confirm(&app.bench, &desk.operator, id, desk.reference()).await;
    answered(&app, &desk, done).await
}

/// Answers one with no.
pub(super) async fn refuse(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id: ResetId = desk.id(&id)?;
    let done = reset_factors::refuse(&app.bench, &desk.operator, id, desk.reference()).await;
    answered(&app, &desk, done).await
}

async fn answered(app: &App, desk: &Desk, done: Result<(), Refusal>) -> Result<Response, PageError> {
    let key = match done {
        Ok(()) => return Ok(respond::see_other(PATH)),
        Err(Refusal::Conflict("same-operator")) => "factor-resets-not-you",
        Err(Refusal::Conflict("reset-over")) => "factor-fault-reset-over",
        Err(Refusal::Conflict("account-suspended")) => "factor-fault-account-suspended",
        Err(refusal) => return Err(desk.refuse(refusal)),
    };
    page(app, desk, &Wanted::default(), Some(key)).await
}

/// The form.
pub(super) async fn form(desk: Desk) -> Response {
    ask_page(&desk, FormErrors::default(), Typed::default())
}

fn ask_page(desk: &Desk, errors: FormErrors, typed: Typed) -> Response {
    let t = desk.t();
    let roles = Role::ALL.iter().map(|role| Choice {
        value: role.to_string(),
        words: t.get(&format!("account-{role}-place")),
        chosen: typed.role == role.as_str(),
    });
    let status = status(&errors);
    let view = AskPage {
        page: desk.page(t.get("factor-resets-ask-title")).with_errors(errors),
        roles: roles.collect(),
        typed,
    };
    respond::html(status, &view, &view.page.csp())
}

/// Asks for one.
pub(super) async fn ask(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let one = |name: &str| desk.one(&fields, name);
    let typed = Typed { role: one("role")?, email: one("email")?, reason: one("reason")? };
    let t = desk.t();
    let mut errors = FormErrors::default();
    let Some(role) = Role::parse(&typed.role) else {
        errors.add_at("role", "role-1", t.get("factor-fault-role"));
        return Ok(ask_page(&desk, errors, typed));
    };
    let whose = (role, typed.email.as_str());
    let done =
        reset_factors::ask_as_operator(&app.bench, &desk.operator, whose, &typed.reason, desk.reference())
            .await;
    match done {
        Ok(_) => return Ok(respond::see_other(PATH)),
        Err(Refusal::Invalid(faults)) => {
            for fault in faults {
                errors.add(fault.field, t.get(&format!("factor-fault-{}-{}", fault.field, fault.key)));
            }
        }
        Err(Refusal::Conflict("reset-waits")) => errors.add("email", t.get("factor-fault-reset-waits")),
        Err(Refusal::Conflict("reset-own")) => errors.add("email", t.get("factor-fault-reset-own")),
        Err(Refusal::Conflict("account-suspended")) => {
            errors.add("email", t.get("factor-fault-account-suspended"));
        }
        Err(refusal) => return Err(desk.refuse(refusal)),
    }
    Ok(ask_page(&desk, errors, typed))
}
