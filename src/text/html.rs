//! A piece of HTML that is safe to print as it stands.

use std::fmt;

/// HTML whose every variable part was escaped; templates print it unescaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Words without markup, escaped.
    pub fn escaped(words: &str) -> Self {
        let mut html = String::with_capacity(words.len());
        for letter in words.chars() {
            match letter {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#39;"),
                other => html.push(other),
            }
        }
        Self(html)
    }

    /// Markup that the program wrote itself (an SVG figure, a sentence of `locales/`), never what a user typed.
    pub const fn trusted(markup: String) -> Self {
        Self(markup)
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Pieces one below the other, as in a list of themes inside one cell.
    pub fn lines<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Self {
        let lines: Vec<String> = pieces.into_iter().map(|piece| Self::escaped(piece).0).collect();
        Self(lines.join("<br>"))
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

impl askama::FastWritable for Html {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(dest.write_str(&self.0)?)
    }
}
