//! `/operateur/administrations/nouvelle` and `…/{id}/changer`: registering a client and changing one.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use secrecy::ExposeSecret;
use secrecy::SecretString;

use crate::domain::client::Client;
use crate::domain::client::ClientStatus;
use crate::domain::time::Instant;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::oidc::provider::sector;
use crate::operations::change_client;
use crate::operations::change_client::Wanted;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::register_client;
use crate::operations::register_client::document;
use crate::operations::rotate_client::USUAL_OVERLAP;
use crate::web::operator::Desk;
use crate::web::operator::client_form::Field;
use crate::web::operator::client_form::Group;
use crate::web::operator::client_form::Typed;
use crate::web::operator::client_form::corrections;
use crate::web::operator::clients::LIST;
use crate::web::operator::clients::client_id;
use crate::web::period::status;

const NEW: &str = "/operateur/administrations/nouvelle";

#[derive(Template)]
#[template(path = "web/operator/client_form.html")]
struct FormPage {
    page: Page,
    lead: String,
    action: String,
    back: String,
    back_words: String,
    submit: String,
    groups: Vec<Group>,
}

#[derive(Template)]
#[template(path = "web/operator/registered.html")]
struct RegisteredPage {
    page: Page,
    id: String,
    secret: Option<String>,
    pending: bool,
    former_until: Option<String>,
    href: String,
}

/// The empty form.
pub(super) async fn form(State(app): State<App>, desk: Desk) -> Response {
    new_page(&app, &desk, FormErrors::default(), &Typed::fresh())
}

fn new_page(app: &App, desk: &Desk, errors: FormErrors, typed: &Typed) -> Response {
    let t = desk.t();
    let status = status(&errors);
    let lead =
        if app.config().operators.two_persons { t.get("operator-client-new-lead") } else { String::new() };
    let view = FormPage {
        page: desk.page(t.get("operator-client-new")).form().with_errors(errors),
        lead,
        action: NEW.to_owned(),
        back: LIST.to_owned(),
        back_words: t.get("nav-operator-clients"),
        submit: t.get("operator-client-add"),
        groups: typed.groups(t, false),
    };
    respond::html(status, &view, &view.page.csp())
}

/// Registers it.
pub(super) async fn add(
    State(app): State<App>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let (typed, fault) = Typed::read(&desk, &desk.fields(fields)?)?;
    let wrong = |faults: &[FieldFault]| new_page(&app, &desk, corrections(desk.t(), faults), &typed);
    if let Some(fault) = fault {
        return Ok(wrong(&[fault]));
    }
    if typed.members["client_name"].is_null() {
        return Ok(wrong(&[FieldFault { field: "name", key: "client-fault-name" }]));
    }
    let mut new = document::read(typed.members.clone()).map_err(|bad| {
        tracing::debug!(%bad, "a registration");
        desk.bad_request()
    })?;
    if let Some(uri) = &new.options.sector_identifier_uri {
        new.sector_listed = sector::listed(&app.registered, uri).await;
    }
    match register_client::register_client(&app.bench, &desk.operator, new, desk.reference()).await {
        Ok(done) => Ok(registered_page(&desk, &done.client, done.secret.as_ref(), None)),
        Err(Refusal::Invalid(faults)) => Ok(wrong(&faults)),
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

/// The page that shows a secret this once.
pub(super) fn registered_page(
    desk: &Desk,
    client: &Client,
    secret: Option<&SecretString>,
    former_until: Option<Instant>,
) -> Response {
    let t = desk.t();
    let title = t.with("operator-registered-title", &[("name", &client.registration.name)]);
    let until = former_until.map(|until| t.with("operator-former-until", &[("date", &t.moment(until))]));
    let view = RegisteredPage {
        page: desk.page(title),
        id: client.id.to_string(),
        secret: secret.map(|secret| secret.expose_secret().to_owned()),
        pending: client.status == ClientStatus::Pending,
        former_until: until,
        href: format!("{LIST}/{}", client.id),
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}

/// The form of a client as it is registered now.
pub(super) async fn change_form(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = client_id(&desk, &id)?;
    let client =
        register_client::show_client(&app.bench, &id).await.map_err(|refusal| desk.refuse(refusal))?;
    let members = document::document(&client.registration).map_err(|refusal| desk.refuse(refusal))?;
    Ok(change_page(&app, &desk, &client, FormErrors::default(), &Typed::of(members)))
}

fn change_page(app: &App, desk: &Desk, client: &Client, errors: FormErrors, typed: &Typed) -> Response {
    let t = desk.t();
    let status = status(&errors);
    let waits = app.config().operators.two_persons && client.status == ClientStatus::Active;
    let name = &client.registration.name;
    let view = FormPage {
        page: desk.page(t.with("operator-client-change-title", &[("name", name)])).form().with_errors(errors),
        lead: if waits { t.get("operator-client-change-lead") } else { String::new() },
        action: format!("{LIST}/{}/changer", client.id),
        back: format!("{LIST}/{}", client.id),
        back_words: name.clone(),
        submit: t.get("operator-client-change"),
        groups: typed.groups(t, true),
    };
    respond::html(status, &view, &view.page.csp())
}

/// Changes it, as far as one operator may; the rest waits.
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id = client_id(&desk, &id)?;
    let client =
        register_client::show_client(&app.bench, &id).await.map_err(|refusal| desk.refuse(refusal))?;
    let (typed, fault) = Typed::read(&desk, &desk.fields(fields)?)?;
    let wrong =
        |faults: &[FieldFault]| change_page(&app, &desk, &client, corrections(desk.t(), faults), &typed);
    if let Some(fault) = fault {
        return Ok(wrong(&[fault]));
    }
    let sector = typed.members.get("sector_identifier_uri").and_then(serde_json::Value::as_str);
    let sector_listed = match sector {
        Some(uri) => sector::listed(&app.registered, uri).await,
        None => None,
    };
    let wanted = Wanted { members: typed.members.clone(), sector_listed, overlap: USUAL_OVERLAP };
    match change_client::change_client(&app.bench, &desk.operator, &id, wanted, desk.reference()).await {
        Ok(_) | Err(Refusal::Conflict("client-unchanged")) => Ok(respond::see_other(&format!("{LIST}/{id}"))),
        Err(Refusal::Invalid(faults)) => Ok(wrong(&faults)),
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}
