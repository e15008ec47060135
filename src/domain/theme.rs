//! The ten groups of administrative steps a mandate may cover.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

/// A theme. The key is its identity; titles and descriptions are data (`config/themes.toml`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Papers, citizenship, elections.
    Papiers,
    /// Family, school.
    Famille,
    /// Social benefits, health.
    Social,
    /// Work, training.
    Travail,
    /// Housing.
    Logement,
    /// Transport, mobility.
    Transports,
    /// Money, taxes, consumption.
    Argent,
    /// Justice.
    Justice,
    /// Foreigners, Europe.
    Etranger,
    /// Leisure, sport, culture.
    Loisirs,
}

impl Theme {
    /// Every theme, in the order in which screens show them.
    pub const ALL: [Self; 10] = [
        Self::Papiers,
        Self::Famille,
        Self::Social,
        Self::Travail,
        Self::Logement,
        Self::Transports,
        Self::Argent,
        Self::Justice,
        Self::Etranger,
        Self::Loisirs,
    ];

    /// The same as [`Theme::key`], as every stable text is called.
    pub const fn as_str(self) -> &'static str {
        self.key()
    }

    /// The stable key, as in forms, tokens and the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Papiers => "papiers",
            Self::Famille => "famille",
            Self::Social => "social",
            Self::Travail => "travail",
            Self::Logement => "logement",
            Self::Transports => "transports",
            Self::Argent => "argent",
            Self::Justice => "justice",
            Self::Etranger => "etranger",
            Self::Loisirs => "loisirs",
        }
    }

    /// Reads a key; `None` if no theme has it.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.key() == key)
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}
