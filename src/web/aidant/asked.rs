//! The part of the form that says where the person is, who she is and how she answers.

use crate::domain::asking::Contacts;
use crate::domain::asking::Expected;
use crate::domain::asking::Unreachable;
use crate::domain::asking::civil_birthdate;
use crate::domain::asking::clean_name;
use crate::domain::asking::completed;
use crate::domain::contact::PhoneFault;
use crate::domain::mandate::Channel;
use crate::domain::person::Identity;
use crate::domain::person::Person;
use crate::domain::private::Private;
use crate::domain::time::Day;
use crate::http::errors::PageError;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::reader::Reader;
use crate::operations::ask_person::Courier;
use crate::operations::ask_person::Declaration;
use crate::operations::ask_person::Same;
use crate::operations::ask_person::Way;
use crate::operations::declared_persons::Alike;
use crate::text::Text;
use crate::web::aidant::bad_form;

/// The longest value of a field that is looked at, in characters.
const LONGEST: usize = 600;
/// The value that says "somebody else than those you know".
pub(super) const NOBODY: &str = "new";
/// The words a gender may have, as OpenID Connect names them.
pub(super) const GENDERS: [&str; 3] = ["female", "male", "unspecified"];

/// What was typed about the person, kept for the form as it is.
#[derive(Clone, Default)]
pub(super) struct Asked {
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) birthdate: String,
    pub(super) gender: String,
    pub(super) birthplace: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) postal: String,
    pub(super) same_as: String,
}

impl Asked {
    /// Reads the fields; those that are missing are empty.
    pub(super) fn read(fields: &FormFields, reader: &Reader) -> Result<Self, PageError> {
        let one = |name: &str| {
            let value = fields.one(name).map_err(bad_form(reader))?.unwrap_or_default();
            Ok::<_, PageError>(value.chars().take(LONGEST).collect::<String>())
        };
        Ok(Self {
            given_name: one("given_name")?,
            family_name: one("family_name")?,
            birthdate: one("birthdate")?,
            gender: one("gender")?,
            birthplace: one("birthplace")?,
            email: one("email")?,
            phone: one("phone")?,
            postal: one("postal")?,
            same_as: one("same_as")?,
        })
    }

    /// What is known of a person, as the form shows it.
    pub(super) fn of(person: &Person) -> Self {
        let identity = &person.identity;
        let date = identity.civil_birthdate();
        let parts: Vec<&str> = date.split('-').rev().collect();
        let codes = [&identity.birthplace, &identity.birthcountry].map(|code| code.show().clone());
        let words = identity.birthplace_words.as_ref().map(|words| words.show().clone());
        Self {
            given_name: identity.given_name.show().clone(),
            family_name: identity.family_name.show().clone(),
            birthdate: parts.join("/"),
            gender: identity.gender.show().clone(),
            birthplace: words.or_else(|| codes.into_iter().find(|code| !code.is_empty())).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// How she is asked on this channel; `None` with what is to correct.
    pub(super) fn way(&self, t: Text, channel: Channel, today: Day, errors: &mut FormErrors) -> Option<Way> {
        let courier = match channel {
            Channel::Present => return Some(Way::Present),
            Channel::Remote => None,
            Channel::Sms => Some(Courier::Sms),
            Channel::Post => Some(Courier::Post),
        };
        let mut ask = |field: &str, key: &str| errors.add(field, t.get(key));
        let given = clean_name(&self.given_name);
        if courier.is_some() && given.is_none() {
            ask("given_name", "asking-error-given");
        }
        let family = clean_name(&self.family_name);
        if family.is_none() {
            ask("family_name", "asking-error-family");
        }
        let birthdate = civil_birthdate(&self.birthdate, today);
        if birthdate.is_none() {
            ask("birthdate", "asking-error-birthdate");
        }
        let birthplace = place(&self.birthplace).filter(|_| courier.is_some());
        if courier.is_some() && birthplace.is_none() {
            ask("birthplace", "asking-error-birthplace");
        }
        let contacts = self.contacts(channel);
        if let Err(fault) = contacts {
            let (field, key) = unreachable(fault);
            ask(field, key);
        }
        let (family_name, birthdate, contacts) = (family?, birthdate?, contacts.ok()?);
        let way = match courier {
            None => Way::Remote { expected: Expected { family_name, birthdate }, contacts },
            Some(by) => {
                let identity = self.identity(given?, family_name, &birthdate, birthplace?);
                Way::Declared(Box::new(Declaration { by, identity, same: None, contacts }))
            }
        };
        match way.lacks() {
            Some((field, key)) => {
                ask(field, key);
                None
            }
            None => Some(way),
        }
    }

    /// Only what this channel writes to is kept.
    fn contacts(&self, channel: Channel) -> Result<Contacts, Unreachable> {
        match channel {
            Channel::Present => Ok(Contacts::default()),
            Channel::Remote => Contacts::read(&self.email, &self.phone, ""),
            Channel::Sms => Contacts::read("", &self.phone, ""),
            Channel::Post => Contacts::read("", "", &self.postal),
        }
    }

    fn identity(
        &self,
        given_name: Private<String>,
        family_name: Private<String>,
        birthdate: &Private<String>,
        place: Place,
    ) -> Identity {
        let civil = birthdate.show();
        let gender = GENDERS.into_iter().find(|known| *known == self.gender).unwrap_or("unspecified");
        Identity {
            given_name,
            family_name,
            birthdate: completed(civil).into(),
            presumed_birthdate: civil.contains("-00").then(|| birthdate.clone()),
            gender: gender.to_owned().into(),
            birthplace: place.commune.into(),
            birthcountry: place.country.into(),
            birthplace_words: place.words.map(Private::new),
            ..Identity::default()
        }
    }

    /// Which of those alike she is said to be; `None` while that is not said.
    pub(super) fn same(&self, alike: &[Alike]) -> Option<Same> {
        if alike.is_empty() || self.same_as == NOBODY {
            return Some(Same::Nobody);
        }
        alike.iter().find(|one| one.handle == self.same_as).map(|one| Same::Person(one.person.id))
    }
}

/// The field that nothing can be sent to, and its sentence.
const fn unreachable(fault: Unreachable) -> (&'static str, &'static str) {
    match fault {
        Unreachable::Email => ("email", "asking-error-email-form"),
        Unreachable::Phone(PhoneFault::NotANumber) => ("phone", "asking-error-phone-form"),
        Unreachable::Phone(PhoneFault::NotMobile) => ("phone", "contact-phone-fixed"),
        Unreachable::Postal => ("postal", "asking-error-postal-form"),
    }
}

/// Where somebody was born: codes of the INSEE, or words.
#[derive(Debug, Default, PartialEq, Eq)]
struct Place {
    commune: String,
    country: String,
    words: Option<String>,
}

/// The code of a commune or (99…) of a country, words, or nothing; `None` for what is none of these.
fn place(typed: &str) -> Option<Place> {
    let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if typed.is_empty() {
        return Some(Place::default());
    }
    let code = typed.to_ascii_uppercase();
    let corsica = code.strip_prefix("2A").or_else(|| code.strip_prefix("2B"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_code =
        (code.len() == 5 && digits(&code)) || corsica.is_some_and(|rest| rest.len() == 3 && digits(rest));
    if is_code && code.starts_with("99") {
        return Some(Place { country: code, ..Place::default() });
    }
    if is_code {
        return Some(Place { commune: code, country: "99100".to_owned(), words: None });
    }
    // Words are held to what a name may hold; "Saint-Denis (93)" and the like are written without digits.
    clean_name(&typed).map(|words| Place { words: Some(words.show().clone()), ..Place::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birthplace_is_a_code_or_words() {
        let read = |typed: &str| place(typed).map(|place| (place.commune, place.country, place.words));
        let none = String::new;
        assert_eq!(read("21231"), Some(("21231".to_owned(), "99100".to_owned(), None)));
        assert_eq!(read("2a004"), Some(("2A004".to_owned(), "99100".to_owned(), None)));
        assert_eq!(read("99351"), Some((none(), "99351".to_owned(), None)));
        assert_eq!(read("Bamako, Mali"), Some((none(), none(), Some("Bamako, Mali".to_owned()))));
        assert_eq!(read(" "), Some((none(), none(), None)));
        assert_eq!(read("2123"), None);
        assert_eq!(read("<script>"), None);
    }
}
