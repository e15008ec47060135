//! `/operateur/administrations`: the OIDC clients, confirming one that waits, switching one off.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::client::Client;
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
use crate::operations::refusal::Refusal;
use crate::operations::register_client;
use crate::text::Text;
use crate::text::themes;
use crate::web::badges::Badge;
use crate::web::operator::Desk;
use crate::web::operator::errors;

const LIST: &str = "/operateur/administrations";

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
    client: Client,
    grade: String,
    aidant_name: String,
    par: String,
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

fn yes_or_no(t: Text, yes: bool) -> String {
    t.get(if yes { "operator-yes" } else { "operator-no" })
}

fn client_id(desk: &Desk, text: &str) -> Result<ClientId, PageError> {
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
    let status = match (&outcome.denied, outcome.errors.is_empty()) {
        (Some(_), _) => StatusCode::FORBIDDEN,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = OnePage {
        page: desk.page(client.registration.name.clone()).with_errors(outcome.errors),
        row: row(t, &client),
        grade: t.get(&format!("operator-grade-{}", client.registration.min_consent_grade.as_str())),
        aidant_name: yes_or_no(t, client.registration.aidant_name),
        par: yes_or_no(t, client.registration.require_par),
        pending: client.status == ClientStatus::Pending,
        off: client.status == ClientStatus::Disabled,
        own,
        client,
        denied: outcome.denied,
        reason: outcome.reason,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Confirms a client that waits.
pub(super) async fn confirm(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = client_id(&desk, &id)?;
    match register_client::confirm_client(&app.bench, &desk.operator, &id, desk.reference()).await {
        Ok(_) => Ok(respond::see_other(&format!("{LIST}/{id}"))),
        Err(Refusal::Conflict(key)) => {
            let denied = Some(desk.t().get(key));
            page(&app, &desk, &id, Outcome { denied, ..Outcome::default() }).await
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

/// Switches a client off, for a reason.
pub(super) async fn disable(
    State(app): State<App>,
    desk: Desk,
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
