//! What became of each step, and why one did not hold.

use serde::Serialize;

use crate::demo::browser::BrowserError;
use crate::demo::browser::page::Page;
use crate::demo::browser::page::PageError;

const SHOWN_CHARS: usize = 240;

/// Why a step did not hold.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Another page came than the one the story needs.
    #[error("expected {expected}; came {came}")]
    Page {
        /// What should have come.
        expected: String,
        /// Status, address, title, first words and reference number of what came.
        came: String,
    },
    /// A navigation did not end in a page.
    #[error("{}", with_causes(.0))]
    Browser(#[from] BrowserError),
    /// Anything else, in words.
    #[error("{0}")]
    Told(String),
}

impl Failure {
    /// Another page came than the `expected` one.
    pub fn on(page: &Page, expected: &str) -> Self {
        Self::Page { expected: expected.to_owned(), came: described(page) }
    }

    /// The page came but does not hold what the story needs of it.
    pub fn lacking(page: &Page, expected: &str, error: &PageError) -> Self {
        Self::Page { expected: expected.to_owned(), came: format!("{} ({error})", described(page)) }
    }

    /// Anything else, in words.
    pub fn told(words: impl Into<String>) -> Self {
        Self::Told(words.into())
    }
}

fn with_causes(error: &BrowserError) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    words
}

fn described(page: &Page) -> String {
    let reference = page.words("main .hint .code").map(|reference| format!(", reference {reference}"));
    let text = page.main_text();
    let begins: String = text.chars().take(SHOWN_CHARS).collect();
    let more = if begins.len() < text.len() { "…" } else { "" };
    format!(
        "{} {} «{}», which says «{begins}{more}»{}",
        page.status.as_u16(),
        page.url,
        page.title(),
        reference.unwrap_or_default()
    )
}

/// One step, played or not.
#[derive(Clone, Debug, Serialize)]
pub struct StepReport {
    /// Its stable name.
    pub name: &'static str,
    /// Whether it held.
    pub ok: bool,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// What was seen, or why it did not hold.
    pub detail: String,
}

impl StepReport {
    /// One line for a reader.
    pub fn line(&self) -> String {
        let mark = if self.ok { '✓' } else { '✗' };
        format!("{mark} {:>5}.{} s  {}: {}", self.ms / 1000, self.ms % 1000 / 100, self.name, self.detail)
    }
}

/// The whole story.
#[derive(Clone, Debug, Serialize)]
pub struct StoryReport {
    /// Whether every step held.
    pub ok: bool,
    /// Every step there is, in order; those after a failed one were not played.
    pub steps: Vec<StepReport>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_whether_it_held_how_long_it_took_and_what_was_seen() {
        let step =
            StepReport { name: "aidant-login", ok: true, ms: 1_234, detail: "Amélie Durand".to_owned() };
        assert_eq!(step.line(), "✓     1.2 s  aidant-login: Amélie Durand");
        let failed = StepReport { ok: false, ms: 31_000, ..step };
        assert!(failed.line().starts_with("✗    31.0 s"));
    }
}
