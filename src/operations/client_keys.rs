//! A client's public keys: given by value, with the former ones while they overlap; or as they were last read from its address.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::crypto::json::read_unambiguous;
use crate::crypto::jwk::Jwk;
use crate::crypto::jwk::JwkSet;
use crate::domain::client::Client;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::client_changes;
use crate::storage::client_key_sets;

/// How long a set that was read is used without asking again.
pub const FRESH: Duration = Duration::from_secs(600);
/// The shortest time between two readings for one client, whatever key its callers name.
pub const READ_EVERY: Duration = Duration::from_secs(30);
/// How long a set that was read is used while its address does not answer.
pub const USABLE: Duration = Duration::from_secs(86_400);
/// The longest key set, in bytes.
pub const LONGEST_SET: usize = 65_536;

const MOST_KEYS: usize = 50;
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// What is known of a client's keys now.
#[derive(Clone, Debug)]
pub enum Held {
    /// These, as registered.
    ByValue(JwkSet),
    /// Those at its address.
    ByAddress(Read),
    /// It registered none.
    None,
}

/// The keys at a client's address as they were last read.
#[derive(Clone, Debug)]
pub struct Read {
    /// The address.
    pub uri: String,
    /// The set, empty if it was never read or too long ago.
    pub set: JwkSet,
    /// When it was read.
    pub at: Option<Instant>,
    /// When it was last tried.
    pub tried_at: Option<Instant>,
}

impl Read {
    /// Whether it answers for a key of this identifier without another reading.
    pub fn serves(&self, now: Instant, kid: Option<&str>) -> bool {
        let named = |kid: &str| self.set.keys.iter().any(|key| key.kid.as_deref() == Some(kid));
        self.at.is_some_and(|at| now < at.plus(FRESH)) && kid.is_none_or(named)
    }
}

/// Why what was read is no key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSet {
    /// Not one JSON object with a list `keys`, or a member stands in it twice.
    #[error("it is no JSON object with a list of keys")]
    Form,
    /// No key, or more than fifty.
    #[error("it has no key, or too many")]
    Count,
    /// Something private or symmetric is in it.
    #[error("a private or secret key is in it")]
    Private,
    /// Two keys have one identifier.
    #[error("two keys have the same kid")]
    Twice,
}

/// Reads a published key set (RFC 7517 section 5).
///
/// # Errors
/// See [`BadSet`]: one bad key spoils the set.
pub fn parse(bytes: &[u8]) -> Result<JwkSet, BadSet> {
    let document: Value = read_unambiguous(bytes).map_err(|_| BadSet::Form)?;
    let keys = document.get("keys").and_then(Value::as_array).ok_or(BadSet::Form)?;
    if keys.is_empty() || keys.len() > MOST_KEYS {
        return Err(BadSet::Count);
    }
    let private = |key: &Value| PRIVATE_MEMBERS.iter().any(|member| key.get(member).is_some());
    if keys.iter().any(private) {
        return Err(BadSet::Private);
    }
    let set: JwkSet = serde_json::from_value(document).map_err(|_| BadSet::Form)?;
    let kids: Vec<&str> = set.keys.iter().filter_map(|key| key.kid.as_deref()).collect();
    if kids.iter().collect::<BTreeSet<_>>().len() < kids.len() {
        return Err(BadSet::Twice);
    }
    Ok(set)
}

/// What is known of a client's keys.
///
/// # Errors
/// As the database says.
pub async fn held(bench: &Bench, client: &Client) -> Result<Held, Refusal> {
    let mut tx = bench.db.read().await?;
    if let Some(jwks) = &client.registration.jwks {
        let mut set: JwkSet = serde_json::from_value(jwks.clone())?;
        if let Some((former, until)) = client_changes::former_keys(&mut tx, &client.id).await?
            && bench.now() < until
        {
            let former: JwkSet = serde_json::from_str(&former)?;
            let own: Vec<Option<String>> = set.keys.iter().map(Jwk::thumbprint).collect();
            set.keys.extend(former.keys.into_iter().filter(|key| !own.contains(&key.thumbprint())));
        }
        return Ok(Held::ByValue(set));
    }
    let Some(uri) = client.registration.options.jwks_uri.clone() else { return Ok(Held::None) };
    let row = client_key_sets::find(&mut tx, &client.id).await?.filter(|row| row.uri == uri);
    let Some(row) = row else {
        return Ok(Held::ByAddress(Read { uri, set: JwkSet::default(), at: None, tried_at: None }));
    };
    let usable = row.fetched_at.is_some_and(|at| bench.now() < at.plus(USABLE));
    let set = match row.jwks.filter(|_| usable) {
        Some(text) => serde_json::from_str(&text)?,
        None => JwkSet::default(),
    };
    Ok(Held::ByAddress(Read { uri, set, at: row.fetched_at, tried_at: Some(row.tried_at) }))
}

/// Takes the right to read a client's address now; `false` when it was tried less than [`READ_EVERY`] ago.
///
/// # Errors
/// As the database says.
pub async fn may_read(bench: &Bench, client: &Client, uri: &str) -> Result<bool, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let taken = client_key_sets::begin(&mut work.tx, &client.id, uri, now, now.minus(READ_EVERY)).await?;
    work.commit_without_entry(Housekeeping::ClientKeys).await?;
    Ok(taken)
}

/// Keeps the set that was read from a client's address.
///
/// # Errors
/// As the database says.
pub async fn keep(bench: &Bench, client: &Client, uri: &str, set: &JwkSet) -> Result<(), Refusal> {
    let text = serde_json::to_string(set)?;
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    client_key_sets::store(&mut work.tx, &client.id, uri, &text, now).await?;
    work.commit_without_entry(Housekeeping::ClientKeys).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        r#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    #[test]
    fn a_set_with_anything_wrong_in_it_is_no_set() {
        let set = |keys: &str| parse(format!(r#"{{"keys":[{keys}]}}"#).as_bytes());
        assert_eq!(set(KEY).expect("a set").keys.len(), 1);
        let other = r#"{"kty":"EC","crv":"P-521","use":"enc","kid":"b"}"#;
        assert_eq!(set(&format!("{KEY},{other}")).expect("keys of other kinds stay").keys.len(), 2);
        assert_eq!(set(&format!("{KEY},{KEY}")), Err(BadSet::Twice));
        assert_eq!(set(""), Err(BadSet::Count));
        assert_eq!(set(&vec!["{\"kty\":\"EC\"}"; 51].join(",")), Err(BadSet::Count));
        for member in PRIVATE_MEMBERS {
            let key = KEY.replace("\"kid\"", &format!("\"{member}\":\"AA\",\"kid\""));
            assert_eq!(set(&key), Err(BadSet::Private), "{member}");
        }
        for bad in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"keys":{}}"#,
            r#"{"keys":[1]}"#,
            r#"{"keys":[],"keys":[]}"#,
            "<html>",
        ] {
            assert_eq!(parse(bad.as_bytes()), Err(BadSet::Form), "{bad}");
        }
    }
}
