//! Organisations and habilitations taken away for now, given back, or ended; each with its entry.

use crate::domain::habilitation::HabilitationStatus;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::OrganisationStatus;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::operations::actors;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::enrol::operator_actor;
use crate::operations::organisation_holds;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::accounts;
use crate::storage::organisations;
use crate::storage::software_logins;

const LONGEST_REASON: usize = 500;

/// A reason somebody gave, trimmed.
///
/// # Errors
/// [`Refusal::Invalid`] at `reason` when it says nothing, more than 500 characters, or holds control characters.
pub(super) fn checked_reason(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::field("reason", "missing"));
    }
    let control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    if reason.chars().count() > LONGEST_REASON || reason.chars().any(control) {
        return Err(Refusal::field("reason", "too-long"));
    }
    Ok(reason.to_owned())
}

/// Suspends an organisation: none of its aidants may act from now on.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none; [`Refusal::Conflict`] when it is suspended already; [`Refusal::Invalid`] without
/// a reason.
pub async fn suspend_organisation(
    bench: &Bench,
    by: &OperatorActor,
    id: OrganisationId,
    reason: &str,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let event = Event::OrganisationSuspended { reason: checked_reason(reason)? };
    set_organisation(bench, by, id, (OrganisationStatus::Suspended, event), request).await
}

/// Gives a suspended organisation back what it had.
///
/// # Errors
/// As [`suspend_organisation`].
pub async fn restore_organisation(
    bench: &Bench,
    by: &OperatorActor,
    id: OrganisationId,
    request: Option<&str>,
) -> Result<(), Refusal> {
    set_organisation(bench, by, id, (OrganisationStatus::Active, Event::OrganisationRestored {}), request)
        .await
}

async fn set_organisation(
    bench: &Bench,
    by: &OperatorActor,
    id: OrganisationId,
    (to, event): (OrganisationStatus, Event),
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    if !organisations::set_status(&mut work.tx, id, to).await? {
        let known = organisations::find(&mut work.tx, id).await?;
        return Err(known.map_or(Refusal::NotFound, |_| Refusal::Conflict("organisation-status")));
    }
    if to == OrganisationStatus::Suspended {
        software_logins::end_of_organisation(&mut work.tx, id).await?;
    }
    work.now = bench.now();
    let stored = organisations::find(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let line = Line::new(event, operator_actor(by), stored.data_key).organisation(&stored.organisation);
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    // The first mandates follow now, the others by themselves.
    if let Err(error) = organisation_holds::follow(bench, Some(id)).await {
        tracing::warn!(%error, organisation = %id, "the mandates follow later");
    }
    Ok(())
}

/// What is done to a habilitation.
#[derive(Clone, Copy, Debug)]
pub enum HabilitationChange<'a> {
    /// Taken away for now, and why.
    Suspend(&'a str),
    /// Given back.
    Restore,
    /// Ended for good, and why.
    End(&'a str),
}

/// Suspends, restores or ends a habilitation.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none; [`Refusal::Conflict`] when it is not in the status this starts from;
/// [`Refusal::Invalid`] where a reason is needed and none is given.
pub async fn change_habilitation(
    bench: &Bench,
    by: &OperatorActor,
    id: HabilitationId,
    change: HabilitationChange<'_>,
    request: Option<&str>,
) -> Result<(), Refusal> {
    use HabilitationStatus::Active;
    use HabilitationStatus::Ended;
    use HabilitationStatus::Suspended;
    let mut work = Work::begin(bench, request).await?;
    let now = accounts::habilitation_shared(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let (from, to) = match (change, now.status) {
        (HabilitationChange::Suspend(_), Active) => (Active, Suspended),
        (HabilitationChange::Restore, Suspended) => (Suspended, Active),
        (HabilitationChange::End(_), Active | Suspended) => (now.status, Ended),
        _ => return Err(Refusal::Conflict("habilitation-status")),
    };
    if !accounts::set_habilitation(&mut work.tx, id, from, to).await? {
        return Err(Refusal::Conflict("habilitation-status"));
    }
    if to != Active {
        software_logins::end_of_habilitation(&mut work.tx, id).await?;
    }
    work.now = bench.now();
    let (account, key) = actors::account(bench, &mut work.tx, now.account).await?;
    let stored = organisations::find(&mut work.tx, now.organisation).await?.ok_or(Refusal::NotFound)?;
    let aidant = Named::new(account.id, account.professional.full_name());
    let event = match change {
        HabilitationChange::Suspend(reason) => {
            Event::HabilitationSuspended { aidant, reason: checked_reason(reason)? }
        }
        HabilitationChange::Restore => Event::HabilitationRestored { aidant },
        HabilitationChange::End(reason) => {
            Event::HabilitationEnded { aidant, reason: checked_reason(reason)? }
        }
    };
    let line =
        Line::new(event, operator_actor(by), key).account(account.id).organisation(&stored.organisation);
    let (work, _) = work.record(line).await?;
    work.commit().await
}
