//! `/integrateur` and `/integrateur/services/{id}`: what a developer needs of the services looked after.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::domain::client::Client;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientKind;
use crate::domain::client::ClientStatus;
use crate::domain::ids::ClientId;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::integrator;
use crate::operations::integrator::Service;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::register_client::document::document;
use crate::operations::rotate_client;
use crate::operations::rotate_client::Rotator;
use crate::text::Text;
use crate::text::themes;
use crate::web::badges::Badge;
use crate::web::integrator::Desk;
use crate::web::integrator::errors::CODES;
use crate::web::period;

struct Row {
    id: String,
    name: String,
    badge: Badge,
}

#[derive(Template)]
#[template(path = "web/integrator/services.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
}

struct Act {
    txn: String,
    at: String,
    theme: String,
    state: String,
    receipts: i64,
}

struct Receipt {
    at: String,
    words: String,
    reference: String,
}

struct Fault {
    at: String,
    endpoint: String,
    error: String,
    href: Option<String>,
    description: String,
    reference: String,
}

#[derive(Template)]
#[template(path = "web/integrator/service.html")]
struct ServicePage {
    page: Page,
    id: String,
    badge: Badge,
    members: Vec<(String, String)>,
    addresses: Vec<(&'static str, String)>,
    trial: String,
    acts: Vec<Act>,
    receipts: Vec<Receipt>,
    faults: Vec<Fault>,
    former: Option<String>,
    living: bool,
    secret: bool,
    keys: bool,
    jwks: String,
    new_secret: Option<String>,
    denied: Option<String>,
}

#[derive(Default)]
struct Outcome {
    errors: FormErrors,
    jwks: String,
    new_secret: Option<String>,
    denied: Option<String>,
}

fn row(t: Text, client: &Client) -> Row {
    Row {
        id: client.id.to_string(),
        name: client.registration.name.clone(),
        badge: Badge::client(t, client.status),
    }
}

/// The services looked after.
pub(super) async fn list(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let all = integrator::services(&app.bench, &desk.integrator).await;
    let all = all.map_err(|refusal| desk.refuse(refusal))?;
    let t = desk.reader.t;
    let view = ListPage {
        page: desk.page(t.get("nav-integrator-services")),
        rows: all.iter().map(|client| row(t, client)).collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// One service.
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &desk, &desk.client_id(&id)?, Outcome::default()).await
}

async fn page(app: &App, desk: &Desk, id: &ClientId, outcome: Outcome) -> Result<Response, PageError> {
    let refuse = |refusal| desk.refuse(refusal);
    let service = integrator::service(&app.bench, &desk.integrator, id).await.map_err(refuse)?;
    let t = desk.reader.t;
    let members = document(&service.client.registration).map_err(refuse)?;
    let registration = &service.client.registration;
    let status = match (&outcome.denied, outcome.errors.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let former = service.overlap.secret_until.into_iter().chain(service.overlap.keys_until).max();
    let view = ServicePage {
        page: desk.page(registration.name.clone()).wide().with_errors(outcome.errors),
        id: id.to_string(),
        badge: Badge::client(t, service.client.status),
        members: members.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        addresses: addresses(app),
        trial: trial(app, &service.client),
        acts: acts(t, &service),
        receipts: receipts(t, &service),
        faults: faults(t, &service),
        former: former.map(|until| t.with("operator-former-until", &[("date", &t.moment(until))])),
        living: service.client.status != ClientStatus::Disabled,
        secret: registration.auth != ClientAuth::PrivateKeyJwt,
        keys: registration.jwks.is_some(),
        jwks: outcome.jwks,
        new_secret: outcome.new_secret,
        denied: outcome.denied,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

fn addresses(app: &App) -> Vec<(&'static str, String)> {
    let url = &app.config().server.public_url;
    vec![
        ("issuer", url.as_str().to_owned()),
        ("openid-configuration", url.join("/.well-known/openid-configuration")),
        ("jwks_uri", url.join("/oauth/jwks")),
        ("openapi.json", url.join("/api/v1/openapi.json")),
    ]
}

/// A command that tries the client's own authentication: a pushed request, or a call of introspection for an API.
fn trial(app: &App, client: &Client) -> String {
    let url = &app.config().server.public_url;
    let registration = &client.registration;
    let api = registration.kind == ClientKind::ResourceServer;
    let endpoint = url.join(if api { "/oauth/introspect" } else { "/oauth/par" });
    let mut parts = vec![format!("curl -sS {endpoint}")];
    let id = client.id.as_str();
    let mut data: Vec<(&str, &str)> = Vec::new();
    match registration.auth {
        ClientAuth::SecretBasic => parts.push(format!("-u '{id}:'\"$CLIENT_SECRET\"")),
        ClientAuth::SecretPost => data.push(("client_id", id)),
        ClientAuth::PrivateKeyJwt => {
            data.push(("client_id", id));
            data.push(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
        }
    }
    let scopes: Vec<&str> = registration.scopes.iter().map(String::as_str).collect();
    let scope = scopes.join(" ");
    if api {
        data.push(("token", "x"));
    } else {
        data.push(("response_type", "code"));
        data.push(("redirect_uri", registration.redirect_uris.first().map_or("", String::as_str)));
        data.push(("scope", &scope));
        // The challenge of RFC 7636 appendix B.
        data.push(("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        data.push(("code_challenge_method", "S256"));
        data.push(("state", "test"));
        data.push(("nonce", "test"));
    }
    let quoted = |value: &str| value.replace('\'', "'\\''");
    parts.extend(data.iter().map(|(name, value)| format!("--data-urlencode '{name}={}'", quoted(value))));
    match registration.auth {
        ClientAuth::SecretBasic => {}
        ClientAuth::SecretPost => parts.push("--data-urlencode client_secret=\"$CLIENT_SECRET\"".to_owned()),
        ClientAuth::PrivateKeyJwt => {
            parts.push("--data-urlencode client_assertion=\"$CLIENT_ASSERTION\"".to_owned());
        }
    }
    parts.join(" \\\n  ")
}

fn acts(t: Text, service: &Service) -> Vec<Act> {
    let act = |act: &integrator::OwnAct| Act {
        txn: act.txn.to_string(),
        at: t.moment_short(act.opened_at),
        theme: themes().title(act.theme, t.language()).to_owned(),
        state: t.get(&format!("integrator-act-{}", act.status.as_str())),
        receipts: act.receipts,
    };
    service.acts.iter().map(act).collect()
}

fn receipts(t: Text, service: &Service) -> Vec<Receipt> {
    let receipt = |receipt: &integrator::OwnReceipt| Receipt {
        at: t.moment_short(receipt.at),
        words: match (&receipt.kind, &receipt.label) {
            (Some(kind), Some(label)) => format!("{kind} · {label}"),
            _ => t.get("integrator-erased"),
        },
        reference: receipt.reference.clone().unwrap_or_default(),
    };
    service.receipts.iter().map(receipt).collect()
}

fn faults(t: Text, service: &Service) -> Vec<Fault> {
    let fault = |fault: &integrator::ClientFault| Fault {
        at: t.moment_short(fault.at),
        endpoint: fault.endpoint.clone(),
        error: fault.error.clone(),
        href: CODES.contains(&fault.error.as_str()).then(|| format!("/integrateur/erreurs#{}", fault.error)),
        description: fault.description.clone(),
        reference: fault.reference.clone(),
    };
    service.faults.iter().map(fault).collect()
}

/// A new secret, shown once.
pub(super) async fn rotate(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id = desk.client_id(&id)?;
    let overlap = period::overlap(&desk.one(&fields, "overlap")?).ok_or_else(|| desk.bad_request())?;
    let by = Rotator::Integrator(&desk.integrator);
    match rotate_client::rotate_secret(&app.bench, by, &id, overlap, desk.reference()).await {
        Ok(rotated) => {
            let new_secret = Some(rotated.secret.expose_secret().to_owned());
            page(&app, &desk, &id, Outcome { new_secret, ..Outcome::default() }).await
        }
        Err(refusal) => after(&app, &desk, &id, (Err(refusal), String::new())).await,
    }
}

/// Other public keys, pasted.
pub(super) async fn replace_keys(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id = desk.client_id(&id)?;
    let overlap = period::overlap(&desk.one(&fields, "overlap")?).ok_or_else(|| desk.bad_request())?;
    let typed = desk.one(&fields, "jwks")?;
    let by = Rotator::Integrator(&desk.integrator);
    let done = match serde_json::from_str(&typed) {
        Ok(jwks) => rotate_client::replace_keys(&app.bench, by, &id, (jwks, overlap), desk.reference())
            .await
            .map(drop),
        Err(_) => Err(Refusal::Invalid(vec![FieldFault { field: "jwks", key: "client-fault-jwks" }])),
    };
    after(&app, &desk, &id, (done, typed)).await
}

/// Ends a former secret and former keys at once.
pub(super) async fn end_overlap(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = desk.client_id(&id)?;
    let by = Rotator::Integrator(&desk.integrator);
    let done = rotate_client::end_overlap(&app.bench, by, &id, desk.reference()).await;
    after(&app, &desk, &id, (done, String::new())).await
}

async fn after(
    app: &App,
    desk: &Desk,
    id: &ClientId,
    (done, jwks): (Result<(), Refusal>, String),
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    match done {
        Ok(()) => Ok(respond::see_other(&format!("/integrateur/services/{id}"))),
        Err(Refusal::Conflict(key)) => {
            page(app, desk, id, Outcome { denied: Some(t.get(key)), jwks, ..Outcome::default() }).await
        }
        Err(Refusal::Invalid(faults)) => {
            let mut errors = FormErrors::default();
            for fault in &faults {
                errors.add(fault.field, t.get(fault.key));
            }
            page(app, desk, id, Outcome { errors, jwks, ..Outcome::default() }).await
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}
