//! Where a person can be reached: telephone numbers and e-mail addresses as typed, made into the one form they are kept in.

use std::fmt;

use crate::domain::text_enum;

text_enum! {
    /// What a contact is.
    ContactKind {
        /// An e-mail address.
        Email => "email",
        /// A telephone number that takes SMS.
        Phone => "phone",
    }
}

text_enum! {
    /// Who gave a contact.
    ContactSource {
        /// FranceConnect, with her identity.
        FranceConnect => "franceconnect",
        /// She typed it in her space.
        Herself => "herself",
        /// An aidant typed it; it carries links only until she confirmed it.
        Aidant => "aidant",
    }
}

text_enum! {
    /// Whether a contact is known to be hers.
    ContactState {
        /// Nobody proved it.
        Unconfirmed => "unconfirmed",
        /// FranceConnect gave it, or she gave back a code that was sent there.
        Confirmed => "confirmed",
    }
}

text_enum! {
    /// What a notice is about, as her preferences name it.
    Topic {
        /// A mandate was given.
        Grant => "grant",
        /// An aidant acted.
        Use => "use",
        /// A mandate was renewed.
        Renewal => "renewal",
        /// A mandate, or a part of it, ended.
        End => "end",
        /// A mandate ends soon.
        EndSoon => "end_soon",
        /// An address was added or taken away.
        Contact => "contact",
        /// An authority read her journal.
        Reading => "reading",
        /// What becomes of something she contested.
        Case => "case",
        /// What becomes of her data.
        Data => "data",
    }
}

impl Topic {
    /// Whether she may choose not to be told: not of what protects her.
    pub const fn can_be_silenced(self) -> bool {
        matches!(self, Self::Use | Self::Renewal | Self::End | Self::EndSoon)
    }
}

text_enum! {
    /// How she wants to be told.
    Delivery {
        /// By e-mail.
        Email => "email",
        /// By SMS.
        Sms => "sms",
        /// By both.
        Both => "both",
        /// Not at all.
        None => "none",
    }
}

/// Why a text is no number an SMS can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneFault {
    /// It is no telephone number.
    NotANumber,
    /// A number in France that takes no SMS: a fixed line, a service number.
    NotMobile,
}

/// A telephone number that takes SMS, in the form of ITU-T E.164: `+33612345678`. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

/// A national plan: country code, length of the national number, and how its mobile numbers begin (empty: not told apart).
struct Plan {
    code: &'static str,
    length: usize,
    mobile: &'static [&'static str],
}

/// France and its overseas territories, whose numbers are known exactly.
const PLANS: [Plan; 9] = [
    Plan { code: "33", length: 9, mobile: &["6", "7"] },
    Plan { code: "262", length: 9, mobile: &["692", "693", "639"] },
    Plan { code: "590", length: 9, mobile: &["690", "691"] },
    Plan { code: "594", length: 9, mobile: &["694"] },
    Plan { code: "596", length: 9, mobile: &["696", "697"] },
    Plan { code: "508", length: 6, mobile: &[] },
    Plan { code: "681", length: 6, mobile: &[] },
    Plan { code: "687", length: 6, mobile: &[] },
    Plan { code: "689", length: 8, mobile: &[] },
];

impl Phone {
    /// Reads a number as people type it: `06 12 34 56 78`, `+33 (0)6 12…`, `0033 6…`, `0692 12 34 56` (La Réunion).
    ///
    /// # Errors
    /// [`PhoneFault`] when no SMS can go there.
    pub fn parse(typed: &str) -> Result<Self, PhoneFault> {
        let compact = compact(typed).ok_or(PhoneFault::NotANumber)?;
        let number = match compact.strip_prefix('+') {
            Some(international) => international.to_owned(),
            None => from_national(&compact).ok_or(PhoneFault::NotANumber)?,
        };
        let plan = PLANS.iter().find(|plan| number.starts_with(plan.code));
        let Some(plan) = plan else {
            let fits = (8..=15).contains(&number.len()) && !number.starts_with('0');
            return if fits { Ok(Self(format!("+{number}"))) } else { Err(PhoneFault::NotANumber) };
        };
        let national = number.get(plan.code.len()..).unwrap_or_default();
        // "+33 06…" is how many write it.
        let national = national.strip_prefix('0').unwrap_or(national);
        if national.len() != plan.length || national.starts_with('0') {
            return Err(PhoneFault::NotANumber);
        }
        if !plan.mobile.is_empty() && !plan.mobile.iter().any(|start| national.starts_with(start)) {
            return Err(PhoneFault::NotMobile);
        }
        Ok(Self(format!("+{}{national}", plan.code)))
    }

    /// The number, `+33612345678`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

/// The digits, with a leading `+` where it is international; `None` for anything that is not written as a number.
fn compact(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.len() > 40 {
        return None;
    }
    let typed = typed.replace("(0)", "");
    let mut plain = String::new();
    for (place, sign) in typed.chars().enumerate() {
        match sign {
            '+' if place == 0 => plain.push('+'),
            '0'..='9' => plain.push(sign),
            ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '/' | '(' | ')' => {}
            _ => return None,
        }
    }
    match plain.strip_prefix("00") {
        Some(rest) => Some(format!("+{rest}")),
        None => Some(plain),
    }
}

/// The international form of ten digits as dialled in France; overseas numbers have a country code of their own.
fn from_national(digits: &str) -> Option<String> {
    let rest = digits.strip_prefix('0').filter(|rest| rest.len() == 9 && !rest.starts_with('0'))?;
    let code = match rest.get(..3)? {
        // 06 39 98 is kept for works of fiction in mainland France; the rest of 0639 belongs to Mayotte.
        "639" if rest.starts_with("63998") => "33",
        "690" | "691" | "590" => "590",
        "694" | "594" => "594",
        "696" | "697" | "596" => "596",
        "692" | "693" | "639" | "262" | "269" | "263" => "262",
        _ => "33",
    };
    Some(format!("{code}{rest}"))
}

/// An e-mail address that mail can be sent to: plain letters only, so that two which look alike are alike. `Debug` does not
/// show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address (RFC 5321 section 4.1.2, dot-string and domain only); `None` if it is none, or holds other letters than
    /// those of a keyboard.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (local, domain) = typed.rsplit_once('@')?;
        let atom = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
        };
        let label = |part: &str| {
            (1..=63).contains(&part.len())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        let last = domain.rsplit('.').next()?;
        let fits = typed.len() <= 254
            && local.len() <= 64
            && local.split('.').all(atom)
            && domain.split('.').all(label)
            && domain.contains('.')
            && !last.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// The address as mail is sent to it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two addresses are compared.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

/// An address with most of it hidden, to be recognised by its owner: `j•••@exemple.fr`, `+33 •••• 78`.
pub fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}•••@{domain}")
        }
        None => {
            let last: String = address.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
            let code = PLANS.iter().find(|plan| address.starts_with(&format!("+{}", plan.code)));
            let code = code.map_or_else(String::new, |plan| format!("+{} ", plan.code));
            format!("{code}•••• {last}")
        }
    }
}

/// A number as people read it aloud: `06 12 34 56 78` for France, groups of two elsewhere.
pub fn spoken(number: &str) -> String {
    let pairs = |digits: &str| {
        digits.as_bytes().chunks(2).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\u{a0}")
    };
    match number.strip_prefix("+33") {
        Some(national) => pairs(&format!("0{national}")),
        None => match PLANS.iter().find(|plan| number.starts_with(&format!("+{}", plan.code))) {
            Some(plan) => {
                let national = number.get(plan.code.len() + 1..).unwrap_or_default();
                let head = national.len() % 2;
                let (first, rest) = national.split_at(head);
                format!("+{}\u{a0}{first}{}", plan.code, pairs(rest))
            }
            None => number.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(typed: &str) -> Result<String, PhoneFault> {
        Phone::parse(typed).map(|phone| phone.as_str().to_owned())
    }

    #[test]
    fn a_number_is_the_same_however_it_is_typed() {
        for typed in [
            "0612345678",
            "06 12 34 56 78",
            "06.12.34.56.78",
            "+33 6 12 34 56 78",
            "+33 (0)6 12 34 56 78",
            "0033612345678",
            " 06-12-34-56-78 ",
            "+330612345678",
            "06\u{a0}12\u{202f}345678",
        ] {
            assert_eq!(number(typed).as_deref(), Ok("+33612345678"), "{typed}");
        }
        assert_eq!(number("0692 12 34 56").as_deref(), Ok("+262692123456"));
        assert_eq!(number("0639 01 23 45").as_deref(), Ok("+262639012345"));
        for typed in ["06 39 98 00 01", "+33 6 39 98 00 01"] {
            assert_eq!(number(typed).as_deref(), Ok("+33639980001"), "{typed}");
        }
        assert_eq!(number("0690 12 34 56").as_deref(), Ok("+590690123456"));
        assert_eq!(number("0694 12 34 56").as_deref(), Ok("+594694123456"));
        assert_eq!(number("0696 12 34 56").as_deref(), Ok("+596696123456"));
        assert_eq!(number("+687 75 12 34").as_deref(), Ok("+687751234"));
        assert_eq!(number("+213 551 23 45 67").as_deref(), Ok("+213551234567"));
    }

    #[test]
    fn a_number_without_sms_or_that_is_none_is_refused() {
        for fixed in ["01 23 45 67 89", "0262 12 34 56", "+33 8 99 70 12 34", "0590 12 34 56"] {
            assert_eq!(number(fixed), Err(PhoneFault::NotMobile), "{fixed}");
        }
        for wrong in [
            "",
            "12",
            "06 12 34 56 7",
            "06 12 34 56 789",
            "+33 6 12",
            "+",
            "0000000000",
            "+0612345678",
            "06 12 34 56 7a",
            "٠٦١٢٣٤٥٦٧٨",
            "06 12 34 56 78\r\nBcc: x",
            "+33612345678;+33612345679",
            "06+12345678",
            "+1234567890123456",
            "0612345678 ext 3",
        ] {
            assert_eq!(number(wrong), Err(PhoneFault::NotANumber), "{wrong:?}");
        }
    }

    #[test]
    fn an_address_that_looks_like_another_or_hides_a_header_is_refused() {
        let good = Email::parse("  Jeanne.Lefevre+aide@Courriel.Example ").expect("an address");
        assert_eq!(good.as_str(), "Jeanne.Lefevre+aide@courriel.example");
        assert_eq!(good.folded(), "jeanne.lefevre+aide@courriel.example");
        for wrong in [
            "",
            "jeanne",
            "@x.fr",
            "jeanne@",
            "jeanne@x",
            "jeanne@-x.fr",
            "jeanne@x-.fr",
            "jeanne@x..fr",
            ".j@x.fr",
            "j.@x.fr",
            "j@1.2.3.4",
            "a b@x.fr",
            "a@x.fr\r\nBcc: b@y.fr",
            "<a@x.fr>",
            "a@x.fr,b@y.fr",
            "a\"@x.fr",
            "jeanne@ex\u{430}mple.fr",
            "jеanne@example.fr",
            "jeanne@example.fr\u{202e}",
            "a@b@c\u{200b}.fr",
        ] {
            assert_eq!(Email::parse(wrong), None, "{wrong:?}");
        }
        assert_eq!(Email::parse(&format!("{}@x.fr", "a".repeat(65))), None);
        assert_eq!(Email::parse(&format!("a@{}.fr", "b".repeat(64))), None);
    }

    #[test]
    fn what_is_shown_to_others_names_nobody() {
        assert_eq!(masked("jeanne@courriel.example"), "j•••@courriel.example");
        assert_eq!(masked("+33612345678"), "+33 •••• 78");
        assert_eq!(masked("+213551234567"), "•••• 67");
        assert_eq!(spoken("+33612345678"), "06\u{a0}12\u{a0}34\u{a0}56\u{a0}78");
        assert_eq!(spoken("+262692123456"), "+262\u{a0}692\u{a0}12\u{a0}34\u{a0}56");
        assert_eq!(spoken("+687751234"), "+687\u{a0}75\u{a0}12\u{a0}34");
    }

    #[test]
    fn what_protects_her_is_always_told() {
        let silent: Vec<&str> =
            Topic::ALL.iter().filter(|topic| topic.can_be_silenced()).map(|topic| topic.as_str()).collect();
        assert_eq!(silent, ["use", "renewal", "end", "end_soon"]);
    }
}
