//! Reads the keys of one section as what they mean, noting every fault instead of stopping at the first.

use std::collections::BTreeSet;
use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;
use toml::Value;
use url::Host;
use url::Url;

use crate::config::layers::Layers;
use crate::config::layers::Origin;
use crate::config::problem::Problem;
use crate::config::span;

/// The layers being read, the faults found so far and the keys somebody asked for.
///
/// A getter gives `None` after noting a fault; a section reads all its keys first and uses `?` afterwards, so that one
/// bad value hides no other.
pub(super) struct Reader {
    layers: Layers,
    problems: Vec<Problem>,
    read: BTreeSet<(String, String)>,
    secret_files: Vec<(String, PathBuf)>,
    secrets_in_file: Vec<String>,
}

impl Reader {
    pub(super) fn new(mut layers: Layers) -> Self {
        let problems = std::mem::take(&mut layers.problems);
        Self {
            layers,
            problems,
            read: BTreeSet::new(),
            secret_files: Vec::new(),
            secrets_in_file: Vec::new(),
        }
    }

    pub(super) fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// The files secrets were read from, with their keys; and the keys whose secret stands in the configuration file.
    pub(super) fn take_secrets(&mut self) -> (Vec<(String, PathBuf)>, Vec<String>) {
        (std::mem::take(&mut self.secret_files), std::mem::take(&mut self.secrets_in_file))
    }

    #[cfg(test)]
    pub(super) fn unread(&self) -> Vec<(String, String)> {
        self.layers.keys().into_iter().filter(|pair| !self.read.contains(pair)).collect()
    }

    /// Notes a fault of `section.key`.
    pub(super) fn problem(&mut self, section: &str, key: &str, message: impl Into<String>) {
        let origin = self.layers.get(section, key).map_or(Origin::Default, |typed| typed.origin.clone());
        self.problems.push(Problem::new(format!("{section}.{key}"), message, origin));
    }

    fn refuse<T>(&mut self, section: &str, key: &str, message: impl Into<String>) -> Option<T> {
        self.problem(section, key, message);
        None
    }

    fn value(&mut self, section: &str, key: &str) -> Option<Value> {
        self.read.insert((section.to_owned(), key.to_owned()));
        match self.layers.get(section, key) {
            Some(typed) => Some(typed.value.clone()),
            None => self.refuse(section, key, "has no default: default.toml is incomplete"),
        }
    }

    /// A text, trimmed; inner `None` when empty.
    pub(super) fn optional(&mut self, section: &str, key: &str) -> Option<Option<String>> {
        match self.value(section, key)? {
            Value::String(text) => Some(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            _ => self.refuse(section, key, "must be a text in quotes"),
        }
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, section: &str, key: &str) -> Option<String> {
        match self.optional(section, key)? {
            Some(text) => Some(text),
            None => self.refuse(section, key, "is missing"),
        }
    }

    /// A text of a certain form; `form` completes the sentence "… is not".
    pub(super) fn parsed<T: FromStr>(&mut self, section: &str, key: &str, form: &str) -> Option<T> {
        let text = self.text(section, key)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(_) => self.refuse(section, key, format!("\"{}\" is not {form}", shown(&text))),
        }
    }

    /// As [`Reader::parsed`], where the key may be left empty.
    pub(super) fn optional_parsed<T: FromStr>(
        &mut self,
        section: &str,
        key: &str,
        form: &str,
    ) -> Option<Option<T>> {
        match self.optional(section, key)? {
            None => Some(None),
            Some(_) => self.parsed(section, key, form).map(Some),
        }
    }

    pub(super) fn path(&mut self, section: &str, key: &str) -> Option<Option<PathBuf>> {
        Some(self.optional(section, key)?.map(PathBuf::from))
    }

    /// One of a closed list of words.
    pub(super) fn choice<T: Copy>(&mut self, section: &str, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(section, key)?;
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, value)) => Some(*value),
            None => {
                let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                self.refuse(section, key, format!("\"{}\" is none of: {}", shown(&text), list.join(", ")))
            }
        }
    }

    pub(super) fn switch(&mut self, section: &str, key: &str) -> Option<bool> {
        match self.value(section, key)? {
            Value::Boolean(value) => Some(value),
            _ => self.refuse(section, key, "must be true or false"),
        }
    }

    pub(super) fn number<T: TryFrom<i64>>(
        &mut self,
        section: &str,
        key: &str,
        range: RangeInclusive<i64>,
    ) -> Option<T> {
        let value = match self.value(section, key)? {
            Value::Integer(value) if range.contains(&value) => T::try_from(value).ok(),
            _ => None,
        };
        let message = format!("must be a whole number from {} to {}", range.start(), range.end());
        value.or_else(|| self.refuse(section, key, message))
    }

    pub(super) fn span(
        &mut self,
        section: &str,
        key: &str,
        range: RangeInclusive<Duration>,
    ) -> Option<Duration> {
        let text = self.text(section, key)?;
        let Some(value) = span::parse(&text) else {
            return self.refuse(section, key, format!("\"{text}\" is not a time span such as \"15 min\""));
        };
        if range.contains(&value) {
            return Some(value);
        }
        let (least, most) = (span::words(*range.start()), span::words(*range.end()));
        self.refuse(section, key, format!("\"{text}\" is not between {least} and {most}"))
    }

    pub(super) fn list(&mut self, section: &str, key: &str) -> Option<Vec<String>> {
        let Value::Array(items) = self.value(section, key)? else {
            return self.refuse(section, key, "must be a list of texts");
        };
        let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
        texts.or_else(|| self.refuse(section, key, "must be a list of texts"))
    }

    /// A list of texts of a certain form.
    pub(super) fn parsed_list<T: FromStr>(&mut self, section: &str, key: &str, form: &str) -> Option<Vec<T>> {
        let mut values = Vec::new();
        for text in self.list(section, key)? {
            match text.parse() {
                Ok(value) => values.push(value),
                Err(_) => return self.refuse(section, key, format!("\"{}\" is not {form}", shown(&text))),
            }
        }
        Some(values)
    }

    /// An address that is https, or http towards a loopback host.
    pub(super) fn address(&mut self, section: &str, key: &str) -> Option<String> {
        let text = self.text(section, key)?;
        match Url::parse(&text) {
            Ok(url) if safe(&url) && url.query().is_none() && url.fragment().is_none() => Some(text),
            Ok(_) => self.refuse(
                section,
                key,
                format!("\"{}\" must be https (http for loopback hosts only)", shown(&text)),
            ),
            Err(_) => self.refuse(section, key, format!("\"{}\" is not an address", shown(&text))),
        }
    }

    /// A secret given as `key` or as the file named by `key_file`; inner `None` when neither is. Where both are typed, that of
    /// the upper layer holds: a variable before the file, both before a default.
    pub(super) fn secret(&mut self, section: &str, key: &str) -> Option<Option<SecretString>> {
        let file_key = format!("{key}_file");
        let (value, file) = (self.optional(section, key), self.path(section, &file_key));
        let layer = |name: &str| self.layers.get(section, name).map(|typed| typed.origin.layer());
        let (of_value, of_file) = (layer(key), layer(&file_key));
        let (value, file) = match (value?, file?) {
            (Some(_), Some(file)) if of_value < of_file => (None, Some(file)),
            (Some(value), Some(_)) if of_file < of_value => (Some(value), None),
            both => both,
        };
        match (value, file) {
            (Some(_), Some(_)) => {
                self.refuse(section, key, format!("is given twice: also as {section}.{file_key}"))
            }
            (Some(value), None) => {
                let typed = self.layers.get(section, key);
                if typed.is_some_and(|typed| matches!(typed.origin, Origin::File(_))) {
                    self.secrets_in_file.push(format!("{section}.{key}"));
                }
                Some(Some(SecretString::from(value)))
            }
            (None, None) => Some(None),
            (None, Some(path)) => match fs::read_to_string(&path) {
                Ok(text) if !text.trim().is_empty() => {
                    self.secret_files.push((format!("{section}.{file_key}"), path));
                    Some(Some(SecretString::from(text.trim().to_owned())))
                }
                Ok(_) => self.refuse(section, &file_key, format!("{} is empty", path.display())),
                Err(error) => self.refuse(section, &file_key, format!("{}: {error}", path.display())),
            },
        }
    }
}

/// A refused value as it may be printed: an address typed under the wrong key keeps its user and password to itself.
fn shown(text: &str) -> String {
    match text.split_once("://").map(|(scheme, rest)| (scheme, rest.rsplit_once('@'))) {
        Some((scheme, Some((_, place)))) => format!("{scheme}://…@{place}"),
        _ => text.to_owned(),
    }
}

/// Whether tokens may travel to this address: https with a host, or http to this very machine.
pub(super) fn safe(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => url.host().is_some_and(|host| is_loopback(&host)),
        _ => false,
    }
}

/// Whether a host is this machine: `localhost`, a name below it, `127.0.0.0/8` or `::1`.
pub(super) fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost" || name.as_ref().ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}
