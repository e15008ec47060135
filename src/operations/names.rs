//! Who bears a name: found by keyed hashes of folded names, so that a search opens only those it can mean.

use std::collections::BTreeSet;

use crate::crypto::lookup::LookupKey;
use crate::domain::account::Account;
use crate::domain::account::Role;
use crate::domain::ids::PersonId;
use crate::domain::person::Identity;
use crate::domain::person::folded;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::names;
use crate::storage::names::Reach;
use crate::storage::persons::PersonRow;

const PERSON_LOOKUP: &str = "person.name";
const ACCOUNT_LOOKUP: &str = "account.name";
/// Enough that two names do not meet by chance; whoever is found is opened and compared all the same.
const HASH_BYTES: usize = 16;
/// So many words of a search are tried in every choice; of more, only neighbours.
const EVERY_CHOICE: usize = 7;
/// Words of a search that are looked at.
const MOST_WORDS: usize = 16;

type NameHash = [u8; HASH_BYTES];

/// A family name, alone or with one thing more that is known of its bearer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Clue(String);

impl Clue {
    fn new(family: &[&str], detail: &str) -> Self {
        let mut words = family.to_vec();
        words.sort_unstable();
        Self(format!("{}\n{detail}", words.join(" ")))
    }

    /// Of a family name with a birth date as stored, `YYYY-MM-DD`.
    pub(super) fn born(family: &str, date: &str) -> Self {
        let family = folded(family);
        Self::new(&family.split_whitespace().collect::<Vec<_>>(), &format!("born {date}"))
    }

    fn hash(&self, lookup: &LookupKey) -> NameHash {
        short(lookup.hash(PERSON_LOOKUP, &self.0))
    }
}

fn short(hash: [u8; 32]) -> NameHash {
    let mut kept = NameHash::default();
    kept.copy_from_slice(&hash[..HASH_BYTES]);
    kept
}

/// Everything by which this person is found: birth and usage name, each alone, with each birth date and each given name.
fn clues_of(identity: &Identity) -> BTreeSet<Clue> {
    let given = folded(identity.given_name.show());
    let dates = [Some(&identity.birthdate), identity.presumed_birthdate.as_ref()];
    let mut clues = BTreeSet::new();
    for name in [Some(&identity.family_name), identity.preferred_username.as_ref()].into_iter().flatten() {
        let name = folded(name.show());
        let family: Vec<&str> = name.split_whitespace().collect();
        if family.is_empty() {
            continue;
        }
        clues.insert(Clue::new(&family, ""));
        clues.extend(dates.into_iter().flatten().map(|date| Clue::born(&name, date.show())));
        clues.extend(given.split_whitespace().map(|word| Clue::new(&family, &format!("given {word}"))));
    }
    clues
}

/// What a search of these folded words can mean: any of them may be the family name, the others are given names.
pub(super) fn clues_for(words: &[String], born: Option<&str>) -> BTreeSet<Clue> {
    let words = words.get(..MOST_WORDS).unwrap_or(words);
    let choices: Vec<Vec<usize>> = if words.len() <= EVERY_CHOICE {
        (1..1_usize << words.len())
            .map(|mask| (0..words.len()).filter(|place| mask >> place & 1 == 1).collect())
            .collect()
    } else {
        (0..words.len())
            .flat_map(|from| (from + 1..=words.len()).map(move |to| (from..to).collect()))
            .collect()
    };
    let clue = |family: &Vec<usize>| {
        let (mut names, mut longest) = (Vec::new(), "");
        for (place, word) in words.iter().enumerate() {
            if family.contains(&place) {
                names.push(word.as_str());
            } else if word.len() > longest.len() {
                longest = word;
            }
        }
        match born {
            Some(date) => Clue::new(&names, &format!("born {date}")),
            None if longest.is_empty() => Clue::new(&names, ""),
            None => Clue::new(&names, &format!("given {longest}")),
        }
    };
    choices.iter().map(clue).collect()
}

fn hashes(lookup: &LookupKey, identity: &Identity) -> Vec<NameHash> {
    clues_of(identity).iter().map(|clue| clue.hash(lookup)).collect()
}

/// Keeps by what a new person is found.
pub(super) async fn add(work: &mut Work<'_>, id: PersonId, identity: &Identity) -> Result<(), Refusal> {
    let hashes = hashes(&work.bench.lookup, identity);
    Ok(names::add_person(&mut work.tx, id, &hashes).await?)
}

/// Keeps by what she is found now, where that changed.
pub(super) async fn follow(
    work: &mut Work<'_>,
    id: PersonId,
    (former, now): (&Identity, &Identity),
) -> Result<(), Refusal> {
    let hashes = hashes(&work.bench.lookup, now);
    if hashes != self::hashes(&work.bench.lookup, former) {
        names::set_person(&mut work.tx, id, &hashes).await?;
    }
    Ok(())
}

/// Keeps by what a new account is found.
pub(super) async fn add_account(work: &mut Work<'_>, account: &Account) -> Result<(), Refusal> {
    let hash = account_hash(&work.bench.lookup, &account.professional.full_name());
    Ok(names::add_account(&mut work.tx, account.id, &hash).await?)
}

/// The words of a whole name in the order of the alphabet, since people write them in either.
fn sorted(name: &str) -> Vec<String> {
    let mut words: Vec<String> = folded(name).split_whitespace().map(str::to_owned).collect();
    words.sort();
    words
}

fn account_hash(lookup: &LookupKey, name: &str) -> NameHash {
    short(lookup.hash(ACCOUNT_LOOKUP, &sorted(name).join(" ")))
}

/// The accounts of a role that bear this whole name.
///
/// # Errors
/// As the database says, or when an account does not open.
pub(super) async fn accounts(
    bench: &Bench,
    tx: &mut Tx,
    role: Role,
    name: &str,
) -> Result<Vec<Account>, Refusal> {
    let mut rows = names::accounts(tx, &account_hash(&bench.lookup, name), role).await?;
    rows.extend(names::accounts_unnamed(tx, role).await?);
    let wanted = sorted(name);
    let mut found = Vec::new();
    for row in rows {
        let account = actors::open_account(bench, tx, &row).await?;
        if sorted(&account.professional.full_name()) == wanted {
            found.push(account);
        }
    }
    Ok(found)
}

/// Up to `most` persons under one of these clues whom `means` recognises.
///
/// # Errors
/// As the database says, or when an identity does not open.
pub(super) async fn persons(
    bench: &Bench,
    tx: &mut Tx,
    (clues, reach): (&BTreeSet<Clue>, Reach),
    most: usize,
    means: impl Fn(&Identity) -> bool,
) -> Result<Vec<PersonActor>, Refusal> {
    let mut found = Vec::new();
    for clue in clues.iter().map(Some).chain([None]) {
        let mut after = PersonId::from_uuid(uuid::Uuid::nil());
        while found.len() < most {
            let rows = match clue {
                Some(clue) => names::persons(tx, &clue.hash(&bench.lookup), reach, after).await?,
                None => names::persons_unnamed(tx, reach, after).await?,
            };
            let Some(last) = rows.last() else { break };
            after = last.id;
            let last_page = rows.len() < names::PAGE;
            keep(bench, tx, rows, (&mut found, most), &means).await?;
            if last_page {
                break;
            }
        }
    }
    found.sort_by_key(|one: &PersonActor| one.person.id.uuid());
    Ok(found)
}

async fn keep(
    bench: &Bench,
    tx: &mut Tx,
    rows: Vec<PersonRow>,
    (found, most): (&mut Vec<PersonActor>, usize),
    means: &impl Fn(&Identity) -> bool,
) -> Result<(), Refusal> {
    for row in rows {
        if found.len() == most {
            return Ok(());
        }
        if found.iter().any(|known| known.person.id == row.id) {
            continue;
        }
        let Some(person) = actors::open_person(bench, tx, &row).await? else { continue };
        if means(&person.identity) {
            found.push(PersonActor { person, data_key: row.data_key });
        }
    }
    Ok(())
}

/// Opens up to a hundred persons and accounts that were stored before names had hashes, and keeps theirs; gives how many.
///
/// # Errors
/// As the database says, or when somebody does not open; what was done before stays.
pub async fn index(bench: &Bench) -> Result<usize, Refusal> {
    let mut tx = bench.db.read().await?;
    if !names::any_unnamed(&mut tx).await? {
        return Ok(0);
    }
    drop(tx);
    let mut work = Work::begin(bench, None).await?;
    let persons = names::take_persons(&mut work.tx).await?;
    for row in &persons {
        let person = actors::open_person(bench, &mut work.tx, row).await?;
        let hashes = person.map_or_else(Vec::new, |person| hashes(&bench.lookup, &person.identity));
        names::set_person(&mut work.tx, row.id, &hashes).await?;
    }
    let accounts = names::take_accounts(&mut work.tx).await?;
    for row in &accounts {
        let account = actors::open_account(bench, &mut work.tx, row).await?;
        add_account(&mut work, &account).await?;
    }
    work.commit_without_entry(Housekeeping::Names).await?;
    Ok(persons.len() + accounts.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        folded(text).split_whitespace().map(str::to_owned).collect()
    }

    fn meets(search: &str, born: Option<&str>, identity: &Identity) -> bool {
        !clues_for(&words(search), born).is_disjoint(&clues_of(identity))
    }

    #[test]
    fn a_search_meets_whoever_bears_the_name_however_it_is_written() {
        let identity = Identity {
            given_name: "Éloïse Marie".to_owned().into(),
            family_name: "N’GUESSAN-LŒUILLET".to_owned().into(),
            preferred_username: Some("de la Tour".to_owned().into()),
            birthdate: "1950-01-01".to_owned().into(),
            presumed_birthdate: Some("1950-00-00".to_owned().into()),
            ..Identity::default()
        };
        for search in [
            "n guessan loeuillet",
            "Éloïse N'Guessan Lœuillet",
            "Loeuillet-Nguessan N Guessan",
            "de la Tour Marie",
        ] {
            let expected = !search.contains("Nguessan");
            assert_eq!(meets(search, None, &identity), expected, "{search}");
        }
        for date in ["1950-01-01", "1950-00-00"] {
            assert!(meets("Tour de la", Some(date), &identity), "{date}");
        }
        for (search, born) in [
            ("N'Guessan", None),
            ("Lœuillet", None),
            ("de la Tour Paul", None),
            ("de la Tour", Some("1950-02-01")),
        ] {
            assert!(!meets(search, born, &identity), "{search} {born:?}");
        }
        assert!(clues_of(&identity).contains(&Clue::born("N'guessan Lœuillet", "1950-00-00")));
    }

    #[test]
    fn a_long_search_costs_a_bounded_number_of_looks() {
        let long: Vec<String> = (0..100).map(|number| format!("mot{number}")).collect();
        assert!(clues_for(&long, None).len() <= MOST_WORDS * MOST_WORDS);
        let typed = words("Jean Baptiste Marie Joseph de la Villardière de Montmorency");
        let family = ["de", "la", "villardiere", "de", "montmorency"];
        assert!(clues_for(&typed, None).contains(&Clue::new(&family, "given baptiste")));
        assert!(clues_for(&[], None).is_empty());
    }
}
