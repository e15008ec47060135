//! The languages of the screens, and which of them a browser asks for.

use std::fmt;

/// A language of the screens. French is the first and the default: the signed text of a mandate is always French.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Language {
    /// Every language, French first.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// The tag as in `lang`, `hreflang` and `Content-Language` (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The other language, which the switch in the footer offers.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Fr => Self::En,
            Self::En => Self::Fr,
        }
    }

    /// Reads a tag; a region is left out (`en-GB` is English). `None` for a language the screens do not speak.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The language an `Accept-Language` header prefers (RFC 9110 section 12.5.4); French when it names none of ours.
    pub fn choose(accept_language: &str) -> Self {
        let mut best = (0.0, Self::default());
        for range in accept_language.split(',') {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Self::parse) else { continue };
            let weight =
                parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_weight_wins_and_french_is_the_default() {
        assert_eq!(Language::choose("en-GB,en;q=0.9,fr;q=0.8"), Language::En);
        assert_eq!(Language::choose("de, fr;q=0.3, en;q=0.5"), Language::En);
        assert_eq!(Language::choose("fr-FR, en;q=0.9"), Language::Fr);
        assert_eq!(Language::choose("en;q=0"), Language::Fr);
        assert_eq!(Language::choose("de"), Language::Fr);
        assert_eq!(Language::choose(""), Language::Fr);
    }
}
