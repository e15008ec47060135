//! Keeps a checked authorization request until the browser brings its reference (RFC 9126).

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::hash::TokenHash;
use crate::crypto::random::random_token;
use crate::domain::act::AuthorizationRequest;
use crate::domain::client::Client;
use crate::domain::ids::ActId;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::acts;

/// What every `request_uri` of ours begins with (RFC 9126 section 2.2).
pub const REQUEST_URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// A checked request with what is only needed until it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The request.
    pub request: AuthorizationRequest,
    /// `prompt=none`: no page may be shown.
    pub silent: bool,
}

/// A pushed request that may be answered now.
#[derive(Clone, Debug)]
pub enum Pushed {
    /// Its first use.
    Fresh(Box<Asked>),
    /// The same browser came back to it: the act it began.
    Begun(ActId),
}

/// Keeps a request; gives its `request_uri` and how many seconds it holds.
///
/// # Errors
/// As the database says.
pub async fn push_request(
    bench: &Bench,
    client: &Client,
    asked: &Asked,
    reference: Option<&str>,
) -> Result<(String, u64), Refusal> {
    let uri = format!("{REQUEST_URI_PREFIX}{}", random_token(bench.random.as_ref(), 32));
    let lifetime = bench.config.oidc.par_lifetime;
    let mut work = Work::begin(bench, reference).await?;
    let text = serde_json::to_string(asked)?;
    let expires_at = work.now.plus(lifetime);
    acts::push(&mut work.tx, TokenHash::of(&uri).as_bytes(), &client.id, &text, expires_at).await?;
    work.commit_without_entry(Housekeeping::AuthorizationRequest).await?;
    Ok((uri, lifetime.as_secs()))
}

/// A pushed request is answered at once, without an act: it is used up as by one.
///
/// # Errors
/// [`Refusal::NotFound`] when it was used meanwhile.
pub async fn use_up(bench: &Bench, uri: &str) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    if !acts::use_pushed(&mut work.tx, TokenHash::of(uri).as_bytes()).await? {
        return Err(Refusal::NotFound);
    }
    work.commit_without_entry(Housekeeping::AuthorizationRequest).await
}

/// Finds a pushed request for its own client: at its first use in time, or again in the browser of that use.
///
/// # Errors
/// [`Refusal::NotFound`] for anything else; the same for an unknown, foreign, expired or used reference.
pub async fn find_pushed(
    bench: &Bench,
    client: &Client,
    uri: &str,
    browser_hash: &[u8; 32],
) -> Result<Pushed, Refusal> {
    let mut tx = bench.db.read().await?;
    let row = acts::pushed(&mut tx, TokenHash::of(uri).as_bytes()).await?.ok_or(Refusal::NotFound)?;
    if row.client != client.id {
        return Err(Refusal::NotFound);
    }
    match (row.act, row.browser_hash) {
        (Some(act), Some(bound)) if bound == browser_hash => Ok(Pushed::Begun(act)),
        (None, _) if bench.now() <= row.expires_at => Ok(Pushed::Fresh(serde_json::from_str(&row.request)?)),
        _ => Err(Refusal::NotFound),
    }
}
