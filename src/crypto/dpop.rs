//! DPoP proofs (RFC 9449): a signed statement that the holder of a key makes this very request.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::crypto::hash::b64;
use crate::crypto::hash::same;
use crate::crypto::hash::sha256;
use crate::crypto::hash::unb64_32;
use crate::crypto::jose;
use crate::crypto::jose::JoseError;
use crate::crypto::jose::TypRule;
use crate::crypto::keys::Algorithm;
use crate::domain::time::Instant;

/// The algorithms of proofs (FAPI 2.0 section 5.4).
pub const ALGORITHMS: [Algorithm; 3] = [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Ps256];

/// How far the instant in a proof may lie from ours, either way. FAPI 2.0 section 5.3.2.1: ten seconds ahead must pass, more
/// than sixty must not.
pub const WINDOW: Duration = Duration::from_secs(60);

const LONGEST_JTI: usize = 256;

/// What the proof must be about.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// The address of the request, without query.
    pub url: &'a str,
    /// The present instant.
    pub now: Instant,
    /// The nonces of ours that are accepted now; one of them is required.
    pub nonces: &'a [String],
    /// The access token that comes with it, at a resource.
    pub access_token: Option<&'a str>,
}

/// A proof that holds, but for having been seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The thumbprint of the key (RFC 7638), base64url: what tokens are bound to.
    pub jkt: String,
    /// The number of the proof, to be seen once.
    pub jti: String,
    /// When it says that it was made.
    pub iat: Instant,
}

/// Why a proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// Form, type, algorithm, key or signature.
    #[error("{0}")]
    Token(#[from] JoseError),
    /// The key has no thumbprint, or carries its private half.
    #[error("the proof's key is not usable")]
    Key,
    /// Made for another method.
    #[error("htm is not the method of this request")]
    Method,
    /// Made for another address.
    #[error("htu is not the address of this request")]
    Address,
    /// Made too long ago, or ahead of time.
    #[error("iat is more than a minute away")]
    Time,
    /// No number, or one of no use.
    #[error("jti has 1 to 256 characters")]
    Number,
    /// Not made for this access token, or made for one where none is.
    #[error("ath is not the hash of this access token")]
    AccessToken,
    /// Without one of our nonces. Everything else holds.
    #[error("a nonce of this server is needed")]
    Nonce,
    /// Its number came before.
    #[error("this proof was used before")]
    Replayed,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: f64,
    #[serde(default)]
    ath: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
}

/// Checks one proof; whether it was seen before is the caller's to find out.
///
/// # Errors
/// [`DpopError`]; [`DpopError::Nonce`] only when nothing else is wrong.
pub fn verify(proof: &str, expected: &Expected<'_>) -> Result<Proof, DpopError> {
    let rule = jose::Expected { typ: TypRule::Exactly("dpop+jwt"), algorithms: &ALGORITHMS };
    let (verified, key) = jose::verify_with_own_key::<Claims>(proof, &rule)?;
    let jkt = key.thumbprint().ok_or(DpopError::Key)?;
    let claims = verified.claims;
    if claims.jti.is_empty() || claims.jti.len() > LONGEST_JTI {
        return Err(DpopError::Number);
    }
    if claims.htm != expected.method {
        return Err(DpopError::Method);
    }
    if !same_address(&claims.htu, expected.url) {
        return Err(DpopError::Address);
    }
    let iat = near(claims.iat, expected.now).ok_or(DpopError::Time)?;
    let ath = expected.access_token.map(|token| b64(&sha256(token.as_bytes())));
    match (ath, claims.ath) {
        (None, _) => {}
        (Some(own), Some(shown)) if same(own.as_bytes(), shown.as_bytes()) => {}
        (Some(_), _) => return Err(DpopError::AccessToken),
    }
    let fresh = claims.nonce.is_some_and(|nonce| {
        expected.nonces.iter().any(|accepted| same(accepted.as_bytes(), nonce.as_bytes()))
    });
    if fresh { Ok(Proof { jkt, jti: claims.jti, iat }) } else { Err(DpopError::Nonce) }
}

/// Whether `text` can be a thumbprint (`dpop_jkt`, RFC 9449 section 10).
pub fn is_thumbprint(text: &str) -> bool {
    unb64_32(text).is_some()
}

fn near(seconds: f64, now: Instant) -> Option<Instant> {
    let (early, late) = (now.minus(WINDOW).seconds(), now.plus(WINDOW).seconds());
    #[expect(clippy::cast_possible_truncation, reason = "what is beyond the window is refused all the same")]
    let whole = seconds.floor() as i64;
    (seconds.is_finite() && (early..=late).contains(&whole)).then(|| Instant::from_seconds(whole))
}

/// Compared as addresses, without query and fragment (RFC 9449 section 4.3, point 9): scheme, host, port and path after
/// normalisation.
fn same_address(shown: &str, own: &str) -> bool {
    let read = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    match (read(shown), read(own)) {
        (Some(shown), Some(own)) => shown == own,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keys::SigningKey;
    use crate::crypto::random::SystemRandom;
    use serde_json::Value;
    use serde_json::json;

    const NOW: i64 = 1_795_000_000;
    const URL: &str = "https://procura.example/oauth/token";

    fn key(algorithm: Algorithm) -> SigningKey {
        SigningKey::generate(algorithm, &SystemRandom::new()).expect("a key").0
    }

    fn made(key: &SigningKey, head: &Value, claims: &Value) -> String {
        let part = |value: &Value| b64(value.to_string().as_bytes());
        let input = format!("{}.{}", part(head), part(claims));
        format!("{input}.{}", b64(&key.sign(input.as_bytes()).expect("signs")))
    }

    fn head(key: &SigningKey) -> Value {
        json!({ "typ": "dpop+jwt", "alg": key.algorithm().as_str(), "jwk": key.public_jwk() })
    }

    fn changed(mut value: Value, change: &Value) -> Value {
        for (name, new) in change.as_object().expect("an object") {
            if new.is_null() {
                value.as_object_mut().expect("an object").remove(name);
            } else {
                value[name] = new.clone();
            }
        }
        value
    }

    fn claims(change: &Value) -> Value {
        let usual = json!({ "jti": "one", "htm": "POST", "htu": URL, "iat": NOW, "nonce": "fresh" });
        changed(usual, change)
    }

    fn check(proof: &str, access_token: Option<&str>) -> Result<Proof, DpopError> {
        let nonces = ["older".to_owned(), "fresh".to_owned()];
        let now = Instant::from_seconds(NOW);
        verify(proof, &Expected { method: "POST", url: URL, now, nonces: &nonces, access_token })
    }

    #[test]
    fn a_proof_names_its_key() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
            let key = key(algorithm);
            let proof = check(&made(&key, &head(&key), &claims(&json!({}))), None).expect("holds");
            let expected =
                Proof { jkt: key.kid().to_owned(), jti: "one".to_owned(), iat: Instant::from_seconds(NOW) };
            assert_eq!(proof, expected);
            assert!(is_thumbprint(&proof.jkt) && !is_thumbprint("AAAA"));
        }
    }

    #[test]
    fn what_is_claimed_must_be_this_request() {
        let key = key(Algorithm::Es256);
        for (change, expected) in [
            (json!({ "htm": "GET" }), DpopError::Method),
            (json!({ "htm": "post" }), DpopError::Method),
            (json!({ "htu": "https://procura.example/oauth/par" }), DpopError::Address),
            (json!({ "htu": "http://procura.example/oauth/token" }), DpopError::Address),
            (json!({ "htu": "https://procura.example:8443/oauth/token" }), DpopError::Address),
            (json!({ "htu": "https://u@procura.example/oauth/token" }), DpopError::Address),
            (json!({ "htu": "/oauth/token" }), DpopError::Address),
            (json!({ "iat": NOW - 61 }), DpopError::Time),
            (json!({ "iat": NOW + 61 }), DpopError::Time),
            (json!({ "iat": 1e300 }), DpopError::Time),
            (json!({ "jti": "" }), DpopError::Number),
            (json!({ "jti": "x".repeat(257) }), DpopError::Number),
            (json!({ "jti": null }), DpopError::Token(JoseError::Claims)),
            (json!({ "htm": null }), DpopError::Token(JoseError::Claims)),
            (json!({ "htu": null }), DpopError::Token(JoseError::Claims)),
            (json!({ "iat": null }), DpopError::Token(JoseError::Claims)),
            (json!({ "iat": "1795000000" }), DpopError::Token(JoseError::Claims)),
            (json!({ "nonce": null }), DpopError::Nonce),
            (json!({ "nonce": "stale" }), DpopError::Nonce),
        ] {
            let proof = made(&key, &head(&key), &claims(&change));
            assert_eq!(check(&proof, None).expect_err("refused"), expected, "{change}");
        }
        for change in [
            json!({ "iat": NOW - 10 }),
            json!({ "iat": NOW + 10 }),
            json!({ "iat": 1_795_000_010.5 }),
            json!({ "nonce": "older" }),
            json!({ "htu": "HTTPS://Procura.Example:443/oauth/./token?x=1#y" }),
            json!({ "ath": "whatever" }),
        ] {
            assert!(check(&made(&key, &head(&key), &claims(&change)), None).is_ok(), "{change}");
        }
    }

    #[test]
    fn at_a_resource_it_names_the_token() {
        let key = key(Algorithm::EdDsa);
        let with = |change: Value| check(&made(&key, &head(&key), &claims(&change)), Some("the-token"));
        assert!(with(json!({ "ath": b64(&sha256(b"the-token")) })).is_ok());
        assert_eq!(with(json!({})), Err(DpopError::AccessToken));
        assert_eq!(with(json!({ "ath": b64(&sha256(b"another")) })), Err(DpopError::AccessToken));
    }

    #[test]
    fn a_header_that_proves_nothing_is_refused() {
        let (mine, other, rsa) = (key(Algorithm::Es256), key(Algorithm::Es256), key(Algorithm::Rs256));
        let mut with_private = serde_json::to_value(mine.public_jwk()).expect("json");
        with_private["d"] = json!("AAAA");
        for (change, expected) in [
            (json!({ "typ": "JWT" }), JoseError::Type),
            (json!({ "typ": null }), JoseError::Type),
            (json!({ "alg": "none" }), JoseError::Algorithm),
            (json!({ "alg": "HS256" }), JoseError::Algorithm),
            (json!({ "alg": "RS256" }), JoseError::Algorithm),
            (json!({ "alg": null }), JoseError::Malformed),
            (json!({ "alg": "EdDSA" }), JoseError::Signature),
            (json!({ "jwk": null }), JoseError::UnknownKey),
            (json!({ "jwk": {} }), JoseError::UnknownKey),
            (json!({ "jwk": "a" }), JoseError::UnknownKey),
            (json!({ "jwk": with_private }), JoseError::UnknownKey),
            (json!({ "jwk": { "kty": "oct", "k": "AAAA" } }), JoseError::UnknownKey),
            (json!({ "jwk": other.public_jwk() }), JoseError::Signature),
            (json!({ "crit": ["b64"], "b64": false }), JoseError::Critical),
        ] {
            let proof = made(&mine, &changed(head(&mine), &change), &claims(&json!({})));
            assert_eq!(check(&proof, None), Err(DpopError::Token(expected)), "{change}");
        }
        let by_rsa = made(&rsa, &head(&rsa), &claims(&json!({})));
        assert_eq!(check(&by_rsa, None), Err(DpopError::Token(JoseError::Algorithm)));
        assert_eq!(check("", None), Err(DpopError::Token(JoseError::Malformed)));
        assert_eq!(
            check(&"x".repeat(jose::LONGEST_TOKEN + 1), None),
            Err(DpopError::Token(JoseError::TooLong))
        );
    }
}

#[cfg(test)]
#[path = "dpop_hostile_tests.rs"]
mod hostile_tests;
