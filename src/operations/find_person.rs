//! A person is found by her family name and birth date, for those who must know whom they look for.

use std::collections::BTreeSet;

use crate::domain::asking::civil_birthdate;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::person::Identity;
use crate::domain::person::folded;
use crate::domain::private::Private;
use crate::domain::time::Day;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::enrol::operator_actor;
use crate::operations::names;
use crate::operations::names::Clue;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::names::Reach;
use crate::storage::trails;

/// How long an operator may work on a person after having looked for her.
const LOOKED_UP_FOR: std::time::Duration = std::time::Duration::from_secs(3_600);
const LONGEST_NAME: usize = 256;

/// Whom one looks for.
struct Wanted {
    family_name: String,
    birthdate: Private<String>,
}

impl Wanted {
    /// Reads what was typed; the day as people write it, with `00` or nothing for what is not known.
    fn read(family_name: &str, birthdate: &str, today: Day) -> Result<Self, Refusal> {
        let mut faults = Vec::new();
        let family_name = folded(family_name).trim().to_owned();
        if family_name.is_empty() || family_name.chars().count() > LONGEST_NAME {
            faults.push(FieldFault { field: "family_name", key: "person-name-missing" });
        }
        let birthdate = civil_birthdate(birthdate, today);
        if birthdate.is_none() {
            faults.push(FieldFault { field: "birthdate", key: "person-birthdate-wrong" });
        }
        match birthdate {
            Some(birthdate) if faults.is_empty() => Ok(Self { family_name, birthdate }),
            _ => Err(Refusal::Invalid(faults)),
        }
    }

    fn means(&self, identity: &Identity) -> bool {
        let usage = identity.preferred_username.as_ref().map_or("", |usage| usage.show().as_str());
        let named = folded(identity.family_name.show()).trim() == self.family_name
            || folded(usage).trim() == self.family_name;
        named && identity.civil_birthdate() == self.birthdate.show().as_str()
    }
}

async fn meant(
    bench: &Bench,
    tx: &mut Tx,
    organisation: Option<OrganisationId>,
    wanted: &Wanted,
) -> Result<Vec<PersonActor>, Refusal> {
    let clues = BTreeSet::from([Clue::born(&wanted.family_name, wanted.birthdate.show())]);
    let reach = Reach { organisation, competent: None };
    names::persons(bench, tx, (&clues, reach), usize::MAX, |identity| wanted.means(identity)).await
}

/// The persons meant who gave a mandate to one of these organisations.
///
/// # Errors
/// [`Refusal::Invalid`] at `family_name` or `birthdate`.
pub(super) async fn among(
    bench: &Bench,
    organisations: &[OrganisationId],
    family_name: &str,
    birthdate: &str,
) -> Result<Vec<PersonActor>, Refusal> {
    let wanted = Wanted::read(family_name, birthdate, bench.now().day())?;
    let mut tx = bench.db.read().await?;
    let mut found: Vec<PersonActor> = Vec::new();
    for place in organisations {
        for person in meant(bench, &mut tx, Some(*place), &wanted).await? {
            if !found.iter().any(|known| known.person.id == person.person.id) {
                found.push(person);
            }
        }
    }
    Ok(found)
}

/// An operator looks for a person who telephoned or wrote; each look is an entry on the journal of everybody found.
///
/// # Errors
/// [`Refusal::Invalid`] at `family_name` or `birthdate`.
pub async fn look_up(
    bench: &Bench,
    by: &OperatorActor,
    family_name: &str,
    birthdate: &str,
    request: Option<&str>,
) -> Result<Vec<PersonActor>, Refusal> {
    let wanted = Wanted::read(family_name, birthdate, bench.now().day())?;
    let mut tx = bench.db.read().await?;
    let found = meant(bench, &mut tx, None, &wanted).await?;
    drop(tx);
    let work = Work::begin(bench, request).await?;
    let event = || Event::PersonLookedUp { found: u64::try_from(found.len()).unwrap_or(u64::MAX) };
    let line = |key| {
        let line = Line::new(event(), operator_actor(by), key);
        match &by.staff {
            Some(staff) => line.account(staff.account.id),
            None => line,
        }
    };
    let mut lines: Vec<Line> =
        found.iter().map(|person| line(person.data_key).person(person.person.id)).collect();
    if lines.is_empty() {
        lines.push(line(data_keys::system(bench)));
    }
    let mut lines = lines.into_iter();
    let first = lines.next().ok_or_else(|| Refusal::fault("a look without a line"))?;
    let (mut recorded, _) = work.record(first).await?;
    for next in lines {
        recorded = recorded.record(next).await?.0;
    }
    recorded.commit().await?;
    Ok(found)
}

/// A person an operator looked for within the last hour.
///
/// # Errors
/// [`Refusal::NotFound`] for anybody else.
pub async fn looked_up(bench: &Bench, by: &OperatorActor, person: PersonId) -> Result<PersonActor, Refusal> {
    let mut tx = bench.db.read().await?;
    if let Some(staff) = &by.staff {
        let since = bench.now().minus(LOOKED_UP_FOR);
        if !trails::wrote_since(&mut tx, staff.account.id, person, "person.looked_up", since).await? {
            return Err(Refusal::NotFound);
        }
    }
    actors::person(bench, &mut tx, person).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_date_is_typed_as_it_is_known() {
        let today = Day::new(2026, 11, 22).expect("a day");
        for (typed, wanted) in [
            ("12/04/1948", "1948-04-12"),
            ("1948-04-12", "1948-04-12"),
            ("00/12/1950", "1950-12-00"),
            ("00/00/1950", "1950-00-00"),
            ("1950", "1950-00-00"),
        ] {
            let read = Wanted::read("Sissoko", typed, today).expect(typed);
            assert_eq!((read.family_name.as_str(), read.birthdate.show().as_str()), ("sissoko", wanted));
        }
        for (name, typed) in
            [("Sissoko", "hier"), ("Sissoko", "31/02/1950"), ("Sissoko", "23/11/2026"), (" ", "1950")]
        {
            assert!(matches!(Wanted::read(name, typed, today), Err(Refusal::Invalid(_))), "{name} {typed}");
        }
    }
}
