//! What is particular to an identity broker, FranceConnect: its kept secret, the short life of its tokens, and the trace by
//! which a line of its own history can be matched to ours.

use std::time::Duration;

use secrecy::ExposeSecret;
use secrecy::SecretString;
use serde_json::Map;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::crypto::hash::sha256;
use crate::domain::act::AuthorizationRequest;
use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::domain::client::Registration;
use crate::domain::client::TokenAlgorithm;
use crate::domain::ids::ClientId;
use crate::domain::person::Identity;
use crate::ledger::values::Digest;
use crate::ledger::words::ActWay;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::storage::clients;
use crate::storage::db::Tx;

/// The longest a broker's tokens live.
pub const LONGEST_LIFE: Duration = Duration::from_secs(60);

/// The shortest secret HS256 is keyed with, in bytes (RFC 7518 section 3.2).
pub const SHORTEST_SECRET: usize = 32;

/// INSEE's code of France.
const FRANCE: &str = "99100";

/// How long the access token of an act of this client lives at most.
pub(super) fn access_life(bench: &Bench, client: &Client) -> Duration {
    let usual = bench.config.oidc.access_token_lifetime;
    if is_broker(client) { usual.min(LONGEST_LIFE) } else { usual }
}

/// Whether this client is one.
pub fn is_broker(client: &Client) -> bool {
    client.registration.kind == ClientKind::IdentityBroker
}

/// How an act of this client is begun, with the digests of the broker's `state` and `nonce`: whoever holds the broker's log
/// finds our line by them, and nobody else learns anything from them.
pub(super) fn way(
    client: &Client,
    request: &AuthorizationRequest,
) -> (ActWay, Option<Digest>, Option<Digest>) {
    if !is_broker(client) {
        return (ActWay::Login, None, None);
    }
    let digest = |value: &Option<String>| value.as_ref().map(|value| Digest::from(sha256(value.as_bytes())));
    (ActWay::Broker, digest(&request.state), digest(&request.nonce))
}

/// What FranceConnect expects beside the claims it asked for: a person born abroad has an empty commune, not none.
pub(super) fn complete(claims: &mut Map<String, Value>, identity: &Identity, asked: bool) {
    if asked && identity.birthcountry.show() != FRANCE && !claims.contains_key("birthplace") {
        claims.insert("birthplace".to_owned(), Value::from(""));
    }
}

/// Whether a token of a client registered so is keyed with its own secret, which is then kept.
pub(super) fn is_keyed(registration: &Registration) -> bool {
    let keyed = TokenAlgorithm::Hs256.as_str();
    registration.id_token_alg == keyed || registration.userinfo_alg.as_deref() == Some(keyed)
}

/// Keeps the secret of a broker registered with HS256, sealed under the system's data key.
///
/// # Errors
/// As the database says.
pub async fn keep_secret(
    bench: &Bench,
    tx: &mut Tx,
    client: &ClientId,
    secret: &SecretString,
) -> Result<(), Refusal> {
    let id = data_keys::system(bench);
    let key = data_keys::require(bench, tx, id).await?;
    let sealed = key.seal(&label(client), secret.expose_secret().as_bytes(), bench.random.as_ref())?;
    clients::keep_secret(tx, client, &sealed).await?;
    Ok(())
}

/// The kept secret of a broker; `None` for every other client.
///
/// # Errors
/// As the database says, or when it does not open.
pub(super) async fn secret(
    bench: &Bench,
    tx: &mut Tx,
    client: &Client,
) -> Result<Option<Zeroizing<Vec<u8>>>, Refusal> {
    if !is_broker(client) {
        return Ok(None);
    }
    let Some(sealed) = clients::sealed_secret(tx, &client.id).await? else { return Ok(None) };
    let id = data_keys::system(bench);
    let key = data_keys::require(bench, tx, id).await?;
    Ok(Some(key.open(&label(&client.id), &sealed)?))
}

fn label(client: &ClientId) -> String {
    format!("client.secret.{client}")
}
