//! A person says that an act was not expected: the mandate is held at once, and a case is opened.

use std::time::Duration;

use crate::domain::case::Case;
use crate::domain::case::CaseLife;
use crate::domain::case::CaseStep;
use crate::domain::client::Client;
use crate::domain::ids::CaseId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Hold;
use crate::domain::mandate::HoldCause;
use crate::domain::mandate::Mandate;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::ledger::kinds::Event;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::cases::news;
use crate::operations::cases::news::News;
use crate::operations::holds;
use crate::operations::refusal::Refusal;
use crate::operations::tell;
use crate::operations::tell::NoticeKind;
use crate::operations::work::Line;
use crate::operations::work::Recorded;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::cases;
use crate::storage::clients;
use crate::storage::db::DbError;
use crate::storage::entries;
use crate::storage::entries::StoredEntry;
use crate::storage::mandates;
use crate::storage::notices;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::trails;

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 1000;
/// Two cases of the same instant may draw the same number; then the whole is tried again.
pub(super) const ATTEMPTS: usize = 5;
const WORTH: Duration = Duration::from_secs(7 * 86_400);

/// Which lines can be contested: those of acts under a mandate.
pub fn is_contestable(kind: &str, mandate: Option<MandateId>) -> bool {
    mandate.is_some() && matches!(kind, "act.opened" | "act.refused" | "act.reported")
}

/// Contests a line of the person's own journal; gives the case. A mandate in force is suspended in the same transaction.
///
/// # Errors
/// [`Refusal::NotFound`] when the line is not hers; [`Refusal::Conflict`] when it cannot be contested, or was before;
/// [`Refusal::Invalid`] without a reason.
pub async fn contest_line(
    bench: &Bench,
    person: &PersonActor,
    entry: EntryId,
    reason: &str,
    language: MessageLanguage,
    request: Option<&str>,
) -> Result<Case, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(Refusal::field("reason", "person-contest-reason-missing"));
    }
    for _ in 1..ATTEMPTS {
        match attempt(bench, person, entry, reason, language, request).await {
            Err(Refusal::Fault(error)) if matches!(error.downcast_ref(), Some(DbError::Unique(_))) => {}
            done => return done,
        }
    }
    attempt(bench, person, entry, reason, language, request).await
}

async fn attempt(
    bench: &Bench,
    person: &PersonActor,
    entry: EntryId,
    reason: &str,
    language: MessageLanguage,
    request: Option<&str>,
) -> Result<Case, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let id = person.person.id;
    if !trails::is_of_person(&mut work.tx, entry, id, work.now).await? {
        return Err(Refusal::NotFound);
    }
    let line = entries::find(&mut work.tx, entry).await?.ok_or(Refusal::NotFound)?;
    let Some(mandate) = line.filed.mandate.filter(|_| is_contestable(&line.kind, line.filed.mandate)) else {
        return Err(Refusal::Conflict("not-contestable"));
    };
    let stored = mandates::take(&mut work.tx, mandate).await?.ok_or(Refusal::NotFound)?;
    work.now = bench.now();
    if cases::by_line(&mut work.tx, id, entry).await?.is_some() {
        return Err(Refusal::Conflict("contested-before"));
    }
    let (recorded, case) = open(work, person, (stored.mandate, &line), reason, language).await?;
    recorded.commit().await?;
    Ok(case)
}

/// Opens the case of a line under its mandate, which the caller has taken; the mandate is held where it was in force.
///
/// # Errors
/// As the database says; a unique error when two cases drew the same number.
pub(super) async fn open<'b>(
    mut work: Work<'b>,
    person: &PersonActor,
    (mandate, line): (Mandate, &StoredEntry),
    reason: &str,
    language: MessageLanguage,
) -> Result<(Recorded<'b>, Case), Refusal> {
    let bench = work.bench;
    let organisation = organisations::find(&mut work.tx, mandate.terms.organisation)
        .await?
        .ok_or_else(|| Refusal::fault("a mandate names an organisation that is not there"))?;
    let client = match &line.filed.client {
        Some(client) => clients::find(&mut work.tx, client).await?,
        None => None,
    };
    let (year, _, _) = work.now.day().parts();
    let case = Case {
        id: CaseId::fresh(work.now, bench.random.as_ref()),
        number: cases::next_number(&mut work.tx, year).await?,
        person: person.person.id,
        mandate: mandate.id,
        entry: line.id,
        client: line.filed.client.clone(),
        opened_at: work.now,
        life: CaseLife::Open,
    };
    cases::insert(&mut work.tx, &case).await?;
    let hold = Hold { cause: HoldCause::Case, source: case.id.uuid() };
    let held = holds::put(&mut work, &mandate, hold, "contested").await?;
    news::tell_others(&mut work, &case, &organisation.organisation, News::Opened).await?;
    tell(&mut work, person, &case, &organisation, language).await?;
    let about = About { person, line, organisation: &organisation, client: client.as_ref() };
    let recorded = write(work, &about, &case, reason, held).await?;
    Ok((recorded, case))
}

struct About<'a> {
    person: &'a PersonActor,
    line: &'a StoredEntry,
    organisation: &'a StoredOrganisation,
    client: Option<&'a Client>,
}

impl About<'_> {
    fn line(&self, event: Event, mandate: MandateId) -> Line {
        let id = self.person.person.id;
        let mut line = Line::new(event, person_actor(id), self.person.data_key)
            .person(id)
            .mandate(mandate)
            .organisation(&self.organisation.organisation);
        if let Some(act) = self.line.filed.act {
            line = line.act(act);
        }
        if let Some(aidant) = self.line.filed.account {
            line = line.account(aidant);
        }
        match self.client {
            Some(client) => line.client(client),
            None => line,
        }
    }
}

async fn write<'b>(
    work: Work<'b>,
    about: &About<'_>,
    case: &Case,
    reason: &str,
    held: Option<Event>,
) -> Result<Recorded<'b>, Refusal> {
    let contested = Event::ActContested { line: case.entry, reason: reason.to_owned(), case: case.id };
    let (mut work, contested) = work.record(about.line(contested, case.mandate)).await?;
    let now = work.now;
    cases::add_step(&mut work.tx, case.id, CaseStep::Opened, contested, now).await?;
    if let Some(event) = held {
        work = work.record(about.line(event, case.mandate)).await?.0;
    }
    let opened = Event::CaseOpened { case: case.id, line: case.entry };
    Ok(work.record(about.line(opened, case.mandate)).await?.0)
}

async fn tell(
    work: &mut Work<'_>,
    person: &PersonActor,
    case: &Case,
    organisation: &StoredOrganisation,
    language: MessageLanguage,
) -> Result<(), Refusal> {
    let body = MessageBody::CaseOpened {
        number: case.number.clone(),
        organisation: organisation.organisation.name.clone(),
    };
    notices::note_language(&mut work.tx, person.person.id, language).await?;
    tell::tell(work, person, NoticeKind::Case, body, WORTH).await.map(drop)
}
