//! An organisation asks to be accepted: what it says of itself, and the life of its request.

pub mod typed;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::Professional;
use crate::domain::message::MessageLanguage;
use crate::domain::organisation::Siret;
use crate::domain::organisation_profile::OrganisationKind;
use crate::domain::private::Private;
use crate::domain::text_enum;

/// The charter an organisation accepts with its request; its words stand in the locales under this name.
pub const CHARTER: &str = "charter-2026-11";

/// The most aidants one request may name.
pub const MOST_AIDANTS: usize = 20;

text_enum! {
    /// Where a request is in its life.
    RequestState {
        /// Nobody has opened the mailed link yet.
        Unconfirmed => "unconfirmed",
        /// It waits for an operator.
        Submitted => "submitted",
        /// It waits for whoever asked, to correct it.
        ChangesAsked => "changes_asked",
        /// There is an organisation now.
        Accepted => "accepted",
        /// An operator said no.
        Refused => "refused",
        /// Whoever asked took it back.
        Withdrawn => "withdrawn",
        /// The mailed link was never opened.
        Lapsed => "lapsed",
    }
}

impl RequestState {
    /// The state after a step.
    ///
    /// # Errors
    /// [`WrongRequestStep`] where the life of a request does not allow it.
    pub const fn step(self, step: RequestStep) -> Result<Self, WrongRequestStep> {
        let next = match (self, step) {
            (Self::Unconfirmed, RequestStep::Confirm) | (Self::ChangesAsked, RequestStep::Correct) => {
                Self::Submitted
            }
            (Self::Submitted, RequestStep::AskChanges) => Self::ChangesAsked,
            (Self::Submitted, RequestStep::Accept) => Self::Accepted,
            (Self::Submitted | Self::ChangesAsked, RequestStep::Refuse) => Self::Refused,
            (Self::Submitted | Self::ChangesAsked, RequestStep::Withdraw) => Self::Withdrawn,
            (Self::Unconfirmed, RequestStep::Lapse) => Self::Lapsed,
            _ => return Err(WrongRequestStep { from: self }),
        };
        Ok(next)
    }

    /// Whether nothing comes after.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Accepted | Self::Refused | Self::Withdrawn | Self::Lapsed)
    }
}

/// What somebody does to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestStep {
    /// Whoever asked opened the mailed link.
    Confirm,
    /// Whoever asked corrected it.
    Correct,
    /// Whoever asked took it back.
    Withdraw,
    /// The mailed link was not opened in time.
    Lapse,
    /// An operator wants something changed.
    AskChanges,
    /// An operator said yes.
    Accept,
    /// An operator said no.
    Refuse,
}

impl RequestStep {
    /// Every step.
    pub const ALL: &'static [Self] = &[
        Self::Confirm,
        Self::Correct,
        Self::Withdraw,
        Self::Lapse,
        Self::AskChanges,
        Self::Accept,
        Self::Refuse,
    ];
}

/// A step that the life of a request does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a request that is {from} cannot go that way")]
pub struct WrongRequestStep {
    /// Where it is.
    pub from: RequestState,
}

/// Somebody named in a request, with how to reach them and what they do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Somebody {
    /// Names and professional address.
    pub professional: Professional,
    /// Telephone number.
    pub phone: Option<Private<String>>,
    /// What they do there.
    pub function: Option<String>,
}

/// What an organisation says of itself, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestForm {
    /// Its SIRET.
    pub siret: Siret,
    /// Its name, as mandates will show it.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Street and number.
    pub street: String,
    /// Five digits.
    pub postcode: String,
    /// The commune.
    pub commune: String,
    /// Its site, `http` or `https`.
    pub website: Option<String>,
    /// Who asks.
    pub contact: Somebody,
    /// Who will manage its aidants.
    pub referent: Somebody,
    /// Who will act for persons; at least one.
    pub aidants: Vec<Somebody>,
    /// The version of the charter accepted.
    pub charter: String,
    /// In which language they are written to.
    pub language: MessageLanguage,
}

impl RequestForm {
    /// The postal address on one line.
    pub fn address(&self) -> String {
        format!("{}, {} {}", self.street, self.postcode, self.commune)
    }

    /// Everybody named, the contact first.
    pub fn everybody(&self) -> impl Iterator<Item = &Somebody> {
        [&self.contact, &self.referent].into_iter().chain(&self.aidants)
    }

    /// What an operator should look at twice in the words themselves.
    pub fn oddities(&self) -> Vec<Oddity> {
        let mut found = Vec::new();
        if self.everybody().any(|one| is_personal_mail(one.professional.email.show())) {
            found.push(Oddity::PersonalMail);
        }
        let names = self.everybody().flat_map(|one| {
            [
                one.professional.given_name.show(),
                one.professional.family_name.show(),
                one.professional.email.show(),
            ]
        });
        if names.chain([&self.name, &self.commune]).any(|words| mixes_scripts(words)) {
            found.push(Oddity::MixedScripts);
        }
        found
    }
}

text_enum! {
    /// Something in a request that is allowed and deserves a second look.
    Oddity {
        /// An address at a provider for private persons.
        PersonalMail => "personal_mail",
        /// Letters of several scripts in one word, which may imitate another word.
        MixedScripts => "mixed_scripts",
    }
}

/// Hosts at which private persons have their mail.
const PERSONAL_HOSTS: [&str; 22] = [
    "gmail.com",
    "googlemail.com",
    "yahoo.fr",
    "yahoo.com",
    "hotmail.fr",
    "hotmail.com",
    "outlook.fr",
    "outlook.com",
    "live.fr",
    "live.com",
    "msn.com",
    "icloud.com",
    "me.com",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "sfr.fr",
    "neuf.fr",
    "bbox.fr",
    "laposte.net",
    "protonmail.com",
    "proton.me",
];

/// Whether an address is one of those private persons have.
pub fn is_personal_mail(email: &str) -> bool {
    let host = email.rsplit('@').next().unwrap_or_default().to_lowercase();
    PERSONAL_HOSTS.contains(&host.as_str())
}

/// Whether a word holds letters of more than one of the scripts that resemble each other.
pub fn mixes_scripts(words: &str) -> bool {
    words.split(|sign: char| !sign.is_alphanumeric()).any(|word| {
        let mut scripts: Vec<u8> = word.chars().filter_map(script).collect();
        scripts.sort_unstable();
        scripts.dedup();
        scripts.len() > 1
    })
}

const fn script(letter: char) -> Option<u8> {
    match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(0),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(1),
        '\u{400}'..='\u{52f}' => Some(2),
        '\u{530}'..='\u{58f}' => Some(3),
        '\u{590}'..='\u{5ff}' => Some(4),
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => Some(5),
        '\u{ff21}'..='\u{ff5a}' => Some(6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_only_where_its_life_allows() {
        use RequestState as State;
        use RequestStep as Step;
        let allowed = [
            (State::Unconfirmed, Step::Confirm, State::Submitted),
            (State::Unconfirmed, Step::Lapse, State::Lapsed),
            (State::Submitted, Step::AskChanges, State::ChangesAsked),
            (State::Submitted, Step::Accept, State::Accepted),
            (State::Submitted, Step::Refuse, State::Refused),
            (State::Submitted, Step::Withdraw, State::Withdrawn),
            (State::ChangesAsked, Step::Correct, State::Submitted),
            (State::ChangesAsked, Step::Refuse, State::Refused),
            (State::ChangesAsked, Step::Withdraw, State::Withdrawn),
        ];
        for from in State::ALL {
            for step in Step::ALL {
                let wanted = allowed.iter().find(|(a, b, _)| a == from && b == step).map(|(_, _, to)| *to);
                assert_eq!(from.step(*step).ok(), wanted, "{from} {step:?}");
            }
            assert_eq!(from.is_over(), Step::ALL.iter().all(|step| from.step(*step).is_err()), "{from}");
        }
    }

    #[test]
    fn words_that_imitate_are_noticed() {
        assert!(mixes_scripts("CCAS de D\u{456}jon"));
        assert!(mixes_scripts("contact@cc\u{430}s.example"));
        assert!(!mixes_scripts("CCAS de Dijon Élysée"));
        assert!(!mixes_scripts("أمل Durand"));
        assert!(is_personal_mail("Amelie@Gmail.com") && !is_personal_mail("amelie@ccas.example"));
    }
}
