//! How a reading is written: one entry for each person it is about, under her key, and a notice to her.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::case::Case;
use crate::domain::client::Client;
use crate::domain::court_order::CourtOrder;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::PersonId;
use crate::domain::message::MessageBody;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::read_trail::Purpose;
use crate::operations::read_trail::Trail;
use crate::operations::read_trail::leave::Leave;
use crate::operations::read_trail::search::Query;
use crate::operations::refusal::Refusal;
use crate::operations::tell;
use crate::operations::tell::NoticeKind;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::client_actor;
use crate::storage::db::Tx;
use crate::storage::readings;
use crate::storage::trails;

/// A person is told once of readings by the same reader within this span; each is on her timeline all the same.
const TOLD_EVERY: Duration = Duration::from_secs(3600);
/// How long a notice of a reading is worth sending.
pub(in crate::operations) const WORTH: Duration = Duration::from_secs(7 * 86_400);
const READ: &str = "trail.read_by_authority";
const EXPORTED: &str = "trail.exported";

/// Who reads: an agent, or an administration's system.
pub(super) struct Reader<'a> {
    actor: Actor,
    name: String,
    account: Option<AccountId>,
    client: Option<&'a Client>,
    /// The key of lines that are about nobody who is still known.
    key: DataKeyId,
}

impl<'a> Reader<'a> {
    pub(super) fn agent(authority: &AuthorityActor) -> Self {
        let account = &authority.staff.account;
        Self {
            actor: actor(account),
            name: account.professional.full_name(),
            account: Some(account.id),
            client: None,
            key: authority.staff.data_key,
        }
    }

    pub(super) fn system(client: &'a Client, key: DataKeyId) -> Self {
        Self {
            actor: client_actor(client),
            name: client.registration.name.clone(),
            account: None,
            client: Some(client),
            key,
        }
    }

    async fn told_lately(&self, tx: &mut Tx, person: PersonId, now: Instant) -> Result<bool, Refusal> {
        let since = now.minus(TOLD_EVERY);
        for kind in [READ, EXPORTED] {
            let wrote = match (self.account, self.client) {
                (Some(account), _) => trails::wrote_since(tx, account, person, kind, since).await?,
                (None, Some(client)) => {
                    trails::client_wrote_since(tx, &client.id, person, kind, since).await?
                }
                (None, None) => false,
            };
            if wrote {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn line(&self, person: Option<&PersonActor>, event: Event) -> Line {
        let key = person.map_or(self.key, |person| person.data_key);
        let mut line = Line::new(event, self.actor.clone(), key);
        if let Some(account) = self.account {
            line = line.account(account);
        }
        if let Some(client) = self.client {
            line = line.client(client);
        }
        match person {
            Some(person) => line.person(person.person.id),
            None => line,
        }
    }
}

fn event(leave: &Leave, lines: u64, exported: bool) -> Event {
    let Query { from, to, .. } = leave.query;
    let (from, to) = (from.map(|day| day.start().into()), to.map(|day| day.end().into()));
    let (words, case) = (leave.purpose.words.clone(), leave.purpose.case);
    let approved_by = leave.approved_by.clone();
    let court_order = leave.order.as_ref().map(|(_, order)| CourtOrder::title(order));
    if exported {
        Event::TrailExported { purpose: Some(words), case, from, to, lines, approved_by, court_order }
    } else {
        Event::TrailReadByAuthority { purpose: words, case, from, to, lines, approved_by, court_order }
    }
}

/// Of whom the lines speak, with how many each; `None` for lines about nobody.
async fn counted(tx: &mut Tx, trail: &Trail) -> Result<BTreeMap<Option<PersonId>, u64>, Refusal> {
    let mut counts = BTreeMap::new();
    if let Some(person) = trail.query.person {
        counts.insert(Some(person), u64::try_from(trail.lines.len()).unwrap_or(u64::MAX));
        return Ok(counts);
    }
    for line in &trail.lines {
        let person = match (line.person, line.mandate) {
            (Some(person), _) => Some(person),
            (None, Some(mandate)) => trails::person_of_mandate(tx, mandate).await?,
            (None, None) => None,
        };
        *counts.entry(person).or_insert(0) += 1;
    }
    if counts.is_empty() {
        counts.insert(None, 0);
    }
    Ok(counts)
}

/// Writes the entries of a reading, tells those it is about, and commits.
pub(super) async fn write(
    mut work: Work<'_>,
    reader: &Reader<'_>,
    leave: &Leave,
    trail: &Trail,
    exported: bool,
) -> Result<(), Refusal> {
    let mut known = Vec::new();
    let mut nobody = 0;
    for (person, lines) in counted(&mut work.tx, trail).await? {
        let found = match person {
            Some(id) => match actors::person(work.bench, &mut work.tx, id).await {
                Ok(found) => Some(found),
                // Nothing is left to be read of somebody erased.
                Err(Refusal::NotFound) => None,
                Err(other) => return Err(other),
            },
            None => None,
        };
        match found {
            Some(found) => known.push((found, lines)),
            None => nobody += lines,
        }
    }
    let secret = leave.order.as_ref().map(|(order, _)| (order.id, order.shown_from));
    let mut all = Vec::with_capacity(known.len() + 1);
    for (person, lines) in &known {
        if secret.is_none() {
            tell(&mut work, reader, person, &leave.purpose).await?;
        }
        let line = reader.line(Some(person), event(leave, *lines, exported));
        all.push(line.shown_from(secret.map(|(_, from)| from)));
    }
    // Lines about nobody who is still known have an entry of their own only where no other tells of this reading.
    if all.is_empty() {
        all.push(reader.line(None, event(leave, nobody, exported)));
    }
    let last = all.pop().ok_or_else(|| Refusal::fault("a reading without a line"))?;
    let mut written = Vec::with_capacity(all.len() + 1);
    for line in all {
        written.push(work.also(line).await?);
    }
    let (mut recorded, entry) = work.record(last).await?;
    written.push(entry);
    if let Some((order, from)) = secret {
        for entry in written {
            readings::add_reading(&mut recorded.tx, entry, order, from).await?;
        }
    }
    recorded.commit().await
}

async fn tell(
    work: &mut Work<'_>,
    reader: &Reader<'_>,
    person: &PersonActor,
    purpose: &Purpose,
) -> Result<(), Refusal> {
    let now = work.now;
    if reader.told_lately(&mut work.tx, person.person.id, now).await? {
        return Ok(());
    }
    let body = MessageBody::TrailRead {
        reader: reader.name.clone().into(),
        purpose: purpose.words.clone().into(),
        at: now,
    };
    tell::tell(work, person, NoticeKind::TrailRead, body, WORTH).await.map(drop)
}

/// Writes that an agent read the file of a case: it is a reading as any other, with the case as its purpose. It is not one that
/// waits for a second agent: the person herself laid this act before the authority.
///
/// # Errors
/// As the database says.
pub(in crate::operations) async fn note_case_reading(
    bench: &Bench,
    authority: &AuthorityActor,
    case: &Case,
    (lines, exported): (u64, bool),
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let person = match actors::person(bench, &mut work.tx, case.person).await {
        Ok(person) => person,
        // Nothing is left to be read of somebody erased.
        Err(Refusal::NotFound) => return Ok(()),
        Err(other) => return Err(other),
    };
    let purpose = Purpose { words: format!("Examen du dossier {}", case.number), case: Some(case.id) };
    let leave = Leave::plain(purpose, Query::default());
    let reader = Reader::agent(authority);
    tell(&mut work, &reader, &person, &leave.purpose).await?;
    let line = reader.line(Some(&person), event(&leave, lines, exported));
    let (work, _) = work.record(line).await?;
    work.commit().await
}
