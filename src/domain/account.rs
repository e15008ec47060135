//! The professionals who log in with two factors: aidants, referents, agents of authorities, operators, integrators.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::private::Private;
use crate::domain::text_enum;

text_enum! {
    /// What an account may do at all; one account has one role, so that sessions of different roles never mix.
    Role {
        /// Acts for persons.
        Aidant => "aidant",
        /// Manages the aidants of an organisation.
        Referent => "referent",
        /// Reads trails in its competence.
        Authority => "authority",
        /// Runs the gateway.
        Operator => "operator",
        /// Connects a service of an administration, and looks after its registration.
        Integrator => "integrator",
    }
}

text_enum! {
    /// Whether an account may log in.
    AccountStatus {
        /// May log in.
        Active => "active",
        /// Has no second factor yet: the link she was sent lets her enrol one.
        Invited => "invited",
        /// May not, for now.
        Suspended => "suspended",
    }
}

text_enum! {
    /// The second factor an aidant logged in with, or gave last.
    SecondFactor {
        /// The code of her own card or application.
        OwnCode => "own_code",
        /// Her own passkey, which its maker's service keeps in step on several devices.
        Passkey => "passkey",
        /// Her own passkey, in one device only.
        PasskeyDevice => "passkey_device",
        /// ProConnect's, strong (eidas2).
        ProConnect => "proconnect",
        /// ProConnect's, a device that proves itself (eidas3).
        ProConnectDevice => "proconnect_device",
    }
}

impl SecondFactor {
    /// What ProConnect's answer is worth: `acr` is the level, `amr` the means where it was said. `None` for every level
    /// below eidas2, whose second factor may be a mailed code, and where the means named hold none that could be strong.
    pub fn of_proconnect(acr: &str, amr: Option<&[String]>) -> Option<Self> {
        let strong = |means: &String| matches!(means.as_str(), "otp" | "pop" | "hwk" | "swk");
        if amr.is_some_and(|amr| !amr.iter().any(strong)) {
            return None;
        }
        match acr {
            "eidas2" => Some(Self::ProConnect),
            "eidas3" => Some(Self::ProConnectDevice),
            _ => None,
        }
    }

    /// The means as tokens name them (RFC 8176 section 2).
    pub const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::OwnCode => &["otp", "mfa"],
            Self::Passkey => &["swk", "user", "mfa"],
            Self::PasskeyDevice => &["hwk", "user", "mfa"],
            Self::ProConnect => &["mfa"],
            Self::ProConnectDevice => &["hwk", "mfa"],
        }
    }
}

/// Who the professional is; sealed at rest under the account's data key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Professional {
    /// Given name.
    pub given_name: Private<String>,
    /// Family name.
    pub family_name: Private<String>,
    /// Professional e-mail address, as typed at enrolment.
    pub email: Private<String>,
}

impl Professional {
    /// "Given Family", for screens and for the ledger's snapshots.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name.show(), self.family_name.show())
    }
}

/// Which trails an agent of an authority may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Competence {
    /// National oversight: every act.
    National,
    /// The acts at these clients, all of one administration.
    Clients(Vec<ClientId>),
}

impl Competence {
    /// Whether an act at `client` (none: a line that concerns no administration) may be read.
    pub fn covers(&self, client: Option<&ClientId>) -> bool {
        match self {
            Self::National => true,
            Self::Clients(own) => client.is_some_and(|client| own.contains(client)),
        }
    }
}

/// One account, opened.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// Its role.
    pub role: Role,
    /// Whether it may log in.
    pub status: AccountStatus,
    /// Who it is.
    pub professional: Professional,
}

/// An e-mail address in the form under which it is looked up: trimmed, lower case. `None` if it cannot be one.
pub fn normal_email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (local, host) = email.rsplit_once('@')?;
    let clean = email.len() <= 254
        && !email.chars().any(|letter| {
            letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | ',' | ';' | '"')
        });
    (clean && !local.is_empty() && !host.is_empty() && !host.starts_with('.') && !host.ends_with('.'))
        .then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_strong_second_factor_of_proconnect_stands_for_the_own_code() {
        let means = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        for (acr, amr, wanted) in [
            ("eidas2", None, Some(SecondFactor::ProConnect)),
            ("eidas3", None, Some(SecondFactor::ProConnectDevice)),
            ("eidas2", means(&["pwd", "otp", "mfa"]), Some(SecondFactor::ProConnect)),
            ("eidas2", means(&["pwd", "mail", "mfa"]), None),
            ("eidas3", means(&["pwd"]), None),
            ("eidas2", means(&[]), None),
            ("eidas1-mfa", None, None),
            ("eidas1-mfa", means(&["pwd", "otp", "mfa"]), None),
            ("eidas0-mfa", None, None),
            ("eidas1", None, None),
            ("eidas4", None, None),
        ] {
            assert_eq!(SecondFactor::of_proconnect(acr, amr.as_deref()), wanted, "{acr} {amr:?}");
        }
        assert!(SecondFactor::ALL.iter().all(|factor| factor.amr().contains(&"mfa")));
    }

    #[test]
    fn an_address_is_found_however_it_was_typed() {
        assert_eq!(normal_email(" Amelie@CCAS.example ").as_deref(), Some("amelie@ccas.example"));
        for wrong in ["", "amelie", "amelie@", "@ccas.example", "a b@c.d", "a@b\r\nBcc: x@y.z", "a@.b"] {
            assert_eq!(normal_email(wrong), None, "{wrong:?}");
        }
    }
}
