//! Habilitations past their end are written down as over; those that end soon are announced, once.

use crate::domain::habilitation::Standing;
use crate::domain::ids::HabilitationId;
use crate::domain::message::HabilitationNews;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::held_habilitation;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::habilitations;
use crate::storage::software_logins;

/// The reason of an end that came with its date.
pub const TERM: &str = "term";

/// Writes down up to a hundred ends; gives how many. Rules look at the dates themselves and never wait for this.
///
/// # Errors
/// As the database says; those written before stay.
pub async fn end_overdue(bench: &Bench) -> Result<usize, Refusal> {
    let mut tx = bench.db.read().await?;
    let overdue = habilitations::overdue(&mut tx, bench.now()).await?;
    drop(tx);
    let mut written = 0;
    for id in overdue {
        written += usize::from(end_one(bench, id).await?);
    }
    Ok(written)
}

async fn end_one(bench: &Bench, id: HabilitationId) -> Result<bool, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let held = held_habilitation::take(&mut work, id).await?;
    let past = held.habilitation.until().is_some_and(|until| until < work.now);
    // Another process wrote it down, or somebody renewed it, meanwhile.
    let (true, Ok(over)) = (past, held.habilitation.clone().end()) else { return Ok(false) };
    habilitations::save(&mut work.tx, &over).await?;
    software_logins::end_of_habilitation(&mut work.tx, id).await?;
    held.tell_aidant(&mut work, HabilitationNews::Expired).await?;
    held.tell_referents(&mut work, HabilitationNews::Expired).await?;
    let event = Event::HabilitationEnded { aidant: held.aidant(), reason: TERM.to_owned() };
    let (work, _) = work.record(held.line(event, Actor::system())).await?;
    work.commit().await?;
    Ok(true)
}

/// Tells up to a hundred aidants and their referents that a habilitation ends within `habilitation.renewal_notice`; gives
/// how many. Each end is told once; a renewal makes a new end.
///
/// # Errors
/// As the database says; those told before stay.
pub async fn announce_ends(bench: &Bench) -> Result<usize, Refusal> {
    let now = bench.now();
    let mut tx = bench.db.read().await?;
    let ending =
        habilitations::ending(&mut tx, now, now.plus(bench.config.habilitation.renewal_notice)).await?;
    drop(tx);
    let mut told = 0;
    for id in ending {
        told += usize::from(announce_one(bench, id).await?);
    }
    Ok(told)
}

async fn announce_one(bench: &Bench, id: HabilitationId) -> Result<bool, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let held = held_habilitation::take(&mut work, id).await?;
    let Some(until) = held.habilitation.until() else { return Ok(false) };
    let over = held.habilitation.standing(work.now) == Standing::Ended;
    let far = until >= work.now.plus(bench.config.habilitation.renewal_notice);
    if over || far || !habilitations::note_told(&mut work.tx, id).await? {
        return Ok(false);
    }
    let news = HabilitationNews::EndsSoon { until };
    held.tell_aidant(&mut work, news.clone()).await?;
    held.tell_referents(&mut work, news).await?;
    let event = Event::HabilitationRenewalNotified { aidant: held.aidant(), ends_at: until.into() };
    let (work, _) = work.record(held.line(event, Actor::system())).await?;
    work.commit().await?;
    Ok(true)
}
