//! Signing keys: their algorithms, their life, making them and signing with them.

use std::fmt;

use ring::signature;
use ring::signature::KeyPair;
use rsa::pkcs8::EncodePrivateKey;
use serde::Deserialize;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::crypto::hash::b64;
use crate::crypto::jwe::AGREEMENT;
use crate::crypto::jwk::Jwk;
use crate::crypto::random::ring_source;
use crate::domain::ids::Random;

/// A signature algorithm by its JOSE name (RFC 7518 section 3.1, RFC 8037).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256; the default.
    Es256,
    /// RSA PKCS#1 v1.5 with SHA-256.
    Rs256,
    /// Ed25519.
    EdDsa,
    /// RSA-PSS with SHA-256; checked, never made here.
    Ps256,
}

impl Algorithm {
    /// Every algorithm whose signatures can be checked.
    pub const ALL: [Self; 4] = [Self::Es256, Self::Rs256, Self::EdDsa, Self::Ps256];

    /// The JOSE name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
            Self::Ps256 => "PS256",
        }
    }

    /// Reads a JOSE name, exactly; `Ed25519` (RFC 9864) is a name of EdDSA here. `none` and `HS256` are none of these.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "Ed25519" => Some(Self::EdDsa),
            _ => Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name),
        }
    }
}

impl TryFrom<String> for Algorithm {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name).ok_or("an algorithm is one of ES256, RS256, EdDSA, PS256")
    }
}

impl From<Algorithm> for String {
    fn from(algorithm: Algorithm) -> Self {
        algorithm.as_str().to_owned()
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a stored key is for, by its JOSE name: one signature algorithm, or the key agreement of encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum KeyAlgorithm {
    /// It signs.
    Signature(Algorithm),
    /// Others encrypt to it (RFC 7518 section 4.6); it never signs.
    EcdhEs,
}

impl KeyAlgorithm {
    /// The JOSE name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature(algorithm) => algorithm.as_str(),
            Self::EcdhEs => AGREEMENT,
        }
    }

    /// Reads a JOSE name, exactly.
    pub fn parse(name: &str) -> Option<Self> {
        if name == AGREEMENT { Some(Self::EcdhEs) } else { Algorithm::parse(name).map(Self::Signature) }
    }
}

impl From<Algorithm> for KeyAlgorithm {
    fn from(algorithm: Algorithm) -> Self {
        Self::Signature(algorithm)
    }
}

impl TryFrom<String> for KeyAlgorithm {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name).ok_or("an algorithm is one of ES256, RS256, EdDSA, PS256, ECDH-ES")
    }
}

impl From<KeyAlgorithm> for String {
    fn from(algorithm: KeyAlgorithm) -> Self {
        algorithm.as_str().to_owned()
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Signs tokens; published at `/oauth/jwks`.
    Token,
    /// Signs checkpoints of the ledger; never published there.
    Ledger,
    /// Opens what identity providers encrypt to us; published at `/oauth/jwks`, never signs.
    Encryption,
}

impl Purpose {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Ledger => "ledger",
            Self::Encryption => "encryption",
        }
    }

    /// Reads a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Token, Self::Ledger, Self::Encryption].into_iter().find(|purpose| purpose.as_str() == name)
    }
}

/// Where a key stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Ready, signs nothing yet; a token key is published already.
    Next,
    /// In use.
    Current,
    /// Signs nothing any more; a token key is published while something it signed may still be checked, an encryption key
    /// still opens for some days.
    Retired,
}

impl KeyState {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Retired => "retired",
        }
    }

    /// Reads a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Next, Self::Current, Self::Retired].into_iter().find(|state| state.as_str() == name)
    }
}

/// Why a key cannot be made, read or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The algorithm is only for checking signatures.
    #[error("no key is made for this algorithm")]
    VerifyOnly,
    /// The library could not make the key.
    #[error("the key could not be made")]
    Generation,
    /// Not a PKCS#8 private key of this algorithm.
    #[error("these bytes are no PKCS#8 key of this algorithm")]
    Form,
    /// The library refused to sign.
    #[error("the key did not sign")]
    Signing,
}

enum Material {
    Ecdsa(signature::EcdsaKeyPair),
    Rsa(Box<signature::RsaKeyPair>),
    Ed25519(signature::Ed25519KeyPair),
}

/// A private key ready to sign; its `kid` is its RFC 7638 thumbprint. It prints its `kid` only.
pub struct SigningKey {
    algorithm: Algorithm,
    material: Material,
    public: Jwk,
    kid: String,
}

impl SigningKey {
    /// A new key and its PKCS#8 form, which the caller seals. RSA (2048 bits) draws its primes from `random`; the
    /// other algorithms draw from the operating system.
    ///
    /// # Errors
    /// [`KeyError::VerifyOnly`] for PS256, [`KeyError::Generation`] when the library fails.
    pub fn generate(
        algorithm: Algorithm,
        random: &dyn Random,
    ) -> Result<(Self, Zeroizing<Vec<u8>>), KeyError> {
        let system = ring_source();
        let bytes = match algorithm {
            Algorithm::Es256 => {
                signature::EcdsaKeyPair::generate_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &system)
                    .map(|document| document.as_ref().to_vec())
                    .map_err(|_| KeyError::Generation)?
            }
            Algorithm::EdDsa => signature::Ed25519KeyPair::generate_pkcs8(&system)
                .map(|document| document.as_ref().to_vec())
                .map_err(|_| KeyError::Generation)?,
            Algorithm::Rs256 => generate_rsa(random)?,
            Algorithm::Ps256 => return Err(KeyError::VerifyOnly),
        };
        let bytes = Zeroizing::new(bytes);
        Ok((Self::from_pkcs8(algorithm, &bytes)?, bytes))
    }

    /// Reads a key that [`SigningKey::generate`] made.
    ///
    /// # Errors
    /// [`KeyError::Form`] for other bytes, [`KeyError::VerifyOnly`] for PS256.
    pub fn from_pkcs8(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        let material = match algorithm {
            Algorithm::Es256 => signature::EcdsaKeyPair::from_pkcs8(
                &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
                bytes,
                &ring_source(),
            )
            .map(Material::Ecdsa),
            Algorithm::EdDsa => {
                signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(bytes).map(Material::Ed25519)
            }
            Algorithm::Rs256 => {
                signature::RsaKeyPair::from_pkcs8(bytes).map(|pair| Material::Rsa(Box::new(pair)))
            }
            Algorithm::Ps256 => return Err(KeyError::VerifyOnly),
        }
        .map_err(|_| KeyError::Form)?;
        let mut public = material.public();
        let kid = public.thumbprint().ok_or(KeyError::Form)?;
        public.kid = Some(kid.clone());
        public.use_ = Some("sig".to_owned());
        public.alg = Some(algorithm.as_str().to_owned());
        Ok(Self { algorithm, material, public, kid })
    }

    /// The algorithm it signs with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's identifier.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half, with `kid`, `use` and `alg`.
    pub fn public_jwk(&self) -> Jwk {
        self.public.clone()
    }

    /// Signs `message`; the signature is in JWS form (RFC 7518 section 3.4: r and s of 32 bytes each for ES256).
    ///
    /// # Errors
    /// [`KeyError::Signing`] when the library refuses.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.material {
            Material::Ecdsa(pair) => pair
                .sign(&ring_source(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| KeyError::Signing),
            Material::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Material::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &ring_source(), message, &mut signature)
                    .map_err(|_| KeyError::Signing)?;
                Ok(signature)
            }
        }
    }

    /// The 32 bytes of an Ed25519 public key; `None` for other algorithms.
    pub fn ed25519_public(&self) -> Option<[u8; 32]> {
        match &self.material {
            Material::Ed25519(pair) => pair.public_key().as_ref().try_into().ok(),
            Material::Ecdsa(_) | Material::Rsa(_) => None,
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.algorithm, self.kid)
    }
}

impl Material {
    fn public(&self) -> Jwk {
        match self {
            Self::Ecdsa(pair) => {
                let (x, y) = pair
                    .public_key()
                    .as_ref()
                    .get(1..)
                    .unwrap_or_default()
                    .split_at_checked(32)
                    .unwrap_or_default();
                Jwk {
                    kty: "EC".into(),
                    crv: Some("P-256".into()),
                    x: Some(b64(x)),
                    y: Some(b64(y)),
                    ..Jwk::default()
                }
            }
            Self::Ed25519(pair) => Jwk {
                kty: "OKP".into(),
                crv: Some("Ed25519".into()),
                x: Some(b64(pair.public_key().as_ref())),
                ..Jwk::default()
            },
            Self::Rsa(pair) => {
                let parts = signature::RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                Jwk { kty: "RSA".into(), n: Some(b64(&parts.n)), e: Some(b64(&parts.e)), ..Jwk::default() }
            }
        }
    }
}

fn generate_rsa(random: &dyn Random) -> Result<Vec<u8>, KeyError> {
    let key = rsa::RsaPrivateKey::new(&mut Draw(random), 2048).map_err(|_| KeyError::Generation)?;
    let document = key.to_pkcs8_der().map_err(|_| KeyError::Generation)?;
    Ok(document.as_bytes().to_vec())
}

/// The domain's source of randomness under the name the RSA library knows.
struct Draw<'a>(&'a dyn Random);

impl rsa::rand_core::RngCore for Draw<'_> {
    fn next_u32(&mut self) -> u32 {
        rsa::rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rsa::rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        self.0.fill(dest);
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.0.fill(dest);
        Ok(())
    }
}

impl rsa::rand_core::CryptoRng for Draw<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random;

    #[test]
    fn each_algorithm_signs_what_its_public_half_verifies() {
        let random = random::SystemRandom::new();
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
            let (key, pkcs8) = SigningKey::generate(algorithm, &random).expect("a key");
            let again = SigningKey::from_pkcs8(algorithm, &pkcs8).expect("the same key");
            assert_eq!(key.kid(), again.kid());
            let signature = again.sign(b"message").expect("signs");
            let public = key.public_jwk();
            assert!(public.verifies(algorithm, b"message", &signature), "{algorithm}");
            assert!(!public.verifies(algorithm, b"other", &signature), "{algorithm}");
            assert_eq!(public.kid, public.thumbprint());
            assert!(SigningKey::from_pkcs8(algorithm, &pkcs8[1..]).is_err());
        }
    }

    #[test]
    fn names_are_read_back_and_weak_ones_are_not() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.as_str()), Some(algorithm));
        }
        for name in ["none", "None", "HS256", "es256", "RS1", ""] {
            assert_eq!(Algorithm::parse(name), None, "{name}");
        }
        assert_eq!(KeyState::parse("current"), Some(KeyState::Current));
        for purpose in [Purpose::Token, Purpose::Ledger, Purpose::Encryption] {
            assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
        }
        assert_eq!(KeyAlgorithm::parse("ECDH-ES"), Some(KeyAlgorithm::EcdhEs));
        assert_eq!(KeyAlgorithm::parse("ES256"), Some(Algorithm::Es256.into()));
        assert_eq!(KeyAlgorithm::parse("RSA-OAEP"), None);
    }

    #[test]
    fn no_key_is_made_for_checking_only() {
        let made = SigningKey::generate(Algorithm::Ps256, &random::SystemRandom::new());
        assert!(matches!(made, Err(KeyError::VerifyOnly)));
    }
}
