//! "This was not me", by the link of a notice: whoever holds it can have the mandate suspended and the matter examined, and do
//! nothing else. It opens no space and shows nobody's name.

use crate::crypto::hash::TokenHash;
use crate::domain::case::Case;
use crate::domain::contact::Topic;
use crate::domain::ids::ActId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::message::MessageLanguage;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::contest_line;
use crate::operations::contest_line::ATTEMPTS;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::cases;
use crate::storage::db::DbError;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::entries::StoredEntry;
use crate::storage::mandates;
use crate::storage::notices;
use crate::storage::notices::NoticeLink;
use crate::storage::organisations;

/// What the page of a link shows; nothing that says whose it is.
#[derive(Clone, Debug)]
pub struct Disowned {
    /// What the notice was about.
    pub topic: Topic,
    /// Whose mandate it is.
    pub organisation: String,
    /// When the notice was written.
    pub at: Instant,
    /// Whether the mandate can still be suspended.
    pub in_force: bool,
    /// What became of it.
    pub state: LinkState,
}

/// What a link can still do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It was not used.
    Fresh,
    /// It was used, or the person had said the same in her journal: the case's number.
    Done(String),
    /// Its time has passed.
    Over,
}

/// What a link stands for. Changes nothing: a mail scanner may open it.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown one, or once the person was erased.
pub async fn look(bench: &Bench, code: &str) -> Result<Disowned, Refusal> {
    let mut tx = bench.db.read().await?;
    let link = notices::link(&mut tx, TokenHash::of(code).as_bytes()).await?.ok_or(Refusal::NotFound)?;
    let mandate = mandates::find(&mut tx, link.mandate).await?.ok_or(Refusal::NotFound)?.mandate;
    show(&mut tx, &link, &mandate, bench.now()).await
}

async fn show(tx: &mut Tx, link: &NoticeLink, mandate: &Mandate, now: Instant) -> Result<Disowned, Refusal> {
    let organisation =
        organisations::find(tx, mandate.terms.organisation).await?.ok_or(Refusal::NotFound)?.organisation;
    let state = match &link.case_number {
        Some(number) => LinkState::Done(number.clone()),
        None if now > link.expires_at => LinkState::Over,
        None => LinkState::Fresh,
    };
    Ok(Disowned {
        topic: link.topic,
        organisation: organisation.name,
        at: link.created_at,
        in_force: mandate.status_at(now) == MandateStatus::Active,
        state,
    })
}

/// Says with a link that it was not her: the mandate is suspended where it was in force, and a case is opened, once. A link that
/// was used gives the same case again.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown link; [`Refusal::Conflict`] `link-over` once its time has passed;
/// [`Refusal::Invalid`] on `reason` when it is too long.
pub async fn disown(
    bench: &Bench,
    code: &str,
    reason: &str,
    language: MessageLanguage,
    request: Option<&str>,
) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.chars().count() > contest_line::LONGEST_REASON {
        return Err(Refusal::field("reason", "not-me-reason-long"));
    }
    for _ in 1..ATTEMPTS {
        match attempt(bench, code, reason, language, request).await {
            Err(Refusal::Fault(error)) if matches!(error.downcast_ref(), Some(DbError::Unique(_))) => {}
            done => return done,
        }
    }
    attempt(bench, code, reason, language, request).await
}

async fn attempt(
    bench: &Bench,
    code: &str,
    reason: &str,
    language: MessageLanguage,
    request: Option<&str>,
) -> Result<String, Refusal> {
    let hash = TokenHash::of(code);
    let mut work = Work::begin(bench, request).await?;
    let mandate = notices::link(&mut work.tx, hash.as_bytes()).await?.ok_or(Refusal::NotFound)?.mandate;
    let stored = mandates::take(&mut work.tx, mandate).await?.ok_or(Refusal::NotFound)?;
    work.now = bench.now();
    // Read again: the mandate is ours now, and the same link may have been used elsewhere.
    let link = notices::link(&mut work.tx, hash.as_bytes()).await?.ok_or(Refusal::NotFound)?;
    if let Some(number) = link.case_number {
        return Ok(number);
    }
    if work.now > link.expires_at {
        return Err(Refusal::Conflict("link-over"));
    }
    let person = actors::person(bench, &mut work.tx, link.person).await?;
    let line = line_of(&mut work.tx, mandate, link.act).await?;
    let id = person.person.id;
    let known = known_case(&mut work.tx, id, &line, link.act).await?;
    let entry = |case| {
        let event = Event::NoticeDisowned { topic: link.topic.as_str().to_owned(), case };
        Line::new(event, person_actor(id), person.data_key).person(id).mandate(mandate)
    };
    let (mut done, number) = match known {
        Some(case) => (work.record(entry(case.id)).await?.0, case.number),
        None => {
            let about = (stored.mandate, &line);
            let (recorded, case) = contest_line::open(work, &person, about, reason, language).await?;
            (recorded.record(entry(case.id)).await?.0, case.number)
        }
    };
    let now = done.now;
    if !notices::use_link(&mut done.tx, hash.as_bytes(), now, &number).await? {
        return Err(Refusal::Conflict("link-over"));
    }
    done.commit().await?;
    Ok(number)
}

/// The case she opened before on what the notice was about, by whichever line of the act.
async fn known_case(
    tx: &mut Tx,
    person: PersonId,
    line: &StoredEntry,
    act: Option<ActId>,
) -> Result<Option<Case>, Refusal> {
    let mut lines = match act {
        Some(act) => entries::of_act(tx, act).await?.into_iter().map(|line| line.id).collect(),
        None => Vec::new(),
    };
    lines.push(line.id);
    for line in lines {
        if let Some(case) = cases::by_line(tx, person, line).await? {
            return Ok(Some(case));
        }
    }
    Ok(None)
}

/// The line a notice was about: the act's, or the grant's.
async fn line_of(tx: &mut Tx, mandate: MandateId, act: Option<ActId>) -> Result<StoredEntry, Refusal> {
    let line = match act {
        Some(act) => entries::of_act(tx, act).await?.into_iter().find(|line| line.kind == "act.opened"),
        None => entries::first_of_kind(tx, mandate, "mandate.approved").await?,
    };
    line.ok_or_else(|| Refusal::fault("a notice without its line"))
}
