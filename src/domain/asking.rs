//! How a person who is not at the desk, or whom FranceConnect does not know, is asked: whom we expect, where she is reached.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::normal_email;
use crate::domain::contact::Phone;
use crate::domain::contact::PhoneFault;
use crate::domain::names::folds_away;
use crate::domain::person::Identity;
use crate::domain::person::folded;
use crate::domain::private::Private;
use crate::domain::text_enum;
use crate::domain::time::Instant;

/// After so many wrong codes a draft is dead.
pub const TRIES: i64 = 3;
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 256;
/// Digits of a pairing code, and of a code that says yes.
pub const CODE_DIGITS: u32 = 6;

text_enum! {
    /// Why a draft ended without the person's answer.
    DraftEnd {
        /// The aidant gave it up.
        Abandoned => "abandoned",
        /// Nobody answered in time.
        Timeout => "timeout",
        /// Another person than the expected one said who she is.
        OtherIdentity => "other_identity",
        /// The pairing code was typed wrong three times.
        Pairing => "pairing",
        /// The code that says yes was given wrong three times.
        Code => "code",
        /// The referent did not approve.
        ReferentRefused => "referent_refused",
    }
}

text_enum! {
    /// Through whom the answer by code came.
    AnsweredBy {
        /// The person typed it on her own page.
        Person => "person",
        /// She told it to the aidant, who typed it.
        Aidant => "aidant",
    }
}

/// Whom the aidant expects at the other end of the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Family name: of birth or of use.
    pub family_name: Private<String>,
    /// Birth date as civil records know it: `YYYY-MM-DD` with `00` for what nobody knows.
    pub birthdate: Private<String>,
}

impl Expected {
    /// Whether this identity can be hers: the name of birth or of use, however written, and the birth date, presumed or not.
    pub fn fits(&self, identity: &Identity) -> bool {
        let wanted = folded(self.family_name.show());
        let used = identity.preferred_username.iter();
        let named =
            std::iter::once(&identity.family_name).chain(used).any(|name| folded(name.show()) == wanted);
        let date = self.birthdate.show();
        let born = [identity.civil_birthdate(), identity.birthdate.show().as_str()]
            .into_iter()
            .any(|known| known == date || known == completed(date));
        !wanted.is_empty() && named && born
    }
}

/// A birth date as identity providers complete it: 01 for what nobody knows.
pub fn completed(civil: &str) -> String {
    civil.replace("-00", "-01")
}

/// Where the person of a draft is reached, as the aidant took it down. It carries the link of this draft and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    /// E-mail address, as [`normal_email`] gives it.
    #[serde(default)]
    pub email: Option<Private<String>>,
    /// Telephone number, as [`Phone`] gives it.
    #[serde(default)]
    pub phone: Option<Private<String>>,
    /// Postal address, on one line or several.
    #[serde(default)]
    pub postal: Option<Private<String>>,
}

/// What nothing can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// The e-mail address.
    Email,
    /// The telephone number, and why.
    Phone(PhoneFault),
    /// The postal address.
    Postal,
}

/// One message that went out, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentText {
    /// The address or number.
    pub to: Private<String>,
    /// What it said.
    pub text: Private<String>,
    /// When it was written.
    pub at: Instant,
}

/// A family or given name as typed: blanks put together. `None` for what is empty, too long, or holds signs that are no part
/// of a name (controls, digits, signs that turn the direction of the writing).
pub fn clean_name(typed: &str) -> Option<Private<String>> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME;
    let odd = |letter: char| {
        folds_away(letter)
            || letter.is_control()
            || letter.is_numeric()
            || matches!(letter, '<' | '>' | '"' | '@' | '/' | '\\' | '{' | '}' | '=' | '#' | '|')
    };
    (fits && name.chars().any(char::is_alphabetic) && !name.chars().any(odd)).then(|| Private::new(name))
}

/// A birth date as people write it (`12/04/1948`, `1948-04-12`, `04/1948`, `1948`, `00/00/1948`), in the form of civil
/// records. `None` for what is no date, lies after `today` or before 1850.
pub fn civil_birthdate(typed: &str, today: crate::domain::time::Day) -> Option<Private<String>> {
    let parts: Vec<&str> = typed.trim().split(['/', '-', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts.as_slice() {
        [year] => (*year, "00", "00"),
        [year, month] if year.len() == 4 => (*year, *month, "00"),
        [month, year] => (*year, *month, "00"),
        [year, month, day] if year.len() == 4 => (*year, *month, *day),
        [day, month, year] => (*year, *month, *day),
        _ => return None,
    };
    let digits = |part: &str, most: usize| {
        let good = !part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit());
        good.then(|| part.parse::<i16>().ok()).flatten()
    };
    let (year, month, day) =
        (digits(year, 4).filter(|_| year.len() == 4)?, digits(month, 2)?, digits(day, 2)?);
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    if month == 0 && day != 0 {
        return None;
    }
    let first = crate::domain::time::Day::new(year, month.max(1), day.max(1))?;
    (year >= 1850 && first <= today).then(|| Private::new(format!("{year:04}-{month:02}-{day:02}")))
}

/// A postal address: at most seven lines of at most 80 letters, without signs that cannot be printed.
fn clean_postal(typed: &str) -> Option<Private<String>> {
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = typed.lines().map(line).filter(|line| !line.is_empty()).collect();
    let odd = |sign: char| folds_away(sign) || sign.is_control();
    let fits = |line: &String| line.chars().count() <= 80 && !line.chars().any(odd);
    ((1..=7).contains(&lines.len()) && lines.iter().all(fits)).then(|| Private::new(lines.join("\n")))
}

/// An address as the aidant may read it again: `j…e@courriel.example`.
pub fn masked_email(address: &str) -> String {
    let Some((local, host)) = address.rsplit_once('@') else { return "…".to_owned() };
    let mut letters = local.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    let last = letters.next_back().map(String::from).unwrap_or_default();
    format!("{first}…{last}@{host}")
}

/// A number as the aidant may read it again: its last two digits.
pub fn masked_phone(number: &str) -> String {
    let start = number.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    format!("•• •• •• {}", &number[start..])
}

impl Contacts {
    /// What was typed.
    ///
    /// # Errors
    /// The first of these that nothing can be sent to.
    pub fn read(email: &str, phone: &str, postal: &str) -> Result<Self, Unreachable> {
        let given = |text: &str| !text.trim().is_empty();
        let email = match given(email) {
            true => Some(Private::new(normal_email(email).ok_or(Unreachable::Email)?)),
            false => None,
        };
        let phone = match given(phone) {
            true => Some(Private::new(Phone::parse(phone).map_err(Unreachable::Phone)?.as_str().to_owned())),
            false => None,
        };
        let postal = match given(postal) {
            true => Some(clean_postal(postal).ok_or(Unreachable::Postal)?),
            false => None,
        };
        Ok(Self { email, phone, postal })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Day;

    fn identity(family: &str, used: Option<&str>, born: &str, presumed: Option<&str>) -> Identity {
        Identity {
            family_name: family.to_owned().into(),
            preferred_username: used.map(|used| used.to_owned().into()),
            birthdate: born.to_owned().into(),
            presumed_birthdate: presumed.map(|date| date.to_owned().into()),
            ..Identity::default()
        }
    }

    fn expected(name: &str, date: &str) -> Expected {
        Expected { family_name: name.to_owned().into(), birthdate: date.to_owned().into() }
    }

    #[test]
    fn the_expected_person_is_known_by_either_name_and_by_a_presumed_date() {
        let jeanne = identity("N’GUESSAN", Some("Lefèvre-Roy"), "1948-04-12", None);
        assert!(expected("n guessan", "1948-04-12").fits(&jeanne));
        assert!(expected("LEFEVRE ROY", "1948-04-12").fits(&jeanne));
        assert!(!expected("Lefèvre", "1948-04-12").fits(&jeanne));
        assert!(!expected("N’Guessan", "1948-04-13").fits(&jeanne));
        assert!(!expected("", "1948-04-12").fits(&identity("", None, "1948-04-12", None)));
        let presumed = identity("Sissoko", None, "1950-01-01", Some("1950-00-00"));
        for date in ["1950-00-00", "1950-01-01"] {
            assert!(expected("Sissoko", date).fits(&presumed), "{date}");
        }
        assert!(expected("Sissoko", "1950-00-00").fits(&identity("Sissoko", None, "1950-01-01", None)));
        assert!(!expected("Sissoko", "1950-00-00").fits(&identity("Sissoko", None, "1950-02-01", None)));
    }

    #[test]
    fn a_birth_date_is_read_as_people_write_it() {
        let today = Day::new(2026, 11, 22).expect("a day");
        for (typed, wanted) in [
            ("12/04/1948", "1948-04-12"),
            (" 1948-04-12 ", "1948-04-12"),
            ("12.4.1948", "1948-04-12"),
            ("00/00/1950", "1950-00-00"),
            ("1950", "1950-00-00"),
            ("05/1950", "1950-05-00"),
            ("1950-05-00", "1950-05-00"),
        ] {
            assert_eq!(civil_birthdate(typed, today).expect(typed).show(), wanted);
        }
        for wrong in [
            "",
            "48",
            "31/02/1948",
            "12/04/48",
            "12/00/1948",
            "23/11/2026",
            "01/01/1800",
            "hier",
            "1/2/3/1948",
            "+1/04/1948",
        ] {
            assert!(civil_birthdate(wrong, today).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_name_has_from_one_to_256_letters_and_no_tricks() {
        for good in ["O", "  Lefèvre   Roy ", "O’Brien", "عبد الرحمن", &"é".repeat(256)] {
            assert!(clean_name(good).is_some(), "{good}");
        }
        assert_eq!(clean_name("  Lefèvre   Roy ").expect("a name").show(), "Lefèvre Roy");
        for wrong in
            ["", "  ", "--", &"é".repeat(257), "Jean\u{202e}ne", "J3anne", "<b>", "a\u{0}b", "Jea\u{200b}nne"]
        {
            assert!(clean_name(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_masked_tells_little() {
        assert_eq!(masked_email("jeanne@courriel.example"), "j…e@courriel.example");
        assert_eq!(masked_email("j@courriel.example"), "j…@courriel.example");
        assert_eq!(masked_phone("+33639980001"), "•• •• •• 01");
        let read = Contacts::read(" Jeanne@Courriel.example", "", " 1 rue  Basse \r\n\r\n21000 Dijon")
            .expect("contacts");
        assert_eq!(read.email.expect("an address").show(), "jeanne@courriel.example");
        assert_eq!(read.postal.expect("an address").show(), "1 rue Basse\n21000 Dijon");
        assert_eq!(Contacts::read("jeanne", "", ""), Err(Unreachable::Email));
        assert_eq!(Contacts::read("", "12", ""), Err(Unreachable::Phone(PhoneFault::NotANumber)));
        assert_eq!(Contacts::read("", "01 23 45 67 89", ""), Err(Unreachable::Phone(PhoneFault::NotMobile)));
        assert_eq!(Contacts::read("", "", &"x\n".repeat(8)), Err(Unreachable::Postal));
    }
}
