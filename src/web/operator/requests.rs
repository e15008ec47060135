//! `/operateur/demandes`: the organisations that ask to be accepted, the one that waits longest first.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::organisation_profile::departement;
use crate::domain::organisation_request::Oddity;
use crate::domain::organisation_request::RequestState;
use crate::domain::time::Instant;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::organisation_requests::Request;
use crate::operations::organisation_requests::decide::Decision;
use crate::operations::organisation_requests::decide::decide;
use crate::operations::organisation_requests::queue;
use crate::operations::organisation_requests::queue::Flag;
use crate::operations::organisation_requests::queue::Mark;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::operator::Choice;
use crate::web::operator::Desk;
use crate::web::operator::errors;
use crate::web::organisation::facts;
use crate::web::organisation::facts::Fact;

const LIST: &str = "/operateur/demandes";

/// The states an operator may look at; nobody else's business before it was confirmed.
const SHOWN: [RequestState; 5] = [
    RequestState::Submitted,
    RequestState::ChangesAsked,
    RequestState::Accepted,
    RequestState::Refused,
    RequestState::Withdrawn,
];

/// The filter: `etat`, and `apres`, where the page before ended.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    etat: String,
    #[serde(default)]
    apres: String,
}

struct Row {
    name: String,
    words: String,
    since: String,
    href: String,
}

#[derive(Template)]
#[template(path = "web/operator/requests.html")]
struct ListPage {
    page: Page,
    states: Vec<Choice>,
    badge: (&'static str, &'static str, String),
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "web/operator/request.html")]
struct OnePage {
    page: Page,
    here: String,
    badge: (&'static str, &'static str, String),
    denied: Option<String>,
    since: String,
    flags: Vec<String>,
    facts: Vec<Fact>,
    said: Option<String>,
    organisation: Option<String>,
    version: i64,
    open: bool,
    decidable: bool,
    changes: String,
    reason: String,
}

fn days(t: Text, since: Instant, now: Instant) -> String {
    let days = since.day().days_until(now.day());
    t.with("operator-request-days", &[("days", &days), ("date", &t.day_long(since.day()))])
}

/// One page of one state.
pub(super) async fn list(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    desk: Desk,
) -> Result<Response, PageError> {
    let t = desk.t();
    let state = RequestState::parse(&asked.etat).filter(|state| SHOWN.contains(state));
    let state = state.unwrap_or(RequestState::Submitted);
    let after = Mark::parse(&asked.apres);
    let found = queue::queue(&app.bench, &desk.operator, state, after).await;
    let found = found.map_err(|refusal| desk.refuse(refusal))?;
    let now = app.bench.now();
    let row = |request: &Request| {
        let area = departement(&request.form.postcode).unwrap_or_default();
        Row {
            name: request.form.name.clone(),
            words: t.with(
                "operator-request-row",
                &[
                    ("commune", &request.form.commune),
                    ("code", &area),
                    ("aidants", &request.form.aidants.len()),
                ],
            ),
            since: days(t, request.since, now),
            href: format!("{LIST}/{}", request.id),
        }
    };
    let view = ListPage {
        page: desk.page(t.get("nav-operator-queue")).wide(),
        states: SHOWN
            .iter()
            .map(|one| Choice {
                value: one.as_str().to_owned(),
                words: facts::badge(t, *one).2,
                chosen: *one == state,
            })
            .collect(),
        badge: facts::badge(t, state),
        rows: found.requests.iter().map(row).collect(),
        next: found.next.map(|mark| format!("{LIST}?etat={state}&apres={}", mark.to_text())),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// What a form of the page led to.
#[derive(Default)]
struct Outcome {
    errors: FormErrors,
    denied: Option<String>,
    changes: String,
    reason: String,
}

fn flag(t: Text, flag: Flag) -> String {
    match flag {
        Flag::SiretKnown => t.get("operator-flag-siret"),
        Flag::ReferentKnown => t.get("operator-flag-referent"),
        Flag::AidantsKnown(count) => t.with("operator-flag-aidants", &[("count", &count)]),
        Flag::ContactAgain(count) => t.with("operator-flag-contact", &[("count", &count)]),
        Flag::Odd(Oddity::PersonalMail) => t.get("operator-flag-personal-mail"),
        Flag::Odd(Oddity::MixedScripts) => t.get("operator-flag-mixed-scripts"),
    }
}

/// One request.
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &desk, &id, Outcome::default()).await
}

async fn page(app: &App, desk: &Desk, id: &str, outcome: Outcome) -> Result<Response, PageError> {
    let t = desk.t();
    let found = queue::examine(&app.bench, &desk.operator, desk.id(id)?).await;
    let found = found.map_err(|refusal| desk.refuse(refusal))?;
    let request = &found.request;
    let status = match (&outcome.denied, outcome.errors.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = OnePage {
        page: desk
            .page(t.with("operator-request-title", &[("name", &request.form.name)]))
            .with_errors(outcome.errors),
        here: format!("{LIST}/{id}"),
        badge: facts::badge(t, request.state),
        denied: outcome.denied,
        since: days(t, request.since, app.bench.now()),
        flags: found.flags.iter().map(|one| flag(t, *one)).collect(),
        facts: facts::facts(t, &request.form),
        said: request.words.clone(),
        organisation: request.organisation.map(|id| format!("/operateur/structures/{id}")),
        version: request.version,
        open: !request.state.is_over(),
        decidable: request.state == RequestState::Submitted,
        changes: outcome.changes,
        reason: outcome.reason,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Accepts it.
pub(super) async fn accept(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    settle(&app, &desk, &id, &fields, Decision::Accept).await
}

/// Refuses it, for a reason.
pub(super) async fn refuse(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let reason = desk.one(&fields, "reason")?;
    settle(&app, &desk, &id, &fields, Decision::Refuse(&reason)).await
}

/// Asks for changes, in words.
pub(super) async fn ask_changes(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let changes = desk.one(&fields, "changes")?;
    settle(&app, &desk, &id, &fields, Decision::AskChanges(&changes)).await
}

async fn settle(
    app: &App,
    desk: &Desk,
    id: &str,
    fields: &FormFields,
    decision: Decision<'_>,
) -> Result<Response, PageError> {
    let seen: i64 = desk.one(fields, "version")?.parse().map_err(|_| desk.bad_request())?;
    let done = decide(&app.bench, &desk.operator, desk.id(id)?, seen, decision, desk.reference()).await;
    let typed = || match decision {
        Decision::Accept => Outcome::default(),
        Decision::Refuse(reason) => Outcome { reason: reason.to_owned(), ..Outcome::default() },
        Decision::AskChanges(words) => Outcome { changes: words.to_owned(), ..Outcome::default() },
    };
    match done {
        Ok(_) => Ok(respond::see_other(&format!("{LIST}/{id}"))),
        Err(Refusal::Conflict(_)) => {
            let denied = Some(desk.t().get("operator-request-changed"));
            page(app, desk, id, Outcome { denied, ..typed() }).await
        }
        Err(Refusal::Invalid(faults)) if faults.iter().all(|fault| fault.field == "reason") => {
            let mut found = errors(desk.t(), &faults);
            if matches!(decision, Decision::AskChanges(_)) {
                let words: Vec<String> = found.iter().map(|error| error.words.clone()).collect();
                found = FormErrors::default();
                words.into_iter().for_each(|words| found.add("changes", words));
            }
            page(app, desk, id, Outcome { errors: found, ..typed() }).await
        }
        Err(Refusal::Invalid(_)) => {
            let denied = Some(desk.t().get("operator-request-unfit"));
            page(app, desk, id, Outcome { denied, ..typed() }).await
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}
