//! A person's journal on paper: by herself, at an aidant's desk with her paper code, or by an operator for one who wrote.

use crate::crypto::hash::TokenHash;
use crate::domain::ids::PersonId;
use crate::domain::mandate::MandateStatus;
use crate::domain::person::Person;
use crate::domain::printed;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::PersonActor;
use crate::operations::attestation;
use crate::operations::bench::Bench;
use crate::operations::enrol::operator_actor;
use crate::operations::lines::Group;
use crate::operations::lines::Opener;
use crate::operations::lines::group;
use crate::operations::names;
use crate::operations::read_timeline::Filter;
use crate::operations::read_timeline::acts_of;
use crate::operations::read_timeline::cut;
use crate::operations::read_trail::LONGEST_PURPOSE;
use crate::operations::read_trail::SHORTEST_PURPOSE;
use crate::operations::read_trail::Wanted;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::names::Reach;
use crate::storage::paper_codes;
use crate::storage::trails;
use crate::storage::trails::Lines;
use crate::text::Language;
use crate::text::Text;

/// How many lines a statement holds at most; it says so where there are more.
pub const MOST_PRINTED: i64 = 5_000;

/// The days a statement is about, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// First day; the beginning where there is none.
    pub from: Option<Day>,
    /// Last day; today where there is none.
    pub to: Option<Day>,
}

/// What a statement holds.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Whose.
    pub person: Person,
    /// About which days.
    pub days: Days,
    /// The lines, newest first.
    pub groups: Vec<Group>,
    /// Whether there are older ones beyond [`MOST_PRINTED`].
    pub more: bool,
    /// When it was made.
    pub at: Instant,
}

/// What an operator typed to have a statement printed.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Birth name with birth date, or the code of an attestation.
    pub person: String,
    /// How she asked.
    pub purpose: String,
    /// About which days.
    pub days: Days,
}

/// What a person shows at a desk to have her journal printed.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Her paper code.
    pub code: String,
    /// Her birth date.
    pub birthdate: Option<Day>,
    /// About which days.
    pub days: Days,
}

/// The person's own journal.
///
/// # Errors
/// As the database says.
pub async fn own(bench: &Bench, person: &PersonActor, days: Days) -> Result<Statement, Refusal> {
    let mut tx = bench.db.read().await?;
    collect(bench, &mut tx, person, days, bench.now()).await
}

/// The journal of a person who asked for it on paper. The entry `trail.printed`, which she sees, is committed with it.
///
/// # Errors
/// [`Refusal::Invalid`] when nobody is meant or several are, or it is not said how she asked.
pub async fn for_letter(
    bench: &Bench,
    operator: &OperatorActor,
    asked: &Asked,
    request: Option<&str>,
) -> Result<Statement, Refusal> {
    let purpose = asked.purpose.trim();
    let mut faults = Vec::new();
    let length = purpose.chars().count();
    if !(SHORTEST_PURPOSE..=LONGEST_PURPOSE).contains(&length) || purpose.chars().any(char::is_control) {
        faults.push(FieldFault { field: "purpose", key: "statement-purpose-wrong" });
    }
    if let (Some(from), Some(to)) = (asked.days.from, asked.days.to)
        && from > to
    {
        faults.push(FieldFault { field: "to", key: "statement-days-wrong" });
    }
    let mut work = Work::begin(bench, request).await?;
    let found = match find(bench, &mut work.tx, &asked.person).await? {
        Ok(found) => Some(found),
        Err(key) => {
            faults.insert(0, FieldFault { field: "person", key });
            None
        }
    };
    let Some(id) = found.filter(|_| faults.is_empty()) else { return Err(Refusal::Invalid(faults)) };
    let person = actors::person(bench, &mut work.tx, id).await?;
    let now = work.now;
    let statement = collect(bench, &mut work.tx, &person, asked.days, now).await?;
    let event = Event::TrailPrinted {
        purpose: purpose.to_owned(),
        from: asked.days.from.map(|day| day.start().into()),
        to: asked.days.to.map(|day| day.end().into()),
        lines: u64::try_from(statement.groups.len()).unwrap_or(u64::MAX),
    };
    let mut line = Line::new(event, operator_actor(operator), person.data_key).person(id);
    if let Some(staff) = &operator.staff {
        line = line.account(staff.account.id);
    }
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(statement)
}

/// The journal of a person who sits with an aidant and proves herself by her paper code and her birth date. The entry
/// `trail.printed`, which she sees, is committed with it; a wrong date beside a good code is one too.
///
/// # Errors
/// [`Refusal::Invalid`] for whatever is not right, without telling which; also where the organisation holds no mandate of hers.
/// [`Refusal::Throttled`] after too many wrong ones from this network.
pub async fn at_desk(
    bench: &Bench,
    aidant: &AidantActor,
    shown: &Shown,
    network: &str,
    request: Option<&str>,
) -> Result<Statement, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let counted = throttle::take(bench, &mut work.tx, Subject::PaperCodes(network)).await?;
    if counted.blocked() {
        return Err(Refusal::Throttled);
    }
    let wrong = || Refusal::field("code", "statement-desk-wrong");
    let Some(person) = by_paper_code(&mut work, aidant, &shown.code).await? else {
        counted.failed(bench, &mut work.tx).await?;
        work.commit_without_entry(Housekeeping::Throttle).await?;
        return Err(wrong());
    };
    let id = person.person.id;
    let now = work.now;
    let born = shown.birthdate.map(|day| day.to_string());
    let right = born.as_deref() == Some(person.person.identity.birthdate.show().as_str());
    let statement = collect(bench, &mut work.tx, &person, shown.days, now).await?;
    let event = Event::TrailPrinted {
        purpose: Text::new(Language::Fr).get("statement-desk-purpose"),
        from: shown.days.from.map(|day| day.start().into()),
        to: shown.days.to.map(|day| day.end().into()),
        lines: if right { u64::try_from(statement.groups.len()).unwrap_or(u64::MAX) } else { 0 },
    };
    let line = Line::new(event, actor(&aidant.account), person.data_key)
        .account(aidant.account.id)
        .organisation(&aidant.organisation)
        .person(id);
    if !right {
        counted.failed(bench, &mut work.tx).await?;
        let (recorded, _) = work.record(line.refused("identity")).await?;
        recorded.commit().await?;
        return Err(wrong());
    }
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(statement)
}

/// The person of a good paper code, where the aidant's organisation holds a mandate of hers.
async fn by_paper_code(
    work: &mut Work<'_>,
    aidant: &AidantActor,
    typed: &str,
) -> Result<Option<PersonActor>, Refusal> {
    let Some(normal) = printed::normal(typed) else { return Ok(None) };
    let hash = *TokenHash::of(&normal).as_bytes();
    let Some(row) = paper_codes::take(&mut work.tx, &hash).await? else { return Ok(None) };
    let held = mandates::of_person(&mut work.tx, row.person).await?.into_iter().any(|stored| {
        let status = stored.mandate.status_at(work.now);
        stored.mandate.terms.organisation == aidant.organisation.id
            && matches!(status, MandateStatus::Active | MandateStatus::Suspended)
    });
    if !held {
        return Ok(None);
    }
    match actors::person(work.bench, &mut work.tx, row.person).await {
        Ok(person) => Ok(Some(person)),
        Err(Refusal::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The one person meant, or the key of what is wrong. A name needs its birth date: nobody leafs through names.
async fn find(bench: &Bench, tx: &mut Tx, typed: &str) -> Result<Result<PersonId, &'static str>, Refusal> {
    if let Some(person) = attestation::person_of_code(tx, typed).await? {
        return Ok(Ok(person));
    }
    let Some(wanted) = Wanted::read(typed).filter(Wanted::has_date) else {
        return Ok(Err("statement-person-missing"));
    };
    let looked = (&wanted.clues(), Reach::default());
    let found = names::persons(bench, tx, looked, 2, |identity| wanted.means(identity)).await?;
    Ok(match found.as_slice() {
        [one] => Ok(one.person.id),
        [] => Err("statement-person-unknown"),
        _ => Err("statement-person-several"),
    })
}

async fn collect(
    bench: &Bench,
    tx: &mut Tx,
    person: &PersonActor,
    days: Days,
    at: Instant,
) -> Result<Statement, Refusal> {
    let id = person.person.id;
    let filter = Filter { from: days.from, to: days.to, ..Filter::default() };
    let mut stored = trails::list(tx, Lines::Person(id), &filter.choice(at, MOST_PRINTED)).await?;
    let more = cut(&mut stored, MOST_PRINTED).is_some();
    let mut opener = Opener::new(bench);
    let lines = opener.open_all(tx, stored).await?;
    let acts = acts_of(&mut opener, tx, &lines, id).await?;
    Ok(Statement { person: person.person.clone(), days, groups: group(lines, &acts), more, at })
}
