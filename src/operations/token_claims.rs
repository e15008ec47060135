//! The claims of an act's tokens: ID token, access token (RFC 9068) and the signed mandate.
//!
//! Every identifier in them is an alias of the client's sector; times of the mandate are whole days; nothing else is both rare
//! and equal at two clients. The aidant's name, where the registration grants it, is `act.name`.

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::crypto::hash::sha256_parts;
use crate::crypto::keys::Algorithm;
use crate::crypto::pairwise::AliasKind;
use crate::crypto::pairwise::alias;
use crate::crypto::pairwise::salt_for;
use crate::crypto::seal::DataKey;
use crate::domain::account::Account;
use crate::domain::act::Act;
use crate::domain::act::Opened;
use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::domain::client::MANDATE_TYPE;
use crate::domain::mandate::Consent;
use crate::domain::mandate::Mandate;
use crate::domain::organisation::Organisation;
use crate::domain::person::ConsentGrade;
use crate::domain::person::Identification;
use crate::domain::person::Person;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::identity_claims;

/// A delegated login of the lowest level.
pub const ACR_LOW: &str = "urn:procura:acr:delegated:low";
/// A delegated login where person, consent and aidant are all at the level "substantial".
pub const ACR_SUBSTANTIAL: &str = "urn:procura:acr:delegated:substantial";

/// Everything the claims are made of.
pub(super) struct Source<'a> {
    pub issuer: &'a str,
    pub now: Instant,
    pub client: &'a Client,
    pub act: &'a Act,
    pub opened: &'a Opened,
    pub account: &'a Account,
    pub account_key: &'a DataKey,
    pub organisation: &'a Organisation,
    pub person: &'a Person,
    pub person_key: &'a DataKey,
    pub mandate: &'a Mandate,
    pub consent: &'a Consent,
    /// The key the access token is bound to.
    pub jkt: Option<&'a str>,
}

/// When the tokens of an act end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub access: Instant,
}

impl Source<'_> {
    fn subject(&self) -> String {
        alias(self.person_key, AliasKind::Subject, self.client.sector(), self.person.id.uuid())
    }

    fn org(&self) -> Value {
        json!({ "siret": self.organisation.siret.as_str(), "name": self.organisation.name })
    }

    fn actor(&self) -> Value {
        let sector = self.client.sector();
        let mut actor = json!({
            "iss": self.issuer,
            "sub": alias(self.account_key, AliasKind::Actor, sector, self.account.id.uuid()),
            "org": self.org(),
            "habilitation": alias(self.account_key, AliasKind::Habilitation, sector, self.opened.habilitation.uuid()),
        });
        if self.client.registration.aidant_name {
            actor["name"] = Value::from(self.account.professional.full_name());
        }
        actor
    }

    /// The mandate object (RFC 9396) with these themes.
    pub fn mandate_object(&self, themes: &BTreeSet<Theme>) -> Value {
        let (from, until) = self.consent.validity.in_days();
        json!({
            "type": MANDATE_TYPE,
            "identifier": alias(self.person_key, AliasKind::Mandate, self.client.sector(), self.mandate.id.uuid()),
            "privileges": themes,
            "validity": { "nbf": from.seconds(), "exp": until.seconds() },
        })
    }

    fn acr(&self) -> &'static str {
        let weak_person =
            matches!(self.person.identification, Identification::Declared | Identification::Eidas1);
        if self.client.registration.kind == ClientKind::IdentityBroker {
            "eidas1"
        } else if weak_person || self.consent.grade == ConsentGrade::Declared {
            ACR_LOW
        } else {
            ACR_SUBSTANTIAL
        }
    }

    fn common(&self, ends: Ends) -> Map<String, Value> {
        let today = BTreeSet::from([self.opened.theme]);
        members(json!({
            "iss": self.issuer,
            "sub": self.subject(),
            "iat": self.now.seconds(),
            "exp": ends.access.seconds(),
            "auth_time": self.opened.factor_at.seconds(),
            "sid": self.act.id.to_string(),
            "acr": self.acr(),
            "amr": self.opened.factor.amr(),
            "act": self.actor(),
            "authorization_details": [self.mandate_object(&today)],
            "txn": self.opened.txn.to_string(),
        }))
    }

    /// The access token's (RFC 9068 section 2.2); its audience is this provider.
    pub fn access(&self, ends: Ends, jti: &str) -> Map<String, Value> {
        let mut claims = self.common(ends);
        claims.insert("aud".to_owned(), Value::from(self.issuer));
        claims.insert("client_id".to_owned(), Value::from(self.client.id.as_str()));
        claims.insert("jti".to_owned(), Value::from(jti));
        claims.insert("scope".to_owned(), Value::from(scope_text(&self.act.request.scope)));
        if let Some(jkt) = self.jkt {
            claims.insert("cnf".to_owned(), json!({ "jkt": jkt }));
        }
        claims
    }

    /// The ID token's (OIDC Core sections 2 and 3.1.3.6); `label` is the theme as the identity broker knows it.
    pub fn id(&self, ends: Ends, access_token: &str, label: &str) -> Map<String, Value> {
        let mut claims = self.common(ends);
        claims.insert("aud".to_owned(), Value::from(self.client.id.as_str()));
        // The digest follows the signature (OIDC Core section 3.1.3.6): Ed25519's is SHA-512, and at_hash may be left out.
        if self.client.registration.id_token_alg != Algorithm::EdDsa.as_str() {
            let digest = sha256(access_token.as_bytes());
            claims.insert("at_hash".to_owned(), Value::from(b64(&digest[..16])));
        }
        if let Some(nonce) = &self.act.request.nonce {
            claims.insert("nonce".to_owned(), Value::from(nonce.as_str()));
        }
        if self.client.registration.kind == ClientKind::IdentityBroker {
            claims.insert("rep_scope".to_owned(), json!([label]));
        }
        let asked = self.act.request.id_token_claims.iter().map(String::as_str);
        let granted = identity_claims::still_granted(self.client, asked);
        claims.extend(identity_claims::values(&self.person.identity, granted));
        claims
    }

    /// The signed mandate's; `chain` is the leaf hash of the mandate's newest entry.
    pub fn mandate(&self, jti: &str, themes: &BTreeSet<Theme>, chain: &[u8; 32]) -> Map<String, Value> {
        let (from, until) = self.consent.validity.in_days();
        let salt = salt_for(self.person_key, self.client.sector(), self.mandate.id);
        let digest = sha256_parts(&[&salt, &self.consent.text_digest]);
        let mut object = self.mandate_object(themes);
        object["consent"] = json!({
            "method": self.consent.method,
            "grade": self.consent.grade,
            "date": self.consent.validity.from.day().to_string(),
            "text_digest": b64(&digest),
            "text_salt": b64(&salt),
            "text_version": self.mandate.terms.text_version,
        });
        members(json!({
            "iss": self.issuer,
            "aud": self.client.id.as_str(),
            "sub": self.subject(),
            "jti": jti,
            "iat": self.now.seconds(),
            "nbf": from.seconds(),
            "exp": until.seconds(),
            "may_act": { "org": self.org() },
            "authorization_details": [object],
            "txn": self.opened.txn.to_string(),
            "chain": b64(chain),
        }))
    }
}

/// How an access token is to be shown (RFC 6749 section 5.1, RFC 9449 section 5).
pub const fn token_type(jkt: Option<&str>) -> &'static str {
    if jkt.is_some() { "DPoP" } else { "Bearer" }
}

/// Scopes as the wire writes them.
pub fn scope_text(scope: &BTreeSet<String>) -> String {
    scope.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
