//! The person's side: one login form, one information page, and back to the client with a code.

use axum::Form;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;

use crate::demo::franceconnect::FranceConnect;
use crate::demo::franceconnect::SESSION_COOKIE;
use crate::demo::franceconnect::authorize::redirect_back;
use crate::demo::franceconnect::authorize::session_cookie;
use crate::demo::franceconnect::mischief::Mischief;
use crate::demo::franceconnect::pages;
use crate::demo::franceconnect::state::Grant;
use crate::demo::franceconnect::state::Interaction;
use crate::demo::franceconnect::state::Login;
use crate::demo::franceconnect::state::Session;
use crate::demo::franceconnect::tokens::shown_claims;
use crate::demo::look::cookie;

#[derive(Deserialize)]
pub(super) struct LoginFields {
    login: String,
}

/// The login under way that belongs to this browser, and who is logged in there.
fn find(provider: &FranceConnect, id: &str, headers: &HeaderMap) -> Option<(Interaction, Option<Login>)> {
    let now = provider.settings().clock.now();
    let session_id = cookie(headers, SESSION_COOKIE)?;
    let mut memory = provider.memory();
    memory.purge(now);
    let interaction = memory.interactions.get(id).filter(|found| found.session == session_id)?.clone();
    let login = memory.session(session_id, now)?.login.clone();
    Some((interaction, login))
}

fn lost(provider: &FranceConnect) -> Response {
    provider.error_page("Y190001", "Votre session a expiré. Revenez au service et recommencez.")
}

fn address(provider: &FranceConnect, id: &str) -> String {
    format!("{}/interaction/{id}", provider.base())
}

/// `GET /interaction/{id}`: the login form; the information page where somebody is already logged in.
pub(super) async fn show(
    State(provider): State<FranceConnect>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some((interaction, login)) = find(&provider, &id, &headers) else { return lost(&provider) };
    let request = &interaction.request;
    let client = provider.client(&request.client_id).map_or("", |client| client.name.as_str());
    if request.acr_too_high {
        provider.memory().interactions.remove(&id);
        return back(&provider, &interaction, "invalid_acr", "requested ACR cannot be reached");
    }
    match login.as_ref().and_then(|login| provider.person(&login.typed)) {
        Some((person, _)) => pages::information(
            person,
            client,
            &shown_claims(person, &request.scope),
            &address(&provider, &id),
        ),
        None => pages::login(client, false, &provider.settings().persons, &address(&provider, &id)),
    }
}

/// `POST /interaction/{id}/login`: a new browser session for whoever logged in.
pub(super) async fn login(
    State(provider): State<FranceConnect>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<LoginFields>,
) -> Response {
    let Some((mut interaction, _)) = find(&provider, &id, &headers) else { return lost(&provider) };
    let typed = fields.login.trim();
    if provider.person(typed).is_none() {
        let client =
            provider.client(&interaction.request.client_id).map_or("", |client| client.name.as_str());
        return pages::login(client, true, &provider.settings().persons, &address(&provider, &id));
    }
    let now = provider.settings().clock.now();
    let session = provider.fresh_value();
    let login = Login { typed: typed.to_owned(), auth_time: now };
    let mut memory = provider.memory();
    memory.sessions.remove(&interaction.session);
    memory.sessions.insert(session.clone(), Session { login: Some(login), seen: now });
    interaction.session.clone_from(&session);
    memory.interactions.insert(id.clone(), interaction);
    drop(memory);
    let cookie = session_cookie(&provider, &session);
    ([(header::SET_COOKIE, cookie)], Redirect::to(&address(&provider, &id))).into_response()
}

/// `POST /interaction/{id}/continue`: a code for the client.
pub(super) async fn proceed(
    State(provider): State<FranceConnect>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some((interaction, Some(login))) = find(&provider, &id, &headers) else { return lost(&provider) };
    let Some((_, mischief)) = provider.person(&login.typed) else { return lost(&provider) };
    let now = provider.settings().clock.now();
    let code = provider.fresh_value();
    let request = interaction.request.clone();
    // As the real one: every interaction sets the instant anew, a session that goes on is not revealed by it.
    let login = Login { auth_time: now, ..login };
    let mut memory = provider.memory();
    memory.interactions.remove(&id);
    memory.codes.insert(code.clone(), Grant { request, login, issued: now, token: None });
    drop(memory);
    let state = if mischief == Some(Mischief::WrongState) { "0" } else { &interaction.request.state };
    let issuer = if mischief == Some(Mischief::IssuerParameter) {
        "https://elsewhere.example"
    } else {
        provider.issuer()
    };
    redirect_back(
        &interaction.request.redirect_uri,
        &[("code", &code), ("state", state), ("iss", issuer)],
        false,
    )
}

/// `POST /interaction/{id}/cancel`: back without a code.
pub(super) async fn cancel(
    State(provider): State<FranceConnect>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some((interaction, _)) = find(&provider, &id, &headers) else { return lost(&provider) };
    provider.memory().interactions.remove(&id);
    back(&provider, &interaction, "access_denied", "User auth aborted")
}

fn back(provider: &FranceConnect, interaction: &Interaction, error: &str, description: &str) -> Response {
    let request = &interaction.request;
    let pairs = [
        ("error", error),
        ("error_description", description),
        ("state", request.state.as_str()),
        ("iss", provider.issuer()),
    ];
    redirect_back(&request.redirect_uri, &pairs, false)
}
