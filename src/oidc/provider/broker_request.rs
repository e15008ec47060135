//! The one shape in which an identity broker asks: FranceConnect's request as it was observed, closed, and nobody else's.

use serde_json::Map;
use serde_json::Value;

use crate::oidc::provider::fields::Fields;
use crate::oidc::provider::fields::words;
use crate::oidc::provider::request::Fault;

/// What FranceConnect never sends to an identity provider; its profile has no PKCE.
const NEVER_SENT: [&str; 8] = [
    "code_challenge",
    "code_challenge_method",
    "max_age",
    "authorization_details",
    "response_mode",
    "resource",
    "id_token_hint",
    "dpop_jkt",
];

/// The level every act through a broker has.
const LEVEL: &str = "eidas1";

/// Without PKCE the nonce alone ties the code to the request (RFC 9700 section 2.1.1): 128 bits in base64url at least.
const SHORTEST_NONCE: usize = 22;

/// Checks what is particular to a broker's request; the rest is checked as every client's.
pub(super) fn check(fields: &Fields) -> Result<(), Fault> {
    if NEVER_SENT.iter().any(|name| fields.get(name).is_some()) {
        return Err(Fault::invalid("an identity broker sends no such parameter"));
    }
    if fields.get("state").is_none() {
        return Err(Fault::invalid("state is missing"));
    }
    if fields.get("nonce").is_none_or(|nonce| nonce.len() < SHORTEST_NONCE) {
        return Err(Fault::invalid("nonce is missing or too short"));
    }
    let levels = words(fields.get("acr_values"));
    if levels.is_empty() {
        return Err(Fault::invalid("acr_values is missing"));
    }
    if levels.contains(LEVEL) {
        Ok(())
    } else {
        Err(Fault::new("unmet_authentication_requirements", "the level is eidas1 always"))
    }
}

/// The delegation labels asked for in `claims.id_token.rep_scope`: none where it is absent or its `values` are empty or absent.
pub(super) fn labels(id_token: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    const BAD: Fault = Fault::invalid("rep_scope is asked for by a list of labels");
    let asked = match id_token.get("rep_scope") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(asked)) => asked,
        Some(_) => return Err(BAD),
    };
    if asked.get("value").is_some() || asked.get("essential").is_some_and(|essential| !essential.is_boolean())
    {
        return Err(BAD);
    }
    match asked.get("values") {
        None => Ok(Vec::new()),
        Some(Value::Array(values)) => {
            values.iter().map(|label| label.as_str().map(str::to_owned).ok_or(BAD)).collect()
        }
        Some(_) => Err(BAD),
    }
}
