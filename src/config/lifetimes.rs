//! `[sessions]`, `[login]`, `[mandate]` and `[oidc]`: how long things last, and how often one may fail.

use std::time::Duration;

use crate::config::reader::Reader;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sessions {
    /// A session not used for so long ends.
    pub idle: Duration,
    /// A session ends after so long in any case.
    pub absolute: Duration,
    /// The oldest second factor with which one may sign or act, at most 15 min.
    pub second_factor_max_age: Duration,
}

impl Sessions {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let idle = reader.span("sessions", "idle", MINUTE..=DAY);
        let absolute = reader.span("sessions", "absolute", MINUTE..=DAY);
        let second_factor_max_age = reader.span(
            "sessions",
            "second_factor_max_age",
            Duration::from_secs(30)..=Duration::from_secs(900),
        );
        let sessions =
            Self { idle: idle?, absolute: absolute?, second_factor_max_age: second_factor_max_age? };
        if sessions.absolute < sessions.idle {
            reader.problem("sessions", "absolute", "must not be shorter than sessions.idle");
            return None;
        }
        Some(sessions)
    }
}

/// Login links, and what slows down whoever guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Login {
    /// How long a mailed link holds.
    pub link_lifetime: Duration,
    /// Failures on one account before each further one must wait.
    pub account_failures: u32,
    /// Failures from one address before each further one must wait.
    pub address_failures: u32,
    /// Failures older than this are forgotten.
    pub failure_window: Duration,
    /// The first wait; it doubles with each further failure.
    pub backoff_base: Duration,
    /// The longest wait.
    pub backoff_cap: Duration,
}

impl Login {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let link_lifetime = reader.span("login", "link_lifetime", MINUTE..=HOUR);
        let account_failures = reader.number("login", "account_failures", 1..=20);
        let address_failures = reader.number("login", "address_failures", 1..=1_000);
        let failure_window = reader.span("login", "failure_window", MINUTE..=DAY);
        let backoff_base = reader.span("login", "backoff_base", Duration::from_secs(1)..=HOUR);
        let backoff_cap = reader.span("login", "backoff_cap", Duration::from_secs(1)..=DAY);
        let login = Self {
            link_lifetime: link_lifetime?,
            account_failures: account_failures?,
            address_failures: address_failures?,
            failure_window: failure_window?,
            backoff_base: backoff_base?,
            backoff_cap: backoff_cap?,
        };
        if login.backoff_cap < login.backoff_base {
            reader.problem("login", "backoff_cap", "must not be shorter than login.backoff_base");
            return None;
        }
        Some(login)
    }

    /// How long the next try must wait after `failures` of them, `free` of which cost nothing.
    pub fn wait(&self, failures: u32, free: u32) -> Duration {
        let Some(beyond) = failures.checked_sub(free) else { return Duration::ZERO };
        let factor = 2_u32.checked_pow(beyond).unwrap_or(u32::MAX);
        self.backoff_base.saturating_mul(factor).min(self.backoff_cap)
    }
}

/// How long a draft waits for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MandateTimes {
    /// A draft for a person who is present.
    pub draft_lifetime_present: Duration,
    /// A draft for a person elsewhere.
    pub draft_lifetime_remote: Duration,
    /// From opening the consent link to the decision, for a person who is present.
    pub consent_lifetime: Duration,
    /// A code sent by SMS.
    pub sms_code_lifetime: Duration,
    /// A code sent by post, and the draft it belongs to.
    pub posted_code_lifetime: Duration,
    /// From the person's answer by code to the referent's.
    pub referent_lifetime: Duration,
}

impl MandateTimes {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let draft_lifetime_present = reader.span("mandate", "draft_lifetime_present", 5 * MINUTE..=DAY);
        let draft_lifetime_remote = reader.span("mandate", "draft_lifetime_remote", HOUR..=30 * DAY);
        let consent_lifetime = reader.span("mandate", "consent_lifetime", 5 * MINUTE..=2 * HOUR);
        let sms_code_lifetime = reader.span("mandate", "sms_code_lifetime", 5 * MINUTE..=2 * HOUR);
        let posted_code_lifetime = reader.span("mandate", "posted_code_lifetime", 3 * DAY..=60 * DAY);
        let referent_lifetime = reader.span("mandate", "referent_lifetime", HOUR..=14 * DAY);
        Some(Self {
            draft_lifetime_present: draft_lifetime_present?,
            draft_lifetime_remote: draft_lifetime_remote?,
            consent_lifetime: consent_lifetime?,
            sms_code_lifetime: sms_code_lifetime?,
            posted_code_lifetime: posted_code_lifetime?,
            referent_lifetime: referent_lifetime?,
        })
    }
}

/// How long habilitations last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HabilitationTimes {
    /// What an operator is offered as the end of a new one or a renewal.
    pub lifetime: Duration,
    /// So long before its end aidant and referents are told, and a renewal may be asked for.
    pub renewal_notice: Duration,
}

impl HabilitationTimes {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let lifetime = reader.span("habilitation", "lifetime", 30 * DAY..=3_660 * DAY);
        let renewal_notice = reader.span("habilitation", "renewal_notice", 7 * DAY..=365 * DAY);
        Some(Self { lifetime: lifetime?, renewal_notice: renewal_notice? })
    }
}

/// Lifetimes on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oidc {
    /// Authorization code (RFC 6749 section 4.1.2), at most 60 s.
    pub code_lifetime: Duration,
    /// Access token and ID token, at most 300 s.
    pub access_token_lifetime: Duration,
    /// Pushed request to its first use (RFC 9126 section 2.2), at most 90 s.
    pub par_lifetime: Duration,
    /// The page where the aidant picks person and theme.
    pub choice_lifetime: Duration,
    /// A change of a mandate stands in its status list within this time, at most 60 s.
    pub status_every: Duration,
    /// How long a signed status list may be believed.
    pub status_lifetime: Duration,
    /// How long status lists can be asked for as they were.
    pub status_history: Duration,
}

impl Oidc {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let second = Duration::from_secs(1);
        let code_lifetime = reader.span("oidc", "code_lifetime", second..=MINUTE);
        let access_token_lifetime = reader.span("oidc", "access_token_lifetime", second..=5 * MINUTE);
        let par_lifetime = reader.span("oidc", "par_lifetime", second..=Duration::from_secs(90));
        let choice_lifetime = reader.span("oidc", "choice_lifetime", MINUTE..=30 * MINUTE);
        let status_every = reader.span("oidc", "status_every", second..=MINUTE);
        let status_lifetime = reader.span("oidc", "status_lifetime", 5 * MINUTE..=DAY);
        let status_history = reader.span("oidc", "status_history", DAY..=366 * DAY);
        Some(Self {
            code_lifetime: code_lifetime?,
            access_token_lifetime: access_token_lifetime?,
            par_lifetime: par_lifetime?,
            choice_lifetime: choice_lifetime?,
            status_every: status_every?,
            status_lifetime: status_lifetime?,
            status_history: status_history?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_beyond_the_free_tries_up_to_its_cap() {
        let login = Login {
            link_lifetime: MINUTE,
            account_failures: 5,
            address_failures: 20,
            failure_window: HOUR,
            backoff_base: Duration::from_secs(30),
            backoff_cap: Duration::from_secs(1_800),
        };
        let waits: Vec<u64> = (3..9).map(|failures| login.wait(failures, 5).as_secs()).collect();
        assert_eq!(waits, [0, 0, 30, 60, 120, 240]);
        assert_eq!(login.wait(4_000, 5), login.backoff_cap);
    }
}
