//! Organisations and habilitations taken away for now, given back, or ended; each with its entry.

use crate::domain::habilitation::Standing;
use crate::domain::habilitation::SuspendedBy;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::message::HabilitationNews;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::enrol::operator_actor;
use crate::operations::held_habilitation;
use crate::operations::organisation_holds;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::habilitations;
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

/// Who changes a habilitation.
#[derive(Clone, Copy, Debug)]
pub enum Changer<'a> {
    /// An operator.
    Operator(&'a OperatorActor),
    /// A referent or deputy, with the organisations she manages.
    Referent(&'a StaffActor, &'a [Organisation]),
}

impl Changer<'_> {
    const fn rank(self) -> SuspendedBy {
        match self {
            Self::Operator(_) => SuspendedBy::Operator,
            Self::Referent(..) => SuspendedBy::Referent,
        }
    }

    fn actor(self) -> Actor {
        match self {
            Self::Operator(operator) => operator_actor(operator),
            Self::Referent(staff, _) => actor(&staff.account),
        }
    }

    fn manages(self, organisation: &Organisation) -> bool {
        match self {
            Self::Operator(_) => true,
            Self::Referent(_, managed) => managed.iter().any(|own| own.id == organisation.id),
        }
    }
}

/// As [`change`], by an operator.
///
/// # Errors
/// As [`change`].
pub async fn change_habilitation(
    bench: &Bench,
    by: &OperatorActor,
    id: HabilitationId,
    wanted: HabilitationChange<'_>,
    request: Option<&str>,
) -> Result<(), Refusal> {
    change(bench, Changer::Operator(by), id, wanted, request).await
}

/// Suspends, restores or ends a habilitation, or takes back its request. Whoever acts under it or changes it too waits.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or none of the referent's organisations; [`Refusal::Conflict`] with
/// `habilitation-status` when it is not in the state this starts from, or with `habilitation-operators` (its entry is written)
/// where a referent would lift an operator's suspension; [`Refusal::Invalid`] where a reason is needed and none is given.
pub async fn change(
    bench: &Bench,
    by: Changer<'_>,
    id: HabilitationId,
    wanted: HabilitationChange<'_>,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let held = held_habilitation::take(&mut work, id).await?;
    if !by.manages(&held.organisation) {
        return Err(Refusal::NotFound);
    }
    let (now, one, aidant) = (work.now, held.habilitation.clone(), held.aidant());
    let (changed, event, news) = match wanted {
        HabilitationChange::Suspend(reason) => {
            let reason = checked_reason(reason)?;
            let news = HabilitationNews::Suspended { reason: reason.clone().into() };
            (one.suspend(by.rank(), now)?, Event::HabilitationSuspended { aidant, reason }, news)
        }
        HabilitationChange::Restore => {
            let event = Event::HabilitationRestored { aidant };
            if one.standing(now) == Standing::Suspended && !one.may_restore(by.rank()) {
                let line = held.line(event, by.actor()).refused("habilitation_operators");
                let (work, _) = work.record(line).await?;
                work.commit().await?;
                return Err(Refusal::Conflict("habilitation-operators"));
            }
            let until = one.until().unwrap_or(now);
            (one.restore(by.rank(), now)?, event, HabilitationNews::Restored { until })
        }
        HabilitationChange::End(reason) => {
            let reason = checked_reason(reason)?;
            let news = HabilitationNews::Ended { reason: reason.clone().into() };
            (one.end()?, Event::HabilitationEnded { aidant, reason }, news)
        }
    };
    habilitations::save(&mut work.tx, &changed).await?;
    if matches!(wanted, HabilitationChange::End(_)) {
        held.close_invitation(&mut work).await?;
    }
    if !matches!(wanted, HabilitationChange::Restore) {
        software_logins::end_of_habilitation(&mut work.tx, id).await?;
    }
    held.tell_aidant(&mut work, news.clone()).await?;
    if by.rank() == SuspendedBy::Operator {
        held.tell_referents(&mut work, news).await?;
    }
    let (work, _) = work.record(held.line(event, by.actor())).await?;
    work.commit().await
}
