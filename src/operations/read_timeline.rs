//! What was done in a person's name, as she reads it: line by line, the reports under their act.

use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::domain::case::Case;
use crate::domain::ids::ActId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::MandateStatus;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::lines::Group;
use crate::operations::lines::Line;
use crate::operations::lines::Opener;
use crate::operations::lines::group;
use crate::operations::refusal::Refusal;
use crate::storage::cases;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::mandates;
use crate::storage::trails;
use crate::storage::trails::Choice;
use crate::storage::trails::Lines;

/// How many lines a page of a journal holds.
pub const PAGE: i64 = 50;

/// Where a page of a journal goes on: after this line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When that line was written.
    pub at: Instant,
    /// The line.
    pub entry: EntryId,
}

impl Cursor {
    /// As it stands in an address: microseconds and identifier.
    pub fn to_text(self) -> String {
        format!("{}.{}", self.at.micros(), self.entry)
    }

    /// The reverse of [`Cursor::to_text`].
    pub fn parse(text: &str) -> Option<Self> {
        let (at, entry) = text.split_once('.')?;
        Some(Self { at: Instant::from_micros(at.parse().ok()?), entry: entry.parse().ok()? })
    }
}

/// What of a journal is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one mandate only.
    pub mandate: Option<MandateId>,
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

impl Filter {
    /// The storage's form of it, for pages of `limit` lines; one more is read, to know whether there are more.
    pub(super) fn choice(&self, now: Instant, limit: i64) -> Choice {
        let end = self.to.map_or_else(|| now.day().plus_days(2).start(), |day| day.plus_days(1).start());
        let (until, before) = match self.after {
            Some(cursor) if cursor.at < end => (cursor.at, Some(cursor.entry)),
            _ => (end, None),
        };
        Choice {
            from: self.from.map_or(Instant::from_micros(0), Day::start),
            before,
            mandate: self.mandate,
            ..Choice::newest(now, until, limit + 1)
        }
    }
}

/// A page of a person's journal.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The lines, newest first.
    pub groups: Vec<Group>,
    /// Where the next page begins; `None` when this is the last.
    pub next: Option<Cursor>,
    /// The cases she opened, by contested line.
    pub cases: Vec<Case>,
}

/// One line alone, for its proof page.
#[derive(Clone, Debug)]
pub struct Single {
    /// The line and, where it opened an act, what belongs to it.
    pub group: Group,
    /// The case she opened about it.
    pub case: Option<Case>,
    /// Whether its mandate can be used now.
    pub in_force: bool,
}

/// A page of the person's own journal.
///
/// # Errors
/// [`Refusal::NotFound`] when the mandate of the filter is not hers.
pub async fn read_timeline(bench: &Bench, person: &PersonActor, filter: Filter) -> Result<Timeline, Refusal> {
    let mut tx = bench.db.read().await?;
    let id = person.person.id;
    let mut stored = trails::list(&mut tx, Lines::Person(id), &filter.choice(bench.now(), PAGE)).await?;
    let next = cut(&mut stored, PAGE);
    let mut opener = Opener::new(bench);
    let lines = opener.open_all(&mut tx, stored).await?;
    let acts = acts_of(&mut opener, &mut tx, &lines, id).await?;
    Ok(Timeline { groups: group(lines, &acts), next, cases: cases::of_person(&mut tx, id).await? })
}

/// One line of the person's own journal.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not hers.
pub async fn read_line(bench: &Bench, person: &PersonActor, entry: EntryId) -> Result<Single, Refusal> {
    let mut tx = bench.db.read().await?;
    let id = person.person.id;
    if !trails::is_of_person(&mut tx, entry, id, bench.now()).await? {
        return Err(Refusal::NotFound);
    }
    let stored = entries::find(&mut tx, entry).await?.ok_or(Refusal::NotFound)?;
    let mut opener = Opener::new(bench);
    let main = opener.open(&mut tx, stored).await?;
    let acts = acts_of(&mut opener, &mut tx, std::slice::from_ref(&main), id).await?;
    let opened = main.clone();
    let group = group(vec![main], &acts).pop().unwrap_or(Group {
        main: opened,
        reports: Vec::new(),
        others: Vec::new(),
    });
    let in_force = match group.main.mandate {
        Some(mandate) => mandates::find(&mut tx, mandate)
            .await?
            .is_some_and(|stored| stored.mandate.status_at(bench.now()) == MandateStatus::Active),
        None => false,
    };
    Ok(Single { group, case: cases::by_line(&mut tx, id, entry).await?, in_force })
}

/// The identifiers of the lines of a journal, for its proofs; at most `limit`, newest first.
///
/// # Errors
/// As the database says.
pub async fn line_ids(
    bench: &Bench,
    person: &PersonActor,
    filter: Filter,
    limit: i64,
) -> Result<Vec<EntryId>, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut stored =
        trails::list(&mut tx, Lines::Person(person.person.id), &filter.choice(bench.now(), limit)).await?;
    cut(&mut stored, limit);
    Ok(stored.into_iter().filter(|line| line.sealed.is_some()).map(|line| line.id).collect())
}

/// Cuts what was read to one page; gives where the next begins.
pub(super) fn cut(stored: &mut Vec<entries::StoredEntry>, limit: i64) -> Option<Cursor> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = stored.len() > limit;
    stored.truncate(limit);
    stored.last().filter(|_| more).map(|last| Cursor { at: last.at, entry: last.id })
}

/// All lines of the acts that occur among `lines`, oldest first.
pub(super) async fn acts_of(
    opener: &mut Opener<'_>,
    tx: &mut Tx,
    lines: &[Line],
    person: PersonId,
) -> Result<HashMap<ActId, Vec<Line>>, Refusal> {
    let wanted: BTreeSet<ActId> = lines.iter().filter_map(|line| line.act).collect();
    let wanted: Vec<ActId> = wanted.into_iter().collect();
    let mut acts: HashMap<ActId, Vec<Line>> = HashMap::new();
    for stored in entries::of_acts(tx, &wanted).await? {
        let Some(act) = stored.filed.act.filter(|_| stored.filed.person.is_none_or(|of| of == person)) else {
            continue;
        };
        acts.entry(act).or_default().push(opener.open(tx, stored).await?);
    }
    Ok(acts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_cursor_comes_back_from_its_text() {
        let cursor = Cursor {
            at: Instant::from_micros(1_795_000_000_123_456),
            entry: EntryId::from_uuid(Uuid::from_u128(7)),
        };
        assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
        for wrong in ["", "7", "x.00000000-0000-0000-0000-000000000007", "7.8"] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_period_holds_its_last_day_whole() {
        let now = Instant::parse("2027-03-03T13:05:00Z").expect("an instant");
        let day = Day::parse("2027-03-01").expect("a day");
        let choice = Filter { from: Some(day), to: Some(day), ..Filter::default() }.choice(now, 50);
        assert_eq!(choice.from.to_text(), "2027-02-28T23:00:00.000000Z");
        assert_eq!(choice.until.to_text(), "2027-03-01T23:00:00.000000Z");
        assert_eq!(choice.limit, 51);
    }
}
