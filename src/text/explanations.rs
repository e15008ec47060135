//! What a mandate is, in the languages people speak: explanations beside the French text, which alone is signed.

use fluent_templates::LanguageIdentifier;
use unic_langid::langid;

use crate::domain::theme::Theme;
use crate::text::catalogue::sentence_in;

/// A language of explanation; the screens themselves speak [`crate::text::Language`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// French, in plain words.
    French,
    /// English.
    English,
    /// Arabic, from right to left.
    Arabic,
    /// Spanish.
    Spanish,
    /// Portuguese.
    Portuguese,
    /// Romanian.
    Romanian,
    /// Turkish.
    Turkish,
    /// Ukrainian.
    Ukrainian,
}

impl Tongue {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::French,
        Self::English,
        Self::Arabic,
        Self::Spanish,
        Self::Portuguese,
        Self::Romanian,
        Self::Turkish,
        Self::Ukrainian,
    ];

    /// The tag as in `lang` and in addresses (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
            Self::Arabic => "ar",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
            Self::Romanian => "ro",
            Self::Turkish => "tr",
            Self::Ukrainian => "uk",
        }
    }

    /// The direction of its letters, as in `dir`.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::Arabic => "rtl",
            _ => "ltr",
        }
    }

    /// The language of a tag; `None` for any other.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tongue| tongue.tag() == tag)
    }

    /// The sentence `explanation-{key}`; `⟦key⟧` when there is none, which a test finds.
    pub fn get(self, key: &str) -> String {
        let key = format!("explanation-{key}");
        sentence_in(&self.locale(), &key).unwrap_or_else(|| format!("⟦{key}⟧"))
    }

    /// What a theme is about.
    pub fn theme(self, theme: Theme) -> String {
        self.get(&format!("theme-{}", theme.key()))
    }

    const fn locale(self) -> LanguageIdentifier {
        match self {
            Self::French => langid!("fr"),
            Self::English => langid!("en"),
            Self::Arabic => langid!("ar"),
            Self::Spanish => langid!("es"),
            Self::Portuguese => langid!("pt"),
            Self::Romanian => langid!("ro"),
            Self::Turkish => langid!("tr"),
            Self::Ukrainian => langid!("uk"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn keys(tongue: Tongue) -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
        let file = root.join(tongue.tag()).join("explanation.ftl");
        let source = std::fs::read_to_string(file).expect("a file of explanations");
        let opens = |line: &&str| line.starts_with("explanation-");
        source.lines().filter(opens).filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
    }

    #[test]
    fn every_language_says_everything_in_its_own_words() {
        let french = keys(Tongue::French);
        assert!(french.len() > 30);
        let mut seen = BTreeSet::new();
        for tongue in Tongue::ALL {
            assert_eq!(keys(tongue), french, "{tongue:?}");
            for key in &french {
                let words = tongue.get(key.trim_start_matches("explanation-"));
                assert!(!words.contains('⟦') && !words.trim().is_empty(), "{tongue:?} {key}");
                assert!(seen.insert(words.clone()), "{tongue:?} {key} is another language's: {words}");
            }
            for theme in Theme::ALL {
                assert!(!tongue.theme(theme).contains('⟦'), "{tongue:?} {theme:?}");
            }
        }
    }

    #[test]
    fn letters_are_those_of_the_language() {
        let arabic = |sign: char| ('\u{600}'..='\u{6ff}').contains(&sign);
        let cyrillic = |sign: char| ('\u{400}'..='\u{4ff}').contains(&sign);
        assert!(Tongue::Arabic.get("what-1").chars().filter(|sign| arabic(*sign)).count() > 50);
        assert!(Tongue::Ukrainian.get("what-1").chars().filter(|sign| cyrillic(*sign)).count() > 50);
        assert_eq!((Tongue::Arabic.direction(), Tongue::Turkish.direction()), ("rtl", "ltr"));
        assert_eq!(Tongue::parse("ro"), Some(Tongue::Romanian));
        assert_eq!(Tongue::parse("de"), None);
    }
}
