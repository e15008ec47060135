//! Aliases made per client: an identifier given to one administration means nothing at another.

use uuid::Uuid;

use crate::crypto::hash::b64;
use crate::crypto::hash::hmac_sha256;
use crate::crypto::seal::DataKey;
use crate::domain::ids::MandateId;

/// What an alias stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AliasKind {
    /// The person: `sub`.
    Subject,
    /// The aidant: `act.sub`.
    Actor,
    /// The mandate: `identifier` of the mandate object.
    Mandate,
    /// The accreditation: `act.habilitation`.
    Habilitation,
    /// What made several events at once: `txn` of a security event.
    Cause,
}

impl AliasKind {
    const fn label(self) -> &'static str {
        match self {
            Self::Subject => "procura.alias.subject",
            Self::Actor => "procura.alias.actor",
            Self::Mandate => "procura.alias.mandate",
            Self::Habilitation => "procura.alias.habilitation",
            Self::Cause => "procura.alias.cause",
        }
    }
}

/// The alias of `id` for the clients of one `sector` (OIDC Core section 8.1): 32 characters of base64url, 192 bits.
/// The key is the owner's own, so that the aliases of an erased person cannot be made again.
pub fn alias(owner: &DataKey, kind: AliasKind, sector: &str, id: Uuid) -> String {
    b64(&keyed(owner, kind.label(), sector, id)[..24])
}

/// The salt under which clients of one `sector` see the digest of a mandate's text (`text_salt`): 32 raw bytes.
pub fn salt_for(owner: &DataKey, sector: &str, mandate: MandateId) -> [u8; 32] {
    keyed(owner, "procura.text-salt", sector, mandate.uuid())
}

fn keyed(owner: &DataKey, label: &str, sector: &str, id: Uuid) -> [u8; 32] {
    hmac_sha256(&owner.derive(label, &[]), &[id.as_bytes(), sector.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn an_alias_is_stable_and_depends_on_each_of_its_parts() {
        let owner = DataKey::from_bytes([1; 32]);
        let id = Uuid::from_u128(42);
        let first = alias(&owner, AliasKind::Subject, "caf.example", id);
        assert_eq!(first, alias(&owner, AliasKind::Subject, "caf.example", id));
        assert_eq!(first.len(), 32);
        let all = HashSet::from([
            first,
            alias(&owner, AliasKind::Actor, "caf.example", id),
            alias(&owner, AliasKind::Mandate, "caf.example", id),
            alias(&owner, AliasKind::Habilitation, "caf.example", id),
            alias(&owner, AliasKind::Subject, "impots.example", id),
            alias(&owner, AliasKind::Subject, "caf.example", Uuid::from_u128(43)),
            alias(&DataKey::from_bytes([2; 32]), AliasKind::Subject, "caf.example", id),
        ]);
        assert_eq!(all.len(), 7);
    }

    #[test]
    fn salts_differ_between_sectors_and_mandates() {
        let owner = DataKey::from_bytes([1; 32]);
        let (one, two) = (MandateId::from_uuid(Uuid::from_u128(1)), MandateId::from_uuid(Uuid::from_u128(2)));
        assert_ne!(salt_for(&owner, "a", one), salt_for(&owner, "b", one));
        assert_ne!(salt_for(&owner, "a", one), salt_for(&owner, "a", two));
    }
}
