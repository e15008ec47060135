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
        /// May not, for now.
        Suspended => "suspended",
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
    fn an_address_is_found_however_it_was_typed() {
        assert_eq!(normal_email(" Amelie@CCAS.example ").as_deref(), Some("amelie@ccas.example"));
        for wrong in ["", "amelie", "amelie@", "@ccas.example", "a b@c.d", "a@b\r\nBcc: x@y.z", "a@.b"] {
            assert_eq!(normal_email(wrong), None, "{wrong:?}");
        }
    }
}
