//! The service's request and what the browser sees of it; from there to the identity provider, with exactly its parameters.

use axum::extract::Path;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use serde_json::json;
use url::form_urlencoded;

use crate::demo::broker::Broker;
use crate::demo::broker::SESSION_COOKIE;
use crate::demo::broker::ServiceRecord;
use crate::demo::broker::callback_uri;
use crate::demo::broker::checks;
use crate::demo::broker::mischief::Mischief;
use crate::demo::broker::pages;
use crate::demo::broker::redirect_with;
use crate::demo::broker::state::Grant;
use crate::demo::broker::state::Interaction;
use crate::demo::broker::state::Login;
use crate::demo::broker::state::SESSION_LIFE;
use crate::demo::broker::state::Sent;
use crate::demo::broker::state::ServiceRequest;
use crate::demo::broker::state::Session;
use crate::demo::look::cookie;

/// The scopes a service may ask for.
pub(super) const SCOPES: [&str; 4] = ["openid", "profile", "birth", "email"];

const REQUIRED: [&str; 7] =
    ["client_id", "response_type", "scope", "acr_values", "nonce", "state", "redirect_uri"];
const OPTIONAL: [&str; 4] = ["claims", "prompt", "idp_hint", "ui_locales"];
const SHORTEST_NONCE: usize = 22;

/// `GET /authorize`
pub(super) async fn authorize(
    State(broker): State<Broker>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let request = match read_request(&broker, query.as_deref().unwrap_or_default()) {
        Ok(request) => request,
        Err((code, words)) => return broker.error_page(StatusCode::BAD_REQUEST, code, words),
    };
    let now = broker.settings().clock.now();
    let (fresh, id) = (broker.fresh_value(), broker.fresh_value());
    let mut memory = broker.memory();
    memory.purge(now);
    let known = cookie(&headers, SESSION_COOKIE).filter(|session| memory.session(session, now).is_some());
    let session = known.map_or_else(
        || {
            memory.sessions.insert(fresh.clone(), Session { login: None, seen: now });
            fresh
        },
        str::to_owned,
    );
    let interaction = Interaction { request, session: session.clone(), begun: now, sent: None, failed: None };
    memory.interactions.insert(id.clone(), interaction);
    drop(memory);
    let cookie = broker.set_cookie(&session, SESSION_LIFE.as_secs());
    ([(header::SET_COOKIE, cookie)], Redirect::to(&address(&broker, &id))).into_response()
}

fn read_request(broker: &Broker, query: &str) -> Result<ServiceRequest, (&'static str, &'static str)> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let value =
        |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let stranger =
        pairs.iter().any(|(key, _)| !REQUIRED.contains(&key.as_str()) && !OPTIONAL.contains(&key.as_str()));
    let lacking = REQUIRED.iter().any(|name| value(name).is_empty());
    if stranger || lacking || value("nonce").len() < SHORTEST_NONCE || value("response_type") != "code" {
        return Err(("Y030007", "La demande du service n’est pas correcte."));
    }
    let service =
        broker.service(value("client_id")).ok_or(("Y04EA6EF", "Le service n’est pas connu ici."))?;
    if service.redirect_uri != value("redirect_uri") {
        return Err(("Y04C013C", "L’adresse de retour n’est pas celle du service."));
    }
    let known = |word: &&str| SCOPES.contains(word);
    Ok(ServiceRequest {
        client_id: service.client_id.clone(),
        redirect_uri: service.redirect_uri.clone(),
        scope: value("scope").split_ascii_whitespace().filter(known).map(str::to_owned).collect(),
        state: value("state").to_owned(),
        nonce: value("nonce").to_owned(),
    })
}

pub(super) fn address(broker: &Broker, id: &str) -> String {
    format!("{}/interaction/{id}", broker.issuer())
}

/// The interaction of this browser, its service, and who is logged in already.
fn find(
    broker: &Broker,
    id: &str,
    headers: &HeaderMap,
) -> Option<(Interaction, ServiceRecord, Option<Login>)> {
    let now = broker.settings().clock.now();
    let session = cookie(headers, SESSION_COOKIE)?;
    let mut memory = broker.memory();
    let interaction = memory.interactions.get(id).filter(|one| one.session == session)?.clone();
    let login = memory.session(session, now)?.login.clone();
    drop(memory);
    let service = broker.service(&interaction.request.client_id)?.clone();
    Some((interaction, service, login))
}

fn lost(broker: &Broker) -> Response {
    let words = "Votre session a expiré. Revenez au service et recommencez.";
    broker.error_page(StatusCode::BAD_REQUEST, "Y190001", words)
}

/// `GET /interaction/{id}`: the choice of an account; where a session goes on, straight to the information page.
pub(super) async fn show(
    State(broker): State<Broker>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some((interaction, service, login)) = find(&broker, &id, &headers) else { return lost(&broker) };
    let action = address(&broker, &id);
    match login {
        Some(login) if !checks::label_fits(&service.labels, &login.labels) => {
            let words = "La délégation ne couvre pas ce service.";
            broker.error_page(StatusCode::BAD_REQUEST, "Y600020", words)
        }
        Some(login) => pages::information(&login.identity, &service.name, &action),
        None => {
            pages::choice(&service.name, &broker.provider().title, interaction.failed.as_deref(), &action)
        }
    }
}

/// `POST /interaction/{id}/professionnel`: to the identity provider.
pub(super) async fn to_provider(
    State(broker): State<Broker>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some((interaction, service, _)) = find(&broker, &id, &headers) else { return lost(&broker) };
    let sent = Sent { state: broker.fresh_value(), nonce: broker.fresh_value() };
    let pairs = provider_request(&broker, &service, &sent);
    let target = broker.provider().endpoint("authorize");
    let under_way = Interaction { sent: Some(sent), failed: None, ..interaction };
    broker.memory().interactions.insert(id, under_way);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    redirect_with(&target, &pairs)
}

/// The request as FranceConnect was observed to send it, and what a test adds or takes away.
fn provider_request(broker: &Broker, service: &ServiceRecord, sent: &Sent) -> Vec<(&'static str, String)> {
    let mischief = broker.mischief();
    let labels = match &mischief {
        Some(Mischief::AsksFor(labels)) => labels,
        _ => &service.labels,
    };
    let claims = json!({"id_token": {"rep_scope": {"essential": true, "values": labels}}});
    let mut pairs = vec![
        ("client_id", broker.provider().client_id.clone()),
        ("scope", "openid profile email birth".to_owned()),
        ("response_type", "code".to_owned()),
        ("redirect_uri", callback_uri(broker.issuer())),
        ("acr_values", "eidas1".to_owned()),
        ("nonce", sent.nonce.clone()),
        ("state", sent.state.clone()),
        ("prompt", "login".to_owned()),
        ("claims", claims.to_string()),
    ];
    match mischief {
        Some(Mischief::Omits(name)) => pairs.retain(|(key, _)| *key != name),
        Some(Mischief::Sends(name, value)) => {
            pairs.retain(|(key, _)| *key != name);
            pairs.push((name, value));
        }
        _ => {}
    }
    pairs
}

/// `POST /interaction/{id}/continue`: a code for the service.
pub(super) async fn proceed(
    State(broker): State<Broker>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some((interaction, service, Some(login))) = find(&broker, &id, &headers) else {
        return lost(&broker);
    };
    if !checks::label_fits(&service.labels, &login.labels) {
        return lost(&broker);
    }
    let now = broker.settings().clock.now();
    let code = broker.fresh_value();
    let request = interaction.request;
    let mut memory = broker.memory();
    memory.interactions.remove(&id);
    let grant = Grant { request: request.clone(), login, issued: now, used: false };
    memory.codes.insert(code.clone(), grant);
    drop(memory);
    let pairs = [("code", code.as_str()), ("state", request.state.as_str()), ("iss", broker.issuer())];
    redirect_with(&request.redirect_uri, &pairs)
}
