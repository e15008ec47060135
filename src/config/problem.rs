//! What is wrong with a configuration, one line for each fault.

use std::fmt;

use crate::config::layers::Origin;

/// One fault: the key, what is wrong with it, and where it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    key: String,
    message: String,
    origin: Origin,
}

impl Problem {
    pub(super) fn new(key: impl Into<String>, message: impl Into<String>, origin: Origin) -> Self {
        Self { key: key.into(), message: message.into(), origin }
    }

    /// `section.key`, or the name of the file that could not be read.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.message)?;
        match &self.origin {
            Origin::Default | Origin::Text => Ok(()),
            Origin::File(path) => write!(f, " (in {})", path.display()),
            Origin::Variable(name) => write!(f, " (variable {name})"),
        }
    }
}

/// Every fault found, at least one. `Display` gives one line each and never shows a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<Problem>);

impl ConfigErrors {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self(problems)
    }

    /// The faults, in the order of the sections.
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            fmt::Display::fmt(problem, f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
