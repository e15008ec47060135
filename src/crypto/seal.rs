//! Encryption at rest: the master key seals data keys, a data key seals what identifies its owner.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead;
use zeroize::Zeroize;
use zeroize::ZeroizeOnDrop;
use zeroize::Zeroizing;

use crate::crypto::hash::hkdf;
use crate::crypto::hash::unb64;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;

const VERSION: u8 = 1;
/// Under a key that seals nothing else, no nonce need be drawn and kept.
const ONCE: u8 = 2;
const NONCE: usize = 12;
const TAG: usize = 16;

/// Why something sealed does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Too short, or made by a later version.
    #[error("the sealed bytes have an unknown form")]
    Form,
    /// Another key, another label, or changed bytes.
    #[error("the sealed bytes do not open with this key and label")]
    Refused,
    /// A text that is not 32 bytes in base64, base64url or hexadecimal.
    #[error("a master key is 32 bytes in base64, base64url or hexadecimal")]
    MasterKeyForm,
}

/// Seals `plain` with AES-256-GCM: one version byte, the 12-byte nonce, ciphertext and tag. `aad` must be the same to open.
///
/// # Errors
/// [`SealError::Refused`] when `plain` is longer than AES-GCM allows (64 GiB).
pub fn seal(key: &[u8; 32], aad: &[u8], plain: &[u8], random: &dyn Random) -> Result<Vec<u8>, SealError> {
    let nonce = random_bytes::<NONCE>(random);
    encrypt(key, nonce, &[&[VERSION], &nonce[..]].concat(), aad, plain)
}

/// Seals `plain` as [`seal`] does, under a key that never sealed anything and never will again: one version byte, ciphertext
/// and tag. With a second text under the same key both could be read (NIST SP 800-38D section 8).
///
/// # Errors
/// As [`seal`].
pub fn seal_once(key: &[u8; 32], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    encrypt(key, [0; NONCE], &[ONCE], aad, plain)
}

fn encrypt(
    key: &[u8; 32],
    nonce: [u8; NONCE],
    head: &[u8],
    aad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, SealError> {
    let mut body = plain.to_vec();
    let sealed = cipher(key)?.seal_in_place_append_tag(
        aead::Nonce::assume_unique_for_key(nonce),
        aead::Aad::from(aad),
        &mut body,
    );
    if sealed.is_err() {
        body.zeroize();
        return Err(SealError::Refused);
    }
    let mut out = Vec::with_capacity(head.len() + body.len());
    out.extend_from_slice(head);
    out.append(&mut body);
    Ok(out)
}

/// Opens what [`seal`] or [`seal_once`] made.
///
/// # Errors
/// [`SealError::Form`] for bytes of another form, [`SealError::Refused`] for another key, other `aad` or changed bytes.
pub fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (&version, rest) = sealed.split_first().ok_or(SealError::Form)?;
    let (nonce, body) = match version {
        VERSION => rest.split_first_chunk::<NONCE>().ok_or(SealError::Form)?,
        ONCE => (&[0; NONCE], rest),
        _ => return Err(SealError::Form),
    };
    if body.len() < TAG {
        return Err(SealError::Form);
    }
    let mut body = Zeroizing::new(body.to_vec());
    let plain = cipher(key)?
        .open_in_place(aead::Nonce::assume_unique_for_key(*nonce), aead::Aad::from(aad), &mut body)
        .map_err(|_| SealError::Refused)?
        .len();
    body.truncate(plain);
    Ok(body)
}

fn cipher(key: &[u8; 32]) -> Result<aead::LessSafeKey, SealError> {
    aead::UnboundKey::new(&aead::AES_256_GCM, key).map(aead::LessSafeKey::new).map_err(|_| SealError::Form)
}

fn derive(key: &[u8; 32], label: &str, parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
    let mut info: Vec<&[u8]> = vec![label.as_bytes(), &[0]];
    for (length, part) in lengths.iter().zip(parts) {
        info.push(length);
        info.push(part);
    }
    Zeroizing::new(hkdf(key, b"procura", &info))
}

/// The key of the configuration, which seals every data key. It never prints and is wiped from memory.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// From its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A new one.
    pub fn fresh(random: &dyn Random) -> Self {
        Self(random_bytes(random))
    }

    /// Reads 32 bytes written in hexadecimal, base64 or base64url; blanks around are ignored.
    ///
    /// # Errors
    /// [`SealError::MasterKeyForm`] for any other text.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let text = text.trim();
        let unpadded = text.trim_end_matches('=');
        let bytes = match text.len() {
            64 => hex::decode(text).ok(),
            _ => unb64(unpadded).or_else(|| STANDARD.decode(format!("{unpadded}=")).ok()),
        };
        let bytes = Zeroizing::new(bytes.ok_or(SealError::MasterKeyForm)?);
        bytes.as_slice().try_into().map(Self).map_err(|_| SealError::MasterKeyForm)
    }

    /// A key for one use, named by `label` (no NUL byte).
    pub fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        derive(&self.0, label, &[])
    }

    /// Sixteen hexadecimal digits that tell this master key from another and say nothing about it.
    pub fn check_value(&self) -> String {
        hex::encode(&self.derive("procura.master.check")[..8])
    }

    /// Seals a data key under this master key; only the same `id` opens it.
    ///
    /// # Errors
    /// None in practice; see [`seal`].
    pub fn wrap(&self, id: DataKeyId, key: &DataKey, random: &dyn Random) -> Result<Vec<u8>, SealError> {
        seal(&self.derive("procura.master.wrap"), id.uuid().as_bytes(), &key.0, random)
    }

    /// Opens a data key that [`MasterKey::wrap`] sealed.
    ///
    /// # Errors
    /// As [`open`]: another master key, another `id`, or changed bytes.
    pub fn unwrap(&self, id: DataKeyId, sealed: &[u8]) -> Result<DataKey, SealError> {
        let bytes = open(&self.derive("procura.master.wrap"), id.uuid().as_bytes(), sealed)?;
        bytes.as_slice().try_into().map(DataKey).map_err(|_| SealError::Form)
    }

    /// Seals something of the system's own (a signing key, a broker's secret); `label` says what and is needed to open.
    ///
    /// # Errors
    /// None in practice; see [`seal`].
    pub fn seal(&self, label: &str, plain: &[u8], random: &dyn Random) -> Result<Vec<u8>, SealError> {
        seal(&self.derive("procura.master.seal"), label.as_bytes(), plain, random)
    }

    /// Opens what [`MasterKey::seal`] made with the same label.
    ///
    /// # Errors
    /// As [`open`].
    pub fn open(&self, label: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        open(&self.derive("procura.master.seal"), label.as_bytes(), sealed)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// The key of one person, account, organisation or of the system. Destroying it makes what it sealed unreadable.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// A new one.
    pub fn fresh(random: &dyn Random) -> Self {
        Self(random_bytes(random))
    }

    /// From its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key for one use, named by `label` (no NUL byte) and parts whose borders count.
    pub fn derive(&self, label: &str, parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        derive(&self.0, label, parts)
    }

    /// Seals `plain`; `label` says what it is (`person.identity`) and is needed to open.
    ///
    /// # Errors
    /// None in practice; see [`seal`].
    pub fn seal(&self, label: &str, plain: &[u8], random: &dyn Random) -> Result<Vec<u8>, SealError> {
        seal(&self.derive("procura.data.seal", &[]), label.as_bytes(), plain, random)
    }

    /// Opens what [`DataKey::seal`] made with the same label.
    ///
    /// # Errors
    /// As [`open`].
    pub fn open(&self, label: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        open(&self.derive("procura.data.seal", &[]), label.as_bytes(), sealed)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;
    use uuid::Uuid;

    #[test]
    fn sealed_bytes_open_with_the_same_key_and_label_only() {
        let random = SystemRandom::new();
        let key = DataKey::fresh(&random);
        let sealed = key.seal("person.identity", b"Ange", &random).expect("seals");
        assert_eq!(key.open("person.identity", &sealed).expect("opens").as_slice(), b"Ange");
        assert_eq!(key.open("person.contact", &sealed), Err(SealError::Refused));
        assert_eq!(DataKey::fresh(&random).open("person.identity", &sealed), Err(SealError::Refused));
        assert_ne!(sealed, key.seal("person.identity", b"Ange", &random).expect("seals"));
    }

    #[test]
    fn what_is_sealed_once_takes_no_nonce_and_opens_as_everything_else() {
        let key = [7; 32];
        let sealed = seal_once(&key, b"label", b"plain").expect("seals");
        assert_eq!(sealed.len(), 1 + 5 + TAG);
        assert_eq!(open(&key, b"label", &sealed).expect("opens").as_slice(), b"plain");
        assert_eq!(open(&key, b"other", &sealed), Err(SealError::Refused));
        assert_eq!(open(&[8; 32], b"label", &sealed), Err(SealError::Refused));
        for cut in 0..sealed.len() {
            assert!(open(&key, b"label", &sealed[..cut]).is_err(), "{cut}");
        }
        for version in [0, VERSION, 3] {
            let mut other = sealed.clone();
            other[0] = version;
            assert!(open(&key, b"label", &other).is_err(), "{version}");
        }
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_refused() {
        let random = SystemRandom::new();
        let key = [7; 32];
        let sealed = seal(&key, b"a", b"plain", &random).expect("seals");
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(open(&key, b"a", &changed).is_err(), "byte {index}");
            assert!(open(&key, b"a", &sealed[..index]).is_err(), "cut at {index}");
        }
    }

    #[test]
    fn a_data_key_is_bound_to_its_identifier_and_master() {
        let random = SystemRandom::new();
        let (one, other) =
            (DataKeyId::from_uuid(Uuid::from_u128(1)), DataKeyId::from_uuid(Uuid::from_u128(2)));
        let (master, key) = (MasterKey::fresh(&random), DataKey::fresh(&random));
        let wrapped = master.wrap(one, &key, &random).expect("wraps");
        assert_eq!(master.unwrap(one, &wrapped).expect("unwraps").0, key.0);
        assert!(master.unwrap(other, &wrapped).is_err());
        assert!(MasterKey::fresh(&random).unwrap(one, &wrapped).is_err());
    }

    #[test]
    fn a_master_key_is_read_in_each_form_and_never_prints() {
        let bytes = [0xfb; 32];
        let hex = hex::encode(bytes);
        let standard = STANDARD.encode(bytes);
        let url = crate::crypto::hash::b64(&bytes);
        for text in [hex.as_str(), standard.as_str(), url.as_str(), &format!(" {standard}\n")] {
            assert_eq!(MasterKey::parse(text).expect(text).0, bytes);
        }
        assert!(MasterKey::parse("change-me").is_err());
        assert!(MasterKey::parse(&hex[2..]).is_err());
        assert_eq!(format!("{:?}", MasterKey::from_bytes(bytes)), "MasterKey(…)");
        assert_ne!(MasterKey::from_bytes(bytes).check_value(), MasterKey::from_bytes([0; 32]).check_value());
    }

    #[test]
    fn derived_keys_see_the_borders_of_their_parts() {
        let key = DataKey::from_bytes([1; 32]);
        assert_ne!(key.derive("l", &[b"ab", b"c"]), key.derive("l", &[b"a", b"bc"]));
        assert_ne!(key.derive("l", &[b"ab"]), key.derive("m", &[b"ab"]));
    }
}
