//! Persons are told 30 and 7 days ahead that a mandate ends, each once, however many do the telling and whatever stood still.

use std::time::Duration;

use crate::domain::ids::MandateId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::message::MessageBody;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::endings;
use crate::storage::mandates;
use crate::storage::organisations;

/// How many days ahead a person is told; the nearest first.
pub const DAYS_AHEAD: [u16; 2] = [7, 30];
/// A notice is worth sending for a day: the next one, or the end itself, says it better.
const WORTH: Duration = Duration::from_secs(86_400);

/// Tells of up to a hundred ends for each span; gives how many were looked at.
///
/// A mandate whose nearer notice was given is not told of farther ones; one that runs for less than a span from its approval
/// is not told of that span, since its end was in the approval itself.
///
/// # Errors
/// As the database says; those told before stay told.
pub async fn notify_ends(bench: &Bench) -> Result<usize, Refusal> {
    let mut seen = 0;
    for days in DAYS_AHEAD {
        let now = bench.now();
        let until = now.day().plus_days(i32::from(days)).end();
        let mut tx = bench.db.read().await?;
        let due = endings::due(&mut tx, now, until, i64::from(days)).await?;
        drop(tx);
        seen += due.len();
        for id in due {
            notify_one(bench, id, days).await?;
        }
    }
    Ok(seen)
}

async fn notify_one(bench: &Bench, id: MandateId, days: u16) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let Some(stored) = mandates::take(&mut work.tx, id).await? else { return Ok(()) };
    work.now = bench.now();
    let now = work.now;
    if !endings::mark(&mut work.tx, id, i64::from(days), now).await? {
        return Ok(());
    }
    if let Some(until) = worth_telling(&stored.mandate, days, now)
        && let Some(person) = reachable(&mut work, &stored.mandate).await?
    {
        let organisation = organisations::find(&mut work.tx, stored.mandate.terms.organisation)
            .await?
            .ok_or_else(|| Refusal::fault("a mandate names an organisation that is not there"))?;
        let left = now.day().days_until(until.day());
        let body = MessageBody::MandateEndsSoon {
            organisation: organisation.organisation.name,
            themes: stored.mandate.open_themes().into_iter().collect(),
            until,
            days: u16::try_from(left).unwrap_or(days),
        };
        tell(&mut work, &person, NoticeKind::EndSoon, body, WORTH).await?;
    }
    work.commit_without_entry(Housekeeping::Reminder).await
}

/// Its end, where the person does not know it from a day near enough.
fn worth_telling(mandate: &Mandate, days: u16, now: Instant) -> Option<Instant> {
    if !matches!(mandate.status_at(now), MandateStatus::Active | MandateStatus::Suspended) {
        return None;
    }
    let validity = mandate.consent()?.validity;
    let length = validity.from.day().days_until(validity.until.day());
    (length > i32::from(days) + 1).then_some(validity.until)
}

async fn reachable(work: &mut Work<'_>, mandate: &Mandate) -> Result<Option<PersonActor>, Refusal> {
    let Some(consent) = mandate.consent() else { return Ok(None) };
    match actors::person(work.bench, &mut work.tx, consent.person).await {
        Ok(person) => Ok(Some(person)),
        Err(Refusal::NotFound) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}
