//! Compact JSON Web Signatures (RFC 7515): made with one of our keys, checked against a set of keys and a rule.

use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::crypto::hash::b64;
use crate::crypto::hash::unb64;
use crate::crypto::json::Stands;
use crate::crypto::json::read_unambiguous;
use crate::crypto::jwk::Jwk;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;

/// The longest token that is looked at, in bytes.
pub const LONGEST_TOKEN: usize = 16 * 1024;

/// Why a token is not accepted, or was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    /// Longer than [`LONGEST_TOKEN`].
    #[error("the token is too long")]
    TooLong,
    /// Not three base64url parts, or a header or claims that are no JSON object or name a member twice.
    #[error("the token is malformed")]
    Malformed,
    /// `none`, a keyed hash, an unknown algorithm, or one that is not expected here.
    #[error("the token's algorithm is not accepted here")]
    Algorithm,
    /// Another `typ` than the expected one.
    #[error("the token is of another type")]
    Type,
    /// The header asks for an extension (`crit`, RFC 7515 section 4.1.11).
    #[error("the token asks for an unknown extension")]
    Critical,
    /// No key of the set has this `kid` and fits the algorithm.
    #[error("the token names no known key")]
    UnknownKey,
    /// The signature does not match.
    #[error("the token's signature does not match")]
    Signature,
    /// The signature holds, the claims have another shape than expected.
    #[error("the token's claims have another shape")]
    Claims,
    /// The claims could not be written or signed.
    #[error("the token could not be signed")]
    Signing,
}

/// The part of a header that matters. Keys and addresses in a header (`jwk`, `jku`, `x5c`, `x5u`) are not used,
/// but by [`verify_with_own_key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The algorithm, one of those that can be checked.
    pub algorithm: Algorithm,
    /// The key's identifier.
    pub kid: Option<String>,
    /// The type as written.
    pub typ: Option<String>,
}

/// A token whose signature and type hold; `exp`, `aud`, `iss` are the caller's to judge.
#[derive(Clone, Debug)]
pub struct Verified<T> {
    /// Its header.
    pub header: Header,
    /// Its claims.
    pub claims: T,
}

/// Which `typ` is accepted; compared without regard to case and to an `application/` prefix (RFC 7515 section 4.1.9).
#[derive(Clone, Copy, Debug)]
pub enum TypRule<'a> {
    /// This one only: explicit typing (RFC 8725 section 3.11).
    Exactly(&'a str),
    /// One of these.
    AnyOf(&'a [&'a str]),
    /// `JWT` or none: ID tokens and assertions of others.
    JwtOrAbsent,
}

/// What a token must be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The rule on its type.
    pub typ: TypRule<'a>,
    /// The accepted algorithms.
    pub algorithms: &'a [Algorithm],
}

#[derive(Serialize)]
struct HeaderOut<'a> {
    alg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<&'a str>,
}

#[derive(Deserialize)]
struct HeaderIn {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default)]
    crit: Stands,
    jwk: Option<Value>,
}

/// Signs `claims` as a compact JWS with the key's `alg` and `kid` and this `typ`.
///
/// # Errors
/// [`JoseError::Signing`] when the claims are no JSON or the key fails.
pub fn sign(key: &SigningKey, typ: Option<&str>, claims: &impl Serialize) -> Result<String, JoseError> {
    let header = HeaderOut { alg: key.algorithm().as_str(), kid: Some(key.kid()), typ };
    let input = signing_input(&header, claims)?;
    let signature = key.sign(input.as_bytes()).map_err(|_| JoseError::Signing)?;
    Ok(format!("{input}.{}", b64(&signature)))
}

/// Signs `claims` with HMAC-SHA-256 under a client's secret: only for an identity broker registered with HS256.
///
/// # Errors
/// [`JoseError::Signing`] when the claims are no JSON or the secret is shorter than 32 bytes (RFC 7518 section 3.2).
pub fn sign_hs256(secret: &[u8], typ: Option<&str>, claims: &impl Serialize) -> Result<String, JoseError> {
    if secret.len() < 32 {
        return Err(JoseError::Signing);
    }
    let input = signing_input(&HeaderOut { alg: "HS256", kid: None, typ }, claims)?;
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    let tag = ring::hmac::sign(&key, input.as_bytes());
    Ok(format!("{input}.{}", b64(tag.as_ref())))
}

/// Reads the header without checking anything but its form: to choose whose keys to fetch.
///
/// # Errors
/// Those of [`verify`] about length, form, algorithm and extensions.
pub fn header(token: &str) -> Result<Header, JoseError> {
    Parts::read(token).map(|parts| parts.header)
}

/// Checks a compact JWS: type, algorithm, key, signature, and that header and claims name no member twice.
///
/// # Errors
/// See [`JoseError`]; [`JoseError::UnknownKey`] is the one after which keys may be fetched again.
pub fn verify<T: DeserializeOwned>(
    token: &str,
    keys: &JwkSet,
    expected: &Expected<'_>,
) -> Result<Verified<T>, JoseError> {
    verify_within(token, LONGEST_TOKEN, keys, expected)
}

/// As [`verify`], for a kind of token that may be longer than [`LONGEST_TOKEN`]: up to `longest` bytes.
///
/// # Errors
/// As [`verify`].
pub fn verify_within<T: DeserializeOwned>(
    token: &str,
    longest: usize,
    keys: &JwkSet,
    expected: &Expected<'_>,
) -> Result<Verified<T>, JoseError> {
    let parts = Parts::read_within(token, longest)?;
    parts.meets(expected)?;
    let mut found = false;
    let verified = keys.candidates(parts.header.algorithm, parts.header.kid.as_deref()).any(|key| {
        found = true;
        parts.signed_by(key)
    });
    match (found, verified) {
        (false, _) => Err(JoseError::UnknownKey),
        (true, false) => Err(JoseError::Signature),
        (true, true) => parts.into_claims(),
    }
}

/// Checks a JWS that carries its own public key in `jwk` (a DPoP proof, RFC 9449 section 4.2) and returns that key.
///
/// # Errors
/// As [`verify`]; [`JoseError::UnknownKey`] when the header has no usable key, or a private one.
pub fn verify_with_own_key<T: DeserializeOwned>(
    token: &str,
    expected: &Expected<'_>,
) -> Result<(Verified<T>, Jwk), JoseError> {
    let mut parts = Parts::read(token)?;
    parts.meets(expected)?;
    let jwk = parts.jwk.take().ok_or(JoseError::UnknownKey)?;
    if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|member| jwk.get(member).is_some()) {
        return Err(JoseError::UnknownKey);
    }
    let key: Jwk = serde_json::from_value(jwk).map_err(|_| JoseError::UnknownKey)?;
    if !parts.signed_by(&key) {
        return Err(JoseError::Signature);
    }
    Ok((parts.into_claims()?, key))
}

struct Parts<'a> {
    header: Header,
    jwk: Option<Value>,
    input: &'a str,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn read(token: &'a str) -> Result<Self, JoseError> {
        Self::read_within(token, LONGEST_TOKEN)
    }

    fn read_within(token: &'a str, longest: usize) -> Result<Self, JoseError> {
        if token.len() > longest {
            return Err(JoseError::TooLong);
        }
        let (input, signature) = token.rsplit_once('.').ok_or(JoseError::Malformed)?;
        let (head, claims) = input.split_once('.').ok_or(JoseError::Malformed)?;
        let head = unb64(head).ok_or(JoseError::Malformed)?;
        let head: HeaderIn = read_object(&head)?;
        if head.crit.0 {
            return Err(JoseError::Critical);
        }
        let algorithm = Algorithm::parse(&head.alg).ok_or(JoseError::Algorithm)?;
        Ok(Self {
            header: Header { algorithm, kid: head.kid, typ: head.typ },
            jwk: head.jwk,
            input,
            claims: unb64(claims).ok_or(JoseError::Malformed)?,
            signature: unb64(signature).ok_or(JoseError::Malformed)?,
        })
    }

    fn meets(&self, expected: &Expected<'_>) -> Result<(), JoseError> {
        if !expected.algorithms.contains(&self.header.algorithm) {
            return Err(JoseError::Algorithm);
        }
        let typ = self.header.typ.as_deref().map(bare_type);
        let fits = match expected.typ {
            TypRule::Exactly(wanted) => typ.is_some_and(|typ| typ.eq_ignore_ascii_case(wanted)),
            TypRule::AnyOf(wanted) => {
                typ.is_some_and(|typ| wanted.iter().any(|wanted| typ.eq_ignore_ascii_case(wanted)))
            }
            TypRule::JwtOrAbsent => typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT")),
        };
        if fits { Ok(()) } else { Err(JoseError::Type) }
    }

    fn signed_by(&self, key: &Jwk) -> bool {
        key.verifies(self.header.algorithm, self.input.as_bytes(), &self.signature)
    }

    fn into_claims<T: DeserializeOwned>(self) -> Result<Verified<T>, JoseError> {
        let value: Value = read_object(&self.claims)?;
        let claims = serde_json::from_value(value).map_err(|_| JoseError::Claims)?;
        Ok(Verified { header: self.header, claims })
    }
}

fn signing_input(header: &HeaderOut<'_>, claims: &impl Serialize) -> Result<String, JoseError> {
    let header = serde_json::to_vec(header).map_err(|_| JoseError::Signing)?;
    let claims = serde_json::to_vec(claims).map_err(|_| JoseError::Signing)?;
    Ok(format!("{}.{}", b64(&header), b64(&claims)))
}

fn read_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JoseError> {
    if bytes.first() != Some(&b'{') {
        return Err(JoseError::Malformed);
    }
    read_unambiguous(bytes).map_err(|_| JoseError::Malformed)
}

fn bare_type(typ: &str) -> &str {
    match typ.split_at_checked(12) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
        _ => typ,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;
    use serde_json::json;

    const ANY: Expected<'_> = Expected { typ: TypRule::Exactly("at+jwt"), algorithms: &Algorithm::ALL };

    fn key(algorithm: Algorithm) -> SigningKey {
        SigningKey::generate(algorithm, &SystemRandom::new()).expect("a key").0
    }

    fn set(keys: &[&SigningKey]) -> JwkSet {
        JwkSet { keys: keys.iter().map(|key| key.public_jwk()).collect() }
    }

    fn raw(key: &SigningKey, header: &str, claims: &str) -> String {
        let input = format!("{}.{}", b64(header.as_bytes()), b64(claims.as_bytes()));
        let signature = key.sign(input.as_bytes()).expect("signs");
        format!("{input}.{}", b64(&signature))
    }

    #[test]
    fn a_signed_token_verifies_and_gives_its_claims_back() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
            let (mine, other) = (key(algorithm), key(algorithm));
            let token = sign(&mine, Some("at+jwt"), &json!({"sub": "a", "n": 1})).expect("signs");
            let verified = verify::<Value>(&token, &set(&[&other, &mine]), &ANY).expect("verifies");
            assert_eq!(verified.claims, json!({"sub": "a", "n": 1}));
            assert_eq!(verified.header.kid.as_deref(), Some(mine.kid()));
            assert_eq!(header(&token).expect("a header"), verified.header);
            assert_eq!(verify::<Value>(&token, &set(&[&other]), &ANY).unwrap_err(), JoseError::UnknownKey);
        }
    }

    #[test]
    fn forged_headers_are_refused() {
        let mine = key(Algorithm::Es256);
        let keys = set(&[&mine]);
        let cases = [
            (r#"{"alg":"none","typ":"at+jwt"}"#, JoseError::Algorithm),
            (r#"{"alg":"HS256","typ":"at+jwt"}"#, JoseError::Algorithm),
            (r#"{"alg":"EdDSA","typ":"at+jwt"}"#, JoseError::UnknownKey),
            (r#"{"alg":"ES256","typ":"JWT"}"#, JoseError::Type),
            (r#"{"alg":"ES256"}"#, JoseError::Type),
            (r#"{"alg":"ES256","typ":"at+jwt","kid":"foreign"}"#, JoseError::UnknownKey),
            (r#"{"alg":"ES256","typ":"at+jwt","crit":["b64"],"b64":false}"#, JoseError::Critical),
            (r#"{"alg":"ES256","alg":"ES256","typ":"at+jwt"}"#, JoseError::Malformed),
            (r#"["ES256",null,"at+jwt",null,null]"#, JoseError::Malformed),
        ];
        for (head, wanted) in cases {
            let token = raw(&mine, head, "{}");
            assert_eq!(verify::<Value>(&token, &keys, &ANY).unwrap_err(), wanted, "{head}");
        }
        let no_kid = raw(&mine, r#"{"alg":"ES256","typ":"application/AT+JWT"}"#, "{}");
        assert!(verify::<Value>(&no_kid, &keys, &ANY).is_ok());
    }

    #[test]
    fn changed_or_ambiguous_claims_are_refused() {
        let mine = key(Algorithm::EdDsa);
        let keys = set(&[&mine]);
        let head = r#"{"alg":"EdDSA","typ":"at+jwt"}"#;
        let token = raw(&mine, head, r#"{"sub":"a","sub":"b"}"#);
        assert_eq!(verify::<Value>(&token, &keys, &ANY).unwrap_err(), JoseError::Malformed);
        let token = raw(&mine, head, r#"{"sub":"a"}"#);
        let swapped = token.replace(&b64(br#"{"sub":"a"}"#), &b64(br#"{"sub":"b"}"#));
        assert_eq!(verify::<Value>(&swapped, &keys, &ANY).unwrap_err(), JoseError::Signature);
        assert_eq!(verify::<Value>(&format!("{token}."), &keys, &ANY).unwrap_err(), JoseError::Malformed);
        assert_eq!(verify::<Value>("a.b", &keys, &ANY).unwrap_err(), JoseError::Malformed);
        let long = "a".repeat(LONGEST_TOKEN + 1);
        assert_eq!(verify::<Value>(&long, &keys, &ANY).unwrap_err(), JoseError::TooLong);
    }

    #[test]
    fn only_the_expected_algorithms_pass() {
        let mine = key(Algorithm::Es256);
        let token = sign(&mine, Some("JWT"), &json!({})).expect("signs");
        let rule = Expected { typ: TypRule::JwtOrAbsent, algorithms: &[Algorithm::Rs256] };
        assert_eq!(verify::<Value>(&token, &set(&[&mine]), &rule).unwrap_err(), JoseError::Algorithm);
        let rule = Expected { typ: TypRule::AnyOf(&["jwt", "client-authentication+jwt"]), ..ANY };
        assert!(verify::<Value>(&token, &set(&[&mine]), &rule).is_ok());
    }

    #[test]
    fn a_token_with_its_own_key_proves_that_key_and_shows_no_private_part() {
        let mine = key(Algorithm::Es256);
        let mut jwk = serde_json::to_value(mine.public_jwk()).expect("json");
        let rule = Expected { typ: TypRule::Exactly("dpop+jwt"), algorithms: &[Algorithm::Es256] };
        let head = |jwk: &Value| json!({"alg": "ES256", "typ": "dpop+jwt", "jwk": jwk}).to_string();
        let (_, proven) =
            verify_with_own_key::<Value>(&raw(&mine, &head(&jwk), "{}"), &rule).expect("verifies");
        assert_eq!(proven.thumbprint().as_deref(), Some(mine.kid()));
        let other = key(Algorithm::Es256);
        let forged = verify_with_own_key::<Value>(&raw(&other, &head(&jwk), "{}"), &rule);
        assert_eq!(forged.unwrap_err(), JoseError::Signature);
        jwk["d"] = json!("AAAA");
        let private = verify_with_own_key::<Value>(&raw(&mine, &head(&jwk), "{}"), &rule);
        assert_eq!(private.unwrap_err(), JoseError::UnknownKey);
    }

    #[test]
    fn a_keyed_hash_is_made_for_brokers_and_never_accepted() {
        let token = sign_hs256(&[9; 32], None, &json!({"sub": "a"})).expect("signs");
        let rule = Expected { typ: TypRule::JwtOrAbsent, ..ANY };
        assert_eq!(verify::<Value>(&token, &JwkSet::default(), &rule).unwrap_err(), JoseError::Algorithm);
        assert_eq!(sign_hs256(b"short", None, &json!({})).unwrap_err(), JoseError::Signing);
    }
}

#[cfg(test)]
#[path = "jose_hostile_tests.rs"]
mod hostile_tests;
