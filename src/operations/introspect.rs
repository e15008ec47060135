//! Whether a token is active now, for the client it was issued to or an API it was made for (RFC 7662, RFC 9701).

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::crypto::jose;
use crate::crypto::keys::Algorithm;
use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::operations::bench::Bench;
use crate::operations::keys;
use crate::operations::live_token::LiveToken;
use crate::operations::live_token::live_token;
use crate::operations::live_token::note_check;
use crate::operations::live_token::subject;
use crate::operations::refusal::Refusal;
use crate::operations::token_claims::token_type;
use crate::storage::tokens::TokenKind;

/// The answer to `client` about `token`: its claims with `active`, or nothing but `"active": false`.
///
/// # Errors
/// As the database says.
pub async fn introspect(
    bench: &Bench,
    client: &Client,
    token: &str,
    reference: Option<&str>,
) -> Result<Map<String, Value>, Refusal> {
    let mut answer = Map::new();
    let live = live_token(bench, token, Some(&client.id)).await?.filter(|live| may_know(client, live));
    let Some(live) = live else {
        answer.insert("active".to_owned(), Value::Bool(false));
        return Ok(answer);
    };
    if !live.checked
        && let Some(parties) = subject(bench, &live).await?
    {
        note_check(bench, client, parties, "introspection", reference).await?;
    }
    answer.insert("active".to_owned(), Value::Bool(true));
    if live.row.kind != TokenKind::Mandate {
        answer.insert("token_type".to_owned(), Value::from(token_type(live.bound_key())));
    }
    answer.extend(live.claims);
    Ok(answer)
}

/// Whether a client may learn about a token: it was issued to it, or is made for its API, whose registered identifier is in
/// the audience (RFC 7662 section 4).
fn may_know(client: &Client, live: &LiveToken) -> bool {
    let serves = matches!(client.registration.kind, ClientKind::ResourceServer | ClientKind::Administration);
    let named = |audience: &Value| {
        audience.as_str().is_some_and(|audience| client.registration.options.resources.contains(audience))
    };
    live.client.id == client.id
        || serves
            && match live.claims.get("aud") {
                Some(Value::Array(all)) => all.iter().any(named),
                Some(one) => named(one),
                None => false,
            }
}

/// The same answer as a signed JWT (RFC 9701 section 5), `typ` `token-introspection+jwt`.
///
/// # Errors
/// As the database says.
pub async fn sign_introspection(
    bench: &Bench,
    client: &Client,
    answer: &Map<String, Value>,
) -> Result<String, Refusal> {
    let registered = client.registration.options.introspection_signed_response_alg.as_deref();
    let algorithm = registered.map_or(Some(Algorithm::Es256), Algorithm::parse);
    let algorithm = algorithm.ok_or_else(|| Refusal::fault("a registered algorithm is unknown"))?;
    let key = keys::signing_key(bench, algorithm).await?;
    let claims = json!({
        "iss": bench.config.server.public_url.as_str(),
        "aud": client.id.as_str(),
        "iat": bench.now().seconds(),
        "token_introspection": answer,
    });
    jose::sign(&key, Some("token-introspection+jwt"), &claims).map_err(|error| Refusal::Fault(error.into()))
}
