//! A passkey as login, with no address typed and no mail, and as second factor again inside a session.

use crate::crypto::passkey;
use crate::crypto::passkey::PasskeyError;
use crate::crypto::passkey::Proved;
use crate::crypto::passkey::StoredPasskey;
use crate::crypto::passkey::Using;
use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::account::Role;
use crate::domain::account::SecondFactor;
use crate::domain::factor::FactorChange;
use crate::domain::factor::FactorEnd;
use crate::domain::factor::FactorKind;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::HabilitationId;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::actors::PASSKEY_LABEL;
use crate::operations::bench::Bench;
use crate::operations::check_second_factor;
use crate::operations::current;
use crate::operations::data_keys;
use crate::operations::enrol_factor;
use crate::operations::enrol_factor::party;
use crate::operations::factors;
use crate::operations::factors::Holder;
use crate::operations::factors::named;
use crate::operations::login_entries;
use crate::operations::refusal::Refusal;
use crate::operations::remove_factor;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::throttle::Taken;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::accounts;
use crate::storage::factors as rows;
use crate::storage::factors::FactorRow;

/// How a login by passkey stands in the ledger.
const METHOD: &str = "passkey";

/// What a browser answered, with what was kept since it was asked.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The browser's answer, JSON.
    pub answer: &'a str,
    /// What was kept; `None` once five minutes have passed, or where nothing was asked.
    pub using: Option<Using>,
    /// The network address, to be throttled.
    pub network: &'a str,
}

/// A finished login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Who.
    pub account: AccountId,
    /// For an aidant: the habilitation to begin with.
    pub habilitation: Option<HabilitationId>,
    /// When the key was used.
    pub factor_at: Instant,
    /// Which kind of key it was.
    pub factor: SecondFactor,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome<T> {
    /// All is right; its entry is written.
    Entered(T),
    /// Not here; its entry is written where the account is known.
    Refused(KeyRefused),
}

/// Why a key does not open anything, as far as its holder may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRefused {
    /// Too late, or nothing was asked of this browser.
    TooLate,
    /// Unknown, another's, or not proved.
    Wrong,
    /// The counter went back; the key was ended.
    Cloned,
    /// Too many failures before.
    Throttled,
    /// The account may not log in now.
    Closed,
}

/// Asks a browser for a key: of `holder`'s own, or of whoever is in front of it.
///
/// # Errors
/// [`Refusal::Conflict`] with `passkey-unavailable`, or `passkey-none` where the holder has none.
pub async fn begin(bench: &Bench, holder: Option<AccountId>) -> Result<(serde_json::Value, Using), Refusal> {
    let known = match holder {
        Some(id) => own_keys(bench, id).await?,
        None => Vec::new(),
    };
    if holder.is_some() && known.is_empty() {
        return Err(Refusal::Conflict("passkey-none"));
    }
    party(bench)?.begin_using(&known).map_err(|error| Refusal::Fault(error.into()))
}

/// The passkeys of an account.
async fn own_keys(bench: &Bench, id: AccountId) -> Result<Vec<StoredPasskey>, Refusal> {
    let mut tx = bench.db.read().await?;
    let row = accounts::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let key = data_keys::require(bench, &mut tx, row.data_key).await?;
    enrol_factor::passkeys(&key, &rows::of_account(&mut tx, id).await?)
}

/// A key that was found, and whose it is.
struct Found {
    row: FactorRow,
    account: Account,
    data_key: DataKeyId,
}

/// Logs in by passkey, at the door of `role`.
///
/// # Errors
/// A fault only.
pub async fn log_in(
    bench: &Bench,
    role: Role,
    answer: Answer<'_>,
    request: Option<&str>,
) -> Result<Outcome<Entered>, Refusal> {
    let Some(using) = answer.using else { return Ok(Outcome::Refused(KeyRefused::TooLate)) };
    let mut work = Work::begin(bench, request).await?;
    let from = throttle::take(bench, &mut work.tx, Subject::Network(answer.network)).await?;
    let Some(found) = find(&mut work, answer.answer, role).await? else {
        return stranger(work, from).await;
    };
    if from.blocked() {
        return refuse(work, &found, "throttled", KeyRefused::Throttled).await;
    }
    let proved = match prove(&mut work, &found, answer.answer, using).await? {
        Ok(proved) => proved,
        Err(PasskeyError::Cloned) => return cloned(work, &found).await,
        Err(error) => {
            tracing::info!(%error, "a passkey was refused");
            from.failed(bench, &mut work.tx).await?;
            return refuse(work, &found, "passkey_refused", KeyRefused::Wrong).await;
        }
    };
    if found.account.status != AccountStatus::Active {
        return refuse(work, &found, "account_suspended", KeyRefused::Closed).await;
    }
    let places = match role {
        Role::Aidant => current::workplaces_in(bench, &mut work.tx, found.account.id).await?,
        _ => Vec::new(),
    };
    let mut line = login_entries::logged_in_by(&found.account, found.data_key, METHOD);
    match places.first() {
        Some(place) => line = line.organisation(&place.organisation),
        None if role == Role::Aidant => {
            return refuse(work, &found, "no_habilitation", KeyRefused::Closed).await;
        }
        None => {}
    }
    let entered = Entered {
        account: found.account.id,
        habilitation: places.first().map(|place| place.habilitation.id),
        factor_at: work.now,
        factor: proved_as(proved),
    };
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(Outcome::Entered(entered))
}

const fn proved_as(proved: Proved) -> SecondFactor {
    if proved.synced { SecondFactor::Passkey } else { SecondFactor::PasskeyDevice }
}

/// Gives the second factor again by passkey; gives when, and which kind it was.
///
/// # Errors
/// A fault only.
pub async fn check(
    bench: &Bench,
    holder: Holder<'_>,
    answer: Answer<'_>,
    request: Option<&str>,
) -> Result<Outcome<(Instant, SecondFactor)>, Refusal> {
    let Some(using) = answer.using else { return Ok(Outcome::Refused(KeyRefused::TooLate)) };
    let mut work = Work::begin(bench, request).await?;
    let from = throttle::take(bench, &mut work.tx, Subject::Network(answer.network)).await?;
    let found = find(&mut work, answer.answer, holder.account.role).await?;
    let Some(found) = found.filter(|found| found.account.id == holder.account.id) else {
        from.failed(bench, &mut work.tx).await?;
        let line = login_entries::refused(holder.account, holder.data_key, "passkey_refused");
        let (work, _) = work.record(line).await?;
        work.commit().await?;
        return Ok(Outcome::Refused(KeyRefused::Wrong));
    };
    if from.blocked() {
        return refuse(work, &found, "second_factor_throttled", KeyRefused::Throttled).await;
    }
    let proved = match prove(&mut work, &found, answer.answer, using).await? {
        Ok(proved) => proved,
        Err(PasskeyError::Cloned) => return cloned(work, &found).await,
        Err(error) => {
            tracing::info!(%error, "a passkey was refused");
            from.failed(bench, &mut work.tx).await?;
            return refuse(work, &found, "passkey_refused", KeyRefused::Wrong).await;
        }
    };
    let at = work.now;
    let (work, _) = work.record(check_second_factor::checked(holder, FactorKind::Passkey)).await?;
    work.commit().await?;
    Ok(Outcome::Entered((at, proved_as(proved))))
}

/// The key an answer names and its account, where that is of this role and the answer names no other one.
async fn find(work: &mut Work<'_>, answer: &str, role: Role) -> Result<Option<Found>, Refusal> {
    let Ok(claimed) = passkey::claimed(answer) else { return Ok(None) };
    let Some(row) = rows::by_credential(&mut work.tx, &claimed.credential_hash).await? else {
        return Ok(None);
    };
    if claimed.account.is_some_and(|account| account != row.account) {
        return Ok(None);
    }
    let (account, data_key) = actors::account(work.bench, &mut work.tx, row.account).await?;
    Ok((account.role == role).then_some(Found { row, account, data_key }))
}

/// Judges the answer against the key as it is stored now, and writes its new counter down.
async fn prove(
    work: &mut Work<'_>,
    found: &Found,
    answer: &str,
    using: Using,
) -> Result<Result<Proved, PasskeyError>, Refusal> {
    let bench = work.bench;
    // Two uses of one key are judged one after the other: the second sees the counter of the first.
    accounts::take(&mut work.tx, found.account.id).await?;
    let row = rows::find(&mut work.tx, found.row.id).await?.ok_or(Refusal::NotFound)?;
    let Some(sealed) = row.sealed.as_deref() else { return Ok(Err(PasskeyError::Refused("it has ended"))) };
    let key = data_keys::require(bench, &mut work.tx, found.data_key).await?;
    let mut stored: StoredPasskey = serde_json::from_slice(&key.open(PASSKEY_LABEL, sealed)?)?;
    let proved = match party(bench)?.finish_using(answer, using, &mut stored) {
        Ok(proved) => proved,
        Err(error) => return Ok(Err(error)),
    };
    let sealed = key.seal(PASSKEY_LABEL, &serde_json::to_vec(&stored)?, bench.random.as_ref())?;
    let at = work.now;
    let used = rows::use_key(&mut work.tx, row.id, &sealed, at).await?;
    Ok(if used { Ok(proved) } else { Err(PasskeyError::Refused("it has ended")) })
}

async fn stranger<T>(mut work: Work<'_>, from: Taken) -> Result<Outcome<T>, Refusal> {
    let blocked = from.blocked();
    if !blocked {
        from.failed(work.bench, &mut work.tx).await?;
    }
    work.commit_without_entry(Housekeeping::Throttle).await?;
    Ok(Outcome::Refused(if blocked { KeyRefused::Throttled } else { KeyRefused::Wrong }))
}

async fn refuse<T>(
    work: Work<'_>,
    found: &Found,
    reason: &'static str,
    told: KeyRefused,
) -> Result<Outcome<T>, Refusal> {
    let (work, _) = work.record(login_entries::refused(&found.account, found.data_key, reason)).await?;
    work.commit().await?;
    Ok(Outcome::Refused(told))
}

/// The counter went back: the key is ended, and its holder told.
async fn cloned<T>(mut work: Work<'_>, found: &Found) -> Result<Outcome<T>, Refusal> {
    let (account, key_id) = (&found.account, found.data_key);
    remove_factor::end(&mut work, &found.row, FactorEnd::Cloned).await?;
    let key = data_keys::require(work.bench, &mut work.tx, key_id).await?;
    let name = factors::open(&key, found.row.clone())?.label;
    factors::tell(&mut work, account, FactorChange::Cloned, Some(FactorKind::Passkey), name).await?;
    let line = login_entries::refused(account, key_id, "passkey_cloned");
    let (work, _) = work.record(line).await?;
    let event = remove_factor::removed(named(account), &found.row, FactorEnd::Cloned);
    let line = crate::operations::work::Line::new(event, crate::ledger::entry::Actor::system(), key_id);
    let (work, _) = work.record(line.account(account.id)).await?;
    work.commit().await?;
    Ok(Outcome::Refused(KeyRefused::Cloned))
}
