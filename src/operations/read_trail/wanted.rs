//! Whom a search means: the whole family name, with given names and birth date where they tell persons apart.

use std::collections::BTreeSet;

use crate::domain::person::Identity;
use crate::domain::person::folded;
use crate::operations::names;
use crate::operations::names::Clue;

/// Whom a search means.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::operations) struct Wanted {
    words: Vec<String>,
    born: Option<String>,
}

impl Wanted {
    /// Reads "Lefèvre", "Jeanne Lefèvre 12/04/1948" or "Lefèvre 1948-04-12"; `None` without a name.
    pub(in crate::operations) fn read(search: &str) -> Option<Self> {
        let mut wanted = Self { words: Vec::new(), born: None };
        for word in search.split_whitespace() {
            match birth_date(word) {
                Some(date) => wanted.born = Some(date),
                None => wanted.words.extend(folded(word).split_whitespace().map(str::to_owned)),
            }
        }
        (!wanted.words.is_empty()).then_some(wanted)
    }

    /// By what such persons are found.
    pub(in crate::operations) fn clues(&self) -> BTreeSet<Clue> {
        names::clues_for(&self.words, self.born.as_deref())
    }

    /// Whether a birth date was given.
    pub(in crate::operations) const fn has_date(&self) -> bool {
        self.born.is_some()
    }

    /// The whole family name must be among the words, and every other word must be a given name.
    pub(in crate::operations) fn means(&self, identity: &Identity) -> bool {
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
