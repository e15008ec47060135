//! `[keys]`: the master key under which every stored key is sealed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::config::reader::Reader;

const SECTION: &str = "keys";

/// A master key's 32 bytes. It prints nothing and is wiped when dropped.
#[derive(Clone)]
pub struct MasterKeyBytes(Zeroizing<[u8; 32]>);

impl MasterKeyBytes {
    /// The bytes, for the one who makes the sealing key from them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// From 64 hexadecimal characters, or base64 with either alphabet; `None` if that does not give 32 bytes.
    pub fn parse(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret().trim();
        let decoded = hex::decode(text)
            .or_else(|_| STANDARD.decode(text))
            .or_else(|_| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')))
            .ok()
            .map(Zeroizing::new)?;
        let bytes: [u8; 32] = decoded.as_slice().try_into().ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }
}

impl std::fmt::Debug for MasterKeyBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// The master key, and the one before it while keys are being rewrapped.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Seals every key in the database.
    pub master: MasterKeyBytes,
    /// Opens keys that `procura keys rewrap` has still to move.
    pub previous_master: Option<MasterKeyBytes>,
}

impl Keys {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let master = master_key(reader, "master_key");
        let previous_master = master_key(reader, "previous_master_key");
        let Some(master) = master? else {
            reader.problem(SECTION, "master_key", "is missing: 32 bytes, as from `openssl rand -base64 32`");
            return None;
        };
        let previous_master = previous_master?;
        if previous_master.as_ref().is_some_and(|previous| previous.expose() == master.expose()) {
            reader.problem(SECTION, "previous_master_key", "is the same as keys.master_key");
            return None;
        }
        Some(Self { master, previous_master })
    }
}

fn master_key(reader: &mut Reader, key: &str) -> Option<Option<MasterKeyBytes>> {
    let Some(secret) = reader.secret(SECTION, key)? else { return Some(None) };
    match MasterKeyBytes::parse(&secret) {
        Some(bytes) if bytes.expose() != &[0; 32] => Some(Some(bytes)),
        _ => {
            reader.problem(SECTION, key, "must be 32 random bytes in base64 or hexadecimal");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_key_is_read_in_base64_and_hexadecimal_and_never_printed() {
        let bytes = [0xfb; 32];
        for text in [hex::encode(bytes), STANDARD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)] {
            let key = MasterKeyBytes::parse(&SecretString::from(text)).expect("a key");
            assert_eq!(key.expose(), &bytes);
            assert_eq!(format!("{key:?}"), "…");
        }
        for wrong in ["", "abcd", "not a key", &STANDARD.encode([1; 31]), &hex::encode([1; 33])] {
            assert!(MasterKeyBytes::parse(&SecretString::from(wrong.to_owned())).is_none(), "{wrong}");
        }
    }
}
