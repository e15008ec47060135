//! What the broker verifies of its identity provider's answer, as FranceConnect does: exactly, and without any tolerance.

use serde_json::Map;
use serde_json::Value;

use crate::crypto::jose;
use crate::crypto::jose::Expected;
use crate::crypto::jose::TypRule;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keyed_hash::KeyedHash;
use crate::crypto::keys::Algorithm;
use crate::demo::broker::ProviderRecord;
use crate::domain::time::Instant;

const LEVELS: [&str; 3] = ["eidas1", "eidas2", "eidas3"];
const LONGEST_NAME: usize = 256;

/// Why an answer goes no further: the error page's code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// The token answer, or something in the ID token.
    #[error("Y020026: {0}")]
    Token(String),
    /// The userinfo answer.
    #[error("Y020027: {0}")]
    Userinfo(String),
    /// The level is too low, unknown or missing.
    #[error("Y100001: the level is missing or too low")]
    LevelTooLow,
    /// The level is above what this provider may assert.
    #[error("Y100018: the level is not this provider's")]
    LevelTooHigh,
    /// No label of the login is one of the service's.
    #[error("Y600020: the delegation does not cover the service")]
    Label,
    /// A claim of the identity.
    #[error("Y600006: {0}")]
    Identity(&'static str),
}

impl Doubt {
    /// The error page's code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Token(_) => "Y020026",
            Self::Userinfo(_) => "Y020027",
            Self::LevelTooLow => "Y100001",
            Self::LevelTooHigh => "Y100018",
            Self::Label => "Y600020",
            Self::Identity(_) => "Y600006",
        }
    }
}

/// Opens a signed answer with the one algorithm on record: a key of the provider, or the broker's own secret.
pub fn open_signed(
    token: &str,
    algorithm: &str,
    record: &ProviderRecord,
    keys: &JwkSet,
) -> Result<Map<String, Value>, String> {
    if algorithm == "HS256" {
        let keyed = KeyedHash::read(token).map_err(|error| error.to_string())?;
        return keyed.verify(record.client_secret.as_bytes()).map_err(|error| error.to_string());
    }
    let algorithm = Algorithm::parse(algorithm).ok_or("an unknown algorithm is on record")?;
    let expected = Expected { typ: TypRule::JwtOrAbsent, algorithms: &[algorithm] };
    jose::verify(token, keys, &expected).map(|verified| verified.claims).map_err(|error| error.to_string())
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

fn number(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    claims.get(name).and_then(Value::as_i64)
}

/// Issuer, audience, times, subject and nonce of an ID token; then its level.
pub fn check_id_token(
    claims: &Map<String, Value>,
    record: &ProviderRecord,
    nonce: &str,
    now: Instant,
) -> Result<(), Doubt> {
    let client = Some(record.client_id.as_str());
    let checks = [
        (text(claims, "iss") == Some(record.issuer.as_str()), "iss"),
        (text(claims, "aud") == client, "aud"),
        (claims.get("azp").is_none_or(|azp| azp.as_str() == client), "azp"),
        (number(claims, "exp").is_some_and(|exp| exp > now.seconds()), "exp"),
        (number(claims, "iat").is_some_and(|iat| iat <= now.seconds()), "iat"),
        (text(claims, "sub").is_some_and(|sub| !sub.is_empty() && sub.is_ascii()), "sub"),
        (text(claims, "nonce") == Some(nonce), "nonce"),
    ];
    if let Some((_, what)) = checks.into_iter().find(|(holds, _)| !holds) {
        return Err(Doubt::Token(format!("{what} of the ID token")));
    }
    match text(claims, "acr") {
        Some("eidas1") => Ok(()),
        Some(level) if LEVELS.contains(&level) => Err(Doubt::LevelTooHigh),
        _ => Err(Doubt::LevelTooLow),
    }
}

/// The labels of the login, an array of strings in the ID token; one in common with the service's is enough.
pub fn check_labels(accepted: &[String], claims: &Map<String, Value>) -> Result<Vec<String>, Doubt> {
    let labels = match claims.get("rep_scope") {
        None => Vec::new(),
        Some(Value::Array(labels)) => labels
            .iter()
            .map(|label| label.as_str().map(str::to_owned))
            .collect::<Option<Vec<String>>>()
            .ok_or(Doubt::Label)?,
        Some(_) => return Err(Doubt::Label),
    };
    if label_fits(accepted, &labels) { Ok(labels) } else { Err(Doubt::Label) }
}

/// Whether a service that accepts these labels lets this login in; one without labels lets everybody in.
pub fn label_fits(accepted: &[String], labels: &[String]) -> bool {
    accepted.is_empty() || accepted.iter().any(|label| labels.contains(label))
}

/// The identity in userinfo.
pub fn check_identity(claims: &Map<String, Value>) -> Result<(), Doubt> {
    let of = |name: &str| text(claims, name).unwrap_or_default();
    let name = |name: &str| (1..=LONGEST_NAME).contains(&of(name).chars().count());
    let french = of("birthcountry") == "99100";
    let code = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let checks = [
        (!of("sub").is_empty() && of("sub").is_ascii(), "sub"),
        (name("given_name"), "given_name"),
        (name("family_name"), "family_name"),
        (matches!(of("gender"), "female" | "male" | "unspecified"), "gender"),
        (is_birthdate(of("birthdate")), "birthdate"),
        (
            code(of("birthcountry")) && of("birthcountry").bytes().all(|byte| byte.is_ascii_digit()),
            "birthcountry",
        ),
        (claims.get("birthplace").is_some_and(Value::is_string), "birthplace"),
        (!french || code(of("birthplace")), "birthplace"),
        (is_email(of("email")), "email"),
    ];
    match checks.into_iter().find(|(holds, _)| !holds) {
        Some((_, what)) => Err(Doubt::Identity(what)),
        None => Ok(()),
    }
}

/// A whole date, or one of which civil records know the month or the year alone; `YYYY-00-DD` is none.
fn is_birthdate(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4)
        || !digits(month, 2)
        || !digits(day, 2)
        || *year < "1800"
        || *month > "12"
        || *day > "31"
    {
        return false;
    }
    *month != "00" || *day == "00"
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    !local.is_empty() && domain.contains('.') && !domain.contains('@') && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }

    fn record() -> ProviderRecord {
        ProviderRecord {
            title: "Procura".to_owned(),
            issuer: "http://gateway".to_owned(),
            client_id: "fc".to_owned(),
            client_secret: "s".repeat(40),
            id_token_alg: "ES256".to_owned(),
            userinfo_alg: None,
        }
    }

    fn judged(change: &Value) -> Result<(), Doubt> {
        let mut claims = object(json!({"iss": "http://gateway", "aud": "fc", "exp": 1_001, "iat": 1_000,
            "sub": "s", "nonce": "n", "acr": "eidas1"}));
        claims.extend(object(change.clone()));
        claims.retain(|_, value| !value.is_null());
        check_id_token(&claims, &record(), "n", Instant::from_seconds(1_000))
    }

    #[test]
    fn an_id_token_is_judged_without_tolerance() {
        assert_eq!(judged(&json!({})), Ok(()));
        for (change, what) in [
            (json!({"iss": "http://gateway/"}), "iss"),
            (json!({"aud": ["fc"]}), "aud"),
            (json!({"azp": "other"}), "azp"),
            (json!({"exp": 1_000}), "exp"),
            (json!({"iat": 1_001}), "iat"),
            (json!({"iat": null}), "iat"),
            (json!({"sub": "é"}), "sub"),
            (json!({"nonce": null}), "nonce"),
        ] {
            assert_eq!(judged(&change), Err(Doubt::Token(format!("{what} of the ID token"))), "{change}");
        }
        assert_eq!(judged(&json!({"acr": null})), Err(Doubt::LevelTooLow));
        assert_eq!(judged(&json!({"acr": "eidas2"})), Err(Doubt::LevelTooHigh));
    }

    #[test]
    fn one_label_in_common_is_enough_and_a_word_is_no_list() {
        let accepted = ["Social-Santé".to_owned(), "Logement".to_owned()];
        let labels = |claims: Value| check_labels(&accepted, &object(claims));
        assert_eq!(labels(json!({"rep_scope": ["Logement"]})), Ok(vec!["Logement".to_owned()]));
        for bad in [
            json!({}),
            json!({"rep_scope": ["Justice"]}),
            json!({"rep_scope": "Logement"}),
            json!({"rep_scope": [1]}),
        ] {
            assert_eq!(labels(bad), Err(Doubt::Label));
        }
        assert_eq!(check_labels(&[], &Map::new()), Ok(Vec::new()));
    }

    #[test]
    fn an_identity_is_whole_and_a_date_may_be_presumed() {
        let judged = |change: Value| {
            let mut claims = object(
                json!({"sub": "s", "given_name": "Awa", "family_name": "Diop", "gender": "female",
                "birthdate": "1962-08-24", "birthplace": "75107", "birthcountry": "99100", "email": "a@b.example"}),
            );
            claims.extend(object(change));
            claims.retain(|_, value| !value.is_null());
            check_identity(&claims).map_err(|doubt| doubt.to_string())
        };
        for good in [
            json!({}),
            json!({"birthdate": "1962-00-00"}),
            json!({"birthdate": "1962-08-00"}),
            json!({"birthcountry": "99352", "birthplace": ""}),
            json!({"act": {}}),
        ] {
            assert_eq!(judged(good), Ok(()));
        }
        for (change, what) in [
            (json!({"birthdate": "1962-00-24"}), "birthdate"),
            (json!({"birthplace": ""}), "birthplace"),
            (json!({"birthcountry": "99352", "birthplace": null}), "birthplace"),
            (json!({"email": null}), "email"),
            (json!({"email": "a@b"}), "email"),
            (json!({"gender": "f"}), "gender"),
            (json!({"given_name": ""}), "given_name"),
        ] {
            assert_eq!(judged(change.clone()), Err(format!("Y600006: {what}")), "{change}");
        }
    }
}
