//! A mandate is followed by a new one, with a new consent of the same person: both run, and each knows of the other.

use std::collections::BTreeSet;

use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateDuration;
use crate::domain::mandate::MandateStatus;
use crate::domain::person::Person;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Recorded;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::mandates;

/// Another person than the one who gave the mandate would answer its renewal.
pub const OTHER_PERSON: &str = "renewal-other-person";

/// What the form of a renewal begins with.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// The mandate to be followed.
    pub mandate: MandateId,
    /// Who gave it, and must give the new one; none after her erasure.
    pub person: Option<Person>,
    /// Its themes that are still open.
    pub themes: BTreeSet<Theme>,
    /// Its duration.
    pub duration: MandateDuration,
    /// Its last instant.
    pub until: Instant,
}

/// Whether a mandate may be followed by a new one: it is in force, or its date ended it.
pub fn may_be_renewed(status: MandateStatus) -> bool {
    matches!(status, MandateStatus::Active | MandateStatus::Expired)
}

async fn found(tx: &mut Tx, aidant: &AidantActor, id: MandateId, now: Instant) -> Result<Mandate, Refusal> {
    let mandate = mandates::find(tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    if mandate.terms.organisation != aidant.organisation.id || mandate.consent().is_none() {
        return Err(Refusal::NotFound);
    }
    if !may_be_renewed(mandate.status_at(now)) {
        return Err(Refusal::Conflict("mandate-not-renewable"));
    }
    Ok(mandate)
}

/// What is known of the mandate that is to be followed.
///
/// # Errors
/// [`Refusal::NotFound`] for another organisation's; [`Refusal::Conflict`] for one that is held or was ended by somebody.
pub async fn look(bench: &Bench, aidant: &AidantActor, id: MandateId) -> Result<Renewed, Refusal> {
    let mut tx = bench.db.read().await?;
    let mandate = found(&mut tx, aidant, id, bench.now()).await?;
    let consent = mandate.consent().ok_or(Refusal::NotFound)?;
    let person = match actors::person(bench, &mut tx, consent.person).await {
        Ok(actor) => Some(actor.person),
        Err(Refusal::NotFound) => None,
        Err(other) => return Err(other),
    };
    let open = mandate.open_themes();
    Ok(Renewed {
        mandate: id,
        person,
        themes: open.difference(&aidant.organisation.withheld_themes).copied().collect(),
        duration: mandate.terms.duration,
        until: consent.validity.until,
    })
}

/// Checks, where a draft is drawn up, that it may follow `old`.
///
/// # Errors
/// As [`look`].
pub(super) async fn check(
    work: &mut Work<'_>,
    aidant: &AidantActor,
    old: Option<MandateId>,
) -> Result<(), Refusal> {
    match old {
        Some(old) => found(&mut work.tx, aidant, old, work.now).await.map(drop),
        None => Ok(()),
    }
}

/// Who gave the mandate that a draft follows, and alone can answer; `None` where it follows none.
///
/// # Errors
/// As the database says.
pub(super) async fn giver(tx: &mut Tx, draft: &Mandate) -> Result<Option<PersonId>, Refusal> {
    let Some(old) = draft.renews else { return Ok(None) };
    let old = mandates::find(tx, old).await?.ok_or(Refusal::NotFound)?.mandate;
    old.consent().map(|consent| Some(consent.person)).ok_or(Refusal::NotFound)
}

/// Whether the person who answers a draft is the one who gave the mandate it follows.
///
/// # Errors
/// [`Refusal::Conflict`] with [`OTHER_PERSON`] when she is not.
pub(super) async fn same_person(tx: &mut Tx, draft: &Mandate, person: PersonId) -> Result<(), Refusal> {
    let another = giver(tx, draft).await?.is_some_and(|giver| giver != person);
    if another { Err(Refusal::Conflict(OTHER_PERSON)) } else { Ok(()) }
}

/// Writes on the chains of both that `new`, just approved, follows another. `line` makes a line about the person.
///
/// # Errors
/// As the database says.
pub(super) async fn follow<'b>(
    mut recorded: Recorded<'b>,
    new: &Mandate,
    line: impl Fn(Event) -> Line,
) -> Result<Recorded<'b>, Refusal> {
    let (Some(old), Some(consent)) = (new.renews, new.consent()) else { return Ok(recorded) };
    for chain in [old, new.id] {
        let event = Event::MandateRenewed { old, new: new.id, ends_at: consent.validity.until.into() };
        recorded = recorded.record(line(event).mandate(chain)).await?.0;
    }
    Ok(recorded)
}

/// The mandate behind one, and the approved one that follows it: identifiers with their last instants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The one it follows.
    pub before: Option<(MandateId, Instant)>,
    /// The newest approved one that follows it.
    pub after: Option<(MandateId, Instant)>,
}

/// Which mandates stand before and behind one.
///
/// # Errors
/// As the database says.
pub async fn links(bench: &Bench, mandate: &Mandate) -> Result<Links, Refusal> {
    let mut tx = bench.db.read().await?;
    let until = |mandate: &Mandate| mandate.consent().map(|consent| (mandate.id, consent.validity.until));
    let before = match mandate.renews {
        Some(old) => mandates::find(&mut tx, old).await?.and_then(|stored| until(&stored.mandate)),
        None => None,
    };
    let after = mandates::renewals(&mut tx, mandate.id).await?;
    let after = after.iter().rev().find_map(|stored| until(&stored.mandate));
    Ok(Links { before, after })
}
