//! A made-up population in a database made for it, so that the ledger can be measured at the size of a country.
//!
//! Organisation, aidants and client are enrolled by their own operations. Persons, mandates and most of the trail are written
//! in batches, through the same canonical bytes, seals, chains and integration as one by one, so that what reads and audits
//! them cannot tell.

mod acts;
mod fill;

use std::collections::BTreeSet;

use crate::domain::account::Professional;
use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::organisation::Siret;
use crate::domain::theme::Theme;
use crate::operations::actors::AidantActor;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::current;
use crate::operations::enrol::NewOrganisation;
use crate::operations::enrol::NewProfessional;
use crate::operations::enrol::enrol_aidant;
use crate::operations::enrol::enrol_organisation;
use crate::operations::refusal::Refusal;
use crate::operations::register_client::NewClient;
use crate::operations::register_client::register_client;

pub use acts::Actor;
pub use fill::Group;
pub use fill::Sample;

/// Where the made-up administration is answered.
pub const REDIRECT: &str = "https://administration.example/retour";
/// The one theme of every made-up mandate.
pub const THEME: Theme = Theme::Social;

const SIRET: &str = "26210231200010";
const BY: OperatorActor = OperatorActor { staff: None };

/// Who acts in the made-up world.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The one organisation.
    pub organisation: Organisation,
    /// Its aidants, each with the habilitation there.
    pub aidants: Vec<(AccountId, HabilitationId)>,
    /// The one administration.
    pub client: Client,
}

/// Founds a made-up world in an empty database.
///
/// # Errors
/// [`Refusal::Invalid`] when there is one already; as the database says.
pub async fn found(bench: &Bench, aidants: usize) -> Result<Stage, Refusal> {
    let siret = Siret::parse(SIRET).ok_or_else(|| Refusal::fault("a made-up SIRET"))?;
    let (name, address) = ("CCAS d’essai".to_owned(), "1 place de la Mesure, 21000 Dijon".to_owned());
    let withheld_themes = BTreeSet::new();
    let new = NewOrganisation {
        siret: siret.clone(),
        name: name.clone(),
        address: address.clone(),
        withheld_themes,
    };
    let id = enrol_organisation(bench, &BY, new, None).await?;
    let status = OrganisationStatus::Active;
    let organisation = Organisation { id, siret, name, address, status, withheld_themes: BTreeSet::new() };
    let ends_at = bench.now().plus(std::time::Duration::from_secs(365 * 86_400));
    let mut enrolled = Vec::with_capacity(aidants);
    for number in 0..aidants {
        let professional = Professional {
            given_name: "Camille".to_owned().into(),
            family_name: format!("Mesure {number}").into(),
            email: format!("mesure-{number}@aidants.example").into(),
        };
        let new = NewProfessional { professional, secret: None };
        let one = enrol_aidant(bench, &BY, new, &[(id, ends_at)], None).await?;
        let habilitation = one.habilitations.first().ok_or_else(|| Refusal::fault("no habilitation"))?;
        enrolled.push((one.account, *habilitation));
    }
    let new = NewClient {
        themes: BTreeSet::from([THEME]),
        redirect_uris: BTreeSet::from([REDIRECT.to_owned()]),
        compat: true,
        ..NewClient::new(ClientKind::Administration, "Caisse d’essai")
    };
    let client = register_client(bench, &BY, new, None).await?.client;
    Ok(Stage { organisation, aidants: enrolled, client })
}

impl Stage {
    /// The same aidants and administration with another organisation of this number, enrolled now.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when there is one of this number already; as the database says.
    pub async fn elsewhere(&self, bench: &Bench, number: u32) -> Result<Self, Refusal> {
        let siret = siret(number).ok_or_else(|| Refusal::fault("a made-up SIRET"))?;
        let mut other = self.clone();
        other.organisation.name = format!("CCAS d’essai {number}");
        other.organisation.siret = siret.clone();
        let new = NewOrganisation {
            siret,
            name: other.organisation.name.clone(),
            address: other.organisation.address.clone(),
            withheld_themes: BTreeSet::new(),
        };
        other.organisation.id = enrol_organisation(bench, &BY, new, None).await?;
        Ok(other)
    }

    /// One of its aidants, logged in with a second factor given just now.
    ///
    /// # Errors
    /// As the database says.
    pub async fn aidant(&self, bench: &Bench, number: usize) -> Result<AidantActor, Refusal> {
        let (account, habilitation) =
            self.aidants.get(number % self.aidants.len().max(1)).copied().ok_or(Refusal::NotFound)?;
        current::aidant(bench, account, habilitation, Some(bench.now())).await?.ok_or(Refusal::NotFound)
    }
}

/// The SIRET of a made-up organisation: a number of eight digits with the check digits of SIREN and SIRET (Luhn).
fn siret(number: u32) -> Option<Siret> {
    let siren = with_check_digit(format!("{:08}", 70_000_000_u64 + u64::from(number)));
    Siret::parse(&with_check_digit(format!("{siren}0001")))
}

fn with_check_digit(digits: String) -> String {
    let double = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let places = digits.bytes().rev().map(|byte| u32::from(byte - b'0')).enumerate();
    let sum: u32 = places.map(|(place, digit)| if place % 2 == 0 { double(digit) } else { digit }).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_made_up_organisation_has_a_siret_of_its_own() {
        let all: BTreeSet<String> =
            (0..500).map(|number| siret(number).expect("a SIRET").as_str().to_owned()).collect();
        assert_eq!(all.len(), 500);
    }
}
