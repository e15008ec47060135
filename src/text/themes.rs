//! The titles, labels and examples of the ten themes, read from `config/themes.toml` when the program is compiled.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::theme::Theme;
use crate::text::language::Language;

static THEMES: LazyLock<Themes> =
    LazyLock::new(|| toml::from_str(include_str!("../../config/themes.toml")).unwrap_or_default());

/// What is said of each theme; the keys are the identity, these words may change.
#[derive(Debug, Default, Deserialize)]
pub struct Themes {
    #[serde(rename = "theme")]
    by_key: BTreeMap<Theme, Words>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    label: String,
    title: PerLanguage,
    words: PerLanguage,
    services: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PerLanguage {
    fr: String,
    en: String,
}

impl PerLanguage {
    fn of(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
        }
    }
}

/// The words of all themes.
pub fn themes() -> &'static Themes {
    &THEMES
}

impl Themes {
    /// The title on the screens: `Famille - Scolarité`.
    pub fn title(&self, theme: Theme, language: Language) -> &str {
        self.by_key.get(&theme).map_or(theme.key(), |words| words.title.of(language))
    }

    /// One sentence of examples: `Naissance, mariage, séparation, école, cantine, bourse.`
    pub fn words(&self, theme: Theme, language: Language) -> &str {
        self.by_key.get(&theme).map_or(theme.key(), |words| words.words.of(language))
    }

    /// The delegation label on the wire: `Famille-Scolarité`.
    pub fn label(&self, theme: Theme) -> &str {
        self.by_key.get(&theme).map_or(theme.key(), |words| words.label.as_str())
    }

    /// The theme of a delegation label; `None` if none has it.
    pub fn by_label(&self, label: &str) -> Option<Theme> {
        self.by_key.iter().find(|(_, words)| words.label == label).map(|(theme, _)| *theme)
    }

    /// Services a person may know, as examples.
    pub fn services(&self, theme: Theme) -> &[String] {
        self.by_key.get(&theme).map_or(&[], |words| &words.services)
    }

    /// Titles of several themes in the order in which screens show them.
    pub fn titles<'a>(&'a self, themes: &'a [Theme], language: Language) -> Vec<&'a str> {
        Theme::ALL
            .into_iter()
            .filter(|theme| themes.contains(theme))
            .map(|theme| self.title(theme, language))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_has_all_its_words() {
        for theme in Theme::ALL {
            for language in Language::ALL {
                assert_ne!(themes().title(theme, language), theme.key());
                assert!(themes().words(theme, language).ends_with('.'), "{theme}");
            }
            assert!(!themes().services(theme).is_empty());
            assert_eq!(themes().by_label(themes().label(theme)), Some(theme));
        }
        assert_eq!(themes().by_key.len(), Theme::ALL.len());
    }

    #[test]
    fn labels_are_those_of_the_wire() {
        assert_eq!(themes().label(Theme::Papiers), "Papier-Citoyenneté-Elections");
        assert_eq!(themes().label(Theme::Argent), "Argent-Impots-Consommation");
        assert_eq!(
            themes().titles(&[Theme::Logement, Theme::Social], Language::Fr),
            ["Social - Santé", "Logement"]
        );
    }
}
