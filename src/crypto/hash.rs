//! Digests, keyed digests, key derivation, base64url and comparison in constant time.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use ring::hmac;
use subtle::ConstantTimeEq;

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    sha256_parts(&[bytes])
}

/// SHA-256 of the parts one after the other; nothing marks their borders, so all but one must be of fixed length.
pub fn sha256_parts(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    array(context.finish().as_ref())
}

/// HMAC-SHA-256 (RFC 2104) of the parts one after the other; nothing marks their borders, see [`sha256_parts`].
pub fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    hmac_of(key, parts)
}

/// 32 bytes of HKDF-SHA-256 (RFC 5869); the `info` parts are concatenated, nothing marks their borders.
pub fn hkdf(key: &[u8], salt: &[u8], info: &[&[u8]]) -> [u8; 32] {
    let extracted = zeroize::Zeroizing::new(hmac_of(salt, &[key]));
    let mut parts = info.to_vec();
    parts.push(&[1]);
    hmac_of(extracted.as_slice(), &parts)
}

/// Base64url without padding (RFC 4648 section 5).
pub fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The reverse of [`b64`]; `None` for anything else, padding and stray last bits included.
pub fn unb64(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The reverse of [`b64`] for a value of exactly 32 bytes.
pub fn unb64_32(text: &str) -> Option<[u8; 32]> {
    unb64(text)?.try_into().ok()
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// What is stored of a bearer value (code, link, session id, client secret): its SHA-256. The value itself is random
/// with at least 128 bits, so one hash without salt suffices.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a presented or fresh value.
    pub fn of(token: &str) -> Self {
        Self(sha256(token.as_bytes()))
    }

    /// From a stored hash.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From a stored hash of any length; `None` unless it has 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `token` is the value this hash was made of.
    pub fn matches(&self, token: &str) -> bool {
        same(&self.0, &Self::of(token).0)
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

fn hmac_of(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(part);
    }
    array(context.sign().as_ref())
}

fn array(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hkdf_gives_the_first_32_bytes_of_rfc_5869_test_case_1() {
        let salt: Vec<u8> = (0..=12).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let (head, tail) = info.split_at(4);
        let out = hkdf(&[0x0b; 22], &salt, &[head, tail]);
        assert_eq!(hex::encode(out), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }

    #[test]
    fn digests_agree_with_known_values() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex::encode(sha256(b"abc")), abc);
        assert_eq!(hex::encode(sha256_parts(&[b"a", b"", b"bc"])), abc);
    }

    #[test]
    fn base64url_is_read_strictly() {
        assert_eq!(unb64("_-8"), Some(vec![0xff, 0xef]));
        assert_eq!(unb64("_-8="), None);
        assert_eq!(unb64("_-9"), None);
        assert_eq!(unb64("/+8"), None);
    }

    #[test]
    fn a_token_matches_its_hash_only() {
        let hash = TokenHash::of("value");
        assert!(hash.matches("value"));
        assert!(!hash.matches("Value"));
        assert_eq!(format!("{hash:?}"), "…");
    }
}
