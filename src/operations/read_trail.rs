//! An authority reads a person's trail: in its competence, for a stated purpose, and the reading is a line itself.

use std::time::Duration;

use crate::domain::account::Competence;
use crate::domain::case::Case;
use crate::domain::ids::AccountId;
use crate::domain::ids::CaseId;
use crate::domain::ids::EntryId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::message::MessageBody;
use crate::domain::person::Identity;
use crate::domain::person::folded;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::lines::Line as TrailLine;
use crate::operations::lines::Opener;
use crate::operations::refusal::Refusal;
use crate::operations::tell;
use crate::operations::tell::NoticeKind;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::cases;
use crate::storage::clients;
use crate::storage::db::Tx;
use crate::storage::entries::StoredEntry;
use crate::storage::persons;
use crate::storage::trails;
use crate::storage::trails::Choice;
use crate::storage::trails::Lines;

/// The shortest purpose, in characters.
pub const SHORTEST_PURPOSE: usize = 10;
/// The longest purpose, in characters.
pub const LONGEST_PURPOSE: usize = 500;
/// The most lines one reading or export gives.
pub const MOST_LINES: i64 = 500;

/// A person is told once of readings by the same agent within this span; each is on her timeline all the same.
const TOLD_EVERY: Duration = Duration::from_secs(3600);
const WORTH: Duration = Duration::from_secs(7 * 86_400);

/// Why a trail is read, as the person will see it.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// What of the trail is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailFilter {
    /// A part of the aidant's name.
    pub aidant: Option<String>,
    /// One organisation.
    pub organisation: Option<OrganisationId>,
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
    /// One kind.
    pub kind: Option<String>,
    /// The lines of one case's act, by the case's number.
    pub case: Option<String>,
    /// One line only.
    pub line: Option<EntryId>,
}

/// What a reading gives.
#[derive(Clone, Debug)]
pub struct Trail {
    /// The person; `None` once she was erased: her lines are there, their contents are not.
    pub person: Option<PersonActor>,
    /// The lines, newest first.
    pub lines: Vec<TrailLine>,
    /// Whether there are older ones beyond [`MOST_LINES`].
    pub more: bool,
    /// Organisations that occur, for the filter.
    pub organisations: Vec<(OrganisationId, String)>,
    /// When the reading was written.
    pub at: Instant,
}

/// Whose trails an agent reads: `None` means everybody's.
fn competent(authority: &AuthorityActor) -> Option<AccountId> {
    match authority.competence {
        Competence::National => None,
        Competence::Clients(_) => Some(authority.staff.account.id),
    }
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
    let words = words.trim();
    let length = words.chars().count();
    if !(SHORTEST_PURPOSE..=LONGEST_PURPOSE).contains(&length) || words.chars().any(char::is_control) {
        return Err(Refusal::field("purpose", "authority-purpose-wrong"));
    }
    let case = match case.map(str::trim).filter(|number| !number.is_empty()) {
        Some(number) => Some(find_case(bench, authority, number).await?.id),
        None => None,
    };
    Ok(Purpose { words: words.to_owned(), case })
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

/// Finds the one person meant by a family name (with given name and birth date where needed) or a case number. Never a
/// list: whoever searches must know whom.
///
/// # Errors
/// [`Refusal::Invalid`] when nobody in the agent's competence is meant, or several are.
pub async fn find_person(
    bench: &Bench,
    authority: &AuthorityActor,
    search: &str,
) -> Result<PersonId, Refusal> {
    let reach = competent(authority);
    let mut tx = bench.db.read().await?;
    if let Some(case) = cases::by_number(&mut tx, search.trim(), reach).await? {
        return Ok(case.person);
    }
    let wanted = Wanted::read(search).ok_or_else(|| Refusal::field("person", "authority-person-missing"))?;
    let mut found = None;
    for row in trails::persons_within(&mut tx, reach).await? {
        let Some(person) = actors::open_person(bench, &mut tx, &row).await? else { continue };
        if wanted.means(&person.identity) && found.replace(person.id).is_some() {
            return Err(Refusal::field("person", "authority-person-several"));
        }
    }
    found.ok_or_else(|| Refusal::field("person", "authority-person-unknown"))
}

/// Reads a person's trail. The entry `trail.read_by_authority` is committed with the reading, and the person is told.
///
/// # Errors
/// [`Refusal::NotFound`] when the person was erased, or the line asked for is not in the agent's competence.
pub async fn read_trail(
    bench: &Bench,
    authority: &AuthorityActor,
    (person, purpose): (PersonId, &Purpose),
    filter: &TrailFilter,
    request: Option<&str>,
) -> Result<Trail, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let trail = collect(&mut work, authority, person, filter).await?;
    let event = Event::TrailReadByAuthority {
        purpose: purpose.words.clone(),
        case: purpose.case,
        from: filter.from.map(|day| day.start().into()),
        to: filter.to.map(|day| day.end().into()),
        lines: u64::try_from(trail.lines.len()).unwrap_or(u64::MAX),
    };
    let line = line(authority, trail.person.as_ref(), event);
    if let Some(person) = &trail.person {
        tell(&mut work, authority, person, purpose).await?;
    }
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(trail)
}

/// Writes that an agent read the file of a case: it is a reading as any other, with the case as its purpose.
///
/// # Errors
/// As the database says.
pub(super) async fn note_case_reading(
    bench: &Bench,
    authority: &AuthorityActor,
    case: &Case,
    lines: u64,
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
    let event = Event::TrailReadByAuthority {
        purpose: purpose.words.clone(),
        case: purpose.case,
        from: None,
        to: None,
        lines,
    };
    tell(&mut work, authority, &person, &purpose).await?;
    let (work, _) = work.record(line(authority, Some(&person), event)).await?;
    work.commit().await
}

/// As [`read_trail`], for an export with proofs: gives the lines whose proofs go into the file, newest first, and writes
/// `trail.exported`. Lines that have no place in the tree yet, or whose contents were erased, are left out.
///
/// # Errors
/// As [`read_trail`].
pub async fn export_trail(
    bench: &Bench,
    authority: &AuthorityActor,
    (person, purpose): (PersonId, &Purpose),
    filter: &TrailFilter,
    request: Option<&str>,
) -> Result<Vec<EntryId>, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let trail = collect(&mut work, authority, person, filter).await?;
    let provable = |line: &&TrailLine| line.index.is_some() && line.told.is_some();
    let ids: Vec<EntryId> = trail.lines.iter().filter(provable).map(|line| line.id).collect();
    let event = Event::TrailExported {
        purpose: Some(purpose.words.clone()),
        case: purpose.case,
        from: filter.from.map(|day| day.start().into()),
        to: filter.to.map(|day| day.end().into()),
        lines: u64::try_from(ids.len()).unwrap_or(u64::MAX),
    };
    let line = line(authority, trail.person.as_ref(), event);
    if let Some(person) = &trail.person {
        tell(&mut work, authority, person, purpose).await?;
    }
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(ids)
}

/// The agent's own readings, newest first.
///
/// # Errors
/// As the database says.
pub async fn own_readings(bench: &Bench, authority: &AuthorityActor) -> Result<Vec<TrailLine>, Refusal> {
    let mut tx = bench.db.read().await?;
    let until = bench.now().plus(Duration::from_secs(1));
    let choice = Choice::newest(until, MOST_LINES);
    let mut stored = trails::list(&mut tx, Lines::Account(authority.staff.account.id), &choice).await?;
    stored.retain(|entry| entry.kind.starts_with("trail."));
    Opener::new(bench).open_all(&mut tx, stored).await
}

/// The line of a reading, under the person's key; under the agent's where she has none any more.
fn line(authority: &AuthorityActor, person: Option<&PersonActor>, event: Event) -> Line {
    let account = &authority.staff.account;
    let key = person.map_or(authority.staff.data_key, |person| person.data_key);
    let line = Line::new(event, actor(account), key).account(account.id);
    match person {
        Some(person) => line.person(person.person.id),
        None => line,
    }
}

async fn collect(
    work: &mut Work<'_>,
    authority: &AuthorityActor,
    person: PersonId,
    filter: &TrailFilter,
) -> Result<Trail, Refusal> {
    let bench = work.bench;
    let row = persons::find(&mut work.tx, person).await?.ok_or(Refusal::NotFound)?;
    let found = actors::open_person(bench, &mut work.tx, &row).await?;
    let found = found.map(|person| PersonActor { person, data_key: row.data_key });
    let reach = competent(authority);
    let act = match &filter.case {
        Some(number) => act_of_case(&mut work.tx, number, reach).await?,
        None => None,
    };
    let until = filter.to.map_or_else(|| work.now.day().plus_days(2).start(), |day| day.plus_days(1).start());
    let choice = Choice {
        from: filter.from.map_or(Instant::from_micros(0), Day::start),
        act,
        organisation: filter.organisation,
        kind: filter.kind.clone(),
        competent: reach,
        ..Choice::newest(until, MOST_LINES + 1)
    };
    let mut stored = trails::list(&mut work.tx, Lines::Person(person), &choice).await?;
    let more = stored.len() > usize::try_from(MOST_LINES).unwrap_or(usize::MAX);
    stored.truncate(usize::try_from(MOST_LINES).unwrap_or(usize::MAX));
    if let Some(only) = filter.line {
        stored.retain(|entry| entry.id == only);
        if stored.is_empty() {
            return Err(Refusal::NotFound);
        }
    }
    let organisations = organisations_of(&stored);
    let mut lines = Opener::new(bench).open_all(&mut work.tx, stored).await?;
    let named = names_of(&organisations, &lines);
    if let Some(aidant) = &filter.aidant {
        let wanted = folded(aidant);
        lines.retain(|line| doer_of(line).is_some_and(|name| folded(name).contains(&wanted)));
    }
    Ok(Trail { person: found, lines, more, organisations: named, at: work.now })
}

async fn act_of_case(
    tx: &mut Tx,
    number: &str,
    reach: Option<AccountId>,
) -> Result<Option<crate::domain::ids::ActId>, Refusal> {
    let case = cases::by_number(tx, number.trim(), reach).await?;
    let case = case.ok_or_else(|| Refusal::field("case", "authority-case-unknown"))?;
    let line = crate::storage::entries::find(tx, case.entry).await?;
    Ok(line.and_then(|line| line.act))
}

fn organisations_of(stored: &[StoredEntry]) -> Vec<(EntryId, OrganisationId)> {
    stored.iter().filter_map(|entry| Some((entry.id, entry.organisation?))).collect()
}

/// The organisations that occur, with the name of the newest line that names each.
fn names_of(known: &[(EntryId, OrganisationId)], lines: &[TrailLine]) -> Vec<(OrganisationId, String)> {
    let mut named: Vec<(OrganisationId, String)> = Vec::new();
    for (entry, organisation) in known {
        let told = lines.iter().find(|line| line.id == *entry).and_then(|line| line.told.as_ref());
        if let Some(name) = told.and_then(|told| told.organisation.clone())
            && !named.iter().any(|(id, _)| id == organisation)
        {
            named.push((*organisation, name));
        }
    }
    named
}

fn doer_of(line: &TrailLine) -> Option<&str> {
    line.told.as_ref()?.doer.name.as_deref()
}

async fn tell(
    work: &mut Work<'_>,
    authority: &AuthorityActor,
    person: &PersonActor,
    purpose: &Purpose,
) -> Result<(), Refusal> {
    let account = &authority.staff.account;
    let since = work.now.minus(TOLD_EVERY);
    let kind = "trail.read_by_authority";
    let told = trails::wrote_since(&mut work.tx, account.id, person.person.id, kind, since).await?;
    if told {
        return Ok(());
    }
    let body = MessageBody::TrailRead {
        reader: account.professional.full_name().into(),
        purpose: purpose.words.clone().into(),
        at: work.now,
    };
    tell::tell(work, person, NoticeKind::TrailRead, body, WORTH).await.map(drop)
}

/// Whom a search means.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    words: Vec<String>,
    born: Option<String>,
}

impl Wanted {
    /// Reads "Lefèvre", "Jeanne Lefèvre 12/04/1948" or "Lefèvre 1948-04-12"; `None` without a name.
    pub(super) fn read(search: &str) -> Option<Self> {
        let mut wanted = Self { words: Vec::new(), born: None };
        for word in search.split_whitespace() {
            match birth_date(word) {
                Some(date) => wanted.born = Some(date),
                None => wanted.words.extend(folded(word).split_whitespace().map(str::to_owned)),
            }
        }
        (!wanted.words.is_empty()).then_some(wanted)
    }

    /// Whether a birth date was given.
    pub(super) const fn has_date(&self) -> bool {
        self.born.is_some()
    }

    /// The whole family name must be among the words, and every other word must be a given name.
    pub(super) fn means(&self, identity: &Identity) -> bool {
        let split = |text: &str| folded(text).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let given = split(identity.given_name.show());
        let families = [Some(&identity.family_name), identity.preferred_username.as_ref()];
        let named = families.into_iter().flatten().map(|name| split(name.show())).any(|family| {
            let mut rest = self.words.clone();
            for word in &family {
                match rest.iter().position(|known| known == word) {
                    Some(place) => drop(rest.remove(place)),
                    None => return false,
                }
            }
            !family.is_empty() && rest.iter().all(|word| given.contains(word))
        });
        let dates = [Some(&identity.birthdate), identity.presumed_birthdate.as_ref()];
        named
            && self
                .born
                .as_ref()
                .is_none_or(|born| dates.into_iter().flatten().any(|date| date.show() == born))
    }
}

/// `12/04/1948`, `12.04.1948` or `1948-04-12` as `1948-04-12`.
fn birth_date(word: &str) -> Option<String> {
    let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let digits = |text: &str, length: usize| {
        !text.is_empty() && text.len() <= length && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    (year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2))
        .then(|| format!("{year}-{month:0>2}-{day:0>2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(given: &str, family: &str, born: &str) -> Identity {
        Identity {
            given_name: given.to_owned().into(),
            family_name: family.to_owned().into(),
            birthdate: born.to_owned().into(),
            ..Identity::default()
        }
    }

    #[test]
    fn a_search_means_one_who_bears_the_whole_name() {
        let jeanne = identity("Jeanne Marie", "LEFÈVRE", "1948-04-12");
        let means = |search: &str, who: &Identity| Wanted::read(search).expect("a name").means(who);
        for search in
            ["lefevre", "Jeanne Lefèvre", "LEFEVRE 12/04/1948", "Lefèvre Marie 1948-04-12", "Lefe\u{300}vre"]
        {
            assert!(means(search, &jeanne), "{search}");
        }
        for search in ["Lef", "Jeanne", "Lefèvre Paul", "Lefèvre 13/04/1948", "Lefèvre Dupont"] {
            assert!(!means(search, &jeanne), "{search}");
        }
        assert!(means("d'Hervé Loïc", &identity("Loïc", "D’HERVÉ", "1990-01-01")));
        assert_eq!(Wanted::read("12/04/1948"), None, "a date alone lists nobody");
        assert_eq!(Wanted::read("  "), None);
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        assert_eq!(birth_date("2/4/1948").as_deref(), Some("1948-04-02"));
        assert_eq!(birth_date("1948-04-12").as_deref(), Some("1948-04-12"));
        for wrong in ["12/04/48", "Saint-Jean-Bart", "a/b/1948", "12/04"] {
            assert_eq!(birth_date(wrong), None, "{wrong}");
        }
    }
}
