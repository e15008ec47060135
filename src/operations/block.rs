//! A person bars an aidant or an organisation for the future, and lets them again.

use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::ledger::words::Blocked;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::accounts;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::persons;
use crate::storage::persons::BlockTarget;

/// Somebody a person may bar: an aidant, or an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An aidant, wherever she works.
    Aidant(AccountId),
    /// An organisation with all its aidants.
    Organisation(OrganisationId),
}

impl Target {
    const fn stored(self) -> BlockTarget {
        match self {
            Self::Aidant(id) => BlockTarget::Account(id),
            Self::Organisation(id) => BlockTarget::Organisation(id),
        }
    }

    const fn word(self) -> Blocked {
        match self {
            Self::Aidant(_) => Blocked::Aidant,
            Self::Organisation(_) => Blocked::Organisation,
        }
    }
}

/// One that can be barred, or is.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Whom.
    pub target: Target,
    /// The name.
    pub name: String,
    /// For an aidant, the organisation she acted for.
    pub place: Option<String>,
    /// Since when it is barred; `None` when it is not.
    pub blocked_at: Option<Instant>,
}

/// Bars somebody who holds or held a mandate of hers. Takes effect at the next act; nothing that was done changes.
///
/// # Errors
/// [`Refusal::NotFound`] for anybody else; [`Refusal::Conflict`] when it is so already.
pub async fn block(
    bench: &Bench,
    person: &PersonActor,
    target: Target,
    request: Option<&str>,
) -> Result<(), Refusal> {
    change(bench, person, target, true, request).await
}

/// Lets somebody again.
///
/// # Errors
/// As [`block`].
pub async fn unblock(
    bench: &Bench,
    person: &PersonActor,
    target: Target,
    request: Option<&str>,
) -> Result<(), Refusal> {
    change(bench, person, target, false, request).await
}

async fn change(
    bench: &Bench,
    person: &PersonActor,
    target: Target,
    bar: bool,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let id = person.person.id;
    persons::hold(&mut work.tx, id).await?;
    work.now = bench.now();
    let known = candidates_in(bench, &mut work.tx, person).await?;
    let named = known.into_iter().find(|one| one.target == target).ok_or(Refusal::NotFound)?;
    let now = work.now;
    let changed = if bar {
        persons::block(&mut work.tx, id, target.stored(), now).await?
    } else {
        persons::unblock(&mut work.tx, id, target.stored()).await?
    };
    if !changed {
        return Err(Refusal::Conflict("block-unchanged"));
    }
    let blocked = match target {
        Target::Aidant(account) => Named::new(account, named.name),
        Target::Organisation(organisation) => Named::new(organisation, named.name),
    };
    let what = target.word();
    let event =
        if bar { Event::PersonBlocked { what, blocked } } else { Event::PersonUnblocked { what, blocked } };
    let (work, _) = work.record(Line::new(event, person_actor(id), person.data_key).person(id)).await?;
    work.commit().await
}

/// Everybody the person may bar: organisations that hold or held a mandate of hers, their aidants, and whom she barred.
///
/// # Errors
/// As the database says.
pub async fn candidates(bench: &Bench, person: &PersonActor) -> Result<Vec<Candidate>, Refusal> {
    let mut tx = bench.db.read().await?;
    candidates_in(bench, &mut tx, person).await
}

async fn candidates_in(bench: &Bench, tx: &mut Tx, person: &PersonActor) -> Result<Vec<Candidate>, Refusal> {
    let blocks = persons::blocks(tx, person.person.id).await?;
    let since =
        |target: Target| blocks.iter().find(|(known, _)| *known == target.stored()).map(|(_, at)| *at);
    let mut all: Vec<Candidate> = Vec::new();
    let held = mandates::of_person(tx, person.person.id).await?;
    let mut places: Vec<OrganisationId> =
        held.iter().map(|stored| stored.mandate.terms.organisation).collect();
    places.sort();
    places.dedup();
    for place in places {
        let Some(stored) = organisations::find(tx, place).await? else { continue };
        let name = stored.organisation.name;
        let target = Target::Organisation(place);
        all.push(Candidate { target, name: name.clone(), place: None, blocked_at: since(target) });
        for habilitation in accounts::habilitations_of(tx, place).await? {
            let target = Target::Aidant(habilitation.account);
            if all.iter().any(|known| known.target == target) {
                continue;
            }
            let (account, _) = actors::account(bench, tx, habilitation.account).await?;
            all.push(Candidate {
                target,
                name: account.professional.full_name(),
                place: Some(name.clone()),
                blocked_at: since(target),
            });
        }
    }
    Ok(all)
}
