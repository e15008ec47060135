//! What a broken or hostile provider may answer; chosen by the prefix of a login, so that one provider serves every test.

use std::time::Duration;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::crypto::hash::b64;
use crate::crypto::jose::JoseError;
use crate::crypto::jose::sign;
use crate::crypto::jose::sign_hs256;
use crate::crypto::keys::SigningKey;

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// Another nonce than the request's.
    WrongNonce,
    /// Another issuer.
    WrongIssuer,
    /// Made for another client.
    WrongAudience,
    /// Ended an hour ago.
    Expired,
    /// Without `iat`.
    NoIssuedAt,
    /// Another value of one claim.
    Claim(&'static str, &'static str),
    /// The last part is cut off.
    CutSignature,
    /// Without `sub`.
    NoSubject,
    /// Another person's `sub`.
    OtherSubject,
    /// Signed by a key that is not published, under the `kid` of the published one.
    ForeignKey,
    /// `alg: none`, without signature.
    AlgNone,
    /// HS256 keyed with the public key's coordinates.
    Hs256,
}

/// How an endpoint fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Answers rightly, but only after this time.
    Slow(Duration),
    /// Redirects to itself for ever.
    Redirects,
    /// Status 500.
    ServerError,
    /// An answer of three megabytes.
    Oversized,
    /// Something that is no token.
    Garbage,
}

/// How an encrypted token is encrypted wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongEncryption {
    /// Not at all: the signed token alone.
    None,
    /// RSA as key agreement, by the header.
    RsaOaep,
    /// Another content encryption, by the header.
    OtherContent,
    /// Compressed, by the header.
    Zipped,
    /// Claims instead of a signed token inside.
    NotNested,
    /// A signed token inside, without saying so.
    NotMarked,
    /// To a key that is not ours, under the name of ours.
    ForeignKey,
}

/// One misbehaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mischief {
    /// A forged ID token.
    IdToken(Forgery),
    /// A forged userinfo answer.
    Userinfo(Forgery),
    /// The ID token is encrypted wrongly.
    IdTokenEncryption(WrongEncryption),
    /// The userinfo answer is encrypted wrongly.
    UserinfoEncryption(WrongEncryption),
    /// The token endpoint fails.
    TokenEndpoint(Failure),
    /// The userinfo endpoint fails.
    UserinfoEndpoint(Failure),
    /// The `iss` parameter of the redirect names another issuer.
    IssuerParameter,
    /// The redirect carries another `state`.
    WrongState,
}

/// Signs `claims`, forged as told; `foreign` is a key nobody published.
pub(in crate::demo) fn forge(
    key: &SigningKey,
    foreign: &SigningKey,
    forgery: Option<Forgery>,
    mut claims: Map<String, Value>,
) -> Result<String, JoseError> {
    match forgery {
        Some(Forgery::WrongNonce) => set(&mut claims, "nonce", json!("0".repeat(64))),
        Some(Forgery::WrongIssuer) => set(&mut claims, "iss", json!("https://elsewhere.example/api/v2")),
        Some(Forgery::WrongAudience) => set(&mut claims, "aud", json!("somebody-else")),
        Some(Forgery::Expired) => age(&mut claims),
        Some(Forgery::NoIssuedAt) => drop(claims.remove("iat")),
        Some(Forgery::Claim(name, value)) => set(&mut claims, name, json!(value)),
        Some(Forgery::CutSignature) => {
            let token = sign(key, None, &claims)?;
            return Ok(token.get(..token.len().saturating_sub(8)).unwrap_or_default().to_owned());
        }
        Some(Forgery::NoSubject) => drop(claims.remove("sub")),
        Some(Forgery::OtherSubject) => set(&mut claims, "sub", json!(format!("{}v1", "f".repeat(64)))),
        Some(Forgery::ForeignKey) => return foreign_signature(key, foreign, &claims),
        Some(Forgery::AlgNone) => {
            let (header, body) =
                (b64(br#"{"alg":"none"}"#), b64(Value::Object(claims).to_string().as_bytes()));
            return Ok(format!("{header}.{body}."));
        }
        Some(Forgery::Hs256) => {
            let public = key.public_jwk();
            let secret = format!("{}{}", public.x.unwrap_or_default(), public.y.unwrap_or_default());
            return sign_hs256(secret.as_bytes(), None, &claims);
        }
        None => {}
    }
    sign(key, None, &claims)
}

fn set(claims: &mut Map<String, Value>, name: &str, value: Value) {
    claims.insert(name.to_owned(), value);
}

fn age(claims: &mut Map<String, Value>) {
    for name in ["iat", "exp", "auth_time"] {
        if let Some(then) = claims.get(name).and_then(Value::as_i64) {
            set(claims, name, json!(then - 3600));
        }
    }
}

fn foreign_signature(
    key: &SigningKey,
    foreign: &SigningKey,
    claims: &Map<String, Value>,
) -> Result<String, JoseError> {
    let header = json!({"alg": key.algorithm().as_str(), "kid": key.kid()}).to_string();
    let body = serde_json::to_vec(claims).map_err(|_| JoseError::Signing)?;
    let input = format!("{}.{}", b64(header.as_bytes()), b64(&body));
    let signature = foreign.sign(input.as_bytes()).map_err(|_| JoseError::Signing)?;
    Ok(format!("{input}.{}", b64(&signature)))
}
