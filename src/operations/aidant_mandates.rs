//! What an aidant sees of her organisation's mandates: persons, states, and the hand-over of a draft.

use std::collections::BTreeMap;

use crate::domain::ids::AccountId;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::person::Person;
use crate::domain::person::folded;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::bench::Bench;
use crate::operations::consent_link;
use crate::operations::data_keys;
use crate::operations::draw_up_mandate::CODE_LABEL;
use crate::operations::refusal::Refusal;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::persons;

/// One mandate of the organisation.
#[derive(Clone, Debug)]
pub struct MandateView {
    /// The mandate.
    pub mandate: Mandate,
    /// Its state at this instant.
    pub status: MandateStatus,
    /// Who gave it; none while she has not answered, and after her erasure.
    pub person: Option<Person>,
    /// Who drew it up.
    pub drafter: Private<String>,
    /// That one's account.
    pub drafted_by: AccountId,
}

/// How far the person of a draft has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// For her to open her page; since when.
    ToOpen(Instant),
    /// For her to say who she is; since when.
    ToIdentify(Instant),
    /// For her to read and decide; since when.
    ToDecide(Instant),
    /// The time to answer on an opened page has passed.
    TooLate,
}

/// A draft that awaits its person.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// The code of the consent link.
    pub code: Private<String>,
    /// What we wait for.
    pub waiting: Waiting,
    /// Until when she may answer.
    pub until: Instant,
}

/// Every mandate of the organisation, newest first, drafts that came to nothing left out.
///
/// # Errors
/// As the database says.
pub async fn all(bench: &Bench, aidant: &AidantActor) -> Result<Vec<MandateView>, Refusal> {
    let mut tx = bench.db.read().await?;
    let stored = mandates::of_organisation(&mut tx, aidant.organisation.id).await?;
    let mut names: BTreeMap<AccountId, Private<String>> = BTreeMap::new();
    let mut views = Vec::with_capacity(stored.len());
    for one in stored {
        let status = one.mandate.status_at(bench.now());
        if matches!(status, MandateStatus::Lapsed | MandateStatus::Refused) {
            continue;
        }
        views.push(view(bench, &mut tx, one.mandate, &mut names).await?);
    }
    Ok(views)
}

/// One mandate of the organisation; with its hand-over while it awaits the person.
///
/// # Errors
/// [`Refusal::NotFound`] for another organisation's.
pub async fn one(
    bench: &Bench,
    aidant: &AidantActor,
    id: MandateId,
) -> Result<(MandateView, Option<HandOver>), Refusal> {
    let mut tx = bench.db.read().await?;
    let mandate = mandates::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    if mandate.terms.organisation != aidant.organisation.id {
        return Err(Refusal::NotFound);
    }
    let view = view(bench, &mut tx, mandate, &mut BTreeMap::new()).await?;
    let hand_over = match view.status {
        MandateStatus::AwaitingConsent => Some(hand_over(bench, &mut tx, aidant, &view.mandate).await?),
        _ => None,
    };
    Ok((view, hand_over))
}

async fn view(
    bench: &Bench,
    tx: &mut Tx,
    mandate: Mandate,
    names: &mut BTreeMap<AccountId, Private<String>>,
) -> Result<MandateView, Refusal> {
    let drafted_by = mandate.terms.drafted_by;
    let drafter = match names.get(&drafted_by) {
        Some(name) => name.clone(),
        None => {
            let (account, _) = actors::account(bench, tx, drafted_by).await?;
            let name = Private::new(account.professional.full_name());
            names.insert(drafted_by, name.clone());
            name
        }
    };
    let person = match mandate.consent() {
        Some(consent) => match persons::find(tx, consent.person).await? {
            Some(row) => actors::open_person(bench, tx, &row).await?,
            None => None,
        },
        None => None,
    };
    Ok(MandateView { status: mandate.status_at(bench.now()), mandate, person, drafter, drafted_by })
}

async fn hand_over(
    bench: &Bench,
    tx: &mut Tx,
    aidant: &AidantActor,
    mandate: &Mandate,
) -> Result<HandOver, Refusal> {
    let link =
        mandates::link_of(tx, mandate.id).await?.ok_or_else(|| Refusal::fault("a draft without its link"))?;
    let key = data_keys::require(bench, tx, aidant.organisation_key).await?;
    let code = String::from_utf8(key.open(CODE_LABEL, &link.sealed_code)?.to_vec())
        .map_err(|_| Refusal::fault("a code that is no text"))?;
    let until = consent_link::deadline(bench, mandate, &link);
    let waiting = match (link.opened_at, link.identified_at) {
        _ if bench.now() > until => Waiting::TooLate,
        (_, Some(at)) => Waiting::ToDecide(at),
        (Some(at), None) => Waiting::ToIdentify(at),
        (None, None) => Waiting::ToOpen(mandate.terms.drafted_at),
    };
    Ok(HandOver { code: Private::new(code), waiting, until })
}

/// Whether a person's names hold every word of `query`, whatever the accents and capitals.
pub fn found_by(person: &Person, query: &str) -> bool {
    let identity = &person.identity;
    let usage = identity.preferred_username.as_ref().map_or("", |usage| usage.show().as_str());
    let names = folded(&format!("{} {} {usage}", identity.given_name.show(), identity.family_name.show()));
    folded(query).split_whitespace().all(|word| names.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;
    use crate::domain::person::Identification;
    use crate::domain::person::Identity;

    #[test]
    fn a_person_is_found_without_accents_and_with_them() {
        let identity = Identity {
            given_name: "Éloïse Marie".to_owned().into(),
            family_name: "N’GUESSAN-LŒUILLET".to_owned().into(),
            ..Identity::default()
        };
        let person = Person {
            id: PersonId::from_uuid(uuid::Uuid::nil()),
            identity,
            identification: Identification::Eidas1,
        };
        for query in ["eloise", "GUESSAN élo", "n'guessan", "loeuillet", "  "] {
            assert!(found_by(&person, query), "{query}");
        }
        assert!(!found_by(&person, "eloise martin"));
    }
}
