//! A case is examined: the organisation answers, the authority answers and closes, the person may add a word.

pub mod news;
pub mod read;

use crate::domain::account::Competence;
use crate::domain::case::Case;
use crate::domain::case::CaseOutcome;
use crate::domain::case::CaseStep;
use crate::domain::case::WrongCaseStep;
use crate::domain::client::Client;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::EntryId;
use crate::domain::ids::OrganisationId;
use crate::domain::mandate::End;
use crate::domain::mandate::EndedBy;
use crate::domain::mandate::Hold;
use crate::domain::mandate::HoldCause;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::ledger::words::Channel;
use crate::ledger::words::RevokedBy;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::PersonActor;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::cases::news::News;
use crate::operations::holds;
use crate::operations::organisation_holds::sealed_under;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Recorded;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::person_actor;
use crate::storage::cases;
use crate::storage::clients;
use crate::storage::entries;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;

/// The longest answer or word, in characters.
pub const LONGEST_WORDS: usize = 2_000;
const RESTORED: &str = "case_closed";

impl From<WrongCaseStep> for Refusal {
    fn from(_: WrongCaseStep) -> Self {
        Self::Conflict("case-step")
    }
}

/// Who speaks about a case.
#[derive(Clone, Copy, Debug)]
pub enum Speaker<'a> {
    /// A referent, for one of the organisations looked after.
    Referent(&'a StaffActor, &'a [OrganisationId]),
    /// An agent of an authority, in its competence.
    Authority(&'a AuthorityActor),
    /// The person who opened it.
    Person(&'a PersonActor),
}

impl Speaker<'_> {
    fn actor(&self) -> Actor {
        match self {
            Self::Referent(staff, _) => actor(&staff.account),
            Self::Authority(authority) => actor(&authority.staff.account),
            Self::Person(person) => person_actor(person.person.id),
        }
    }

    fn step(&self) -> (CaseStep, News) {
        match self {
            Self::Referent(..) => (CaseStep::Organisation, News::OrganisationAnswered),
            Self::Authority(_) => (CaseStep::Authority, News::AuthorityAnswered),
            Self::Person(_) => (CaseStep::Word, News::Word),
        }
    }

    /// The account whose competence bounds what may be found; none: no bound here.
    fn bounded(&self) -> Option<AccountId> {
        match self {
            Self::Authority(authority) => competent(authority),
            Self::Referent(..) | Self::Person(_) => None,
        }
    }

    fn may_see(&self, case: &Case, mandate: &Mandate) -> bool {
        match self {
            Self::Referent(_, places) => places.contains(&mandate.terms.organisation),
            Self::Authority(_) => true,
            Self::Person(person) => case.person == person.person.id,
        }
    }
}

/// Whose cases an agent reads: `None` means everybody's.
pub(super) fn competent(authority: &AuthorityActor) -> Option<AccountId> {
    match authority.competence {
        Competence::National => None,
        Competence::Clients(_) => Some(authority.staff.account.id),
    }
}

/// A case taken to write its next step: its mandate is taken before it is read again.
struct Taken {
    case: Case,
    mandate: Mandate,
    organisation: StoredOrganisation,
    client: Option<Client>,
    key: DataKeyId,
    aidant: Option<AccountId>,
    act: Option<crate::domain::ids::ActId>,
}

impl Taken {
    fn line(&self, event: Event, actor: Actor) -> Line {
        let mut line = Line::new(event, actor, self.key)
            .person(self.case.person)
            .mandate(self.case.mandate)
            .organisation(&self.organisation.organisation);
        if let Some(aidant) = self.aidant {
            line = line.account(aidant);
        }
        if let Some(act) = self.act {
            line = line.act(act);
        }
        match &self.client {
            Some(client) => line.client(client),
            None => line,
        }
    }
}

async fn take(work: &mut Work<'_>, by: &Speaker<'_>, number: &str) -> Result<Taken, Refusal> {
    let find = |case: Option<Case>| case.ok_or(Refusal::NotFound);
    let seen = find(cases::by_number(&mut work.tx, number.trim(), by.bounded()).await?)?;
    let mandate = mandates::take(&mut work.tx, seen.mandate).await?.ok_or(Refusal::NotFound)?.mandate;
    work.now = work.bench.now();
    if !by.may_see(&seen, &mandate) {
        return Err(Refusal::NotFound);
    }
    let case = find(cases::by_number(&mut work.tx, &seen.number, by.bounded()).await?)?;
    let organisation =
        organisations::find(&mut work.tx, mandate.terms.organisation).await?.ok_or(Refusal::NotFound)?;
    let client = match &case.client {
        Some(id) => clients::find(&mut work.tx, id).await?,
        None => None,
    };
    let (key, _) = sealed_under(work, &mandate, &organisation).await?;
    let line = entries::find(&mut work.tx, case.entry).await?;
    let (aidant, act) = line.map_or((None, None), |line| (line.filed.account, line.filed.act));
    Ok(Taken { case, mandate, organisation, client, key, aidant, act })
}

fn checked(words: &str, field: &'static str) -> Result<String, Refusal> {
    let words = words.trim();
    let control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    if words.is_empty() {
        return Err(Refusal::field(field, "case-words-missing"));
    }
    if words.chars().count() > LONGEST_WORDS || words.chars().any(control) {
        return Err(Refusal::field(field, "case-words-long"));
    }
    Ok(words.to_owned())
}

async fn step<'b>(
    work: Work<'b>,
    taken: &Taken,
    line: Line,
    step: CaseStep,
) -> Result<(Recorded<'b>, EntryId), Refusal> {
    let (mut recorded, entry) = work.record(line).await?;
    let now = recorded.now;
    cases::add_step(&mut recorded.tx, taken.case.id, step, entry, now).await?;
    Ok((recorded, entry))
}

/// Writes what somebody says about a case that is not closed: an answer by the organisation or the authority, a word by
/// the person. Everybody concerned is told.
///
/// # Errors
/// [`Refusal::NotFound`] for a case this one may not know of; [`Refusal::Invalid`] at `words`; [`Refusal::Conflict`] with
/// `case-step` once it is closed.
pub async fn answer(
    bench: &Bench,
    by: Speaker<'_>,
    number: &str,
    words: &str,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let words = checked(words, "words")?;
    let mut work = Work::begin(bench, request).await?;
    let taken = take(&mut work, &by, number).await?;
    let id = taken.case.id;
    let (what, told) = by.step();
    let event = match what {
        CaseStep::Word if taken.case.is_open() => Event::CaseWordAdded { case: id, words },
        CaseStep::Word => return Err(Refusal::Conflict("case-step")),
        side => {
            let answered = taken.case.clone().answer(work.now)?;
            cases::save(&mut work.tx, &answered).await?;
            Event::CaseAnswered { case: id, side: side.as_str().to_owned(), words }
        }
    };
    news::tell_all(&mut work, &taken.case, &taken.organisation.organisation, told).await?;
    let (recorded, _) = step(work, &taken, taken.line(event, by.actor()), what).await?;
    recorded.commit().await
}

/// Closes an answered case: the mandate is let go by it, or ended. A mandate that had ended before stays as it is.
///
/// # Errors
/// [`Refusal::NotFound`] outside the agent's competence; [`Refusal::Invalid`] at `reason` or `outcome`; [`Refusal::Conflict`]
/// with `case-step` while nobody has answered or once it is closed.
pub async fn close(
    bench: &Bench,
    by: &AuthorityActor,
    number: &str,
    outcome: CaseOutcome,
    reason: &str,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let reason = checked(reason, "reason")?;
    let speaker = Speaker::Authority(by);
    let mut work = Work::begin(bench, request).await?;
    let taken = take(&mut work, &speaker, number).await?;
    let living =
        matches!(taken.mandate.status_at(work.now), MandateStatus::Active | MandateStatus::Suspended);
    if living == (outcome == CaseOutcome::Unchanged) {
        return Err(Refusal::field("outcome", "case-outcome-wrong"));
    }
    let closed = taken.case.clone().close(work.now, outcome)?;
    cases::save(&mut work.tx, &closed).await?;
    let after = match outcome {
        CaseOutcome::Restored => {
            let hold = Hold { cause: HoldCause::Case, source: taken.case.id.uuid() };
            holds::lift(&mut work, &taken.mandate, hold, RESTORED).await?
        }
        CaseOutcome::Revoked => {
            let end = End { at: work.now, by: EndedBy::Authority };
            mandates::save(&mut work.tx, &taken.mandate.clone().revoke(end)?).await?;
            Some(Event::MandateRevoked {
                by: RevokedBy::Authority,
                channel: Channel::Page,
                reason: Some(reason.clone()),
            })
        }
        CaseOutcome::Unchanged => None,
    };
    let organisation = &taken.organisation.organisation;
    news::tell_all(&mut work, &taken.case, organisation, News::closed(outcome)).await?;
    let event = Event::CaseClosed { case: taken.case.id, outcome: outcome.as_str().to_owned(), reason };
    let line = taken.line(event, speaker.actor());
    let (mut recorded, _) = step(work, &taken, line, CaseStep::Closed).await?;
    if let Some(event) = after {
        recorded = recorded.record(taken.line(event, speaker.actor())).await?.0;
    }
    recorded.commit().await
}
