//! What a delegated login says, and what a mandate token must say for the administration to keep it in a file.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::crypto::jose::Expected;
use crate::crypto::jose::JoseError;
use crate::crypto::jose::TypRule;
use crate::crypto::jose::verify;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::domain::time::Instant;

/// The type of the mandate object (RFC 9396).
pub const MANDATE_TYPE: &str = "urn:procura:mandate";

/// The organisation that employs the aidant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its SIRET.
    pub siret: String,
    /// Its name.
    pub name: String,
}

/// Who acts (RFC 8693 section 4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The gateway.
    pub iss: String,
    /// The aidant, under this client's alias.
    pub sub: String,
    /// The employer.
    pub org: Organisation,
    /// The habilitation, under this client's alias.
    pub habilitation: String,
    /// The aidant's name, where the registration grants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// First and last second of a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// First, Unix seconds.
    pub nbf: i64,
    /// Last, Unix seconds.
    pub exp: i64,
}

/// A mandate as tokens name it (RFC 9396 section 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateDetail {
    /// [`MANDATE_TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The mandate, under this client's alias.
    pub identifier: String,
    /// The themes.
    pub privileges: Vec<String>,
    /// From when to when.
    pub validity: Validity,
    /// How the person agreed; in mandate tokens only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Value>,
}

/// The claims of an ID token beyond OpenID Connect's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delegation {
    /// Who acts.
    pub act: Act,
    /// The mandate, with the theme of today's act.
    pub authorization_details: Vec<MandateDetail>,
    /// The act's entry in the ledger.
    pub txn: String,
    /// The act.
    pub sid: String,
    /// Where the mandate's status stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Value>,
}

/// A mandate token's claims.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MandateClaims {
    /// The gateway.
    pub iss: String,
    /// The client it was made for.
    pub aud: String,
    /// The person, under this client's alias.
    pub sub: String,
    /// Its own identifier.
    pub jti: String,
    /// Made at, Unix seconds.
    pub iat: i64,
    /// Good from, Unix seconds.
    pub nbf: i64,
    /// Good until, Unix seconds.
    pub exp: i64,
    /// Who may act.
    pub may_act: MayAct,
    /// The mandate, with every theme this client may use.
    pub authorization_details: Vec<MandateDetail>,
    /// The act's entry in the ledger.
    pub txn: String,
    /// Leaf hash of the mandate's newest entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// Where the mandate's status stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Value>,
}

/// Who may act under a mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MayAct {
    /// Anybody the organisation habilitated.
    pub org: Organisation,
}

/// Why a mandate token does not belong into the file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MandateProblem {
    /// Its form or its signature.
    #[error("mandate token: {0}")]
    Signature(#[from] JoseError),
    /// It says something else than the login.
    #[error("mandate token: {0} does not fit the login")]
    Mismatch(&'static str),
    /// Not yet, or no longer.
    #[error("mandate token: not valid now")]
    Time,
}

/// Checks a mandate token against the gateway's keys and the login it came with.
pub fn check_mandate(
    token: &str,
    keys: &JwkSet,
    client_id: &str,
    subject: &str,
    login: &Delegation,
    now: Instant,
) -> Result<MandateClaims, MandateProblem> {
    const ALGORITHMS: [Algorithm; 3] = [Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa];
    let expected = Expected { typ: TypRule::Exactly("mandate+jwt"), algorithms: &ALGORITHMS };
    let claims = verify::<MandateClaims>(token, keys, &expected)?.claims;
    let says =
        |holds: bool, what: &'static str| if holds { Ok(()) } else { Err(MandateProblem::Mismatch(what)) };
    says(claims.iss == login.act.iss, "iss")?;
    says(claims.aud == client_id, "aud")?;
    says(claims.sub == subject, "sub")?;
    says(claims.txn == login.txn, "txn")?;
    says(claims.may_act.org == login.act.org, "may_act")?;
    let (Some(mandate), Some(today)) =
        (claims.authorization_details.first(), login.authorization_details.first())
    else {
        return Err(MandateProblem::Mismatch("authorization_details"));
    };
    says(mandate.kind == MANDATE_TYPE && today.kind == MANDATE_TYPE, "type")?;
    says(mandate.identifier == today.identifier, "identifier")?;
    says(today.privileges.iter().all(|theme| mandate.privileges.contains(theme)), "privileges")?;
    if claims.nbf > now.seconds() || claims.exp <= now.seconds() {
        return Err(MandateProblem::Time);
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::jose::sign;
    use crate::crypto::keys::SigningKey;
    use crate::crypto::random::SystemRandom;
    use serde_json::json;

    fn login() -> Delegation {
        serde_json::from_value(json!({
            "act": {"iss": "http://gateway", "sub": "a1", "org": {"siret": "1", "name": "CCAS"}, "habilitation": "h1"},
            "authorization_details": [{"type": MANDATE_TYPE, "identifier": "m1", "privileges": ["social"],
                "validity": {"nbf": 0, "exp": 2000}}],
            "txn": "t1", "sid": "s1"
        }))
        .expect("claims")
    }

    fn mandate() -> Value {
        json!({
            "iss": "http://gateway", "aud": "client", "sub": "p1", "jti": "j", "iat": 900, "nbf": 0, "exp": 2000,
            "may_act": {"org": {"siret": "1", "name": "CCAS"}}, "txn": "t1",
            "authorization_details": [{"type": MANDATE_TYPE, "identifier": "m1", "privileges": ["famille", "social"],
                "validity": {"nbf": 0, "exp": 2000}}]
        })
    }

    fn judge(typ: &str, change: impl Fn(&mut Value), at: i64) -> Result<MandateClaims, MandateProblem> {
        let key = SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key").0;
        let mut claims = mandate();
        change(&mut claims);
        let token = sign(&key, Some(typ), &claims).expect("signs");
        let keys = JwkSet { keys: vec![key.public_jwk()] };
        check_mandate(&token, &keys, "client", "p1", &login(), Instant::from_seconds(at))
    }

    #[test]
    fn the_right_mandate_is_kept() {
        assert_eq!(judge("mandate+jwt", |_| {}, 1000).expect("kept").jti, "j");
    }

    #[test]
    fn a_mandate_that_says_something_else_than_the_login_is_not() {
        type Change = fn(&mut Value);
        let cases: [(Change, &str); 7] = [
            (|claims| claims["iss"] = json!("http://other"), "iss"),
            (|claims| claims["aud"] = json!("other"), "aud"),
            (|claims| claims["sub"] = json!("p2"), "sub"),
            (|claims| claims["txn"] = json!("t2"), "txn"),
            (|claims| claims["may_act"]["org"]["siret"] = json!("2"), "may_act"),
            (|claims| claims["authorization_details"][0]["identifier"] = json!("m2"), "identifier"),
            (|claims| claims["authorization_details"][0]["privileges"] = json!(["famille"]), "privileges"),
        ];
        for (change, what) in cases {
            assert_eq!(judge("mandate+jwt", change, 1000).err(), Some(MandateProblem::Mismatch(what)));
        }
    }

    #[test]
    fn neither_is_one_of_another_type_or_time() {
        assert_eq!(judge("at+jwt", |_| {}, 1000).err(), Some(MandateProblem::Signature(JoseError::Type)));
        assert_eq!(judge("mandate+jwt", |_| {}, 2000).err(), Some(MandateProblem::Time));
        assert_eq!(judge("mandate+jwt", |_| {}, -1).err(), Some(MandateProblem::Time));
    }
}
