//! A person asks that what is known of her be erased; it is, by destroying her key, as soon as the law lets it.

use crate::domain::ids::PersonId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::entry::Role;
use crate::ledger::kinds::Event;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::revoke_mandate;
use crate::operations::revoke_mandate::Revoker;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::db::Tx;
use crate::storage::erasure;
use crate::storage::mandates;
use crate::storage::persons;

/// How often the whole is tried again when a mandate was approved while hers were being taken.
const ATTEMPTS: usize = 3;

/// What stands in the way of erasing a person, and since when she asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// When she asked.
    pub asked_at: Option<Instant>,
    /// How many of her mandates are in force or suspended.
    pub running: usize,
    /// Whether anything was ever done under one of her mandates.
    pub used: bool,
    /// Whether a case of hers is open.
    pub case_open: bool,
    /// When the last of her mandates ended.
    pub last_end: Option<Instant>,
    /// From when on she can be erased, as far as that is known: not while a mandate runs.
    pub due: Option<Instant>,
}

impl Outlook {
    /// Whether nothing stands in the way at `now`.
    pub fn is_free(&self, now: Instant) -> bool {
        !self.case_open && self.running == 0 && self.due.is_none_or(|due| due <= now)
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// She is erased.
    Erased,
    /// It is noted, and done as soon as nothing stands in the way.
    Noted,
}

/// Why a person is erased, as its entry says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Asked,
    Unused,
}

/// What stands in the way of erasing this person.
///
/// # Errors
/// As the database says.
pub async fn outlook(bench: &Bench, person: &PersonActor) -> Result<Outlook, Refusal> {
    let mut tx = bench.db.read().await?;
    look(bench, &mut tx, person.person.id).await
}

async fn look(bench: &Bench, tx: &mut Tx, id: PersonId) -> Result<Outlook, Refusal> {
    let all: Vec<Mandate> =
        mandates::of_person(tx, id).await?.into_iter().map(|stored| stored.mandate).collect();
    let used = erasure::was_used(tx, id).await?;
    let last_end = all.iter().filter_map(end_of).max();
    let running = all.iter().filter(|mandate| is_running(mandate)).count();
    let due = last_end.filter(|_| used && running == 0);
    Ok(Outlook {
        asked_at: erasure::asked(tx, id).await?,
        running,
        used,
        case_open: erasure::has_open_case(tx, id).await?,
        last_end,
        due: due.map(|end| end.plus(bench.config.retention.erasure)),
    })
}

/// As written down: one whose time has just passed runs until that is an entry.
const fn is_running(mandate: &Mandate) -> bool {
    matches!(mandate.status(), MandateStatus::Active | MandateStatus::Suspended)
}

fn end_of(mandate: &Mandate) -> Option<Instant> {
    use crate::domain::mandate::Life;
    match &mandate.life {
        Life::Revoked { end, .. } => Some(end.at),
        _ => mandate.consent().map(|consent| consent.validity.until),
    }
}

/// Notes that she asks for it, and erases her at once where nothing stands in the way. With `stop`, mandates in force are ended
/// first, each as if she had done so on its page.
///
/// # Errors
/// [`Refusal::NotFound`] when she was erased meanwhile.
pub async fn ask(
    bench: &Bench,
    person: &PersonActor,
    stop: bool,
    request: Option<&str>,
) -> Result<Asked, Refusal> {
    let id = person.person.id;
    let stopped = if stop { stop_all(bench, person, request).await? } else { 0 };
    let mut work = Work::begin(bench, request).await?;
    persons::hold(&mut work.tx, id).await?;
    if data_keys::open(bench, &mut work.tx, person.data_key).await?.is_none() {
        return Err(Refusal::NotFound);
    }
    let now = work.now;
    if erasure::ask(&mut work.tx, id, now).await? {
        let event = Event::PersonErasureRequested { stopped };
        let (work, _) = work.record(Line::new(event, person_actor(id), person.data_key).person(id)).await?;
        work.commit().await?;
    } else {
        drop(work);
    }
    let erased = erase(bench, id, Why::Asked, request).await?;
    Ok(if erased { Asked::Erased } else { Asked::Noted })
}

async fn stop_all(bench: &Bench, person: &PersonActor, request: Option<&str>) -> Result<u64, Refusal> {
    let mut tx = bench.db.read().await?;
    let all = mandates::of_person(&mut tx, person.person.id).await?;
    drop(tx);
    let mut stopped = 0;
    for stored in all.iter().filter(|stored| is_running(&stored.mandate)) {
        let by = Revoker::Person(person);
        match revoke_mandate::revoke(bench, by, stored.mandate.id, None, None, request).await {
            Ok(()) => stopped += 1,
            // It ended by itself, or by somebody else, in between.
            Err(Refusal::Conflict(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(stopped)
}

/// Takes the request back.
///
/// # Errors
/// [`Refusal::Conflict`] when there is none, [`Refusal::NotFound`] when she was erased meanwhile.
pub async fn withdraw(bench: &Bench, person: &PersonActor, request: Option<&str>) -> Result<(), Refusal> {
    let id = person.person.id;
    let mut work = Work::begin(bench, request).await?;
    persons::hold(&mut work.tx, id).await?;
    if data_keys::open(bench, &mut work.tx, person.data_key).await?.is_none() {
        return Err(Refusal::NotFound);
    }
    if !erasure::withdraw(&mut work.tx, id).await? {
        return Err(Refusal::Conflict("erasure-not-asked"));
    }
    let event = Event::PersonErasureWithdrawn {};
    let (work, _) = work.record(Line::new(event, person_actor(id), person.data_key).person(id)).await?;
    work.commit().await
}

/// Erases whoever asked and is due, and whoever nothing was written of for longer than the term; gives how many.
///
/// # Errors
/// As the database says; those erased before stay so.
pub async fn erase_due(bench: &Bench) -> Result<u64, Refusal> {
    let now = bench.now();
    let terms = [
        (Why::Asked, now.minus(bench.config.retention.erasure)),
        (Why::Unused, now.minus(bench.config.retention.persons)),
    ];
    let mut erased = 0;
    for (why, before) in terms {
        let mut after = PersonId::from_uuid(uuid::Uuid::nil());
        loop {
            let mut tx = bench.db.read().await?;
            let due = match why {
                Why::Asked => erasure::due(&mut tx, before, after).await?,
                Why::Unused => erasure::idle(&mut tx, before, after).await?,
            };
            drop(tx);
            let Some(last) = due.last() else { break };
            after = *last;
            for id in due {
                erased += u64::from(erase(bench, id, why, None).await?);
            }
        }
    }
    Ok(erased)
}

/// Erases a person if nothing stands in the way; all of it is looked at with her mandates taken, so that no act and no contest
/// slips in between.
async fn erase(bench: &Bench, id: PersonId, why: Why, request: Option<&str>) -> Result<bool, Refusal> {
    for _ in 0..ATTEMPTS {
        let mut work = Work::begin(bench, request).await?;
        let taken = erasure::mandates(&mut work.tx, id).await?;
        for mandate in &taken {
            mandates::take(&mut work.tx, *mandate).await?;
        }
        persons::hold(&mut work.tx, id).await?;
        if erasure::mandates(&mut work.tx, id).await? != taken {
            continue;
        }
        work.now = bench.now();
        return erase_held(work, id, why, taken.len()).await;
    }
    Ok(false)
}

async fn erase_held(mut work: Work<'_>, id: PersonId, why: Why, mandates: usize) -> Result<bool, Refusal> {
    let bench = work.bench;
    let now = work.now;
    let Some(row) = persons::find(&mut work.tx, id).await? else { return Ok(false) };
    let outlook = look(bench, &mut work.tx, id).await?;
    if !outlook.is_free(now) || (why == Why::Asked && outlook.asked_at.is_none()) {
        return Ok(false);
    }
    if !erasure::destroy(&mut work.tx, id, row.data_key, now).await? {
        return Ok(false);
    }
    let key = data_keys::system(bench);
    let (reason, actor) = match why {
        Why::Asked => ("asked", Actor { role: Role::Person, id: None, name: None }),
        Why::Unused => ("unused", Actor::system()),
    };
    let event = Event::PersonErased {
        reason: reason.to_owned(),
        mandates: u64::try_from(mandates).unwrap_or(u64::MAX),
    };
    let (work, _) = work.record(Line::new(event, actor, key)).await?;
    work.commit().await?;
    Ok(true)
}
