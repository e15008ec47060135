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

    /// The words alone, without markup, as for a paper.
    pub fn words(&self) -> String {
        let mut words = String::with_capacity(self.0.len());
        let mut inside = false;
        for sign in self.0.replace("<br>", "\n").chars() {
            match sign {
                '<' => inside = true,
                '>' if inside => inside = false,
                _ if inside => {}
                other => words.push(other),
            }
        }
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        entities.into_iter().fold(words, |words, (entity, sign)| words.replace(entity, sign))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were_written() {
        let typed = "Ó’Brien <b> & \"fils\" 'x' &amp;lt;";
        let html = Html::trusted(format!("<strong>{}</strong><br>à 14 h", Html::escaped(typed)));
        assert_eq!(html.words(), format!("{typed}\nà 14 h"));
    }
}
