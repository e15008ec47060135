//! `/operateur/administrations`: the OIDC clients, confirming one that waits, switching one off.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use crate::domain::client::Client;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientKind;
use crate::domain::client::ClientStatus;
use crate::domain::ids::ClientId;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::respond;
use crate::http::state::App;
use crate::oidc::provider::sector;
use crate::operations::change_client;
use crate::operations::refusal::Refusal;
use crate::operations::register_client;
use crate::operations::register_client::document::document;
use crate::operations::rotate_client;
use crate::operations::rotate_client::Rotator;
use crate::text::Text;
use crate::text::themes;
use crate::web::badges::Badge;
use crate::web::operator::Desk;
use crate::web::operator::FreshDesk;
use crate::web::operator::client_new::registered_page;
use crate::web::operator::errors;
use crate::web::period;

pub(super) const LIST: &str = "/operateur/administrations";

struct Row {
    id: String,
    name: String,
    kind: String,
    themes: String,
    badge: Badge,
    href: String,
}

#[derive(Template)]
#[template(path = "web/operator/clients.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "web/operator/client.html")]
struct OnePage {
    page: Page,
    row: Row,
    shown: String,
    members: Vec<(String, String)>,
    waiting: Option<Waiting>,
    overlap: Option<String>,
    secret: bool,
    pending: bool,
    off: bool,
    own: bool,
    denied: Option<String>,
    reason: String,
}

/// The words of a kind.
pub(super) fn kind_words(t: Text, kind: ClientKind) -> String {
    t.get(&format!("operator-kind-{}", kind.as_str()))
}

fn row(t: Text, client: &Client) -> Row {
    let all: Vec<_> = client.registration.themes.iter().copied().collect();
    let titles: Vec<String> = themes().titles(&all, t.language()).into_iter().map(str::to_owned).collect();
    Row {
        id: client.id.to_string(),
        name: client.registration.name.clone(),
        kind: kind_words(t, client.registration.kind),
        themes: t.list(&titles),
        badge: Badge::client(t, client.status),
        href: format!("{LIST}/{}", client.id),
    }
}

/// Every client.
pub(super) async fn list(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let all = register_client::list_clients(&app.bench).await.map_err(|refusal| desk.refuse(refusal))?;
    let view = ListPage {
        page: desk.page(desk.t().get("nav-operator-clients")).wide(),
        rows: all.iter().map(|client| row(desk.t(), client)).collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// A change that waits, member by member.
struct Waiting {
    shown: String,
    rows: Vec<(String, String, String)>,
    own: bool,
}

/// A member's value on one line each.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(all)) => {
            let lines: Vec<String> = all.iter().map(|one| shown(Some(one))).collect();
            lines.join("\n")
        }
        Some(other) => other.to_string(),
    }
}

async fn waiting(app: &App, desk: &Desk, client: &Client) -> Result<Option<Waiting>, Refusal> {
    let found = change_client::waiting_change(&app.bench, &desk.operator, &client.id).await?;
    let Some((change, own)) = found else { return Ok(None) };
    let before = document(&client.registration)?;
    let after = document(&change.registration)?;
    let row = |name: &String| (name.clone(), shown(before.get(name)), shown(after.get(name)));
    let shown_as = change_client::seen_change(&change)?;
    Ok(Some(Waiting { shown: shown_as, rows: change.changed.iter().map(row).collect(), own }))
}

async fn overlapping(app: &App, t: Text, id: &ClientId) -> Result<Option<String>, Refusal> {
    let overlap = rotate_client::overlap(&app.bench, id).await?;
    let last = overlap.secret_until.into_iter().chain(overlap.keys_until).max();
    Ok(last.map(|until| t.with("operator-former-until", &[("date", &t.moment(until))])))
}

pub(super) fn client_id(desk: &Desk, text: &str) -> Result<ClientId, PageError> {
    ClientId::parse(text).ok_or_else(|| PageError::of(Trouble::NotFound, &desk.reader, Space::Operator))
}

/// What a form of the page led to.
#[derive(Default)]
struct Outcome {
    errors: FormErrors,
    denied: Option<String>,
    reason: String,
}

/// One client.
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &desk, &client_id(&desk, &id)?, Outcome::default()).await
}

async fn page(app: &App, desk: &Desk, id: &ClientId, outcome: Outcome) -> Result<Response, PageError> {
    let found = register_client::examine_client(&app.bench, &desk.operator, id).await;
    let (client, own) = found.map_err(|refusal| desk.refuse(refusal))?;
    let t = desk.t();
    let refuse = |refusal| desk.refuse(refusal);
    let waiting = match client.status {
        ClientStatus::Disabled => None,
        _ => waiting(app, desk, &client).await.map_err(refuse)?,
    };
    let overlap = overlapping(app, t, id).await.map_err(refuse)?;
    let members = document(&client.registration).map_err(refuse)?;
    let status = match (&outcome.denied, outcome.errors.is_empty()) {
        (Some(_), _) => StatusCode::FORBIDDEN,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = OnePage {
        page: desk.page(client.registration.name.clone()).with_errors(outcome.errors),
        row: row(t, &client),
        shown: register_client::seen(&client.registration).map_err(refuse)?,
        members: members.iter().map(|(name, value)| (name.clone(), shown(Some(value)))).collect(),
        waiting,
        overlap,
        secret: client.registration.auth != ClientAuth::PrivateKeyJwt,
        pending: client.status == ClientStatus::Pending,
        off: client.status == ClientStatus::Disabled,
        own,
        denied: outcome.denied,
        reason: outcome.reason,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Confirms a client that waits.
pub(super) async fn confirm(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id = client_id(&desk, &id)?;
    let shown = desk.one(&desk.fields(fields)?, "shown")?;
    let (by, shown) = (&desk.operator, Some(shown.as_str()));
    match register_client::confirm_client(&app.bench, by, &id, shown, desk.reference()).await {
        Ok(_) => Ok(respond::see_other(&format!("{LIST}/{id}"))),
        Err(Refusal::Conflict(key)) => {
            let denied = Some(desk.t().get(key));
            page(&app, &desk, &id, Outcome { denied, ..Outcome::default() }).await
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

/// A second operator lets a change hold.
pub(super) async fn confirm_change(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id = client_id(&desk, &id)?;
    let shown = desk.one(&desk.fields(fields)?, "shown")?;
    let waiting = change_client::waiting_change(&app.bench, &desk.operator, &id).await;
    let waiting = waiting.map_err(|refusal| desk.refuse(refusal))?;
    let uri = waiting.and_then(|(change, _)| change.registration.options.sector_identifier_uri);
    let listed = match &uri {
        Some(uri) => sector::listed(&app.registered, uri).await,
        None => None,
    };
    let with = (listed, rotate_client::USUAL_OVERLAP);
    let (by, shown) = (&desk.operator, Some(shown.as_str()));
    let done = change_client::confirm_change(&app.bench, by, &id, shown, with, desk.reference()).await;
    after_change(&app, &desk, &id, done.map(drop)).await
}

/// A change is taken back.
pub(super) async fn withdraw_change(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = client_id(&desk, &id)?;
    let done = change_client::withdraw_change(&app.bench, &desk.operator, &id, desk.reference()).await;
    after_change(&app, &desk, &id, done).await
}

async fn after_change(
    app: &App,
    desk: &Desk,
    id: &ClientId,
    done: Result<(), Refusal>,
) -> Result<Response, PageError> {
    let denied = match done {
        Ok(()) => return Ok(respond::see_other(&format!("{LIST}/{id}"))),
        Err(Refusal::Conflict(key)) => desk.t().get(key),
        Err(Refusal::Invalid(faults)) => {
            faults.iter().map(|fault| desk.t().get(fault.key)).collect::<Vec<_>>().join(" ")
        }
        Err(refusal) => return Err(desk.refuse(refusal)),
    };
    page(app, desk, id, Outcome { denied: Some(denied), ..Outcome::default() }).await
}

/// Gives the client a new secret, shown once; the former one serves a while longer.
pub(super) async fn rotate(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id = client_id(&desk, &id)?;
    let overlap = period::overlap(&desk.one(&desk.fields(fields)?, "overlap")?);
    let overlap = overlap.ok_or_else(|| desk.bad_request())?;
    let by = Rotator::Operator(&desk.operator);
    match rotate_client::rotate_secret(&app.bench, by, &id, overlap, desk.reference()).await {
        Ok(rotated) => {
            let client = register_client::show_client(&app.bench, &id).await;
            let client = client.map_err(|refusal| desk.refuse(refusal))?;
            Ok(registered_page(&desk, &client, Some(&rotated.secret), rotated.former_until))
        }
        Err(refusal) => after_change(&app, &desk, &id, Err(refusal)).await,
    }
}

/// Ends a former secret and former keys at once.
pub(super) async fn end_overlap(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = client_id(&desk, &id)?;
    let by = Rotator::Operator(&desk.operator);
    let done = rotate_client::end_overlap(&app.bench, by, &id, desk.reference()).await;
    after_change(&app, &desk, &id, done).await
}

/// Switches a client off, for a reason.
pub(super) async fn disable(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id = client_id(&desk, &id)?;
    let reason = desk.one(&desk.fields(fields)?, "reason")?;
    match register_client::disable_client(&app.bench, &desk.operator, &id, &reason, desk.reference()).await {
        Ok(_) | Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("{LIST}/{id}"))),
        Err(Refusal::Invalid(faults)) => {
            let errors = errors(desk.t(), &faults);
            page(&app, &desk, &id, Outcome { errors, denied: None, reason }).await
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}
