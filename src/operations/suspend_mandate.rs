//! One mandate is held by an operator, an authority or the person herself, and let go by the one who held it.

use crate::domain::account::Competence;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Hold;
use crate::domain::mandate::HoldCause;
use crate::domain::mandate::Mandate;
use crate::domain::organisation::Organisation;
use crate::domain::person::Person;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::enrol::operator_actor;
use crate::operations::holds;
use crate::operations::refusal::Refusal;
use crate::operations::suspend::checked_reason;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::person_actor;
use crate::storage::holds as stored_holds;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::trails;

const PERSON_ASKED: &str = "person_asked";

/// Who holds a mandate.
#[derive(Clone, Copy, Debug)]
pub enum Suspender<'a> {
    /// An operator; any other may let it go.
    Operator(&'a OperatorActor),
    /// An agent of an authority, for a mandate that was used in its competence.
    Authority(&'a AuthorityActor),
    /// The person who gave it.
    Person(&'a PersonActor),
}

impl Suspender<'_> {
    fn hold(&self) -> Hold {
        match self {
            Self::Operator(_) => Hold { cause: HoldCause::Operator, source: uuid::Uuid::nil() },
            Self::Authority(authority) => {
                Hold { cause: HoldCause::Authority, source: authority.staff.account.id.uuid() }
            }
            Self::Person(person) => Hold { cause: HoldCause::Person, source: person.person.id.uuid() },
        }
    }

    /// Whether it may let go what `hold` holds; a national authority lets go what any authority held.
    fn may_lift(&self, hold: Hold) -> bool {
        match self {
            Self::Authority(authority) if authority.competence == Competence::National => {
                hold.cause == HoldCause::Authority
            }
            _ => hold == self.hold(),
        }
    }

    fn actor(&self) -> Actor {
        match self {
            Self::Operator(operator) => operator_actor(operator),
            Self::Authority(authority) => actor(&authority.staff.account),
            Self::Person(person) => person_actor(person.person.id),
        }
    }

    fn reason(&self, words: &str) -> Result<String, Refusal> {
        match self {
            Self::Person(_) => Ok(PERSON_ASKED.to_owned()),
            Self::Operator(_) | Self::Authority(_) => checked_reason(words),
        }
    }
}

struct Held {
    mandate: Mandate,
    person: Person,
    key: DataKeyId,
    organisation: Organisation,
}

/// Holds a mandate in force: nobody can use it until it is let go. An operator or an authority says why; a person need not.
///
/// # Errors
/// [`Refusal::NotFound`] for a mandate this one may not know of; [`Refusal::Invalid`] without a reason; [`Refusal::Conflict`]
/// when it is over, or held by the same already.
pub async fn suspend(
    bench: &Bench,
    by: Suspender<'_>,
    id: MandateId,
    reason: &str,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let reason = by.reason(reason)?;
    let mut work = Work::begin(bench, request).await?;
    let held = take(&mut work, &by, id).await?;
    let event = holds::put(&mut work, &held.mandate, by.hold(), &reason).await?;
    write(work, &by, &held, vec![event.ok_or(Refusal::Conflict("mandate-step"))?]).await
}

/// Lets go what the same one held; the mandate is in force again where nothing else holds it.
///
/// # Errors
/// As [`suspend`]; [`Refusal::Conflict`] when nothing of it holds the mandate.
pub async fn restore(
    bench: &Bench,
    by: Suspender<'_>,
    id: MandateId,
    reason: &str,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let reason = by.reason(reason)?;
    let mut work = Work::begin(bench, request).await?;
    let held = take(&mut work, &by, id).await?;
    let mut events = Vec::new();
    for (hold, _) in stored_holds::of(&mut work.tx, id).await? {
        if by.may_lift(hold) {
            events.extend(holds::lift(&mut work, &held.mandate, hold, &reason).await?);
        }
    }
    if events.is_empty() {
        return Err(Refusal::Conflict("mandate-step"));
    }
    write(work, &by, &held, events).await
}

async fn take(work: &mut Work<'_>, by: &Suspender<'_>, id: MandateId) -> Result<Held, Refusal> {
    let mandate = mandates::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    work.now = work.bench.now();
    let consent = mandate.consent().ok_or(Refusal::NotFound)?;
    let known = match by {
        Suspender::Operator(_) => true,
        Suspender::Authority(authority) => {
            let competent = match authority.competence {
                Competence::National => None,
                Competence::Clients(_) => Some(authority.staff.account.id),
            };
            trails::is_mandate_within(&mut work.tx, id, competent).await?
        }
        Suspender::Person(person) => consent.person == person.person.id,
    };
    if !known {
        return Err(Refusal::NotFound);
    }
    let person = actors::person(work.bench, &mut work.tx, consent.person).await?;
    let organisation =
        organisations::find(&mut work.tx, mandate.terms.organisation).await?.ok_or(Refusal::NotFound)?;
    Ok(Held { mandate, person: person.person, key: person.data_key, organisation: organisation.organisation })
}

async fn write(work: Work<'_>, by: &Suspender<'_>, held: &Held, events: Vec<Event>) -> Result<(), Refusal> {
    let mut lines = events.into_iter().map(|event| {
        Line::new(event, by.actor(), held.key)
            .person(held.person.id)
            .organisation(&held.organisation)
            .mandate(held.mandate.id)
    });
    let first = lines.next().ok_or_else(|| Refusal::fault("a hold without an event"))?;
    let (mut recorded, _) = work.record(first).await?;
    for next in lines {
        (recorded, _) = recorded.record(next).await?;
    }
    recorded.commit().await
}
