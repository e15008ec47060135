//! Finding somebody by an address or an identity provider's `sub` without storing either in clear.

use zeroize::Zeroize;
use zeroize::ZeroizeOnDrop;

use crate::crypto::hash::hmac_sha256;
use crate::crypto::seal::MasterKey;

/// The key of look-up hashes; one per installation.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct LookupKey([u8; 32]);

impl LookupKey {
    /// From its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The look-up key of this master key.
    pub fn of(master: &MasterKey) -> Self {
        Self(*master.derive("procura.lookup"))
    }

    /// The hash of `value` as a `label` (`account.email`, `person.subject`); the caller has normalised the value
    /// (e-mail trimmed and in lower case). Equal values under different labels give different hashes.
    pub fn hash(&self, label: &str, value: &str) -> [u8; 32] {
        let length = (label.len() as u64).to_be_bytes();
        hmac_sha256(&self.0, &[&length, label.as_bytes(), value.as_bytes()])
    }
}

impl std::fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LookupKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_and_value_do_not_run_together() {
        let key = LookupKey::from_bytes([3; 32]);
        assert_eq!(key.hash("a", "b"), key.hash("a", "b"));
        assert_ne!(key.hash("ab", "c"), key.hash("a", "bc"));
        assert_ne!(key.hash("a", "b"), LookupKey::from_bytes([4; 32]).hash("a", "b"));
    }
}
