//! The French text of one mandate, as its person reads it today, and the digest that binds her answer to it.

use crate::crypto::hash::sha256;
use crate::domain::mandate::Mandate;
use crate::domain::mandate_text;
use crate::domain::mandate_text::ThemeWords;
use crate::domain::mandate_text::Values;
use crate::domain::organisation::Organisation;
use crate::domain::person::Person;
use crate::domain::time::Day;
use crate::operations::refusal::Refusal;
use crate::text::Language;
use crate::text::Text;
use crate::text::themes;

/// A rendered text. It names the person: `Debug` shows its digest only.
#[derive(Clone, PartialEq, Eq)]
pub struct MandateWords {
    /// The whole text.
    pub text: String,
    /// SHA-256 of its UTF-8 bytes.
    pub digest: [u8; 32],
    /// The last day it names.
    pub last_day: Day,
}

impl std::fmt::Debug for MandateWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MandateWords({})", hex::encode(self.digest))
    }
}

/// The text of `mandate` for `person` if she approves on `today`; always French, whatever the screen speaks.
///
/// # Errors
/// A fault when its template is no longer in the program.
pub fn words_of(
    mandate: &Mandate,
    person: &Person,
    organisation: &Organisation,
    today: Day,
) -> Result<MandateWords, Refusal> {
    let french = Text::new(Language::Fr);
    let identity = &person.identity;
    let last_day = mandate.terms.duration.last_day(today);
    let themes = mandate.terms.themes.iter().map(|theme| ThemeWords {
        theme: *theme,
        title: themes().title(*theme, Language::Fr).to_owned(),
        words: themes().words(*theme, Language::Fr).to_owned(),
    });
    let values = Values {
        person: identity.full_name(),
        birth: french.birthdate(identity.civil_birthdate(), Some(identity.gender.show())),
        organisation: organisation.name.clone(),
        address: organisation.address.clone(),
        siret: organisation.siret.to_string(),
        themes: themes.collect(),
        first_day: french.day_long(today),
        last_day: french.day_long(last_day),
        days: french.with("asking-days", &[("days", &mandate.terms.duration.days())]),
        reference: mandate.terms.reference_text(),
    };
    let text = mandate_text::render(&mandate.terms.text_version, &values)
        .ok_or_else(|| Refusal::fault("the template of a mandate is missing"))?;
    Ok(MandateWords { digest: sha256(text.as_bytes()), text, last_day })
}
