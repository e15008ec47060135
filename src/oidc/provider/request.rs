//! What an authorization request asks, checked against the client's registration (OIDC Core section 3.1.2.2).

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;

use crate::crypto::dpop::is_thumbprint;
use crate::crypto::json::read_unambiguous;
use crate::crypto::keys::Algorithm;
use crate::domain::act::AuthorizationRequest;
use crate::domain::act::MandateFormat;
use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::domain::client::MANDATE_TYPE;
use crate::domain::decision::Reason;
use crate::domain::theme::Theme;
use crate::oidc::provider::broker_request;
use crate::oidc::provider::fields::Fields;
use crate::oidc::provider::fields::Repeated;
use crate::oidc::provider::fields::words;
use crate::operations::identity_claims;
use crate::operations::issue_client_token::CLIENT_SCOPES;
use crate::operations::open_act::login_prompt_is_routine;
use crate::operations::push_request::Asked;
use crate::operations::software_tokens::ACR_AIDANT;
use crate::operations::token_claims::ACR_LOW;
use crate::operations::token_claims::ACR_SUBSTANTIAL;
use crate::text::themes;

/// Every parameter that is looked at.
pub const NAMES: [&str; 19] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "claims",
    "acr_values",
    "authorization_details",
    "request",
    "request_uri",
    "resource",
    "id_token_hint",
    "dpop_jkt",
];

const LONGEST_VALUE: usize = 1_024;
const LONGEST_JSON: usize = 4_096;
const MOST_DETAILS: usize = 8;

/// Why a request with a trusted redirect address is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A registered error code.
    pub error: &'static str,
    /// What the client's developer can do about it.
    pub words: &'static str,
    /// The decision's reason, where the client asks for what it may not have.
    pub denied: Option<Reason>,
}

impl Fault {
    pub(super) const fn new(error: &'static str, words: &'static str) -> Self {
        Self { error, words, denied: None }
    }

    pub(super) const fn invalid(words: &'static str) -> Self {
        Self::new("invalid_request", words)
    }

    const fn denied(reason: Reason) -> Self {
        Self { error: "access_denied", words: "the client is not registered for this", denied: Some(reason) }
    }
}

/// How a request came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// Through the PAR endpoint, from the authenticated client.
    pub pushed: bool,
    /// In a request object that holds.
    pub signed: bool,
}

/// The `state` to echo, if it can be one.
pub fn state(fields: &Fields) -> Option<&str> {
    fields.get("state").filter(|state| is_printable(state))
}

/// Checks everything but client and redirect address, which are trusted already.
pub fn check(client: &Client, redirect_uri: &str, fields: &Fields, came: Came) -> Result<Asked, Fault> {
    if let Some(Repeated(_)) = fields.repeated() {
        return Err(Fault::invalid("a parameter stands more than once"));
    }
    check_shape(client, fields, came)?;
    if client.registration.kind == ClientKind::IdentityBroker {
        broker_request::check(fields)?;
    }
    let scope = scope(client, fields)?;
    let prompt = prompt(fields)?;
    let claims = Claims::read(client, fields)?;
    let details = fields.get("authorization_details");
    if client.registration.kind == ClientKind::Software && details.is_some() {
        let words = "software logs its aidant in: it names the mandate at the token exchange";
        return Err(Fault::new("invalid_authorization_details", words));
    }
    let details = Details::read(details)?;
    let themes = themes_asked(client, details.themes, &claims)?;
    let labels_unusable = !claims.labels.is_empty() && themes.is_empty();
    if !client.registration.mandate_type {
        return Err(Fault::denied(Reason::ClientNotEntitled));
    }
    let request = AuthorizationRequest {
        redirect_uri: redirect_uri.to_owned(),
        scope,
        state: state(fields).map(str::to_owned),
        nonce: fields.get("nonce").map(str::to_owned),
        code_challenge: challenge(client, fields)?,
        themes,
        mandate_format: details.format,
        fresh_factor: prompt.login && !login_prompt_is_routine(client.registration.kind),
        max_age: max_age(fields)?,
        id_token_claims: claims.id_token,
        userinfo_claims: claims.userinfo,
        pushed: came.pushed,
        dpop_jkt: key(fields)?,
        answer_alg: answer_alg(client, fields)?.map(str::to_owned),
        labels_unusable,
    };
    Ok(Asked { request, silent: prompt.none })
}

fn check_shape(client: &Client, fields: &Fields, came: Came) -> Result<(), Fault> {
    if fields.get("request_uri").is_some() {
        return Err(Fault::new(
            "request_uri_not_supported",
            "only a request_uri of this server's PAR endpoint is supported",
        ));
    }
    if client.pushes() && !came.pushed {
        return Err(Fault::invalid("this client must push its requests"));
    }
    if client.registration.options.require_signed_request_object && !came.signed {
        return Err(Fault::invalid("this client must sign its requests"));
    }
    match fields.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(Fault::new("unsupported_response_type", "the response type is code")),
        None => return Err(Fault::invalid("response_type is missing")),
    }
    if fields.get("resource").is_some() {
        return Err(Fault::new("invalid_target", "no resource is registered"));
    }
    if fields.get("state").is_some_and(|state| !is_printable(state)) {
        return Err(Fault::invalid("state has at most 1024 printable ASCII characters"));
    }
    if fields.get("nonce").is_some_and(|nonce| !is_printable(nonce)) {
        return Err(Fault::invalid("nonce has at most 1024 printable ASCII characters"));
    }
    Ok(())
}

/// JOSE name of the algorithm that the answer is signed with, by `response_mode` or by registration (JARM section 2.3).
///
/// # Errors
/// For an unknown mode, and for a plain answer to a client that registered for signed ones.
pub fn answer_alg<'a>(client: &'a Client, fields: &Fields) -> Result<Option<&'a str>, Fault> {
    let registered = client.registration.options.authorization_signed_response_alg.as_deref();
    match fields.get("response_mode") {
        None => Ok(registered),
        Some("query") if registered.is_none() => Ok(None),
        Some("query") => Err(Fault::invalid("this client is answered in a signed response")),
        Some("jwt" | "query.jwt") => Ok(Some(registered.unwrap_or(Algorithm::Es256.as_str()))),
        Some(_) => Err(Fault::invalid("the response mode is query, query.jwt or jwt")),
    }
}

/// The key the code is to be bound to (RFC 9449 section 10).
fn key(fields: &Fields) -> Result<Option<String>, Fault> {
    match fields.get("dpop_jkt") {
        None => Ok(None),
        Some(jkt) if is_thumbprint(jkt) => Ok(Some(jkt.to_owned())),
        Some(_) => Err(Fault::invalid("dpop_jkt is not a thumbprint")),
    }
}

fn is_printable(text: &str) -> bool {
    text.len() <= LONGEST_VALUE && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

fn scope(client: &Client, fields: &Fields) -> Result<BTreeSet<String>, Fault> {
    let asked = words(fields.get("scope"));
    if !asked.contains("openid") {
        return Err(Fault::new("invalid_scope", "the scope openid is missing"));
    }
    let own = |scope: &String| {
        client.registration.scopes.contains(scope) && !CLIENT_SCOPES.contains(&scope.as_str())
    };
    Ok(asked.into_iter().filter(own).collect())
}

/// PKCE with S256 (RFC 7636): required of every client but the identity broker, which sends none.
fn challenge(client: &Client, fields: &Fields) -> Result<Option<String>, Fault> {
    let challenge = fields.get("code_challenge");
    let method = fields.get("code_challenge_method");
    match (challenge, method) {
        (Some(challenge), Some("S256")) => {
            let fits = challenge.len() == 43
                && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            if fits {
                Ok(Some(challenge.to_owned()))
            } else {
                Err(Fault::invalid("code_challenge is not an S256 challenge"))
            }
        }
        (Some(_), _) => Err(Fault::invalid("code_challenge_method must be S256")),
        (None, Some(_)) => Err(Fault::invalid("code_challenge is missing")),
        (None, None) if client.registration.kind == ClientKind::IdentityBroker => Ok(None),
        (None, None) => Err(Fault::invalid("code_challenge is missing")),
    }
}

struct Prompt {
    none: bool,
    login: bool,
}

fn prompt(fields: &Fields) -> Result<Prompt, Fault> {
    let asked = words(fields.get("prompt"));
    let known = |word: &String| matches!(word.as_str(), "none" | "login" | "consent" | "select_account");
    if !asked.iter().all(known) {
        return Err(Fault::invalid("prompt has an unknown value"));
    }
    let none = asked.contains("none");
    if none && asked.len() > 1 {
        return Err(Fault::invalid("prompt=none stands alone"));
    }
    Ok(Prompt { none, login: asked.contains("login") })
}

fn max_age(fields: &Fields) -> Result<Option<u32>, Fault> {
    let Some(text) = fields.get("max_age") else { return Ok(None) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = digits.then(|| text.parse().unwrap_or(u32::MAX));
    seconds.map(Some).ok_or_else(|| Fault::invalid("max_age is a number of seconds"))
}

/// The `claims` parameter (OIDC Core section 5.5).
#[derive(Default)]
struct Claims {
    id_token: BTreeSet<String>,
    userinfo: BTreeSet<String>,
    labels: Vec<String>,
}

impl Claims {
    fn read(client: &Client, fields: &Fields) -> Result<Self, Fault> {
        let Some(text) = fields.get("claims") else { return Ok(Self::default()) };
        let bad = || Fault::invalid("claims is not a claims request");
        if text.len() > LONGEST_JSON {
            return Err(bad());
        }
        let document: Map<String, Value> = read_unambiguous(text.as_bytes()).map_err(|_| bad())?;
        let id_token = members(document.get("id_token")).ok_or_else(bad)?;
        let userinfo = members(document.get("userinfo")).ok_or_else(bad)?;
        for asked in id_token.iter().chain(&userinfo) {
            check_claim(client.registration.kind, asked.0, asked.1)?;
        }
        let granted = identity_claims::of_scopes(&client.registration.scopes);
        let own = |asked: &Map<String, Value>| -> BTreeSet<String> {
            asked.keys().filter(|name| granted.contains(name.as_str())).cloned().collect()
        };
        let labels = match client.registration.kind {
            ClientKind::IdentityBroker => broker_request::labels(&id_token)?,
            _ => Vec::new(),
        };
        Ok(Self { id_token: own(&id_token), userinfo: own(&userinfo), labels })
    }
}

fn members(value: Option<&Value>) -> Option<Map<String, Value>> {
    match value {
        None | Some(Value::Null) => Some(Map::new()),
        Some(Value::Object(members)) => Some(members.clone()),
        Some(_) => None,
    }
}

/// A claim is asked for by `null` or by an object; a particular person or level cannot be promised.
fn check_claim(kind: ClientKind, name: &str, request: &Value) -> Result<(), Fault> {
    let asked = match request {
        Value::Null => return Ok(()),
        Value::Object(asked) => asked,
        _ => return Err(Fault::invalid("claims is not a claims request")),
    };
    let values: Vec<&Value> = asked
        .get("value")
        .into_iter()
        .chain(asked.get("values").and_then(Value::as_array).into_iter().flatten())
        .collect();
    if name == "sub" && !values.is_empty() {
        return Err(Fault::invalid("a particular sub cannot be asked for"));
    }
    let essential = asked.get("essential") == Some(&Value::Bool(true));
    let broker = kind == ClientKind::IdentityBroker;
    let reachable = |value: &&Value| match value.as_str() {
        Some("eidas1") => broker,
        Some(ACR_LOW | ACR_SUBSTANTIAL) => !broker,
        Some(ACR_AIDANT) => kind == ClientKind::Software,
        _ => false,
    };
    if name == "acr" && essential && !values.is_empty() && !values.iter().any(reachable) {
        return Err(Fault::new("unmet_authentication_requirements", "no such acr is given here"));
    }
    Ok(())
}

/// The themes a request names. Labels of a broker that are none of its themes are left out: where none is left, the page says so.
fn themes_asked(client: &Client, asked: BTreeSet<Theme>, claims: &Claims) -> Result<BTreeSet<Theme>, Fault> {
    let own = &client.registration.themes;
    if !claims.labels.is_empty() {
        let known = claims.labels.iter().filter_map(|label| themes().by_label(label));
        return Ok(known.filter(|theme| own.contains(theme)).collect());
    }
    if asked.is_subset(own) { Ok(asked) } else { Err(Fault::denied(Reason::ClientTheme)) }
}

/// `authorization_details` (RFC 9396): mandates only, narrowed by `privileges`, all in one `format`.
struct Details {
    themes: BTreeSet<Theme>,
    format: MandateFormat,
}

impl Details {
    fn read(text: Option<&str>) -> Result<Self, Fault> {
        const BAD: Fault = Fault::new(
            "invalid_authorization_details",
            "a list of urn:procura:mandate with known privileges and a known format",
        );
        let Some(text) = text else {
            return Ok(Self { themes: BTreeSet::new(), format: MandateFormat::default() });
        };
        if text.len() > LONGEST_JSON {
            return Err(BAD);
        }
        let list: Vec<Map<String, Value>> = read_unambiguous(text.as_bytes()).map_err(|_| BAD)?;
        if list.is_empty() || list.len() > MOST_DETAILS {
            return Err(BAD);
        }
        let (mut themes, mut any, mut formats) = (BTreeSet::new(), false, BTreeSet::new());
        for detail in &list {
            let known = detail.keys().all(|name| matches!(name.as_str(), "type" | "privileges" | "format"));
            if !known || detail.get("type").and_then(Value::as_str) != Some(MANDATE_TYPE) {
                return Err(BAD);
            }
            if let Some(format) = detail.get("format") {
                formats.insert(format.as_str().and_then(MandateFormat::parse).ok_or(BAD)?);
            }
            let Some(privileges) = detail.get("privileges") else {
                any = true;
                continue;
            };
            let named = privileges.as_array().filter(|named| !named.is_empty()).ok_or(BAD)?;
            for name in named {
                themes.insert(name.as_str().and_then(Theme::parse).ok_or(BAD)?);
            }
        }
        if formats.len() > 1 {
            return Err(BAD);
        }
        let format = formats.pop_first().unwrap_or_default();
        Ok(Self { themes: if any { BTreeSet::new() } else { themes }, format })
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
pub(super) mod tests;

#[cfg(test)]
#[path = "request_hostile_tests.rs"]
mod hostile_tests;
