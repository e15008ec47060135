//! The identity of the person of an act, for the client that holds its access token (OIDC Core section 5.3).

use serde_json::Map;
use serde_json::Value;

use crate::crypto::jose;
use crate::crypto::keys::Algorithm;
use crate::domain::client::Client;
use crate::operations::bench::Bench;
use crate::operations::identity_claims;
use crate::operations::keys;
use crate::operations::live_token::LiveToken;
use crate::operations::live_token::note_verification;
use crate::operations::refusal::Refusal;

/// The answer, in the form the client registered.
pub enum Userinfo {
    /// Claims as JSON.
    Plain(Map<String, Value>),
    /// A signed JWT.
    Signed(String),
}

/// Reads the claims that the act's request asked for; `None` when the token is not, or no longer, good for it.
///
/// # Errors
/// As the database says.
pub async fn read_userinfo(
    bench: &Bench,
    live: &LiveToken,
    reference: Option<&str>,
) -> Result<Option<Userinfo>, Refusal> {
    // A token for another API is none for this one (RFC 9068 section 4).
    if live.claims.get("aud").and_then(Value::as_str) != Some(bench.config.server.public_url.as_str()) {
        return Ok(None);
    }
    let (Some((act, _)), Some(weighed)) = (&live.act, &live.weighed) else { return Ok(None) };
    let Some(person) = &weighed.person else { return Ok(None) };
    let Some(sub) = live.claims.get("sub").cloned() else { return Ok(None) };
    let names = identity_claims::for_userinfo(&act.request);
    let mut claims = identity_claims::values(&person.person.identity, names);
    claims.insert("sub".to_owned(), sub);
    note_verification(bench, live, "userinfo", reference).await?;
    match &live.client.registration.userinfo_alg {
        Some(name) => sign(bench, &live.client, name, claims).await.map(Some),
        None => Ok(Some(Userinfo::Plain(claims))),
    }
}

async fn sign(
    bench: &Bench,
    client: &Client,
    name: &str,
    mut claims: Map<String, Value>,
) -> Result<Userinfo, Refusal> {
    let algorithm =
        Algorithm::parse(name).ok_or_else(|| Refusal::fault("a registered algorithm is unknown"))?;
    let key = keys::signing_key(bench, algorithm).await?;
    claims.insert("iss".to_owned(), Value::from(bench.config.server.public_url.as_str()));
    claims.insert("aud".to_owned(), Value::from(client.id.as_str()));
    let now = bench.now();
    claims.insert("iat".to_owned(), Value::from(now.seconds()));
    claims.insert("exp".to_owned(), Value::from(now.plus(bench.config.oidc.access_token_lifetime).seconds()));
    let signed = jose::sign(&key, Some("JWT"), &claims).map_err(|error| Refusal::Fault(error.into()))?;
    Ok(Userinfo::Signed(signed))
}
