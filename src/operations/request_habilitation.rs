//! An organisation asks for the habilitation of an aidant: known already or invited, she is written to either way.

use crate::domain::account::AccountStatus;
use crate::domain::account::Professional;
use crate::domain::account::Role;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::Life;
use crate::domain::habilitation::Standing;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::private::Private;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::enrol::check_words;
use crate::operations::held_habilitation;
use crate::operations::invite;
use crate::operations::invite::Asked;
use crate::operations::invite::Asker;
use crate::operations::invite::INVITE_AGAIN;
use crate::operations::invite::Invitee;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::db::DbError;
use crate::storage::habilitations;
use crate::storage::organisations;

/// An aidant to be.
#[derive(Clone, Debug)]
pub struct NewAidant {
    /// Who it is.
    pub professional: Professional,
    /// What she does in the organisation, in a word or two.
    pub profession: Private<String>,
}

/// Asks for a habilitation inside a transaction of the caller's; the line is to be recorded in it. A new address gets an
/// account with the status `invited`; whoever has one is added without a word about it.
///
/// # Errors
/// [`Refusal::Invalid`] when a field does not fit, or at `email` with `already-here` when she has a habilitation in this
/// organisation that is not over; [`Refusal::Conflict`] when somebody else asks for her this very moment.
pub async fn request(
    work: &mut Work<'_>,
    by: &Asker,
    organisation: &Organisation,
    new: &NewAidant,
) -> Result<(HabilitationId, Line), Refusal> {
    let mut faults = Vec::new();
    check_words("profession", new.profession.show(), &mut faults);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let invitee = invite::invitee(work, Role::Aidant, &new.professional).await?;
    let here = |one: &Habilitation| {
        one.organisation == organisation.id && !matches!(one.life, Life::Ended { .. } | Life::Refused)
    };
    if habilitations::of_account(&mut work.tx, invitee.account.id).await?.iter().any(here) {
        return Err(Refusal::field("email", "already-here"));
    }
    let habilitation = Habilitation {
        id: HabilitationId::fresh(work.now, work.bench.random.as_ref()),
        account: invitee.account.id,
        organisation: organisation.id,
        life: Life::Requested,
    };
    let at = work.now;
    habilitations::insert(&mut work.tx, &habilitation, at).await.map_err(|error| match error {
        DbError::Unique(_) => Refusal::field("email", "already-here"),
        other => other.into(),
    })?;
    let asked = Asked { professional: new.professional.clone(), profession: new.profession.clone() };
    let sealed = invite::seal_asked(work, &invitee, &asked).await?;
    habilitations::ask(&mut work.tx, habilitation.id, &sealed, by.account, at).await?;
    invite::send_invitation(work, &invitee, &organisation.name, false).await?;
    let aidant = Named::new(invitee.account.id, new.professional.full_name());
    let line = Line::new(Event::HabilitationRequested { aidant }, by.actor.clone(), invitee.key)
        .account(invitee.account.id)
        .organisation(organisation);
    Ok((habilitation.id, line))
}

/// Asks for a habilitation as a referent of the organisation.
///
/// # Errors
/// As [`request`]; [`Refusal::NotFound`] when the organisation is not among those managed, [`Refusal::Conflict`] when it is
/// suspended.
pub async fn request_as_referent(
    bench: &Bench,
    (by, managed): (&StaffActor, &[Organisation]),
    organisation: OrganisationId,
    new: &NewAidant,
    reference: Option<&str>,
) -> Result<HabilitationId, Refusal> {
    let mut tries = 0;
    loop {
        tries += 1;
        match try_request(bench, (by, managed), organisation, new, reference).await {
            // Somebody else opened the account: now it is known.
            Err(Refusal::Conflict("account-opened")) if tries < 3 => {}
            done => return done,
        }
    }
}

async fn try_request(
    bench: &Bench,
    (by, managed): (&StaffActor, &[Organisation]),
    organisation: OrganisationId,
    new: &NewAidant,
    reference: Option<&str>,
) -> Result<HabilitationId, Refusal> {
    if !managed.iter().any(|own| own.id == organisation) {
        return Err(Refusal::NotFound);
    }
    let mut work = Work::begin(bench, reference).await?;
    let stored = organisations::find_shared(&mut work.tx, organisation).await?.ok_or(Refusal::NotFound)?;
    if stored.organisation.status != OrganisationStatus::Active {
        return Err(Refusal::Conflict("organisation-suspended"));
    }
    let (id, line) = request(&mut work, &by.into(), &stored.organisation, new).await?;
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(id)
}

/// Writes once more to an aidant who was asked for, at the earliest [`INVITE_AGAIN`] after the last time.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not one of the managed organisations'; [`Refusal::Conflict`] with `invited-just-now`, or
/// with `habilitation-status` when nothing waits for her any more.
pub async fn invite_again(
    bench: &Bench,
    (_, managed): (&StaffActor, &[Organisation]),
    id: HabilitationId,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let held = held_habilitation::take(&mut work, id).await?;
    if !managed.iter().any(|own| own.id == held.organisation.id) {
        return Err(Refusal::NotFound);
    }
    if held.habilitation.standing(work.now) != Standing::Awaited
        || held.account.status == AccountStatus::Suspended
    {
        return Err(Refusal::Conflict("habilitation-status"));
    }
    let listed = habilitations::listed(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    if listed.invited_at.is_some_and(|at| work.now.since(at) < INVITE_AGAIN) {
        return Err(Refusal::Conflict("invited-just-now"));
    }
    let now = work.now;
    habilitations::note_invited(&mut work.tx, id, now).await?;
    let invitee = Invitee { account: held.account, key: held.key };
    invite::send_invitation(&mut work, &invitee, &held.organisation.name, false).await?;
    work.commit_without_entry(Housekeeping::LoginLink).await
}
