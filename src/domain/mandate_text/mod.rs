//! The French text a person signs: dated templates, filled with values. A template once used is never edited; a new date is added.

use crate::domain::theme::Theme;

/// The version new drafts are made with.
pub const CURRENT_VERSION: &str = "2026-11-22";

/// The version of drafts for a person who is known by declaration and answers by a code: it names no date, since it is sent
/// before the day of her answer is known.
pub const DECLARED_VERSION: &str = "2026-11-22-declared";

const TEMPLATES: &[(&str, &str)] = &[
    (CURRENT_VERSION, include_str!("2026-11-22.txt")),
    (DECLARED_VERSION, include_str!("2026-11-22-declared.txt")),
];

/// One theme as the text names it.
#[derive(Clone, Debug)]
pub struct ThemeWords {
    /// Which theme.
    pub theme: Theme,
    /// Its title.
    pub title: String,
    /// Examples of steps.
    pub words: String,
}

/// What the text is filled with. All are put on one line, without control characters.
#[derive(Clone, Debug)]
pub struct Values {
    /// All given names and the birth name.
    pub person: String,
    /// "née le 12 avril 1948", worded by gender.
    pub birth: String,
    /// The organisation's name.
    pub organisation: String,
    /// Its postal address.
    pub address: String,
    /// Its SIRET.
    pub siret: String,
    /// The themes, in order.
    pub themes: Vec<ThemeWords>,
    /// The first day, "mercredi 3 mars 2027".
    pub first_day: String,
    /// The last day, "samedi 3 avril 2027".
    pub last_day: String,
    /// How long it runs: "31 jours".
    pub days: String,
    /// The 128-bit reference in eight groups.
    pub reference: String,
}

/// One block of a rendered text, for pages and documents. The digest is over the text itself, never over this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The title.
    Title(String),
    /// A numbered heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// One line of a list.
    Item(String),
}

/// The text of `version` filled with `values`; `None` if no such version was ever in use.
pub fn render(version: &str, values: &Values) -> Option<String> {
    let (_, template) = TEMPLATES.iter().find(|(date, _)| *date == version)?;
    let themes: Vec<String> = values
        .themes
        .iter()
        .map(|theme| format!("- {} : {}", one_line(&theme.title), one_line(&theme.words)))
        .collect();
    let filled = [
        ("person", one_line(&values.person)),
        ("birth", one_line(&values.birth)),
        ("organisation", one_line(&values.organisation)),
        ("address", one_line(&values.address)),
        ("siret", one_line(&values.siret)),
        ("themes", themes.join("\n")),
        ("first_day", one_line(&values.first_day)),
        ("last_day", one_line(&values.last_day)),
        ("days", one_line(&values.days)),
        ("reference", one_line(&values.reference)),
    ];
    Some(fill(template, &filled))
}

/// Cuts a rendered text into blocks to lay out.
pub fn blocks(text: &str) -> Vec<Block> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            if let Some(rest) = line.strip_prefix("## ") {
                Block::Heading(rest.to_owned())
            } else if let Some(rest) = line.strip_prefix("# ") {
                Block::Title(rest.to_owned())
            } else if let Some(rest) = line.strip_prefix("- ") {
                Block::Item(rest.to_owned())
            } else {
                Block::Paragraph(line.to_owned())
            }
        })
        .collect()
}

fn one_line(value: &str) -> String {
    let clean: String = value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One pass over the template, so that a value which looks like a placeholder stays a value.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let (before, after) = rest.split_at(start);
        text.push_str(before);
        let named = after[1..].split_once('}').and_then(|(name, tail)| {
            values.iter().find(|(key, _)| *key == name).map(|(_, value)| (value, tail))
        });
        match named {
            Some((value, tail)) => {
                text.push_str(value);
                rest = tail;
            }
            None => {
                text.push('{');
                rest = &after[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values {
            person: "Jeanne Marie Lefèvre".into(),
            birth: "née le 12 avril 1948".into(),
            organisation: "CCAS de Dijon".into(),
            address: "11 rue de l’Exemple, 21000 Dijon".into(),
            siret: "73282932000074".into(),
            themes: vec![ThemeWords {
                theme: Theme::Social,
                title: "Social - Santé".into(),
                words: "allocations".into(),
            }],
            first_day: "mercredi 3 mars 2027".into(),
            last_day: "samedi 3 avril 2027".into(),
            days: "31 jours".into(),
            reference: "4e1f 90b7 6a2c d853 0b9e 71fa c246 8d35".into(),
        }
    }

    #[test]
    fn every_place_of_every_template_is_filled() {
        for (version, _) in TEMPLATES {
            let text = render(version, &values()).expect("a version");
            assert!(!text.contains('{') && !text.contains('}'), "{text}");
            assert!(text.contains("Jeanne Marie Lefèvre"));
            assert!(
                text.contains("samedi 3 avril 2027") != text.contains("31 jours"),
                "dates or days: {text}"
            );
        }
        assert!(render("1999-01-01", &values()).is_none());
    }

    #[test]
    fn a_value_can_neither_add_a_line_nor_fill_a_place() {
        let mut sly = values();
        sly.person = "Jeanne\n- Justice : tout\r\n{reference}".into();
        let text = render(CURRENT_VERSION, &sly).expect("a version");
        assert!(text.contains("Jeanne - Justice : tout {reference}"));
        assert!(!blocks(&text).contains(&Block::Item("Justice : tout".into())));
    }
}
