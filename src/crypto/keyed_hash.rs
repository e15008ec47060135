//! Tokens of an identity broker that is registered with HS256: read back with the secret of that one client, never otherwise.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::crypto::hash::unb64;
use crate::crypto::jose::JoseError;
use crate::crypto::jose::LONGEST_TOKEN;
use crate::crypto::json::Stands;
use crate::crypto::json::read_unambiguous;

/// A compact JWS whose header says HS256; nothing of it is believed before [`KeyedHash::verify`].
pub struct KeyedHash<'a> {
    input: &'a str,
    claims: Value,
    tag: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    crit: Stands,
}

impl<'a> KeyedHash<'a> {
    /// Takes the token apart.
    ///
    /// # Errors
    /// [`JoseError::TooLong`], [`JoseError::Malformed`], [`JoseError::Critical`], and [`JoseError::Algorithm`] for every other
    /// algorithm.
    pub fn read(token: &'a str) -> Result<Self, JoseError> {
        if token.len() > LONGEST_TOKEN {
            return Err(JoseError::TooLong);
        }
        let (input, tag) = token.rsplit_once('.').ok_or(JoseError::Malformed)?;
        let (head, claims) = input.split_once('.').ok_or(JoseError::Malformed)?;
        let head: Header = read_part(head)?;
        if head.crit.0 {
            return Err(JoseError::Critical);
        }
        if head.alg != "HS256" {
            return Err(JoseError::Algorithm);
        }
        Ok(Self { input, claims: read_part(claims)?, tag: unb64(tag).ok_or(JoseError::Malformed)? })
    }

    /// A claim as it is written, unchecked: to find whose secret checks it.
    pub fn claimed(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// The claims, once the hash under `secret` was found right (RFC 7518 section 3.2).
    ///
    /// # Errors
    /// [`JoseError::Signature`] for another secret or changed bytes, [`JoseError::Claims`] for claims of another shape.
    pub fn verify<T: DeserializeOwned>(self, secret: &[u8]) -> Result<T, JoseError> {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
        ring::hmac::verify(&key, self.input.as_bytes(), &self.tag).map_err(|_| JoseError::Signature)?;
        serde_json::from_value(self.claims).map_err(|_| JoseError::Claims)
    }
}

fn read_part<T: DeserializeOwned>(part: &str) -> Result<T, JoseError> {
    let bytes = unb64(part).ok_or(JoseError::Malformed)?;
    let value: Value = read_unambiguous(&bytes).map_err(|_| JoseError::Malformed)?;
    if !value.is_object() {
        return Err(JoseError::Malformed);
    }
    serde_json::from_value(value).map_err(|_| JoseError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hash::b64;
    use crate::crypto::jose::sign_hs256;
    use serde_json::json;

    const SECRET: &[u8] = b"a secret of thirty-two bytes or more";

    fn refused(token: &str) -> JoseError {
        KeyedHash::read(token).and_then(|read| read.verify::<Value>(SECRET)).expect_err("refused")
    }

    #[test]
    fn the_secret_alone_opens_what_it_made() {
        let token = sign_hs256(SECRET, Some("JWT"), &json!({"aud": "fc"})).expect("signs");
        let read = KeyedHash::read(&token).expect("reads");
        assert_eq!(read.claimed("aud"), Some("fc"));
        assert_eq!(read.verify::<Value>(SECRET).expect("verifies"), json!({"aud": "fc"}));
        let other =
            KeyedHash::read(&token).expect("reads").verify::<Value>(b"another secret of thirty-two bytes");
        assert_eq!(other.expect_err("another secret"), JoseError::Signature);
    }

    #[test]
    fn anything_else_is_refused() {
        let token = sign_hs256(SECRET, None, &json!({"aud": "fc"})).expect("signs");
        let swapped = token.replace(&b64(br#"{"aud":"fc"}"#), &b64(br#"{"aud":"ab"}"#));
        assert_eq!(refused(&swapped), JoseError::Signature);
        assert_eq!(refused(token.rsplit_once('.').expect("a dot").0), JoseError::Malformed);
        assert_eq!(refused(&format!("{}.", token.rsplit_once('.').expect("a dot").0)), JoseError::Signature);
        let with =
            |head: &str, claims: &str| format!("{}.{}.AAAA", b64(head.as_bytes()), b64(claims.as_bytes()));
        assert_eq!(refused(&with(r#"{"alg":"none"}"#, "{}")), JoseError::Algorithm);
        assert_eq!(refused(&with(r#"{"alg":"ES256"}"#, "{}")), JoseError::Algorithm);
        assert_eq!(refused(&with(r#"{"alg":"HS256","crit":["b64"]}"#, "{}")), JoseError::Critical);
        assert_eq!(refused(&with(r#"{"alg":"HS256","alg":"none"}"#, "{}")), JoseError::Malformed);
        assert_eq!(refused(&with(r#"{"alg":"HS256"}"#, r#"{"aud":"a","aud":"b"}"#)), JoseError::Malformed);
        assert_eq!(refused(&with(r#"{"alg":"HS256"}"#, "[]")), JoseError::Malformed);
        assert_eq!(refused(&"a".repeat(LONGEST_TOKEN + 1)), JoseError::TooLong);
    }
}
