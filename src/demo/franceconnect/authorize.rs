//! The authorization request: a closed list of parameters; one stranger among them and there is only an error page.

use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use crate::demo::franceconnect::FranceConnect;
use crate::demo::franceconnect::SESSION_COOKIE;
use crate::demo::franceconnect::high;
use crate::demo::franceconnect::state::AuthRequest;
use crate::demo::franceconnect::state::Interaction;
use crate::demo::franceconnect::state::SESSION_LIFE;
use crate::demo::franceconnect::state::Session;
use crate::demo::franceconnect::tokens::SCOPES;
use crate::demo::look::cookie;

const REQUIRED: [&str; 7] =
    ["client_id", "response_type", "scope", "acr_values", "nonce", "state", "redirect_uri"];
const OPTIONAL: [&str; 4] = ["claims", "prompt", "idp_hint", "ui_locales"];
const SHORTEST_NONCE: usize = 22;

/// Why a request goes no further.
enum Refusal {
    /// An error page, no redirect.
    Page { code: &'static str, words: &'static str },
    /// Back to the client.
    Redirect { to: Box<Redirection>, error: &'static str, description: &'static str },
}

/// Where and how an answer goes back to the client.
struct Redirection {
    uri: String,
    state: String,
    scope: Option<String>,
    in_fragment: bool,
}

/// `GET /authorize`
pub(super) async fn authorize(
    State(provider): State<FranceConnect>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let request = match read_request(&provider, query.as_deref().unwrap_or("")) {
        Ok(request) => request,
        Err(Refusal::Page { code, words }) => return provider.error_page(code, words),
        Err(Refusal::Redirect { to, error, description }) => return to.answer(&provider, error, description),
    };
    let now = provider.settings().clock.now();
    let (fresh_session, id) = (provider.fresh_value(), provider.fresh_value());
    let mut memory = provider.memory();
    memory.purge(now);
    let known = cookie(&headers, SESSION_COOKIE).filter(|session| memory.session(session, now).is_some());
    let session = known.map_or_else(
        || {
            memory.sessions.insert(fresh_session.clone(), Session { login: None, seen: now });
            fresh_session
        },
        str::to_owned,
    );
    memory.interactions.insert(id.clone(), Interaction { request, session: session.clone(), begun: now });
    drop(memory);
    let target = format!("{}/interaction/{id}", provider.base());
    ([(header::SET_COOKIE, session_cookie(&provider, &session))], Redirect::to(&target)).into_response()
}

/// The `Set-Cookie` line of a browser session.
pub(super) fn session_cookie(provider: &FranceConnect, session: &str) -> String {
    let secure = if provider.settings().issuer.scheme() == "https" { "; Secure" } else { "" };
    format!(
        "{SESSION_COOKIE}={session}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
        SESSION_LIFE.as_secs()
    )
}

fn read_request(provider: &FranceConnect, query: &str) -> Result<AuthRequest, Refusal> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    check_list(&pairs)?;
    let value =
        |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let client = provider
        .client(value("client_id"))
        .ok_or(Refusal::Page { code: "Y04EA6EF", words: "Le service n’est pas connu ici." })?;
    if !client.redirect_uris.iter().any(|uri| uri == value("redirect_uri")) {
        return Err(Refusal::Page {
            code: "Y04C013C",
            words: "L’adresse de retour n’est pas celle du service.",
        });
    }
    let back = |error: &'static str, description: &'static str| Refusal::Redirect {
        to: Box::new(Redirection {
            uri: value("redirect_uri").to_owned(),
            state: value("state").to_owned(),
            scope: None,
            in_fragment: false,
        }),
        error,
        description,
    };
    if value("response_type") != "code" {
        return Err(in_fragment(back("unsupported_response_type", "unsupported response_type requested")));
    }
    check_claims(value("claims")).map_err(|problem| match problem {
        ClaimsProblem::Json => back("invalid_request", "could not parse the claims parameter JSON"),
        ClaimsProblem::Amr => {
            Refusal::Page { code: "Y100009", words: "Le service n’a pas droit à cette donnée." }
        }
    })?;
    let scope: Vec<String> = value("scope").split_ascii_whitespace().map(str::to_owned).collect();
    let known: Vec<String> = scope.into_iter().filter(|word| SCOPES.contains(&word.as_str())).collect();
    if let Some(word) = known.iter().find(|word| !client.scopes.contains(word)) {
        return Err(with_scope(back("invalid_scope", "requested scope is not allowed"), word));
    }
    if !known.iter().any(|word| word == "openid") {
        return Err(back("invalid_request", "openid scope must be requested"));
    }
    if !value("idp_hint").is_empty() {
        return Err(with_lost_state(back("invalid_idp_hint", "an idp_hint was provided but is not allowed")));
    }
    let high = provider.settings().high.is_some();
    Ok(AuthRequest {
        client_id: client.client_id.clone(),
        redirect_uri: value("redirect_uri").to_owned(),
        scope: known,
        state: value("state").to_owned(),
        nonce: value("nonce").to_owned(),
        acr: if high { high::level(value("acr_values")) } else { "eidas1".to_owned() },
        acr_too_high: !high && acr_is_too_high(value("acr_values")),
    })
}

fn check_list(pairs: &[(String, String)]) -> Result<(), Refusal> {
    let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let stranger =
        pairs.iter().any(|(key, _)| !REQUIRED.contains(&key.as_str()) && !OPTIONAL.contains(&key.as_str()));
    let repeated =
        pairs.iter().enumerate().any(|(i, (key, _))| pairs.iter().skip(i + 1).any(|(other, _)| other == key));
    let missing = REQUIRED.iter().any(|name| value(name).is_none_or(str::is_empty));
    let short_nonce = value("nonce").is_some_and(|nonce| nonce.len() < SHORTEST_NONCE);
    let bad_prompt = value("prompt").is_some_and(|prompt| {
        prompt.is_empty() || prompt.split(' ').any(|word| !matches!(word, "login" | "consent"))
    });
    if stranger || repeated || missing || short_nonce || bad_prompt {
        return Err(Refusal::Page { code: "Y030007", words: "La demande du service n’est pas correcte." });
    }
    Ok(())
}

enum ClaimsProblem {
    Json,
    Amr,
}

fn check_claims(claims: &str) -> Result<(), ClaimsProblem> {
    if claims.is_empty() {
        return Ok(());
    }
    let parsed: Value = serde_json::from_str(claims).map_err(|_| ClaimsProblem::Json)?;
    let object = parsed.as_object().ok_or(ClaimsProblem::Json)?;
    // No client of the demo is registered for `amr`.
    if object.get("id_token").is_some_and(|id_token| id_token.get("amr").is_some()) {
        return Err(ClaimsProblem::Amr);
    }
    Ok(())
}

/// The lowest known level asked for counts; unknown words are `eidas1`.
fn acr_is_too_high(values: &str) -> bool {
    let known: Vec<&str> =
        values.split(' ').filter(|word| matches!(*word, "eidas1" | "eidas2" | "eidas3")).collect();
    !known.is_empty() && !known.contains(&"eidas1")
}

fn in_fragment(mut refusal: Refusal) -> Refusal {
    if let Refusal::Redirect { to, .. } = &mut refusal {
        to.in_fragment = true;
    }
    refusal
}

fn with_scope(mut refusal: Refusal, word: &str) -> Refusal {
    if let Refusal::Redirect { to, .. } = &mut refusal {
        to.scope = Some(word.to_owned());
    }
    refusal
}

/// The real one loses the state here; whoever calls it must survive that.
fn with_lost_state(mut refusal: Refusal) -> Refusal {
    if let Refusal::Redirect { to, .. } = &mut refusal {
        "undefined".clone_into(&mut to.state);
    }
    refusal
}

impl Redirection {
    fn answer(&self, provider: &FranceConnect, error: &str, description: &str) -> Response {
        let mut pairs = vec![("error", error), ("error_description", description)];
        if let Some(scope) = &self.scope {
            pairs.push(("scope", scope));
        }
        pairs.push(("state", &self.state));
        pairs.push(("iss", provider.issuer()));
        redirect_back(&self.uri, &pairs, self.in_fragment)
    }
}

/// A redirect to the client's address with these parameters, in the query or in the fragment.
pub(super) fn redirect_back(uri: &str, pairs: &[(&str, &str)], in_fragment: bool) -> Response {
    let Ok(mut url) = Url::parse(uri) else { return StatusCode::BAD_REQUEST.into_response() };
    if in_fragment {
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        url.set_fragment(Some(&encoded));
    } else {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    Redirect::to(url.as_str()).into_response()
}
