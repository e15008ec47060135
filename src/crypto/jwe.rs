//! Nested JSON Web Encryption (RFC 7516) to a static P-256 key: ECDH-ES agreed directly, A256GCM, and nothing else.

use std::fmt;
use std::sync::Arc;

use p256::PublicKey;
use p256::SecretKey;
use p256::ecdh::diffie_hellman;
use p256::elliptic_curve::sec1::ToSec1Point;
use ring::aead;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use zeroize::Zeroizing;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256_parts;
use crate::crypto::hash::unb64;
use crate::crypto::json::Stands;
use crate::crypto::json::read_unambiguous;
use crate::crypto::jwk::Jwk;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;

/// The one key agreement: the agreed value is the content key (RFC 7518 section 4.6).
pub const AGREEMENT: &str = "ECDH-ES";
/// The one content encryption (RFC 7518 section 5.3).
pub const CONTENT: &str = "A256GCM";
/// The longest encrypted token that is looked at, in bytes.
pub const LONGEST_ENCRYPTED: usize = 24 * 1024;

const KEY_BITS: u32 = 256;
const NONCE: usize = 12;
const TAG: usize = 16;
const LONGEST_PARTY: usize = 512;

/// Why an encrypted token does not open, or was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JweError {
    /// Longer than [`LONGEST_ENCRYPTED`].
    #[error("the encrypted token is too long")]
    TooLong,
    /// Not five base64url parts, or a header that is no JSON object or names a member twice.
    #[error("the encrypted token is malformed")]
    Malformed,
    /// Another key agreement, RSA among them.
    #[error("the key agreement is not ECDH-ES")]
    Agreement,
    /// Another content encryption.
    #[error("the content encryption is not A256GCM")]
    Content,
    /// The header asks for an extension or for compression (RFC 7516 sections 4.1.3 and 4.1.13).
    #[error("the encrypted token asks for what is not done here")]
    Critical,
    /// No signed token is inside (`cty`, RFC 7519 section 5.2).
    #[error("the encrypted token holds no signed token")]
    NotNested,
    /// The ephemeral key is missing, of another kind, private, or not on the curve.
    #[error("the ephemeral key is not usable")]
    EphemeralKey,
    /// None of our keys has this `kid`.
    #[error("the encrypted token names none of our keys")]
    UnknownKey,
    /// It opens with none of our keys.
    #[error("the encrypted token does not open")]
    Refused,
    /// A key that is no P-256 key.
    #[error("these bytes are no P-256 key")]
    Key,
}

/// A private P-256 key others encrypt to; its `kid` is its RFC 7638 thumbprint. It never signs, and prints its `kid` only.
pub struct EncryptionKey {
    secret: SecretKey,
    kid: String,
}

impl EncryptionKey {
    /// A new key and its 32 bytes, which the caller seals.
    ///
    /// # Errors
    /// [`JweError::Key`] when the library refuses what was drawn over and over.
    pub fn generate(random: &dyn Random) -> Result<(Self, Zeroizing<Vec<u8>>), JweError> {
        let secret = draw(random)?;
        let bytes = Zeroizing::new(secret.to_bytes().to_vec());
        Ok((Self::from_bytes(&bytes)?, bytes))
    }

    /// Reads a key that [`EncryptionKey::generate`] made.
    ///
    /// # Errors
    /// [`JweError::Key`] for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, JweError> {
        let secret = Some(bytes)
            .filter(|bytes| bytes.len() == 32)
            .and_then(|bytes| SecretKey::from_slice(bytes).ok())
            .ok_or(JweError::Key)?;
        let kid = public(&secret.public_key()).thumbprint().ok_or(JweError::Key)?;
        Ok(Self { secret, kid })
    }

    /// The key's identifier.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half: `use` is `enc`, `alg` is [`AGREEMENT`].
    pub fn public_jwk(&self) -> Jwk {
        Jwk {
            kid: Some(self.kid.clone()),
            use_: Some("enc".to_owned()),
            alg: Some(AGREEMENT.to_owned()),
            ..public(&self.secret.public_key())
        }
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionKey({})", self.kid)
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    enc: String,
    kid: Option<String>,
    cty: Option<String>,
    epk: Option<Value>,
    apu: Option<String>,
    apv: Option<String>,
    #[serde(default)]
    zip: Stands,
    #[serde(default)]
    crit: Stands,
}

/// Opens a compact nested token (RFC 7516 section 5.2) with the key its `kid` names, or with each where it names none;
/// gives the signed token inside, whose signature is the caller's to check.
///
/// # Errors
/// See [`JweError`].
pub fn decrypt(token: &str, keys: &[Arc<EncryptionKey>]) -> Result<String, JweError> {
    if token.len() > LONGEST_ENCRYPTED {
        return Err(JweError::TooLong);
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [head, encrypted_key, nonce, body, tag] = parts.as_slice() else { return Err(JweError::Malformed) };
    let header = read_header(head)?;
    if !encrypted_key.is_empty() {
        // An agreement that is the key itself carries none (RFC 7516 section 5.2 step 10).
        return Err(JweError::Malformed);
    }
    let epk = ephemeral(header.epk.as_ref())?;
    let (apu, apv) = (party(header.apu.as_deref())?, party(header.apv.as_deref())?);
    let part = |text: &str| unb64(text).ok_or(JweError::Malformed);
    let nonce: [u8; NONCE] = part(nonce)?.try_into().map_err(|_| JweError::Malformed)?;
    let tag: [u8; TAG] = part(tag)?.try_into().map_err(|_| JweError::Malformed)?;
    let sealed = [part(body)?.as_slice(), &tag].concat();
    let mut known = false;
    for key in keys.iter().filter(|key| header.kid.as_deref().is_none_or(|kid| kid == key.kid)) {
        known = true;
        let content_key = agree(&key.secret, &epk, &apu, &apv);
        if let Some(plain) = open(&content_key, nonce, head.as_bytes(), sealed.clone()) {
            return String::from_utf8(plain.to_vec()).map_err(|_| JweError::Malformed);
        }
    }
    Err(if known { JweError::Refused } else { JweError::UnknownKey })
}

/// Encrypts a signed token to a public key of `use: enc`.
///
/// # Errors
/// [`JweError::Key`] when the key is no P-256 key.
pub fn encrypt(to: &Jwk, signed: &str, random: &dyn Random) -> Result<String, JweError> {
    encrypt_headed(to, signed, Map::new(), random)
}

/// As [`encrypt`], with members added to the protected header or in place of its own: `iss`, `aud`, `apu`, `apv`; and what
/// nobody should accept, for those who try. The content is encrypted the same way whatever the header says.
///
/// # Errors
/// As [`encrypt`]; [`JweError::Malformed`] for an `apu` or `apv` that is no base64url.
pub fn encrypt_headed(
    to: &Jwk,
    signed: &str,
    members: Map<String, Value>,
    random: &dyn Random,
) -> Result<String, JweError> {
    let recipient = point(to).ok_or(JweError::Key)?;
    let ephemeral = draw(random)?;
    let mut header = Map::new();
    let epk = public(&ephemeral.public_key());
    header.insert("alg".to_owned(), json!(AGREEMENT));
    header.insert("enc".to_owned(), json!(CONTENT));
    header.insert("cty".to_owned(), json!("JWT"));
    header.insert("kid".to_owned(), json!(to.kid));
    header.insert("epk".to_owned(), json!(epk));
    header.extend(members);
    header.retain(|_, value| !value.is_null());
    let named = |name: &str| party(header.get(name).and_then(Value::as_str));
    let content_key = agree(&ephemeral, &recipient, &named("apu")?, &named("apv")?);
    let head = b64(Value::Object(header).to_string().as_bytes());
    let nonce = random_bytes::<NONCE>(random);
    let mut body = signed.as_bytes().to_vec();
    cipher(&content_key)
        .and_then(|cipher| {
            let nonce = aead::Nonce::assume_unique_for_key(nonce);
            cipher.seal_in_place_append_tag(nonce, aead::Aad::from(head.as_bytes()), &mut body).ok()
        })
        .ok_or(JweError::Refused)?;
    let (body, tag) = body.split_at_checked(body.len().saturating_sub(TAG)).ok_or(JweError::Refused)?;
    Ok(format!("{head}..{}.{}.{}", b64(&nonce), b64(body), b64(tag)))
}

fn read_header(head: &str) -> Result<Header, JweError> {
    let bytes = unb64(head).filter(|bytes| bytes.first() == Some(&b'{')).ok_or(JweError::Malformed)?;
    let header: Header = read_unambiguous(&bytes).map_err(|_| JweError::Malformed)?;
    if header.crit.0 || header.zip.0 {
        return Err(JweError::Critical);
    }
    if header.alg != AGREEMENT {
        return Err(JweError::Agreement);
    }
    if header.enc != CONTENT {
        return Err(JweError::Content);
    }
    if !header.cty.as_deref().is_some_and(|cty| cty.eq_ignore_ascii_case("JWT")) {
        return Err(JweError::NotNested);
    }
    Ok(header)
}

fn ephemeral(epk: Option<&Value>) -> Result<PublicKey, JweError> {
    let epk = epk.filter(|epk| epk.get("d").is_none()).ok_or(JweError::EphemeralKey)?;
    let key: Jwk = serde_json::from_value(epk.clone()).map_err(|_| JweError::EphemeralKey)?;
    point(&key).ok_or(JweError::EphemeralKey)
}

/// The point of a public key, where it lies on P-256.
fn point(key: &Jwk) -> Option<PublicKey> {
    if key.kty != "EC" || key.crv.as_deref() != Some("P-256") {
        return None;
    }
    let coordinate = |text: &Option<String>| unb64(text.as_deref()?).filter(|bytes| bytes.len() == 32);
    let bytes = [&[4], coordinate(&key.x)?.as_slice(), coordinate(&key.y)?.as_slice()].concat();
    PublicKey::from_sec1_bytes(&bytes).ok()
}

fn public(key: &PublicKey) -> Jwk {
    let bytes = key.to_sec1_point(false);
    let (x, y) = bytes.as_bytes().get(1..).unwrap_or_default().split_at_checked(32).unwrap_or_default();
    Jwk {
        kty: "EC".to_owned(),
        crv: Some("P-256".to_owned()),
        x: Some(b64(x)),
        y: Some(b64(y)),
        ..Jwk::default()
    }
}

fn party(text: Option<&str>) -> Result<Vec<u8>, JweError> {
    let bytes = text.map_or(Some(Vec::new()), unb64);
    bytes.filter(|bytes| bytes.len() <= LONGEST_PARTY).ok_or(JweError::Malformed)
}

fn draw(random: &dyn Random) -> Result<SecretKey, JweError> {
    // One draw in 2^32 is no scalar of the curve.
    (0..4)
        .find_map(|_| SecretKey::from_slice(Zeroizing::new(random_bytes::<32>(random)).as_slice()).ok())
        .ok_or(JweError::Key)
}

fn agree(own: &SecretKey, other: &PublicKey, apu: &[u8], apv: &[u8]) -> Zeroizing<[u8; 32]> {
    let shared = diffie_hellman(own.to_nonzero_scalar(), other.as_affine());
    concat_kdf(shared.raw_secret_bytes().as_slice(), CONTENT, KEY_BITS, apu, apv)
}

/// One round of the Concat KDF with SHA-256 (RFC 7518 section 4.6.2), enough for 256 bits.
fn concat_kdf(z: &[u8], algorithm: &str, bits: u32, apu: &[u8], apv: &[u8]) -> Zeroizing<[u8; 32]> {
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    Zeroizing::new(sha256_parts(&[
        &1_u32.to_be_bytes(),
        z,
        &length(algorithm.as_bytes()),
        algorithm.as_bytes(),
        &length(apu),
        apu,
        &length(apv),
        apv,
        &bits.to_be_bytes(),
    ]))
}

fn cipher(key: &[u8; 32]) -> Option<aead::LessSafeKey> {
    aead::UnboundKey::new(&aead::AES_256_GCM, key).map(aead::LessSafeKey::new).ok()
}

fn open(key: &[u8; 32], nonce: [u8; NONCE], aad: &[u8], sealed: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
    let mut body = Zeroizing::new(sealed);
    let nonce = aead::Nonce::assume_unique_for_key(nonce);
    let plain = cipher(key)?.open_in_place(nonce, aead::Aad::from(aad), &mut body).ok()?.len();
    body.truncate(plain);
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;
    use proptest::prelude::*;

    fn key() -> Arc<EncryptionKey> {
        Arc::new(EncryptionKey::generate(&SystemRandom::new()).expect("a key").0)
    }

    fn made(to: &EncryptionKey, members: Value) -> String {
        let Value::Object(members) = members else { panic!("an object") };
        encrypt_headed(&to.public_jwk(), "a.b.c", members, &SystemRandom::new()).expect("encrypts")
    }

    fn secret(d: &str) -> SecretKey {
        SecretKey::from_slice(&unb64(d).expect("base64url")).expect("a scalar")
    }

    #[test]
    fn the_example_of_rfc_7518_appendix_c_gives_its_key() {
        let alice = secret("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
        let bob = secret("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
        assert_eq!(
            public(&alice.public_key()).x.as_deref(),
            Some("gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0")
        );
        assert_eq!(
            public(&bob.public_key()).y.as_deref(),
            Some("e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck")
        );
        for (own, other) in [(&alice, &bob), (&bob, &alice)] {
            let shared = diffie_hellman(own.to_nonzero_scalar(), other.public_key().as_affine());
            let derived = concat_kdf(shared.raw_secret_bytes().as_slice(), "A128GCM", 128, b"Alice", b"Bob");
            assert_eq!(b64(&derived[..16]), "VqqN6vgjbSBcIijNcacQGg");
        }
    }

    #[test]
    fn what_was_encrypted_opens_with_its_key_alone() {
        let (mine, other) = (key(), key());
        let keys = [Arc::clone(&other), Arc::clone(&mine)];
        let token =
            made(&mine, json!({"iss": "https://fc.example", "apu": b64(b"Alice"), "apv": b64(b"Bob")}));
        assert_eq!(decrypt(&token, &keys).as_deref(), Ok("a.b.c"));
        assert_eq!(decrypt(&token, &keys[..1]), Err(JweError::UnknownKey));
        let unnamed = made(&mine, json!({"kid": null}));
        assert_eq!(decrypt(&unnamed, &keys).as_deref(), Ok("a.b.c"));
        assert_eq!(decrypt(&unnamed, &keys[..1]), Err(JweError::Refused));
        let misnamed = made(&mine, json!({"kid": other.kid()}));
        assert_eq!(decrypt(&misnamed, &keys), Err(JweError::Refused));
        let bytes = mine.secret.to_bytes();
        assert_eq!(EncryptionKey::from_bytes(&bytes).expect("the same key").kid(), mine.kid());
        assert!(
            EncryptionKey::from_bytes(&bytes[1..]).is_err() && EncryptionKey::from_bytes(&[0; 32]).is_err()
        );
    }

    #[test]
    fn other_ways_of_encrypting_are_refused_before_any_key_is_used() {
        let mine = key();
        let off_curve = json!({"kty": "EC", "crv": "P-256", "x": b64(&[1; 32]), "y": b64(&[1; 32])});
        let other_curve = json!({"kty": "EC", "crv": "P-384", "x": b64(&[1; 48]), "y": b64(&[1; 48])});
        let mut private = serde_json::to_value(mine.public_jwk()).expect("JSON");
        private["d"] = json!("AAAA");
        let cases = [
            (json!({"alg": "RSA-OAEP"}), JweError::Agreement),
            (json!({"alg": "RSA1_5"}), JweError::Agreement),
            (json!({"alg": "RSA-OAEP-256"}), JweError::Agreement),
            (json!({"alg": "ECDH-ES+A256KW"}), JweError::Agreement),
            (json!({"alg": "dir"}), JweError::Agreement),
            (json!({"alg": "ecdh-es"}), JweError::Agreement),
            (json!({"enc": "A128GCM"}), JweError::Content),
            (json!({"enc": "A256CBC-HS512"}), JweError::Content),
            (json!({"zip": "DEF"}), JweError::Critical),
            (json!({"crit": ["exp"]}), JweError::Critical),
            (json!({"cty": null}), JweError::NotNested),
            (json!({"cty": "json"}), JweError::NotNested),
            (json!({"epk": null}), JweError::EphemeralKey),
            (json!({"epk": off_curve}), JweError::EphemeralKey),
            (json!({"epk": other_curve}), JweError::EphemeralKey),
            (json!({"epk": private}), JweError::EphemeralKey),
            (json!({"epk": mine.public_jwk()}), JweError::Refused),
            (json!({"enc": 3}), JweError::Malformed),
        ];
        for (members, wanted) in cases {
            let token = made(&mine, members.clone());
            assert_eq!(decrypt(&token, &[Arc::clone(&mine)]), Err(wanted), "{members}");
        }
    }

    #[test]
    fn other_forms_are_no_encrypted_token() {
        let mine = key();
        let keys = [Arc::clone(&mine)];
        let token = made(&mine, json!({}));
        let parts: Vec<&str> = token.split('.').collect();
        let head = String::from_utf8(unb64(parts[0]).expect("base64url")).expect("text");
        let twice = b64(head.replacen('{', "{\"alg\":\"ECDH-ES\",", 1).as_bytes());
        let with = |place: usize, part: &str| {
            let mut parts = parts.clone();
            parts[place] = part;
            parts.join(".")
        };
        for wrong in [
            with(0, &twice),
            with(0, "e30"),
            with(0, "W10"),
            with(1, "AAAA"),
            with(2, "AAAA"),
            with(4, "AAAA"),
            with(3, "!"),
            format!("{token}.AAAA"),
            "a.b.c".to_owned(),
            format!("{{\"protected\":\"{}\",\"recipients\":[{{}},{{}}]}}", parts[0]),
            String::new(),
        ] {
            assert_eq!(decrypt(&wrong, &keys), Err(JweError::Malformed), "{wrong}");
        }
        assert_eq!(decrypt(&"a".repeat(LONGEST_ENCRYPTED + 1), &keys), Err(JweError::TooLong));
        assert_eq!(decrypt(&with(3, &b64(b"a.b.d")), &keys), Err(JweError::Refused));
        for asked in ["\"crit\":null", "\"zip\":null", "\"crit\":[]"] {
            let asks = b64(head.replacen('{', &format!("{{{asked},"), 1).as_bytes());
            assert_eq!(decrypt(&with(0, &asks), &keys), Err(JweError::Critical), "{asked}");
        }
        let deep = head.replacen('{', &format!("{{\"x\":{}1{},", "[".repeat(5_000), "]".repeat(5_000)), 1);
        assert_eq!(decrypt(&with(0, &b64(deep.as_bytes())), &keys), Err(JweError::Malformed));
    }

    proptest! {
        #[test]
        fn every_text_comes_back_and_every_change_is_noticed(text in ".{0,300}", at in any::<prop::sample::Index>(), bit in 0_u8..6) {
            let mine = key();
            let keys = [Arc::clone(&mine)];
            let token = encrypt(&mine.public_jwk(), &text, &SystemRandom::new()).expect("encrypts");
            prop_assert_eq!(decrypt(&token, &keys), Ok(text));
            const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let mut changed = token.clone().into_bytes();
            let place = at.index(changed.len());
            if let Some(letter) = LETTERS.iter().position(|letter| *letter == changed[place]) {
                changed[place] = LETTERS[letter ^ (1 << bit)];
                prop_assert!(decrypt(&String::from_utf8(changed).expect("text"), &keys).is_err());
            }
        }

        #[test]
        fn nothing_typed_makes_it_fall(text in "[-A-Za-z0-9_.{}\":,]{0,200}") {
            prop_assert!(decrypt(&text, &[key()]).is_err());
        }
    }
}
