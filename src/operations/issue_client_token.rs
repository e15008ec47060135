//! A client's own access token, to report receipts, to ask for decisions, to read the trails of its acts, to manage and read its event stream (RFC 6749 section 4.4).

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::crypto::jose;
use crate::crypto::keys::Algorithm;
use crate::crypto::random::random_token;
use crate::domain::client::Client;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::keys;
use crate::operations::live_token::LiveToken;
use crate::operations::manage_stream;
use crate::operations::read_trail::systems;
use crate::operations::refusal::Refusal;
use crate::operations::token_claims::scope_text;
use crate::operations::token_claims::token_type;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::alone::Alone;
use crate::operations::work::client_actor;
use crate::storage::tokens::StoredToken;
use crate::storage::tokens::TokenKind;

/// Scopes a client may have for itself.
pub const CLIENT_SCOPES: [&str; 5] =
    ["receipts", "evaluate", manage_stream::MANAGE, manage_stream::READ, systems::SCOPE];

/// The answer of the token endpoint; it does not print.
#[derive(Serialize)]
pub struct ClientToken {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
}

impl std::fmt::Debug for ClientToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientToken(…)")
    }
}

/// Whether a token is a client's own and has this scope.
pub fn is_own_token(live: &LiveToken, scope: &str) -> bool {
    let scopes = live.claims.get("scope").and_then(Value::as_str).unwrap_or_default();
    live.row.kind == TokenKind::Client && scopes.split(' ').any(|one| one == scope)
}

/// Issues a token with the scopes asked for (none named: all the client has for itself), bound to the key of this thumbprint
/// where the client proved one.
///
/// # Errors
/// [`Refusal::Conflict`] `unauthorized_client` when the client may not have one, `invalid_scope` for another scope; both are
/// written.
pub async fn issue_client_token(
    bench: &Bench,
    client: &Client,
    scope: Option<&str>,
    jkt: Option<&str>,
    reference: Option<&str>,
) -> Result<ClientToken, Refusal> {
    if !client.registration.client_credentials {
        return Err(refuse_client_token(bench, client, scope, "unauthorized_client", reference).await);
    }
    let own: BTreeSet<String> = client
        .registration
        .scopes
        .iter()
        .filter(|scope| CLIENT_SCOPES.contains(&scope.as_str()))
        .cloned()
        .collect();
    let granted: BTreeSet<String> = match scope {
        Some(text) => text.split_ascii_whitespace().map(str::to_owned).collect(),
        None => own.clone(),
    };
    if granted.is_empty() || !granted.is_subset(&own) {
        return Err(refuse_client_token(bench, client, scope, "invalid_scope", reference).await);
    }
    let key = keys::signing_key(bench, Algorithm::Es256).await?;
    let alone = Alone::begin(bench, reference).await?;
    let (now, lifetime) = (alone.now(), bench.config.oidc.access_token_lifetime);
    let (jti, scope) = (random_token(bench.random.as_ref(), 16), scope_text(&granted));
    let issuer = bench.config.server.public_url.as_str();
    let expires_at = now.plus(lifetime);
    let mut claims = json!({
        "iss": issuer,
        "sub": client.id.as_str(),
        "aud": issuer,
        "client_id": client.id.as_str(),
        "iat": now.seconds(),
        "exp": expires_at.seconds(),
        "jti": jti,
        "scope": scope,
    });
    if let Some(jkt) = jkt {
        claims["cnf"] = json!({ "jkt": jkt });
    }
    let row = StoredToken {
        jti: jti.clone(),
        kind: TokenKind::Client,
        client: client.id.clone(),
        act: None,
        mandate: None,
        expires_at,
        ended_at: None,
    };
    let access_token =
        jose::sign(&key, Some("at+jwt"), &claims).map_err(|error| Refusal::Fault(error.into()))?;
    let system = data_keys::system(bench);
    let event = Event::ClientTokenIssued { jti, scope: scope.clone() };
    let line = Line::new(event, client_actor(client), system).client(client);
    alone.record_token(line, &row).await?;
    Ok(ClientToken { access_token, token_type: token_type(jkt), expires_in: lifetime.as_secs(), scope })
}

/// Writes down that a client that proved who it is asked for a token it may not have; of what it asked for, the scopes there
/// are. Gives the refusal: [`Refusal::Conflict`] with the reason, an error code of RFC 6749 section 5.2, once it is written.
pub async fn refuse_client_token(
    bench: &Bench,
    client: &Client,
    asked: Option<&str>,
    reason: &'static str,
    reference: Option<&str>,
) -> Refusal {
    let asked: BTreeSet<String> = asked
        .unwrap_or_default()
        .split_ascii_whitespace()
        .filter(|scope| CLIENT_SCOPES.contains(scope))
        .map(str::to_owned)
        .collect();
    let event = Event::ClientTokenIssued { jti: String::new(), scope: scope_text(&asked) };
    let line =
        Line::new(event, client_actor(client), data_keys::system(bench)).client(client).refused(reason);
    let written = async { Work::begin(bench, reference).await?.record(line).await?.0.commit().await };
    written.await.err().unwrap_or(Refusal::Conflict(reason))
}
