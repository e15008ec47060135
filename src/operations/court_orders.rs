//! Orders of courts: recorded by one, read under by another, and the person is told once the day has come.

use crate::domain::court_order::CourtOrder;
use crate::domain::court_order::LONGEST_NAME;
use crate::domain::court_order::shown_from;
use crate::domain::ids::AccountId;
use crate::domain::ids::CourtOrderId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::EntryId;
use crate::domain::ids::PersonId;
use crate::domain::message::MessageBody;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::enrol::operator_actor;
use crate::operations::lines::Opener;
use crate::operations::read_trail::NOTICE_WORTH;
use crate::operations::read_trail::Wanted;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::tell;
use crate::operations::tell::NoticeKind;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::readings;
use crate::storage::readings::StoredOrder;

/// How many orders a page holds.
pub const PAGE: i64 = 50;
const LABEL: &str = "court.order";
const DIGEST_DIGITS: usize = 64;

/// Who records an order; whoever does reads nothing under it.
#[derive(Clone, Copy, Debug)]
pub enum Recorder<'a> {
    /// An operator.
    Operator(&'a OperatorActor),
    /// An agent of an authority.
    Authority(&'a AuthorityActor),
}

impl Recorder<'_> {
    fn account(self) -> Option<AccountId> {
        match self {
            Self::Operator(operator) => operator.staff.as_ref().map(|staff| staff.account.id),
            Self::Authority(authority) => Some(authority.staff.account.id),
        }
    }

    fn actor(self) -> Actor {
        match self {
            Self::Operator(operator) => operator_actor(operator),
            Self::Authority(authority) => actor(&authority.staff.account),
        }
    }
}

/// What is typed from the paper.
#[derive(Clone, Debug, Default)]
pub struct NewOrder {
    /// The court.
    pub court: String,
    /// Its number there.
    pub number: String,
    /// Its day.
    pub decided_on: Option<Day>,
    /// The first day on which the person sees the readings.
    pub shown_on: Option<Day>,
    /// Family name with birth date of the one it concerns.
    pub person: String,
    /// SHA-256 of the order's file in hexadecimal digits.
    pub document: String,
}

/// An order in a list; whom it concerns is not in it.
#[derive(Clone, Debug)]
pub struct OrderView {
    /// Its identifier.
    pub id: CourtOrderId,
    /// Court and number.
    pub title: String,
    /// Its day, `YYYY-MM-DD`.
    pub decided_on: String,
    /// From when on the person sees the readings.
    pub shown_from: Instant,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Whether the reader of the list recorded it.
    pub own: bool,
    /// SHA-256 of its file.
    pub document: String,
}

async fn system(bench: &Bench, tx: &mut Tx) -> Result<(DataKeyId, crate::crypto::seal::DataKey), Refusal> {
    let id = data_keys::system(bench);
    Ok((id, data_keys::require(bench, tx, id).await?))
}

pub(super) async fn open(bench: &Bench, tx: &mut Tx, stored: &StoredOrder) -> Result<CourtOrder, Refusal> {
    let (_, key) = system(bench, tx).await?;
    Ok(serde_json::from_slice(&key.open(LABEL, &stored.sealed)?)?)
}

fn checked(new: &NewOrder, today: Day) -> Result<(CourtOrder, Instant, [u8; 32]), Refusal> {
    let mut faults = Vec::new();
    let mut check = |holds: bool, field, key| {
        if !holds {
            faults.push(FieldFault { field, key });
        }
    };
    let named = |text: &str| {
        let length = text.chars().count();
        (2..=LONGEST_NAME).contains(&length) && !text.chars().any(char::is_control)
    };
    let (court, number) = (new.court.trim(), new.number.trim());
    check(named(court), "court", "court-order-court-missing");
    check(named(number), "number", "court-order-number-missing");
    let decided_on = new.decided_on.filter(|day| day.days_until(today) >= 0);
    check(decided_on.is_some(), "decided_on", "court-order-day-wrong");
    let from = new.shown_on.and_then(|day| shown_from(today, day));
    check(from.is_some(), "shown_on", "court-order-end-wrong");
    let person = new.person.trim();
    let meant = person.chars().count() <= LONGEST_NAME
        && Wanted::read(person).is_some_and(|wanted| wanted.has_date());
    check(meant, "person", "court-order-person-missing");
    let digits: String = new.document.chars().filter(|sign| !sign.is_whitespace()).collect();
    let digits = digits.to_ascii_lowercase();
    let digest: Option<[u8; 32]> =
        hex::decode(&digits).ok().filter(|_| digits.len() == DIGEST_DIGITS).and_then(|d| d.try_into().ok());
    check(digest.is_some(), "document", "court-order-document-wrong");
    match (decided_on, from, digest) {
        (Some(day), Some(from), Some(digest)) if faults.is_empty() => {
            let order = CourtOrder {
                court: court.to_owned(),
                number: number.to_owned(),
                decided_on: day.to_string(),
                person: person.to_owned(),
                document: digits,
            };
            Ok((order, from, digest))
        }
        _ => Err(Refusal::Invalid(faults)),
    }
}

/// Records an order; the entry `court_order.recorded` does not name whom it concerns.
///
/// # Errors
/// [`Refusal::Invalid`] for each field that does not fit.
pub async fn record(
    bench: &Bench,
    by: Recorder<'_>,
    new: &NewOrder,
    request: Option<&str>,
) -> Result<CourtOrderId, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let (order, from, digest) = checked(new, work.now.day())?;
    let (key_id, key) = system(bench, &mut work.tx).await?;
    let stored = StoredOrder {
        id: CourtOrderId::fresh(work.now, bench.random.as_ref()),
        recorded_by: by.account(),
        recorded_at: work.now,
        shown_from: from,
        sealed: key.seal(LABEL, &serde_json::to_vec(&order)?, bench.random.as_ref())?,
    };
    readings::add_order(&mut work.tx, &stored).await?;
    let event = Event::CourtOrderRecorded {
        court: order.court,
        number: order.number,
        decided_on: order.decided_on,
        shown_from: from.into(),
        document_digest: digest.into(),
    };
    let mut line = Line::new(event, by.actor(), key_id);
    if let Some(account) = by.account() {
        line = line.account(account);
    }
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(stored.id)
}

/// The orders, newest first, behind the one named; and whether there are more.
///
/// # Errors
/// As the database says.
pub async fn list(
    bench: &Bench,
    by: Recorder<'_>,
    after: Option<CourtOrderId>,
) -> Result<(Vec<OrderView>, bool), Refusal> {
    let mut tx = bench.db.read().await?;
    let from = match after {
        Some(id) => readings::order(&mut tx, id).await?.map(|stored| (stored.recorded_at, stored.id)),
        None => None,
    };
    let newest =
        (bench.now().plus(std::time::Duration::from_secs(1)), CourtOrderId::from_uuid(uuid::Uuid::nil()));
    let mut stored = readings::orders(&mut tx, from.unwrap_or(newest), PAGE + 1).await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = stored.len() > most;
    stored.truncate(most);
    let mut views = Vec::with_capacity(stored.len());
    for one in stored {
        let order = open(bench, &mut tx, &one).await?;
        views.push(OrderView {
            id: one.id,
            title: order.title(),
            decided_on: order.decided_on,
            shown_from: one.shown_from,
            recorded_at: one.recorded_at,
            own: by.account().is_some() && one.recorded_by == by.account(),
            document: order.document,
        });
    }
    Ok((views, more))
}

/// The newest orders under which this agent may read now.
///
/// # Errors
/// As the database says.
pub async fn usable(bench: &Bench, authority: &AuthorityActor) -> Result<Vec<OrderView>, Refusal> {
    let (mut views, _) = list(bench, Recorder::Authority(authority), None).await?;
    let now = bench.now();
    views.retain(|view| !view.own && now < view.shown_from);
    Ok(views)
}

/// Tells persons of readings whose day has come, up to a hundred; gives how many were looked at.
///
/// # Errors
/// As the database says; those told before stay told.
pub async fn tell_due(bench: &Bench) -> Result<usize, Refusal> {
    let mut tx = bench.db.read().await?;
    let due = readings::due(&mut tx, bench.now()).await?;
    drop(tx);
    for (entry, person) in &due {
        tell_one(bench, *entry, *person).await?;
    }
    Ok(due.len())
}

async fn tell_one(bench: &Bench, id: EntryId, person: Option<PersonId>) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    if !readings::mark_told(&mut work.tx, id, now).await? {
        return Ok(());
    }
    let stored = entries::find(&mut work.tx, id).await?;
    let entry = match stored {
        Some(stored) => Opener::new(bench).entry(&mut work.tx, &stored).await?,
        None => None,
    };
    if let (Some(entry), Some(person)) = (entry, person) {
        let purpose = match entry.event {
            Event::TrailReadByAuthority { purpose, .. } => purpose,
            Event::TrailExported { purpose, .. } => purpose.unwrap_or_default(),
            _ => String::new(),
        };
        let body = MessageBody::TrailRead {
            reader: entry.actor.name.unwrap_or_default().into(),
            purpose: purpose.into(),
            at: entry.at,
        };
        match actors::person(bench, &mut work.tx, person).await {
            Ok(person) => {
                tell::tell(&mut work, &person, NoticeKind::TrailRead, body, NOTICE_WORTH).await?;
            }
            // Nobody is left to be told.
            Err(Refusal::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    work.commit_without_entry(Housekeeping::Reminder).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_whole_or_told_what_is_missing() {
        let today = Day::parse("2027-03-03").expect("a day");
        let good = NewOrder {
            court: "Tribunal judiciaire de Dijon".to_owned(),
            number: "27/00123".to_owned(),
            decided_on: Day::parse("2027-03-02"),
            shown_on: Day::parse("2027-09-01"),
            person: "Lefèvre 12/04/1948".to_owned(),
            document: "AB".repeat(32),
        };
        let (order, from, digest) = checked(&good, today).expect("a whole order");
        assert_eq!(order.title(), "Tribunal judiciaire de Dijon, 27/00123");
        assert_eq!((from, digest), (Day::parse("2027-09-01").expect("a day").start(), [0xab; 32]));
        let fields = |new: &NewOrder| match checked(new, today) {
            Err(Refusal::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        assert_eq!(
            fields(&NewOrder::default()),
            ["court", "number", "decided_on", "shown_on", "person", "document"]
        );
        assert_eq!(fields(&NewOrder { person: "Lefèvre".to_owned(), ..good.clone() }), ["person"]);
        assert_eq!(
            fields(&NewOrder { decided_on: Day::parse("2027-03-04"), ..good.clone() }),
            ["decided_on"]
        );
        assert_eq!(fields(&NewOrder { shown_on: Some(today), ..good.clone() }), ["shown_on"]);
        assert_eq!(fields(&NewOrder { document: "é".repeat(32), ..good }), ["document"]);
    }
}
