//! What holds a mandate is put on and lifted: suspended with the first cause, in force again without the last.

use crate::domain::ids::CaseId;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Hold;
use crate::domain::mandate::HoldCause;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::holds;
use crate::storage::mandates;

/// Holds a mandate that was taken in this transaction; gives the event to record. `None` where it is not in force, or this
/// held it before: then nothing has changed.
///
/// # Errors
/// As the database says.
pub(super) async fn put(
    work: &mut Work<'_>,
    mandate: &Mandate,
    hold: Hold,
    reason: &str,
) -> Result<Option<Event>, Refusal> {
    let now = work.now;
    let status = mandate.status_at(now);
    if !matches!(status, MandateStatus::Active | MandateStatus::Suspended)
        || !holds::add(&mut work.tx, mandate.id, hold, now).await?
    {
        return Ok(None);
    }
    let (reason, case) = (reason.to_owned(), case_of(hold));
    if status == MandateStatus::Suspended {
        return Ok(Some(Event::MandateHoldAdded { reason, case }));
    }
    mandates::save(&mut work.tx, &mandate.clone().suspend(now)?).await?;
    Ok(Some(Event::MandateSuspended { reason, case }))
}

/// Holds a mandate that was taken in this transaction no longer; gives the event to record. `None` where this did not hold
/// it, or where it is over.
///
/// # Errors
/// As the database says.
pub(super) async fn lift(
    work: &mut Work<'_>,
    mandate: &Mandate,
    hold: Hold,
    reason: &str,
) -> Result<Option<Event>, Refusal> {
    if mandate.status_at(work.now) != MandateStatus::Suspended
        || !holds::remove(&mut work.tx, mandate.id, hold).await?
    {
        return Ok(None);
    }
    let (reason, case) = (reason.to_owned(), case_of(hold));
    if !holds::of(&mut work.tx, mandate.id).await?.is_empty() {
        return Ok(Some(Event::MandateHoldLifted { reason, case }));
    }
    mandates::save(&mut work.tx, &mandate.clone().restore()?).await?;
    Ok(Some(Event::MandateRestored { reason, case }))
}

fn case_of(hold: Hold) -> Option<CaseId> {
    (hold.cause == HoldCause::Case).then(|| CaseId::from_uuid(hold.source))
}

/// Why a mandate is held now: each cause once, the oldest first.
///
/// # Errors
/// As the database says.
pub async fn causes(bench: &Bench, mandate: MandateId) -> Result<Vec<HoldCause>, Refusal> {
    causes_in(&mut bench.db.read().await?, mandate).await
}

/// As [`causes`], in a transaction.
///
/// # Errors
/// As the database says.
pub(super) async fn causes_in(tx: &mut Tx, mandate: MandateId) -> Result<Vec<HoldCause>, Refusal> {
    let mut causes: Vec<HoldCause> = Vec::new();
    for (hold, _) in holds::of(tx, mandate).await? {
        if !causes.contains(&hold.cause) {
            causes.push(hold.cause);
        }
    }
    Ok(causes)
}
