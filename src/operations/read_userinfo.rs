//! The identity of the person of an act, for the client that holds its access token (OIDC Core section 5.3).

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;

use crate::domain::client::Client;
use crate::operations::bench::Bench;
use crate::operations::identity_broker;
use crate::operations::identity_claims;
use crate::operations::live_token::LiveToken;
use crate::operations::live_token::note_verification;
use crate::operations::refusal::Refusal;
use crate::operations::token_signer::TokenSigner;

/// The answer, in the form the client registered.
pub enum Userinfo {
    /// Claims as JSON.
    Plain(Map<String, Value>),
    /// A signed JWT.
    Signed(String),
}

/// Reads the claims that the act's request asked for, or who the aidant of a login at her software is; `None` when the token is not, or no longer, good for it.
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
    if live.login.is_some() {
        let claims: Map<String, Value> =
            live.claims.get("sub").map(|sub| ("sub".to_owned(), sub.clone())).into_iter().collect();
        return answer(bench, &live.client, claims).await.map(Some);
    }
    let (Some((act, _)), Some(weighed)) = (&live.act, &live.weighed) else { return Ok(None) };
    let Some(person) = &weighed.person else { return Ok(None) };
    let Some(sub) = live.claims.get("sub").cloned() else { return Ok(None) };
    let names: BTreeSet<&str> =
        identity_claims::still_granted(&live.client, identity_claims::for_userinfo(&act.request)).collect();
    let identity = &person.person.identity;
    let birthplace_asked = names.contains("birthplace");
    let mut claims = identity_claims::values(identity, names);
    if identity_broker::is_broker(&live.client) {
        identity_broker::complete(&mut claims, identity, birthplace_asked);
    }
    claims.insert("sub".to_owned(), sub);
    note_verification(bench, live, "userinfo", reference).await?;
    answer(bench, &live.client, claims).await.map(Some)
}

async fn answer(bench: &Bench, client: &Client, claims: Map<String, Value>) -> Result<Userinfo, Refusal> {
    match &client.registration.userinfo_alg {
        Some(name) => sign(bench, client, name, claims).await,
        None => Ok(Userinfo::Plain(claims)),
    }
}

async fn sign(
    bench: &Bench,
    client: &Client,
    name: &str,
    mut claims: Map<String, Value>,
) -> Result<Userinfo, Refusal> {
    let signer = TokenSigner::of(bench, client, name).await?;
    claims.insert("iss".to_owned(), Value::from(bench.config.server.public_url.as_str()));
    claims.insert("aud".to_owned(), Value::from(client.id.as_str()));
    let now = bench.now();
    claims.insert("iat".to_owned(), Value::from(now.seconds()));
    claims.insert(
        "exp".to_owned(),
        Value::from(now.plus(identity_broker::access_life(bench, client)).seconds()),
    );
    signer.sign("JWT", &claims).map(Userinfo::Signed)
}
