//! The address by which the browser goes back to a client: code or error, `state`, `iss` (RFC 6749 section 4.1.2, RFC 9207), as
//! plain parameters or as one signed `response` (JARM).

use std::time::Duration;

use serde_json::Map;
use serde_json::Value;
use url::form_urlencoded;

use crate::crypto::jose;
use crate::crypto::keys::Algorithm;
use crate::domain::act::Act;
use crate::domain::ids::ClientId;
use crate::operations::bench::Bench;
use crate::operations::keys;
use crate::operations::refusal::Refusal;

/// How long a signed answer can be read; the code in it ends sooner (JARM section 2.1).
const SIGNED_LIFETIME: Duration = Duration::from_secs(300);

/// Where an answer goes, and how.
#[derive(Clone, Copy, Debug)]
pub struct Back<'a> {
    /// Whom it is for.
    pub client: &'a ClientId,
    /// One of its registered addresses.
    pub redirect_uri: &'a str,
    /// Echoed.
    pub state: Option<&'a str>,
    /// JOSE name of the algorithm it is signed with; plain parameters without.
    pub alg: Option<&'a str>,
}

impl<'a> Back<'a> {
    /// Where the answer to an act's request goes.
    pub fn of(act: &'a Act) -> Self {
        Self {
            client: &act.client,
            redirect_uri: &act.request.redirect_uri,
            state: act.request.state.as_deref(),
            alg: act.request.answer_alg.as_deref(),
        }
    }
}

/// Back with a code.
///
/// # Errors
/// When a signed answer cannot be signed.
pub async fn with_code(bench: &Bench, act: &Act, code: &str) -> Result<String, Refusal> {
    with_code_to(bench, &Back::of(act), code).await
}

/// Back with a code that is no act's.
///
/// # Errors
/// When a signed answer cannot be signed.
pub async fn with_code_to(bench: &Bench, back: &Back<'_>, code: &str) -> Result<String, Refusal> {
    send(bench, back, &[("code", Some(code))]).await
}

/// Back with an error of RFC 6749 section 4.1.2.1 or OIDC Core section 3.1.2.6.
///
/// # Errors
/// When a signed answer cannot be signed.
pub async fn with_error(
    bench: &Bench,
    back: &Back<'_>,
    error: &str,
    words: Option<&str>,
) -> Result<String, Refusal> {
    send(bench, back, &[("error", Some(error)), ("error_description", words)]).await
}

/// Back without having acted.
///
/// # Errors
/// When a signed answer cannot be signed.
pub async fn denied(bench: &Bench, act: &Act) -> Result<String, Refusal> {
    with_error(bench, &Back::of(act), "access_denied", None).await
}

async fn send(
    bench: &Bench,
    back: &Back<'_>,
    outcome: &[(&'static str, Option<&str>)],
) -> Result<String, Refusal> {
    let issuer = bench.config.server.public_url.as_str();
    let usual = [("state", back.state), ("iss", Some(issuer))];
    let pairs: Vec<(&str, Option<&str>)> = outcome.iter().copied().chain(usual).collect();
    let Some(name) = back.alg else { return Ok(address(back.redirect_uri, &pairs)) };
    let algorithm =
        Algorithm::parse(name).ok_or_else(|| Refusal::fault("a registered algorithm is unknown"))?;
    let key = keys::signing_key(bench, algorithm).await?;
    let given = pairs.iter().filter_map(|(name, value)| Some(((*name).to_owned(), Value::from((*value)?))));
    let mut claims: Map<String, Value> = given.collect();
    claims.insert("aud".to_owned(), Value::from(back.client.as_str()));
    claims.insert("exp".to_owned(), Value::from(bench.now().plus(SIGNED_LIFETIME).seconds()));
    let signed = jose::sign(&key, Some("JWT"), &claims).map_err(|error| Refusal::Fault(error.into()))?;
    Ok(address(back.redirect_uri, &[("response", Some(&signed))]))
}

/// An address with these parameters behind those it has; the address itself is left as registered.
pub fn address(base: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() {
        return base.to_owned();
    }
    let join = if base.contains('?') { '&' } else { '?' };
    format!("{base}{join}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registered_address_is_kept_and_values_cannot_leave_their_place() {
        let pairs = [("error", Some("access_denied")), ("x", None), ("state", Some("a&b=c#\r\nX: y"))];
        let expected = "error=access_denied&state=a%26b%3Dc%23%0D%0AX%3A+y";
        assert_eq!(address("https://caf.example/cb", &pairs), format!("https://caf.example/cb?{expected}"));
        assert_eq!(
            address("https://caf.example/cb?a=1", &pairs),
            format!("https://caf.example/cb?a=1&{expected}")
        );
        assert_eq!(address("https://caf.example/cb", &[("state", None)]), "https://caf.example/cb");
    }
}
