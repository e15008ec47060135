//! The claims of what clients are told: security events (RFC 8417, SSF 1.0, CAEP 1.0) and logout tokens (OIDC Back-Channel
//! Logout section 2.4).
//!
//! They are made in the transaction of the change and kept sealed; only the signature is made when they are sent, with the key of
//! that time. So every attempt carries the same `jti` and says the same.

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::crypto::jose;
use crate::crypto::keys::Algorithm;
use crate::domain::client::Client;
use crate::domain::ids::ActId;
use crate::domain::ids::SignalId;
use crate::domain::signal::Initiator;
use crate::domain::signal::SignalKind;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::keys;
use crate::operations::refusal::Refusal;
use crate::text::Language;
use crate::text::Text;

/// The label under which claims are sealed.
pub(super) const SEALED_AS: &str = "signal.claims";
/// A logout token is good for two minutes from each attempt.
const LOGOUT_TOKEN_SECONDS: i64 = 120;

/// What all claims of one signal begin with.
pub(super) struct Head<'a> {
    pub issuer: &'a str,
    pub client: &'a Client,
    pub id: SignalId,
    pub kind: SignalKind,
    pub now: Instant,
}

/// A security event about `subject`; `txn` is the same for every event of one cause at this client.
pub(super) fn event(head: &Head<'_>, subject: &Value, txn: Option<&str>, details: Value) -> Value {
    let mut claims = json!({
        "iss": head.issuer,
        "aud": head.client.id.as_str(),
        "iat": head.now.seconds(),
        "jti": head.id.to_string(),
        "sub_id": subject,
        "events": { head.kind.uri(): details },
    });
    if let Some(txn) = txn {
        claims["txn"] = Value::from(txn);
    }
    claims
}

/// The lasting part of a logout token; `iat` and `exp` are added at each attempt.
pub(super) fn logout(head: &Head<'_>, subject: &str, session: ActId) -> Value {
    json!({
        "iss": head.issuer,
        "aud": head.client.id.as_str(),
        "jti": head.id.to_string(),
        "sub": subject,
        "sid": session.to_string(),
        "events": { head.kind.uri(): {} },
    })
}

/// A mandate as a subject (RFC 9493 section 3.2.5): the alias that this client knows from `authorization_details`.
pub(super) fn mandate_subject(alias: &str) -> Value {
    json!({ "format": "opaque", "id": alias })
}

/// A session as a subject (SSF section 3.3): `sid` and `sub` of the act's tokens.
pub(super) fn session_subject(issuer: &str, subject: &str, session: ActId) -> Value {
    json!({
        "format": "complex",
        "session": { "format": "opaque", "id": session.to_string() },
        "user": { "format": "iss_sub", "iss": issuer, "sub": subject },
    })
}

/// A stream as a subject (SSF section 8.1.4).
pub(super) fn stream_subject(id: &str) -> Value {
    json!({ "format": "opaque", "id": id })
}

/// CAEP's common members (section 2): when, begun by whom, and why in both languages, without a name.
pub(super) fn details(at: Instant, initiator: Initiator, reason: &str) -> Map<String, Value> {
    let words = |audience: &str| -> Map<String, Value> {
        let key = format!("signal-{audience}-{reason}");
        let one =
            |language: Language| (language.tag().to_owned(), Value::from(Text::new(language).get(&key)));
        Language::ALL.into_iter().map(one).collect()
    };
    let mut members = Map::new();
    members.insert("event_timestamp".to_owned(), Value::from(at.seconds()));
    members.insert("initiating_entity".to_owned(), Value::from(initiator.as_str()));
    members.insert("reason_admin".to_owned(), Value::Object(words("admin")));
    members.insert("reason_user".to_owned(), Value::Object(words("user")));
    members
}

/// Which theme went, and which of the client's own are left.
pub(super) fn add_themes(members: &mut Map<String, Value>, gone: Theme, left: &BTreeSet<Theme>) {
    members.insert("privileges".to_owned(), json!([gone]));
    members.insert("privileges_left".to_owned(), json!(left));
}

/// Signs the claims for one attempt.
///
/// # Errors
/// When there is no key.
pub(super) async fn sign(
    bench: &Bench,
    kind: SignalKind,
    client: &Client,
    claims: &[u8],
) -> Result<String, Refusal> {
    let mut claims: Value = serde_json::from_slice(claims)?;
    let mut algorithm = Algorithm::Es256;
    if kind == SignalKind::BackchannelLogout {
        let now = bench.now().seconds();
        claims["iat"] = Value::from(now);
        claims["exp"] = Value::from(now + LOGOUT_TOKEN_SECONDS);
        // As its ID tokens (OIDC Back-Channel Logout section 2.4).
        algorithm = Algorithm::parse(&client.registration.id_token_alg).unwrap_or(algorithm);
    }
    let key = keys::signing_key(bench, algorithm).await?;
    jose::sign(&key, Some(kind.typ()), &claims).map_err(|error| Refusal::Fault(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::signal::SignalReason;

    #[test]
    fn every_reason_has_words_in_both_languages_for_both_readers() {
        for reason in SignalReason::ALL.iter().map(|reason| reason.as_str()) {
            let members = details(Instant::from_seconds(5), Initiator::User, reason);
            for reader in ["reason_admin", "reason_user"] {
                for language in ["fr", "en"] {
                    let words = members[reader][language].as_str().expect("words");
                    assert!(
                        !words.contains('⟦') && !words.is_empty(),
                        "{reason} {reader} {language}: {words}"
                    );
                }
            }
            assert_eq!(members["event_timestamp"], 5);
        }
    }
}
