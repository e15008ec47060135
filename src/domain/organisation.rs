//! The body that employs aidants and holds mandates.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::OrganisationId;
use crate::domain::text_enum;
use crate::domain::theme::Theme;

text_enum! {
    /// Whether an organisation's aidants may act.
    OrganisationStatus {
        /// They may.
        Active => "active",
        /// Nobody of it may, for now.
        Suspended => "suspended",
        /// Closed for good: another one took over what it held.
        Merged => "merged",
    }
}

text_enum! {
    /// What somebody who manages an organisation's aidants is there.
    ReferentKind {
        /// In charge; an organisation never is without one.
        Referent => "referent",
        /// Stands in for the referent.
        Deputy => "deputy",
    }
}

/// A SIRET: 14 digits with a valid checksum (Luhn; La Poste's establishments sum their digits to a multiple of 5).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siret(String);

impl Siret {
    /// Reads a SIRET, spaces allowed; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let luhn: u32 = digits
            .bytes()
            .enumerate()
            .map(|(place, byte)| {
                let digit = u32::from(byte - b'0');
                if place % 2 == 1 {
                    digit
                } else if digit > 4 {
                    digit * 2 - 9
                } else {
                    digit * 2
                }
            })
            .sum();
        let plain: u32 = digits.bytes().map(|byte| u32::from(byte - b'0')).sum();
        let la_poste = digits.starts_with("356000000") && plain.is_multiple_of(5);
        (luhn.is_multiple_of(10) || la_poste).then_some(Self(digits))
    }

    /// The 14 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Siret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a SIRET")
    }
}

impl From<Siret> for String {
    fn from(siret: Siret) -> Self {
        siret.0
    }
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// Its SIRET.
    pub siret: Siret,
    /// Its name, as the mandate's text shows it.
    pub name: String,
    /// Its postal address, on one line.
    pub address: String,
    /// Whether its aidants may act.
    pub status: OrganisationStatus,
    /// Themes its referent took away from it.
    pub withheld_themes: BTreeSet<Theme>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_siret_has_its_checksum() {
        assert!(Siret::parse("732 829 320 00074").is_some());
        assert!(Siret::parse("73282932000075").is_none());
        assert!(Siret::parse("7328293200007").is_none());
        assert!(Siret::parse("35600000049837").is_some());
    }
}
