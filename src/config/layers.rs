//! The three layers of what was typed (defaults, file, variables), merged key by key with where each value came from.

use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::Table;
use toml::Value;

use crate::config::problem::Problem;

/// The embedded defaults: every key there is, since a key without a default is unknown.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

const VARIABLE_PREFIX: &str = "PROCURA__";

/// Where a value was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Default,
    Text,
    File(PathBuf),
    Variable(String),
}

impl Origin {
    /// The layer it belongs to; the higher one holds.
    pub(super) const fn layer(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::Text | Self::File(_) => 1,
            Self::Variable(_) => 2,
        }
    }
}

pub(super) struct Typed {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// `section` → `key` → value, every key of the defaults present.
pub(super) struct Layers {
    sections: BTreeMap<String, BTreeMap<String, Typed>>,
    pub(super) problems: Vec<Problem>,
}

impl Layers {
    pub(super) fn defaults() -> Self {
        let mut layers = Self { sections: BTreeMap::new(), problems: Vec::new() };
        match DEFAULTS.parse::<Table>() {
            Ok(table) => {
                for (section, keys) in table {
                    let Value::Table(keys) = keys else { continue };
                    let keys =
                        keys.into_iter().map(|(key, value)| (key, Typed { value, origin: Origin::Default }));
                    layers.sections.insert(section, keys.collect());
                }
            }
            Err(error) => layers.problem("default.toml", error.message(), Origin::Default),
        }
        layers
    }

    pub(super) fn get(&self, section: &str, key: &str) -> Option<&Typed> {
        self.sections.get(section)?.get(key)
    }

    #[cfg(test)]
    pub(super) fn keys(&self) -> Vec<(String, String)> {
        let pairs =
            self.sections.iter().flat_map(|(section, keys)| keys.keys().map(move |key| (section, key)));
        pairs.map(|(section, key)| (section.clone(), key.clone())).collect()
    }

    pub(super) fn add_text(&mut self, text: &str, origin: &Origin) {
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                // The error's own display quotes the line, which may hold a secret.
                let line = error.span().map_or(1, |span| line_number(text, span.start));
                self.problem(format!("line {line}"), error.message(), origin.clone());
                return;
            }
        };
        for (section, keys) in table {
            let Value::Table(keys) = keys else {
                self.problem(section, "stands outside any [section]", origin.clone());
                continue;
            };
            if !self.sections.contains_key(&section) {
                self.problem(format!("[{section}]"), "is no section of the configuration", origin.clone());
                continue;
            }
            for (key, value) in keys {
                self.set(&section, &key, value, origin.clone());
            }
        }
    }

    /// Adds the variables whose names begin with `PROCURA__`; the others are no concern of ours.
    pub(super) fn add_variables(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        for (name, text) in variables {
            let Some(path) = name.strip_prefix(VARIABLE_PREFIX) else { continue };
            let origin = Origin::Variable(name.clone());
            let lower = path.to_ascii_lowercase();
            let Some((section, key)) = lower.split_once("__") else {
                self.problem(lower, "is no key: a variable is named PROCURA__SECTION__KEY", origin);
                continue;
            };
            let known = self.get(section, key).map(|typed| value_as(&typed.value, &text));
            match known {
                Some(value) => self.set(section, key, value, origin),
                None => self.problem(format!("{section}.{key}"), "is no key of the configuration", origin),
            }
        }
    }

    fn set(&mut self, section: &str, key: &str, value: Value, origin: Origin) {
        let Some(typed) = self.sections.get_mut(section).and_then(|keys| keys.get_mut(key)) else {
            self.problem(format!("{section}.{key}"), "is no key of the configuration", origin);
            return;
        };
        // A time span may be a bare number of seconds.
        let value = match (&typed.value, value) {
            (Value::String(_), Value::Integer(number)) => Value::String(number.to_string()),
            (_, value) => value,
        };
        if typed.value.same_type(&value) {
            *typed = Typed { value, origin };
        } else {
            let expected = words_for(&typed.value);
            self.problem(format!("{section}.{key}"), format!("must be {expected}"), origin);
        }
    }

    fn problem(&mut self, key: impl Into<String>, message: impl Into<String>, origin: Origin) {
        self.problems.push(Problem::new(key, message, origin));
    }
}

/// Reads a variable as the type its key has by default; what does not fit stays text and is refused with the rest.
fn value_as(default: &Value, text: &str) -> Value {
    let parsed = match default {
        Value::Integer(_) => text.trim().parse().ok().map(Value::Integer),
        Value::Boolean(_) => text.trim().parse().ok().map(Value::Boolean),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        Value::String(_) | Value::Float(_) | Value::Datetime(_) | Value::Table(_) => None,
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn words_for(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of texts",
        Value::String(_) | Value::Float(_) | Value::Datetime(_) | Value::Table(_) => "a text in quotes",
    }
}

fn line_number(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count().saturating_add(1)
}
