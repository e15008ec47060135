//! What an operator decides of a habilitation: training, its end, renewal, or no.

use crate::domain::habilitation::Habilitation;
use crate::domain::ids::HabilitationId;
use crate::domain::message::HabilitationNews;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::enrol::operator_actor;
use crate::operations::held_habilitation;
use crate::operations::held_habilitation::Held;
use crate::operations::refusal::Refusal;
use crate::operations::suspend::checked_reason;
use crate::operations::work::Work;
use crate::storage::habilitations;

/// What is decided.
#[derive(Clone, Copy, Debug)]
pub enum Verdict<'a> {
    /// Accepted for a training on this day, or the day is moved.
    Accept(Day),
    /// The training was done.
    Trained,
    /// Given until the end of this day, after the training.
    Habilitate(Day),
    /// Not given, and why.
    Refuse(&'a str),
    /// It goes on until the end of this day.
    Renew(Day),
    /// It does not go on, and why; the end stays.
    RefuseRenewal(&'a str),
}

/// A decision ready to be written.
struct Decided {
    habilitation: Habilitation,
    event: Event,
    /// What is written to the aidant and the referents.
    news: Option<HabilitationNews>,
}

/// Decides. The first of two operators who decide at once is heard.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none; [`Refusal::Conflict`] with `habilitation-status` when it is not where this decision
/// starts from; [`Refusal::Invalid`] at `reason`, or at `until` and `training_on` for a day that does not fit.
pub async fn decide_habilitation(
    bench: &Bench,
    by: &OperatorActor,
    id: HabilitationId,
    verdict: Verdict<'_>,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let held = held_habilitation::take(&mut work, id).await?;
    let now = work.now;
    let decided = match verdict {
        Verdict::RefuseRenewal(reason) => refuse_renewal(&mut work, &held, reason).await?,
        Verdict::Renew(day) => renew(&mut work, &held, day).await?,
        other => decide(&held, other, now)?,
    };
    habilitations::save(&mut work.tx, &decided.habilitation).await?;
    if matches!(verdict, Verdict::Refuse(_)) {
        held.close_invitation(&mut work).await?;
    }
    if let Some(news) = decided.news {
        held.tell_aidant(&mut work, news.clone()).await?;
        held.tell_referents(&mut work, news).await?;
    }
    let (work, _) = work.record(held.line(decided.event, operator_actor(by))).await?;
    work.commit().await
}

fn decide(held: &Held, verdict: Verdict<'_>, now: Instant) -> Result<Decided, Refusal> {
    let (one, aidant) = (held.habilitation.clone(), held.aidant());
    Ok(match verdict {
        Verdict::Accept(on) => {
            if on < now.day() {
                return Err(Refusal::field("training_on", "past"));
            }
            let habilitation = one.accept(on)?;
            let event = Event::HabilitationTrainingSet { aidant, on: on.to_string() };
            Decided { habilitation, event, news: Some(HabilitationNews::TrainingSet { on: on.start() }) }
        }
        Verdict::Trained => {
            let habilitation = one.note_training(now)?;
            let on = habilitation.training().map_or_else(|| now.day(), |training| training.on);
            if on > now.day() {
                return Err(Refusal::Conflict("training-to-come"));
            }
            let event = Event::HabilitationTrained { aidant, on: on.to_string() };
            Decided { habilitation, event, news: None }
        }
        Verdict::Habilitate(day) => {
            let until = checked_end(day, now)?;
            let habilitation = one.habilitate(until, now)?;
            let event = Event::HabilitationAccepted { aidant, ends_at: until.into() };
            Decided { habilitation, event, news: Some(HabilitationNews::Given { until }) }
        }
        Verdict::Refuse(reason) => {
            let reason = checked_reason(reason)?;
            let habilitation = one.refuse()?;
            let news = HabilitationNews::Refused { reason: reason.clone().into() };
            let event = Event::HabilitationRefused { aidant, reason };
            Decided { habilitation, event, news: Some(news) }
        }
        Verdict::Renew(_) | Verdict::RefuseRenewal(_) => {
            return Err(Refusal::fault("a renewal is decided elsewhere"));
        }
    })
}

/// The last instant of a day to come, at most ten years away.
fn checked_end(day: Day, now: Instant) -> Result<Instant, Refusal> {
    if day < now.day() {
        return Err(Refusal::field("until", "past"));
    }
    if now.day().days_until(day) > LONGEST_DAYS {
        return Err(Refusal::field("until", "far"));
    }
    Ok(day.end())
}

const LONGEST_DAYS: i32 = 3_660;

async fn renew(work: &mut Work<'_>, held: &Held, day: Day) -> Result<Decided, Refusal> {
    let until = checked_end(day, work.now)?;
    let former = held.habilitation.until();
    if former.is_some_and(|former| former >= until && former > work.now) {
        return Err(Refusal::field("until", "not-later"));
    }
    let habilitation = held.habilitation.clone().renew(until, work.now)?;
    habilitations::clear_renewal(&mut work.tx, habilitation.id).await?;
    let event = Event::HabilitationRenewed { aidant: held.aidant(), ends_at: until.into() };
    Ok(Decided { habilitation, event, news: Some(HabilitationNews::Renewed { until }) })
}

async fn refuse_renewal(work: &mut Work<'_>, held: &Held, reason: &str) -> Result<Decided, Refusal> {
    let reason = checked_reason(reason)?;
    let until = held.habilitation.until().ok_or(Refusal::Conflict("habilitation-status"))?;
    if !habilitations::clear_renewal(&mut work.tx, held.habilitation.id).await? {
        return Err(Refusal::Conflict("habilitation-status"));
    }
    let news = HabilitationNews::RenewalRefused { reason: reason.clone().into(), until };
    let event = Event::HabilitationRenewalRefused { aidant: held.aidant(), reason };
    Ok(Decided { habilitation: held.habilitation.clone(), event, news: Some(news) })
}
