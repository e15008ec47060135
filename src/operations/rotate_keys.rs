//! Changing keys: the next key takes over, a key is retired, every key moves under a new master key.

use std::time::Duration;

use crate::crypto::keys::Algorithm;
use crate::crypto::keys::KeyAlgorithm;
use crate::crypto::keys::KeyState;
use crate::crypto::keys::Purpose;
use crate::crypto::seal::MasterKey;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::keys as signing;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::data_keys as stored_data_keys;
use crate::storage::keys;
use crate::storage::keys::SigningKeyRow;
use crate::storage::settings;

/// The settings sealed under the master key, each with its label.
const SEALED_SETTINGS: [(&str, &str); 1] = [("keys.lookup", "settings.lookup")];

/// The setting that tells whether the configured master key is the right one.
const MASTER_CHECK: &str = "keys.master_check";

/// How long a key is published before it signs: what `/oauth/jwks` allows clients to hold it for, and what libraries do.
pub const PUBLISHED_BEFORE_SIGNING: Duration = Duration::from_secs(600);

/// Whether a rotation waits until clients can know the next key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// It waits.
    Orderly,
    /// It does not: the current key leaked. Clients then read the key set again for the unknown `kid`.
    AtOnce,
}

/// How long a replaced ledger key still signs checkpoints beside its successor, so that whoever holds the old one has time to
/// learn the new one.
pub const LEDGER_OVERLAP: Duration = Duration::from_secs(30 * 86_400);

/// A ledger key that took over.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LedgerRotated {
    /// The key in use now.
    pub current: String,
    /// The key in use before.
    pub previous: String,
    /// Until when the key before signs beside it, RFC 3339; none when it signs no more.
    pub both_sign_until: Option<String>,
}

/// One key that took over.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Rotated {
    /// The algorithm.
    pub algorithm: KeyAlgorithm,
    /// The key in use now.
    pub current: String,
    /// The key in use before.
    pub retired: String,
    /// The key that will follow.
    pub next: String,
}

/// How many keys moved under a new master key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rewrapped {
    /// Keys of persons, professionals and organisations.
    pub data_keys: u64,
    /// Signing and encryption keys.
    pub signing_keys: u64,
    /// Settings.
    pub settings: u64,
}

/// The next token key of each algorithm (or of one) takes over, the current one is retired, a new next one is made; without
/// `only` the encryption key too.
///
/// # Errors
/// [`Refusal::Conflict`] `key-too-young` while clients may hold a key set without the next key, unless it hastes;
/// `key-rotated-elsewhere` when another process rotated at the same moment.
pub async fn rotate(bench: &Bench, only: Option<Algorithm>, haste: Haste) -> Result<Vec<Rotated>, Refusal> {
    if haste == Haste::Orderly {
        every_next_is_known(bench, only).await?;
    }
    let mut rotated = Vec::new();
    for algorithm in signing::TOKEN_ALGORITHMS {
        if only.is_none_or(|only| only == algorithm) {
            rotated.push(rotate_one(bench, Purpose::Token, algorithm.into()).await?);
        }
    }
    if only.is_none() {
        rotated.push(rotate_encryption(bench).await?);
    }
    bench.keys.forget();
    if rotated.is_empty() { Err(Refusal::NotFound) } else { Ok(rotated) }
}

/// The next encryption key takes over; the current one still opens for [`signing::OPENS_AFTER_RETIREMENT`].
///
/// # Errors
/// As [`rotate`].
pub async fn rotate_encryption(bench: &Bench) -> Result<Rotated, Refusal> {
    let rotated = rotate_one(bench, Purpose::Encryption, KeyAlgorithm::EcdhEs).await?;
    bench.keys.forget();
    Ok(rotated)
}

/// The first next key of an installation is in every key set that was ever served; a later one must have been published for a while.
async fn every_next_is_known(bench: &Bench, only: Option<Algorithm>) -> Result<(), Refusal> {
    let rows = keys::every(&mut bench.db.read().await?).await?;
    for algorithm in signing::TOKEN_ALGORITHMS {
        if only.is_none_or(|only| only == algorithm) {
            let next = find(&rows, Purpose::Token, KeyAlgorithm::Signature(algorithm), KeyState::Next)?;
            let first = !rows.iter().any(|row| {
                row.algorithm == next.algorithm
                    && row.purpose == next.purpose
                    && row.state == KeyState::Retired.as_str()
            });
            if !first && bench.now() < next.created_at.plus(PUBLISHED_BEFORE_SIGNING) {
                return Err(Refusal::Conflict("key-too-young"));
            }
        }
    }
    Ok(())
}

/// A new ledger key takes over. The name of the ledger stays, so that a signed note then has a line of each key (C2SP
/// signed-note); the key before signs beside the new one for [`LEDGER_OVERLAP`], or no more where it leaked.
///
/// # Errors
/// [`Refusal::Conflict`] `key-rotated-elsewhere` when another process rotated at the same moment.
pub async fn rotate_ledger(bench: &Bench, haste: Haste) -> Result<LedgerRotated, Refusal> {
    let algorithm = KeyAlgorithm::Signature(Algorithm::EdDsa);
    let fresh = signing::make(bench, Purpose::Ledger, algorithm, KeyState::Current).await?;
    let mut work = Work::begin(bench, None).await?;
    let rows = keys::every(&mut work.tx).await?;
    let previous = find(&rows, Purpose::Ledger, algorithm, KeyState::Current)?.kid.clone();
    let now = work.now;
    if !keys::retire(&mut work.tx, &previous, now).await? {
        return Err(Refusal::Conflict("key-rotated-elsewhere"));
    }
    let until = (haste == Haste::Orderly).then(|| now.plus(LEDGER_OVERLAP));
    if let Some(until) = until {
        keys::sign_on(&mut work.tx, &previous, until).await?;
    }
    let created = fresh.store(&mut work).await?;
    let current = fresh.kid().to_owned();
    let system = data_keys::system(bench);
    let event = Event::KeyRotated {
        purpose: Purpose::Ledger.as_str().to_owned(),
        algorithm: algorithm.as_str().to_owned(),
        kid: current.clone(),
        previous: Some(previous.clone()),
    };
    let (recorded, _) = work.record(Line::new(created, Actor::system(), system)).await?;
    let (recorded, _) = recorded.record(Line::new(event, Actor::system(), system)).await?;
    recorded.commit().await?;
    bench.keys.forget();
    Ok(LedgerRotated { current, previous, both_sign_until: until.map(Instant::to_text) })
}

async fn rotate_one(bench: &Bench, purpose: Purpose, algorithm: KeyAlgorithm) -> Result<Rotated, Refusal> {
    let fresh = signing::make(bench, purpose, algorithm, KeyState::Next).await?;
    let mut work = Work::begin(bench, None).await?;
    let rows = keys::every(&mut work.tx).await?;
    let current = find(&rows, purpose, algorithm, KeyState::Current)?.kid.clone();
    let next = find(&rows, purpose, algorithm, KeyState::Next)?.kid.clone();
    let now = work.now;
    let done =
        keys::retire(&mut work.tx, &current, now).await? && keys::promote(&mut work.tx, &next, now).await?;
    if !done {
        return Err(Refusal::Conflict("key-rotated-elsewhere"));
    }
    let created = fresh.store(&mut work).await?;
    let following = fresh.kid().to_owned();
    let system = data_keys::system(bench);
    let event = Event::KeyRotated {
        purpose: purpose.as_str().to_owned(),
        algorithm: algorithm.as_str().to_owned(),
        kid: next.clone(),
        previous: Some(current.clone()),
    };
    let (recorded, _) = work.record(Line::new(event, Actor::system(), system)).await?;
    let (recorded, _) = recorded.record(Line::new(created, Actor::system(), system)).await?;
    recorded.commit().await?;
    Ok(Rotated { algorithm, current: next, retired: current, next: following })
}

fn find(
    rows: &[SigningKeyRow],
    purpose: Purpose,
    algorithm: KeyAlgorithm,
    state: KeyState,
) -> Result<&SigningKeyRow, Refusal> {
    rows.iter()
        .find(|row| {
            row.purpose == purpose.as_str()
                && row.algorithm == algorithm.as_str()
                && row.state == state.as_str()
        })
        .ok_or_else(|| Refusal::fault("a key is missing"))
}

/// Withdraws a next key before it was used, and makes another; a current key is replaced by [`rotate`].
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown key, [`Refusal::Conflict`] `key-is-current` or `key-is-retired`.
pub async fn retire(bench: &Bench, kid: &str) -> Result<(), Refusal> {
    let mut tx = bench.db.read().await?;
    let rows = keys::every(&mut tx).await?;
    drop(tx);
    let row = rows.iter().find(|row| row.kid == kid).ok_or(Refusal::NotFound)?;
    let (purpose, algorithm, state) = signing::words(row)?;
    match state {
        KeyState::Current => return Err(Refusal::Conflict("key-is-current")),
        KeyState::Retired => return Err(Refusal::Conflict("key-is-retired")),
        KeyState::Next => {}
    }
    let fresh = signing::make(bench, purpose, algorithm, KeyState::Next).await?;
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    if !keys::retire(&mut work.tx, kid, now).await? {
        return Err(Refusal::Conflict("key-is-retired"));
    }
    let created = fresh.store(&mut work).await?;
    let system = data_keys::system(bench);
    let event = Event::KeyRetired { purpose: purpose.as_str().to_owned(), kid: kid.to_owned() };
    let (recorded, _) = work.record(Line::new(event, Actor::system(), system)).await?;
    let (recorded, _) = recorded.record(Line::new(created, Actor::system(), system)).await?;
    recorded.commit().await?;
    bench.keys.forget();
    Ok(())
}

/// Withdraws a retired key that is in the wrong hands: it leaves `/oauth/jwks` at once, this service believes nothing it signed,
/// and opens nothing that was encrypted to it.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown key; [`Refusal::Conflict`] `key-not-retired` while it or a successor is still to take
/// over ([`rotate`] and [`retire`] come first), `key-is-withdrawn`, `key-of-ledger` for the ledger's, whose earlier
/// checkpoints stay to be verified.
pub async fn withdraw(bench: &Bench, kid: &str) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let rows = keys::every(&mut work.tx).await?;
    let row = rows.iter().find(|row| row.kid == kid).ok_or(Refusal::NotFound)?;
    match signing::words(row)? {
        (Purpose::Ledger, ..) => return Err(Refusal::Conflict("key-of-ledger")),
        (_, _, KeyState::Next | KeyState::Current) => return Err(Refusal::Conflict("key-not-retired")),
        (_, _, KeyState::Retired) => {}
    }
    let now = work.now;
    if !keys::withdraw(&mut work.tx, kid, now).await? {
        return Err(Refusal::Conflict("key-is-withdrawn"));
    }
    let event = Event::KeyWithdrawn { purpose: row.purpose.clone(), kid: kid.to_owned() };
    let line = Line::new(event, Actor::system(), data_keys::system(bench));
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    bench.keys.forget();
    Ok(())
}

/// Moves every key and sealed setting from the bench's master key under `new`, in one transaction with its entry. The
/// service is then started with the new key; the former is needed no more.
///
/// # Errors
/// A fault when something does not open with the bench's master key: then nothing was changed.
pub async fn rewrap(bench: &Bench, new: &MasterKey) -> Result<Rewrapped, Refusal> {
    let work = Work::begin(bench, None).await?;
    let system = data_keys::system(bench);
    let event = Event::KeyRotated {
        purpose: "master".to_owned(),
        algorithm: "A256GCM".to_owned(),
        kid: new.check_value(),
        previous: Some(bench.master.check_value()),
    };
    let (mut recorded, _) = work.record(Line::new(event, Actor::system(), system)).await?;
    let moved = Rewrapped {
        data_keys: rewrap_data_keys(&mut recorded, new).await?,
        signing_keys: rewrap_signing_keys(&mut recorded, new).await?,
        settings: rewrap_settings(&mut recorded, new).await?,
    };
    recorded.commit().await?;
    Ok(moved)
}

async fn rewrap_data_keys(work: &mut Work<'_>, new: &MasterKey) -> Result<u64, Refusal> {
    let bench = work.bench;
    let mut moved = 0;
    for (id, sealed) in stored_data_keys::every(&mut work.tx).await? {
        let key = bench.master.unwrap(id, &sealed)?;
        let sealed = new.wrap(id, &key, bench.random.as_ref())?;
        stored_data_keys::rewrap(&mut work.tx, id, &sealed).await?;
        moved += 1;
    }
    Ok(moved)
}

async fn rewrap_signing_keys(work: &mut Work<'_>, new: &MasterKey) -> Result<u64, Refusal> {
    let bench = work.bench;
    let mut moved = 0;
    for row in keys::every(&mut work.tx).await? {
        let sealed = again(bench, new, &signing::sealing_label(&row.kid), &row.sealed)?;
        keys::rewrap(&mut work.tx, &row.kid, &sealed).await?;
        moved += 1;
    }
    Ok(moved)
}

async fn rewrap_settings(work: &mut Work<'_>, new: &MasterKey) -> Result<u64, Refusal> {
    let bench = work.bench;
    let mut moved = 0;
    for (name, label) in SEALED_SETTINGS {
        let Some(value) = settings::find(&mut work.tx, name).await? else { continue };
        let sealed = again(bench, new, label, &value)?;
        settings::replace(&mut work.tx, name, &sealed).await?;
        moved += 1;
    }
    settings::replace(&mut work.tx, MASTER_CHECK, new.check_value().as_bytes()).await?;
    Ok(moved)
}

fn again(bench: &Bench, new: &MasterKey, label: &str, sealed: &[u8]) -> Result<Vec<u8>, Refusal> {
    let plain = bench.master.open(label, sealed)?;
    Ok(new.seal(label, &plain, bench.random.as_ref())?)
}
