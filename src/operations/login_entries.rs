//! The lines of a login, by role.

use crate::domain::account::Account;
use crate::domain::account::Role;
use crate::domain::ids::DataKeyId;
use crate::ledger::kinds::Event;
use crate::operations::work::Line;
use crate::operations::work::actor;

/// How a login is usually done: one-time code, then a mailed link.
const METHOD: &str = "totp_and_email_link";

/// "Logged in" with code and mailed link, under the account's own key.
pub(super) fn logged_in(account: &Account, key: DataKeyId) -> Line {
    logged_in_by(account, key, METHOD)
}

/// "Logged in" in another way.
pub(super) fn logged_in_by(account: &Account, key: DataKeyId, method: &str) -> Line {
    let method = method.to_owned();
    let event = match account.role {
        Role::Aidant => Event::AidantLoggedIn { method },
        Role::Referent => Event::ReferentLoggedIn { method },
        Role::Authority => Event::AuthorityLoggedIn { method },
        Role::Operator => Event::OperatorLoggedIn { method },
        Role::Integrator => Event::IntegratorLoggedIn { method },
    };
    Line::new(event, actor(account), key).account(account.id)
}

/// "Refused at login", under the account's own key.
pub(super) fn refused(account: &Account, key: DataKeyId, reason: &'static str) -> Line {
    let why = reason.to_owned();
    let event = match account.role {
        Role::Aidant => Event::AidantLoginRefused { reason: why },
        Role::Referent => Event::ReferentLoginRefused { reason: why },
        Role::Authority => Event::AuthorityLoginRefused { reason: why },
        Role::Operator => Event::OperatorLoginRefused { reason: why },
        Role::Integrator => Event::IntegratorLoginRefused { reason: why },
    };
    Line::new(event, actor(account), key).account(account.id).refused(reason)
}
