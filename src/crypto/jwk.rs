//! Public keys as JSON Web Keys (RFC 7517): reading, thumbprints, and checking one signature.

use std::collections::BTreeMap;

use ring::signature;
use serde::Deserialize;
use serde::Serialize;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::crypto::hash::unb64;
use crate::crypto::keys::Algorithm;

/// One public key. Members this program does not use are ignored, private ones among them; they are never written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// Key type: `EC`, `RSA` or `OKP`.
    pub kty: String,
    /// Curve of an `EC` or `OKP` key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// First coordinate, or the whole key of an `OKP` key; base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Second coordinate of an `EC` key; base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// RSA modulus; base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// RSA exponent; base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Key identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// `sig` or `enc`.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub use_: Option<String>,
    /// The one algorithm this key is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
}

/// A set of public keys (RFC 7517 section 5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys; those of unknown type stay in the list and fit no signature.
    pub keys: Vec<Jwk>,
}

impl Jwk {
    /// The SHA-256 thumbprint (RFC 7638), base64url; `None` when a required member is missing or the type is unknown.
    pub fn thumbprint(&self) -> Option<String> {
        let mut members = BTreeMap::from([("kty", self.kty.as_str())]);
        let required: &[(&str, &Option<String>)] = match self.kty.as_str() {
            "EC" => &[("crv", &self.crv), ("x", &self.x), ("y", &self.y)],
            "OKP" => &[("crv", &self.crv), ("x", &self.x)],
            "RSA" => &[("e", &self.e), ("n", &self.n)],
            _ => return None,
        };
        for (name, value) in required {
            members.insert(name, value.as_deref()?);
        }
        serde_json::to_vec(&members).ok().map(|bytes| b64(&sha256(&bytes)))
    }

    /// Whether this key may check signatures of `algorithm`: type, curve, `use` and `alg` all agree.
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        let (kty, crv) = match algorithm {
            Algorithm::Es256 => ("EC", Some("P-256")),
            Algorithm::EdDsa => ("OKP", Some("Ed25519")),
            Algorithm::Rs256 | Algorithm::Ps256 => ("RSA", None),
        };
        let algorithm_agrees = match self.alg.as_deref() {
            None => true,
            Some("Ed25519") => algorithm == Algorithm::EdDsa,
            Some(name) => name == algorithm.as_str(),
        };
        self.kty == kty
            && crv.is_none_or(|crv| self.crv.as_deref() == Some(crv))
            && self.use_.as_deref().is_none_or(|use_| use_ == "sig")
            && algorithm_agrees
    }

    /// Whether `signature` (JWS form, RFC 7518 section 3) over `message` was made with this key's private half.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        self.fits(algorithm) && self.check(algorithm, message, signature).is_some()
    }

    fn check(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Option<()> {
        let member = |value: &Option<String>| value.as_deref().and_then(unb64);
        match algorithm {
            Algorithm::Es256 => {
                let (x, y) = (member(&self.x)?, member(&self.y)?);
                (x.len() == 32 && y.len() == 32).then_some(())?;
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point)
                    .verify(message, signature)
                    .ok()
            }
            Algorithm::EdDsa => signature::UnparsedPublicKey::new(&signature::ED25519, member(&self.x)?)
                .verify(message, signature)
                .ok(),
            Algorithm::Rs256 => self.check_rsa(&signature::RSA_PKCS1_2048_8192_SHA256, message, signature),
            Algorithm::Ps256 => self.check_rsa(&signature::RSA_PSS_2048_8192_SHA256, message, signature),
        }
    }

    fn check_rsa(&self, rule: &signature::RsaParameters, message: &[u8], signature: &[u8]) -> Option<()> {
        let member = |value: &Option<String>| value.as_deref().and_then(unb64).map(without_leading_zeros);
        let key = signature::RsaPublicKeyComponents { n: member(&self.n)?, e: member(&self.e)? };
        key.verify(rule, message, signature).ok()
    }
}

impl JwkSet {
    /// The keys that may have made a signature: the one `kid` names, or every one when the header names none; of those,
    /// the ones that fit the algorithm.
    pub fn candidates(&self, algorithm: Algorithm, kid: Option<&str>) -> impl Iterator<Item = &Jwk> {
        let kid = kid.map(str::to_owned);
        self.keys.iter().filter(move |key| {
            kid.as_ref().is_none_or(|kid| key.kid.as_ref() == Some(kid)) && key.fits(algorithm)
        })
    }
}

fn without_leading_zeros(bytes: Vec<u8>) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    bytes[start..].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_rfc_7638() {
        let jwk: Jwk = serde_json::from_value(serde_json::json!({
            "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
        })).expect("a key");
        assert_eq!(jwk.thumbprint().as_deref(), Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
    }

    #[test]
    fn a_key_fits_only_what_it_is_declared_for() {
        let key = Jwk { kty: "EC".into(), crv: Some("P-256".into()), ..Jwk::default() };
        assert!(key.fits(Algorithm::Es256));
        assert!(!key.fits(Algorithm::EdDsa));
        assert!(!Jwk { use_: Some("enc".into()), ..key.clone() }.fits(Algorithm::Es256));
        assert!(!Jwk { alg: Some("ES384".into()), ..key.clone() }.fits(Algorithm::Es256));
        assert!(!Jwk { crv: Some("P-384".into()), ..key }.fits(Algorithm::Es256));
    }

    #[test]
    fn the_signature_of_rfc_8037_appendix_a_verifies() {
        let jwk: Jwk = serde_json::from_str(
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        )
        .expect("a key");
        assert_eq!(jwk.thumbprint().as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
        let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature =
            unb64("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
                .expect("base64url");
        assert!(jwk.verifies(Algorithm::EdDsa, message, &signature));
        assert!(!jwk.verifies(Algorithm::EdDsa, b"another", &signature));
    }

    /// Modulus and PSS signature over `message`, made with another program for keys of 1024 and of 2048 bits.
    const SHORT: (&str, &str) = (
        concat!(
            "3M5EcCwt8nArRJTO6zcBd35g4EHWvkILyIMCgTfTN5wqR_qSlQc90dOq9nHPl_XMEKpSqFPDMd-qGSaxi3GwpT4D",
            "etnUB70fScuQ4l1PLpthmCmAquXRQYFvQomhGo76bn_LLC-yH3NwWciNg7ip-H3v3-GtnRIyoP0TaudKBz8",
        ),
        concat!(
            "1Ufyu15bVll7-0BzFXnXR-5VARPPLc09zoQEO_ZeYskijoAlSBx-zLCgPYOEoHITuiXD1wBnAysJzztS5bP7IlDO",
            "zbXCJy-W2ZsSYnQ6J5DswWMP2hLTJeLyMpR17w0exTRe-tx9u1AMpI7AzNvTMg1qyvifuSFXYITnLP4jRMk",
        ),
    );
    const LONG: (&str, &str) = (
        concat!(
            "yJNo-3h-5640XPT8Bu6Jg36o44Uewsoalcgv5eAAOor9VDK66JwufnVQv6dOXgmoSek4sd4cyWWXLqysg3a0AuYS",
            "rnfpx_cV8nzGe76wi4XrXhhpJhdXWtyqxMyRjCFF8ddQctovxaeOvVeMjKRbWa81lDPT4agjrE4T6XyuugoxHdmG",
            "uvUbFMsXkbMxiEqCJrmvgytLBbUqpVlJtinFGWzA7gz0q8depZJqJA0TEjKZ-3XEkkrES-TyqdLyH0R9Ebap4f4q",
            "_d-McaHaH5PrMF5H7djfj8IYvwx1TK73TKbu3CATO6UYsMveQcEIPkGD8p2nuPKAkxVnBFDvKw_MDw",
        ),
        concat!(
            "SsXBZ0T59Yzq5Mpvq1Pqg1X1QdE96wgyZJ7YLvX--jTDjJjVUXaaMnC0JICvG414CW6fStTTswuZEWnTvvj-YImt",
            "a2UW0oWoogLgcqppzqgnu2LNj3cxZ2k9wjKmTGGbkGWiTZzHa_p59MhO0eBt2iB0qubCchhgLMAuXBgiY9bjLJEK",
            "C-tVFmBunPV4yxrUqgXPma9LwcFzIcqqktRr-soryEWLDNa0RYIP63_gn6dA94_NZZp_GKbBXiGeoxhJjZR5xtWF",
            "0NmIXRtLojykFyXTJUz501xGMoG5QywBq__c8WuQjJL61WfpT01pAUC3_MJsccFv9eWY82Ae6VS7eA",
        ),
    );

    #[test]
    fn an_rsa_key_of_less_than_2048_bits_verifies_nothing() {
        let holds = |(n, signature): (&str, &str)| {
            let key = Jwk { kty: "RSA".into(), n: Some(n.into()), e: Some("AQAB".into()), ..Jwk::default() };
            key.verifies(Algorithm::Ps256, b"message", &unb64(signature).expect("base64url"))
        };
        assert!(holds(LONG));
        assert!(!holds(SHORT));
    }
}
