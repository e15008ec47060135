//! The sentences of `locales/`, looked up by key in one language.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use fluent_templates::LanguageIdentifier;
use fluent_templates::fluent_bundle::FluentValue;
use unic_langid::langid;

use crate::domain::ids::ClientId;
use crate::domain::private::Private;
use crate::text::html::Html;
use crate::text::language::Language;

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "fr",
        customise: |bundle| {
            bundle.set_use_isolating(false);
            let french = bundle.locales.first().is_none_or(|locale| locale.language.as_str() == "fr");
            let formatter = if french { french_number } else { english_number };
            bundle.set_formatter(Some(formatter));
        },
    };
}

static FRENCH: LanguageIdentifier = langid!("fr");
static ENGLISH: LanguageIdentifier = langid!("en");

const NO_BREAK: char = '\u{a0}';
const NARROW_NO_BREAK: char = '\u{202f}';

/// The sentence of a key in any language of `locales/`, without variables and without help from another language.
pub(super) fn sentence_in(locale: &LanguageIdentifier, key: &str) -> Option<String> {
    let words = LOCALES.lookup_single_language::<&str>(locale, key, None).ok()?;
    Some(if *locale == FRENCH { typeset(&words) } else { words })
}

/// A value that a sentence holds: words (escaped in HTML), a whole number (grouped, chooses the plural) or ready markup.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Words.
    Words(String),
    /// A whole number.
    Number(i64),
    /// Markup that is already safe.
    Markup(Html),
}

/// What may stand for a variable of a sentence.
pub trait Arg {
    /// The value to put in.
    fn value(&self) -> Value;
}

impl Arg for str {
    fn value(&self) -> Value {
        Value::Words(self.to_owned())
    }
}

impl Arg for String {
    fn value(&self) -> Value {
        Value::Words(self.clone())
    }
}

impl Arg for Cow<'_, str> {
    fn value(&self) -> Value {
        Value::Words(self.clone().into_owned())
    }
}

impl Arg for ClientId {
    fn value(&self) -> Value {
        Value::Words(self.as_str().to_owned())
    }
}

impl Arg for Html {
    fn value(&self) -> Value {
        Value::Markup(self.clone())
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn value(&self) -> Value {
        (*self).value()
    }
}

impl<T: Arg> Arg for Private<T> {
    fn value(&self) -> Value {
        self.show().value()
    }
}

macro_rules! number_args {
    ($($number:ty),+) => {$(
        impl Arg for $number {
            fn value(&self) -> Value {
                Value::Number(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )+};
}

number_args!(u8, u16, u32, u64, usize, i16, i32, i64);

/// A handle on the sentences of one language; copying it costs nothing.
///
/// ```
/// use procura::text::Language;
/// use procura::text::Text;
///
/// let t = Text::new(Language::Fr);
/// assert_eq!(t.get("common-help"), "Aide");
/// assert_eq!(t.with("common-reference", &[("reference", &"7K2P")]), "Référence de cet incident\u{a0}: 7K2P");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Text {
    language: Language,
}

impl Text {
    /// The sentences of `language`.
    pub const fn new(language: Language) -> Self {
        Self { language }
    }

    /// The language of these sentences.
    pub const fn language(self) -> Language {
        self.language
    }

    /// The sentence `key`; `⟦key⟧` when there is none, which a test finds.
    pub fn get(self, key: &str) -> String {
        self.look_up(key, None)
    }

    /// The sentence `key` with its variables filled in; plain words, not for HTML with markup.
    pub fn with(self, key: &str, args: &[(&'static str, &dyn Arg)]) -> String {
        let values = args.iter().map(|(name, arg)| {
            let value = match arg.value() {
                Value::Words(words) => FluentValue::String(Cow::Owned(words)),
                Value::Number(number) => FluentValue::from(number),
                Value::Markup(html) => FluentValue::String(Cow::Owned(html.to_string())),
            };
            (Cow::Borrowed(*name), value)
        });
        self.look_up(key, Some(&values.collect()))
    }

    /// The sentence `key` as HTML: its own `<strong>`, `<em>` and `<br>` stay, words filled in are escaped.
    pub fn html(self, key: &str, args: &[(&'static str, &dyn Arg)]) -> Html {
        let values = args.iter().map(|(name, arg)| {
            let value = match arg.value() {
                Value::Words(words) => FluentValue::String(Cow::Owned(Html::escaped(&words).to_string())),
                Value::Number(number) => FluentValue::from(number),
                Value::Markup(html) => FluentValue::String(Cow::Owned(html.to_string())),
            };
            (Cow::Borrowed(*name), value)
        });
        Html::trusted(self.look_up(key, Some(&values.collect())))
    }

    /// A number as a reader of this language groups it: `7 051` (narrow no-break space), `7,051`.
    pub fn number(self, number: impl Into<i64>) -> String {
        group(number.into(), self.separator())
    }

    /// Words in a row: `a, b et c`.
    pub fn list(self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => self.with("common-list", &[("first", &first.join(", ")), ("last", last)]),
        }
    }

    const fn separator(self) -> char {
        match self.language {
            Language::Fr => NARROW_NO_BREAK,
            Language::En => ',',
        }
    }

    fn locale(self) -> &'static LanguageIdentifier {
        match self.language {
            Language::Fr => &FRENCH,
            Language::En => &ENGLISH,
        }
    }

    fn look_up(self, key: &str, args: Option<&HashMap<Cow<'static, str>, FluentValue<'static>>>) -> String {
        match (LOCALES.lookup_single_language(self.locale(), key, args), self.language) {
            (Ok(words), Language::Fr) => typeset(&words),
            (Ok(words), Language::En) => words,
            (Err(_), _) => format!("⟦{key}⟧"),
        }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({})", self.language)
    }
}

/// The word with a capital first letter, for a date that opens a line.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// French spacing: the space before `: ; ? ! »` and after `«` never breaks.
fn typeset(words: &str) -> String {
    let letters: Vec<char> = words.chars().collect();
    let at = |index: Option<usize>| index.and_then(|index| letters.get(index)).copied().unwrap_or(' ');
    letters
        .iter()
        .enumerate()
        .map(|(index, &letter)| {
            let (before, after) = (at(index.checked_sub(1)), at(index.checked_add(1)));
            match (letter, before, after) {
                (' ', '«', _) | (' ', _, ':' | '»') => NO_BREAK,
                (' ', _, ';' | '?' | '!') => NARROW_NO_BREAK,
                _ => letter,
            }
        })
        .collect()
}

fn group(number: i64, separator: char) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    if number < 0 {
        grouped.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

fn grouped_value(value: &FluentValue<'_>, separator: char) -> Option<String> {
    match value {
        FluentValue::Number(number) => number.as_string().parse().ok().map(|whole| group(whole, separator)),
        _ => None,
    }
}

fn french_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    grouped_value(value, NARROW_NO_BREAK)
}

fn english_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    grouped_value(value, ',')
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
