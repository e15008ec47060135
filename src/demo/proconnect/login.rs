//! The agent's side: the authorization request, one login form, and back to the service with a code of the level reached.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use crate::demo::franceconnect::mischief::Mischief;
use crate::demo::look::Look;
use crate::demo::look::Sheet;
use crate::demo::look::cookie;
use crate::demo::proconnect::Agent;
use crate::demo::proconnect::AuthRequest;
use crate::demo::proconnect::Grant;
use crate::demo::proconnect::Login;
use crate::demo::proconnect::ProConnect;
use crate::demo::proconnect::SESSION_COOKIE;
use crate::demo::proconnect::SESSION_LIFE;
use crate::demo::proconnect::Wanted;

/// What ProConnect's documentation asks of `state` and `nonce`.
const SHORTEST: usize = 32;

#[derive(Template)]
#[template(
    source = r#"<h1>S’identifier avec ProConnect</h1>
{% if unknown %}<p role="alert"><strong>Ce compte n’existe pas ici.</strong></p>{% endif %}
<details><summary>Les comptes d’essai</summary><ul>
{% for agent in agents %}<li><span class="code">{{ agent.login }}</span> : {{ agent.given_name }} {{ agent.usual_name }}, {{ agent.organization_label }} ({{ agent.acr }})</li>
{% endfor %}</ul></details>
<form method="post" action="{{ action }}">
<label for="login">Votre identifiant</label>
<input id="login" name="login" autocomplete="off" autocapitalize="none" required>
<br><button type="submit">Se connecter</button>
</form>"#,
    ext = "html"
)]
struct LoginPage<'a> {
    unknown: bool,
    agents: &'a [Agent],
    action: &'a str,
}

#[derive(Template)]
#[template(source = "<h1>Une erreur est survenue</h1>\n<p>{{ words }}</p>", ext = "html")]
struct ErrorPage<'a> {
    words: &'a str,
}

#[derive(Template)]
#[template(
    source = r#"<form class="aside" method="post" action="{{ action }}/cancel"><button class="plain" type="submit">Annuler et revenir</button></form>"#,
    ext = "html"
)]
struct CancelForm<'a> {
    action: &'a str,
}

fn sheet(title: &str) -> Sheet<'_> {
    Sheet { look: Look::FranceConnect, site: "ProConnect de démonstration", title, refresh: None }
}

fn error_page(words: &str) -> Response {
    sheet("Erreur").answer(StatusCode::BAD_REQUEST, &ErrorPage { words }, "")
}

fn login_page(provider: &ProConnect, id: &str, unknown: bool) -> Response {
    let action = format!("{}/interaction/{id}", provider.issuer());
    let agents = provider.memory().agents.clone();
    let cancel = CancelForm { action: &action }.render().unwrap_or_default();
    let status = if unknown { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    sheet("Connexion").answer(status, &LoginPage { unknown, agents: &agents, action: &action }, &cancel)
}

/// `GET /authorize`
pub(super) async fn authorize(
    State(provider): State<ProConnect>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let request = match read(&provider, query.as_deref().unwrap_or_default()) {
        Ok(request) => request,
        Err(refused) => return *refused,
    };
    let now = provider.now();
    let known = cookie(&headers, SESSION_COOKIE).and_then(|id| provider.memory().sessions.get(id).cloned());
    if let Some(login) = known.filter(|login| now.since(login.auth_time) < SESSION_LIFE)
        && let Some((agent, _)) = provider.agent(&login.typed)
        // The strong levels are proven anew each time.
        && !matches!(agent.acr.as_str(), "eidas2" | "eidas3")
    {
        return back(&provider, request, login);
    }
    let id = provider.fresh_value();
    provider.memory().requests.insert(id.clone(), request);
    Redirect::to(&format!("{}/interaction/{id}", provider.issuer())).into_response()
}

fn read(provider: &ProConnect, query: &str) -> Result<AuthRequest, Box<Response>> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let value =
        |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let page = |words| Err(Box::new(error_page(words)));
    let service = &provider.settings().service;
    if value("client_id") != service.client_id {
        return page("Le service n’est pas connu ici.");
    }
    if !service.redirect_uris.iter().any(|uri| uri == value("redirect_uri")) {
        return page("L’adresse de retour n’est pas celle du service.");
    }
    if value("state").len() < SHORTEST || value("nonce").len() < SHORTEST {
        return page("La demande n’est pas complète.");
    }
    let refuse = |error: &str| {
        let pairs = [("error", error), ("state", value("state")), ("iss", provider.issuer())];
        Err(Box::new(redirect(value("redirect_uri"), &pairs)))
    };
    let scope: Vec<String> = value("scope").split_ascii_whitespace().map(str::to_owned).collect();
    if value("response_type") != "code" {
        return refuse("unsupported_response_type");
    }
    if !scope.iter().any(|word| word == "openid") {
        return refuse("invalid_scope");
    }
    if !value("idp_hint").is_empty() {
        return refuse("invalid_idp_hint");
    }
    let challenge = Some(value("code_challenge").to_owned()).filter(|challenge| !challenge.is_empty());
    if challenge.is_some() && value("code_challenge_method") != "S256" {
        return refuse("invalid_request");
    }
    let claims: Value = match value("claims") {
        "" => Value::Null,
        text => match serde_json::from_str(text) {
            Ok(claims) => claims,
            Err(_) => return refuse("invalid_request"),
        },
    };
    Ok(AuthRequest {
        redirect_uri: value("redirect_uri").to_owned(),
        scope,
        state: value("state").to_owned(),
        nonce: value("nonce").to_owned(),
        challenge,
        levels: wanted(value("acr_values"), &claims),
        amr_wanted: claims.pointer("/id_token/amr").is_some(),
    })
}

fn wanted(acr_values: &str, claims: &Value) -> Wanted {
    let essential = claims.pointer("/id_token/acr/essential") == Some(&Value::Bool(true));
    let values = claims.pointer("/id_token/acr/values").and_then(Value::as_array);
    match values {
        Some(values) if essential && acr_values.is_empty() => {
            Wanted::Essential(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        _ => Wanted::Any,
    }
}

fn take(provider: &ProConnect, id: &str) -> Option<AuthRequest> {
    provider.memory().requests.get(id).cloned()
}

/// `GET /interaction/{id}`
pub(super) async fn show(State(provider): State<ProConnect>, Path(id): Path<String>) -> Response {
    match take(&provider, &id) {
        Some(_) => login_page(&provider, &id, false),
        None => error_page("Votre session a expiré."),
    }
}

#[derive(Deserialize)]
pub(super) struct LoginFields {
    login: String,
}

/// `POST /interaction/{id}`: a new browser session for whoever logged in, and back.
pub(super) async fn log_in(
    State(provider): State<ProConnect>,
    Path(id): Path<String>,
    Form(fields): Form<LoginFields>,
) -> Response {
    let Some(request) = take(&provider, &id) else { return error_page("Votre session a expiré.") };
    let typed = fields.login.trim().to_owned();
    if provider.agent(&typed).is_none() {
        return login_page(&provider, &id, true);
    }
    let login = Login { typed, auth_time: provider.now() };
    let session = provider.fresh_value();
    let mut memory = provider.memory();
    memory.requests.remove(&id);
    memory.sessions.insert(session.clone(), login.clone());
    drop(memory);
    let secure = if provider.settings().issuer.scheme() == "https" { "; Secure" } else { "" };
    let line = format!("{SESSION_COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax{secure}");
    ([(header::SET_COOKIE, line)], back(&provider, request, login)).into_response()
}

/// `POST /interaction/{id}/cancel`
pub(super) async fn cancel(State(provider): State<ProConnect>, Path(id): Path<String>) -> Response {
    let Some(request) = provider.memory().requests.remove(&id) else {
        return error_page("Votre session a expiré.");
    };
    denied(&provider, &request)
}

fn denied(provider: &ProConnect, request: &AuthRequest) -> Response {
    let pairs = [("error", "access_denied"), ("state", &request.state), ("iss", provider.issuer())];
    redirect(&request.redirect_uri, &pairs)
}

/// The level a login reaches for what was asked, and by what means; without a second factor a code is mailed.
fn reached(agent: &Agent, wanted: &Wanted) -> Option<(String, Vec<String>)> {
    let Wanted::Essential(levels) = wanted else { return Some((agent.acr.clone(), agent.amr.clone())) };
    if levels.contains(&agent.acr) {
        return Some((agent.acr.clone(), agent.amr.clone()));
    }
    let mailed = "eidas1-mfa".to_owned();
    let weak = matches!(agent.acr.as_str(), "eidas0" | "eidas1") && levels.contains(&mailed);
    weak.then(|| (mailed, ["pwd", "mail", "mfa"].map(str::to_owned).to_vec()))
}

/// To the service with a code, or without where the level cannot be reached.
fn back(provider: &ProConnect, request: AuthRequest, login: Login) -> Response {
    let Some((agent, mischief)) = provider.agent(&login.typed) else { return denied(provider, &request) };
    let Some((acr, amr)) = reached(&agent, &request.levels) else { return denied(provider, &request) };
    let code = provider.fresh_value();
    let issued = provider.now();
    let state = if mischief == Some(Mischief::WrongState) { "0".to_owned() } else { request.state.clone() };
    let issuer = match mischief {
        Some(Mischief::IssuerParameter) => "https://elsewhere.example",
        _ => provider.issuer(),
    };
    let target = request.redirect_uri.clone();
    let grant = Grant { request, login, acr, amr, issued, used: false };
    provider.memory().codes.insert(code.clone(), grant);
    redirect(&target, &[("code", &code), ("state", &state), ("iss", issuer)])
}

/// A redirect to the service's address with these parameters.
pub(super) fn redirect(uri: &str, pairs: &[(&str, &str)]) -> Response {
    let Ok(mut url) = Url::parse(uri) else { return StatusCode::BAD_REQUEST.into_response() };
    url.query_pairs_mut().extend_pairs(pairs);
    Redirect::to(url.as_str()).into_response()
}
