//! An authority reads trails: in its competence, for a stated purpose, and each reading is a line of everybody it is about.

pub mod approvals;
pub mod case_file;
mod leave;
mod search;
pub mod systems;
mod wanted;
mod written;

use std::collections::HashMap;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::Competence;
use crate::domain::case::Case;
use crate::domain::ids::AccountId;
use crate::domain::ids::CaseId;
use crate::domain::ids::EntryId;
use crate::domain::ids::ReadingId;
use crate::domain::person::folded;
use crate::domain::time::Instant;
use crate::ledger::entry::Entry;
use crate::operations::actors;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::lines::Line as TrailLine;
use crate::operations::lines::Opener;
use crate::operations::read_timeline::Cursor;
use crate::operations::read_timeline::cut;
use crate::operations::read_trail::leave::Leave;
use crate::operations::read_trail::written::Reader;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::cases;
use crate::storage::clients;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::ledger;
use crate::storage::persons;
use crate::storage::trails;
use crate::storage::trails::Choice;
use crate::storage::trails::Lines;

pub use crate::operations::read_trail::leave::needs_approval;
pub use crate::operations::read_trail::search::Query;
pub use crate::operations::read_trail::search::Search;
pub use crate::operations::read_trail::search::resolve;
pub(in crate::operations) use crate::operations::read_trail::wanted::Wanted;
pub(in crate::operations) use crate::operations::read_trail::written::WORTH as NOTICE_WORTH;
pub(in crate::operations) use crate::operations::read_trail::written::note_case_reading;

/// The shortest purpose, in characters.
pub const SHORTEST_PURPOSE: usize = 10;
/// The longest purpose, in characters.
pub const LONGEST_PURPOSE: usize = 500;
/// How many lines a page of a reading holds.
pub const PAGE: i64 = 50;
/// The most lines one export gives.
pub const MOST_LINES: i64 = 500;
/// Further than any line.
const NEVER: Instant = Instant::from_seconds(253_000_000_000);

/// Why a trail is read, as the person will see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    words: String,
    case: Option<CaseId>,
}

impl Purpose {
    /// The reader's words.
    pub fn words(&self) -> &str {
        &self.words
    }
}

/// On whose word a reading is made.
#[derive(Clone, Copy, Debug)]
pub enum Under<'a> {
    /// The reader's own: refused where a second agent must approve.
    Own(&'a Purpose, &'a Query),
    /// A second agent's: purpose and search are those that were approved.
    Approved(ReadingId),
}

/// Which part of what a search finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Behind this line.
    pub after: Option<Cursor>,
    /// One line only.
    pub line: Option<EntryId>,
}

/// What a reading gives.
#[derive(Clone, Debug)]
pub struct Trail {
    /// The one person that was searched for; `None` too once she was erased: her lines are there, their contents are not.
    pub person: Option<PersonActor>,
    /// What was searched for.
    pub query: Query,
    /// Why.
    pub purpose: Purpose,
    /// The lines, newest first.
    pub lines: Vec<TrailLine>,
    /// Where older ones begin; `None` when there are none.
    pub next: Option<Cursor>,
    /// When the reading was written.
    pub at: Instant,
}

/// What an export gives: the lines as shown, and the entries that can be proved.
#[derive(Clone, Debug)]
pub struct Export {
    /// What was read.
    pub trail: Trail,
    /// The entries whose contents are there, newest first.
    pub entries: Vec<Entry>,
    /// Where the lines stand in the tree.
    places: HashMap<EntryId, u64>,
}

impl Export {
    /// What was read, with where its lines stand in the tree.
    async fn gather(tx: &mut Tx, trail: Trail, entries: Vec<Entry>) -> Result<Self, Refusal> {
        let ids: Vec<EntryId> = trail.lines.iter().map(|line| line.id).collect();
        let places = ledger::places(tx, &ids).await?;
        Ok(Self { trail, entries, places })
    }

    /// The lines whose proofs go into a file: those with a place in the tree and with contents.
    pub fn provable(&self) -> Vec<EntryId> {
        self.entries.iter().map(|entry| entry.id).filter(|id| self.places.contains_key(id)).collect()
    }

    /// The place of a line in the tree, once it has one.
    pub fn place(&self, line: EntryId) -> Option<u64> {
        self.places.get(&line).copied()
    }
}

/// Whose trails an agent reads: `None` means everybody's.
const fn competent(authority: &AuthorityActor) -> Option<AccountId> {
    match authority.competence {
        Competence::National => None,
        Competence::Clients(_) => Some(authority.staff.account.id),
    }
}

fn checked_purpose(words: &str) -> Result<String, Refusal> {
    let words = words.trim();
    let length = words.chars().count();
    if !(SHORTEST_PURPOSE..=LONGEST_PURPOSE).contains(&length) || words.chars().any(char::is_control) {
        return Err(Refusal::field("purpose", "authority-purpose-wrong"));
    }
    Ok(words.to_owned())
}

/// Checks a purpose, and the number of the case it is for.
///
/// # Errors
/// [`Refusal::Invalid`] when it says too little or too much, or the case is not in the agent's competence.
pub async fn state_purpose(
    bench: &Bench,
    authority: &AuthorityActor,
    words: &str,
    case: Option<&str>,
) -> Result<Purpose, Refusal> {
    let words = checked_purpose(words)?;
    let case = match case.map(str::trim).filter(|number| !number.is_empty()) {
        Some(number) => Some(find_case(bench, authority, number).await?.id),
        None => None,
    };
    Ok(Purpose { words, case })
}

/// The case with this number, in the agent's competence.
///
/// # Errors
/// [`Refusal::Invalid`] for any other number.
pub async fn find_case(bench: &Bench, authority: &AuthorityActor, number: &str) -> Result<Case, Refusal> {
    let mut tx = bench.db.read().await?;
    let found = cases::by_number(&mut tx, number.trim(), competent(authority)).await?;
    found.ok_or_else(|| Refusal::field("case", "authority-case-unknown"))
}

/// The names of the services whose acts the agent may read; `None` for all.
///
/// # Errors
/// As the database says.
pub async fn services(bench: &Bench, authority: &AuthorityActor) -> Result<Option<Vec<String>>, Refusal> {
    let Competence::Clients(ids) = &authority.competence else { return Ok(None) };
    let mut tx = bench.db.read().await?;
    let mut names = Vec::with_capacity(ids.len());
    for id in ids {
        names.extend(clients::find(&mut tx, id).await?.map(|client| client.registration.name));
    }
    Ok(Some(names))
}

/// The services a search may be narrowed to: identifier and name.
///
/// # Errors
/// As the database says.
pub async fn searchable(bench: &Bench, authority: &AuthorityActor) -> Result<Vec<(String, String)>, Refusal> {
    let mut tx = bench.db.read().await?;
    let all = clients::every(&mut tx).await?;
    let within = all.into_iter().filter(|client| authority.competence.covers(Some(&client.id)));
    Ok(within.map(|client| (client.id.to_string(), client.registration.name)).collect())
}

/// Reads a page of trails. The entry `trail.read_by_authority` of each person it is about is committed with it, and she is
/// told; under a court's order from its day on.
///
/// # Errors
/// [`Refusal::NotFound`] for a line outside the agent's competence; [`Refusal::Conflict`] `reading-needs-approval`, or the key
/// of why the approval does not hold; [`Refusal::Invalid`] where an approved search finds nobody.
pub async fn read_trail(
    bench: &Bench,
    authority: &AuthorityActor,
    under: Under<'_>,
    part: Part,
    request: Option<&str>,
) -> Result<Trail, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let leave = Leave::take(&mut work, authority, under).await?;
    let (trail, _) = collect(&mut work, competent(authority), &leave, part, PAGE).await?;
    written::write(work, &Reader::agent(authority), &leave, &trail, false).await?;
    Ok(trail)
}

/// As [`read_trail`], for an export of up to [`MOST_LINES`] lines; it is `trail.exported`.
///
/// # Errors
/// As [`read_trail`].
pub async fn export_trail(
    bench: &Bench,
    authority: &AuthorityActor,
    under: Under<'_>,
    part: Part,
    request: Option<&str>,
) -> Result<Export, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let leave = Leave::take(&mut work, authority, under).await?;
    let (trail, entries) = collect(&mut work, competent(authority), &leave, part, MOST_LINES).await?;
    let export = Export::gather(&mut work.tx, trail, entries).await?;
    written::write(work, &Reader::agent(authority), &leave, &export.trail, true).await?;
    Ok(export)
}

/// The agent's own readings, newest first.
///
/// # Errors
/// As the database says.
pub async fn own_readings(bench: &Bench, authority: &AuthorityActor) -> Result<Vec<TrailLine>, Refusal> {
    let mut tx = bench.db.read().await?;
    let until = bench.now().plus(std::time::Duration::from_secs(1));
    let choice = Choice::newest(NEVER, until, MOST_LINES);
    let mut stored = trails::list(&mut tx, Lines::Account(authority.staff.account.id), &choice).await?;
    stored.retain(|entry| entry.kind.starts_with("trail.") || entry.kind.starts_with("court_order."));
    Opener::new(bench).open_all(&mut tx, stored).await
}

fn lead(query: &Query) -> Result<Lines, Refusal> {
    let by_client = || query.client.clone().map(Lines::Client);
    query
        .person
        .map(Lines::Person)
        .or(query.account.map(Lines::Account))
        .or(query.organisation.map(Lines::Organisation))
        .or_else(by_client)
        .or(query.act.map(Lines::Act))
        .ok_or_else(|| Refusal::field("person", "authority-search-empty"))
}

async fn choice(
    tx: &mut Tx,
    now: Instant,
    (reach, query): (Option<AccountId>, &Query),
    part: Part,
    limit: i64,
) -> Result<Choice, Refusal> {
    let end = query.to.map_or_else(|| now.day().plus_days(2).start(), |day| day.plus_days(1).start());
    let (mut until, mut before) = match part.after {
        Some(cursor) if cursor.at < end => (cursor.at, Some(cursor.entry)),
        _ => (end, None),
    };
    let mut from = query.from.map_or(Instant::from_micros(0), crate::domain::time::Day::start);
    if let Some(line) = part.line {
        let stored = entries::find(tx, line).await?.ok_or(Refusal::NotFound)?;
        let after = Instant::from_micros(stored.at.micros() + 1);
        (from, until, before) = (from.max(stored.at), until.min(after), None);
    }
    Ok(Choice {
        from,
        before,
        act: query.act,
        organisation: query.organisation,
        kind: query.kind.clone(),
        competent: reach,
        account: query.account,
        client: query.client.clone(),
        ..Choice::newest(now, until, limit + 1)
    })
}

async fn collect(
    work: &mut Work<'_>,
    reach: Option<AccountId>,
    leave: &Leave,
    part: Part,
    limit: i64,
) -> Result<(Trail, Vec<Entry>), Refusal> {
    let bench = work.bench;
    let (query, now) = (&leave.query, work.now);
    let person = match query.person {
        Some(id) => {
            let row = persons::find(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
            let found = actors::open_person(bench, &mut work.tx, &row).await?;
            found.map(|person| PersonActor { person, data_key: row.data_key })
        }
        None => None,
    };
    let choice = choice(&mut work.tx, now, (reach, query), part, limit).await?;
    let mut stored = trails::list(&mut work.tx, lead(query)?, &choice).await?;
    let next = cut(&mut stored, limit);
    if let Some(only) = part.line {
        stored.retain(|entry| entry.id == only);
    }
    let mut opener = Opener::new(bench);
    let (mut lines, mut entries) = (Vec::with_capacity(stored.len()), Vec::new());
    for line in stored {
        entries.extend(opener.entry(&mut work.tx, &line).await?);
        lines.push(opener.open(&mut work.tx, line).await?);
    }
    if let Some(aidant) = &query.aidant {
        let wanted = folded(aidant);
        lines.retain(|line| doer_of(line).is_some_and(|name| folded(name).contains(&wanted)));
        entries.retain(|entry| lines.iter().any(|line| line.id == entry.id));
    }
    if part.line.is_some() && lines.is_empty() {
        return Err(Refusal::NotFound);
    }
    let (query, purpose) = (query.clone(), leave.purpose.clone());
    Ok((Trail { person, query, purpose, lines, next, at: now }, entries))
}

fn doer_of(line: &TrailLine) -> Option<&str> {
    line.told.as_ref()?.doer.name.as_deref()
}
