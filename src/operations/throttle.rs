//! Slowing down whoever guesses: failures are counted per account and per address, and each one past the free tries doubles
//! the wait.

use std::time::Duration;

use crate::domain::account::Role;
use crate::domain::ids::AttestationId;
use crate::domain::ids::FactorId;
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::db::Tx;
use crate::storage::logins;
use crate::storage::logins::Throttle;

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// Tries at the account of a role with this normalised address, whether it exists or not.
    Account(Role, &'a str),
    /// Tries from a network address.
    Network(&'a str),
    /// Tries at taking a card into use.
    Card(FactorId),
    /// Wrong codes of printed mandates typed from a network address.
    Codes(&'a str),
    /// Requests of organisations sent from a network address.
    Requests(&'a str),
    /// Requests of organisations that write to this normalised address.
    RequestMails(&'a str),
    /// Wrong paper codes, or codes beside one, typed from a network address.
    PaperCodes(&'a str),
    /// Codes sent on behalf of a person.
    CodesFor(PersonId),
    /// Codes sent to one address or number, by its keyed hash, whoever asked.
    CodesTo(&'a [u8; 32]),
    /// Wrong codes of printed mandates, whoever typed them.
    EveryCode,
    /// Looks at one printed mandate.
    Looks(AttestationId),
}

/// So many wrong codes from everybody together cost nobody a wait.
const FREE_CODES: u32 = 1_000;
/// What they cost then at most: a code that is good is still answered.
const LONGEST_FOR_ALL: Duration = Duration::from_secs(5);
/// So many looks at one printed mandate are free.
const FREE_LOOKS: u32 = 60;

/// A counted subject, held until the transaction ends.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    hash: [u8; 32],
    throttle: Throttle,
    free: u32,
    longest: Duration,
    at: Instant,
}

/// Takes the count of a subject. Take the network before the account, so that two tries never wait for each other.
///
/// # Errors
/// As the database says.
pub async fn take(bench: &Bench, tx: &mut Tx, subject: Subject<'_>) -> Result<Taken, Refusal> {
    let login = bench.config.login;
    let (hash, free) = match subject {
        Subject::Account(role, email) => {
            (bench.lookup.hash("throttle.account", &format!("{role} {email}")), login.account_failures)
        }
        Subject::Card(id) => (bench.lookup.hash("throttle.card", &id.to_string()), login.account_failures),
        Subject::Network(address) => (bench.lookup.hash("throttle.network", address), login.address_failures),
        Subject::Requests(address) => {
            (bench.lookup.hash("throttle.requests", address), login.address_failures)
        }
        Subject::RequestMails(email) => {
            (bench.lookup.hash("throttle.request_mails", email), login.account_failures)
        }
        Subject::Codes(address) => (bench.lookup.hash("throttle.codes", address), login.address_failures),
        Subject::PaperCodes(address) => {
            (bench.lookup.hash("throttle.paper", address), login.address_failures)
        }
        Subject::CodesFor(person) => {
            (bench.lookup.hash("throttle.codes_for", &person.to_string()), login.account_failures)
        }
        Subject::CodesTo(hash) => {
            (bench.lookup.hash("throttle.codes_to", &hex::encode(hash)), login.account_failures)
        }
        Subject::EveryCode => (bench.lookup.hash("throttle.every-code", ""), FREE_CODES),
        Subject::Looks(id) => (bench.lookup.hash("throttle.looks", &id.to_string()), FREE_LOOKS),
    };
    let longest = match subject {
        Subject::EveryCode => LONGEST_FOR_ALL,
        _ => Duration::MAX,
    };
    let at = bench.now();
    let throttle = logins::take_throttle(tx, &hash, at).await?;
    Ok(Taken { hash, throttle, free, longest, at })
}

impl Taken {
    /// Whether a try must wait now.
    pub fn blocked(&self) -> bool {
        self.throttle.blocks(self.at)
    }

    /// Counts one more failure; gives the wait it costs.
    ///
    /// # Errors
    /// As the database says.
    pub async fn failed(self, bench: &Bench, tx: &mut Tx) -> Result<Duration, Refusal> {
        let login = bench.config.login;
        let failures = self.throttle.counted(self.at, login.failure_window).saturating_add(1);
        let wait = login.wait(u32::try_from(failures).unwrap_or(u32::MAX), self.free).min(self.longest);
        let blocked_until = (!wait.is_zero()).then(|| self.at.plus(wait));
        logins::set_throttle(tx, &self.hash, Throttle { failures, last_at: self.at, blocked_until }).await?;
        Ok(wait)
    }

    /// Forgets the failures.
    ///
    /// # Errors
    /// As the database says.
    pub async fn cleared(self, tx: &mut Tx) -> Result<(), Refusal> {
        Ok(logins::clear_throttle(tx, &self.hash).await?)
    }
}
