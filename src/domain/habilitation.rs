//! The accreditation of one aidant in one organisation.

use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::text_enum;
use crate::domain::time::Instant;

text_enum! {
    /// What was decided of a habilitation; its end date comes on top.
    HabilitationStatus {
        /// In force until its end date.
        Active => "active",
        /// Taken away for now.
        Suspended => "suspended",
        /// Over for good.
        Ended => "ended",
    }
}

/// What a habilitation is worth at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The aidant may act.
    InForce,
    /// Not for now.
    Suspended,
    /// No more.
    Ended,
}

/// One habilitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habilitation {
    /// Its identifier.
    pub id: HabilitationId,
    /// The aidant.
    pub account: AccountId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// What was decided of it.
    pub status: HabilitationStatus,
    /// Its last instant.
    pub ends_at: Instant,
}

impl Habilitation {
    /// What it is worth at `now`.
    pub fn standing(&self, now: Instant) -> Standing {
        match self.status {
            HabilitationStatus::Ended => Standing::Ended,
            _ if now > self.ends_at => Standing::Ended,
            HabilitationStatus::Suspended => Standing::Suspended,
            HabilitationStatus::Active => Standing::InForce,
        }
    }
}
