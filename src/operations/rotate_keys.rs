//! Changing keys: the next signing key takes over, a key is retired, every key moves under a new master key.

use crate::crypto::keys::Algorithm;
use crate::crypto::keys::KeyState;
use crate::crypto::keys::Purpose;
use crate::crypto::seal::MasterKey;
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

/// The settings sealed under the master key, each under its own name as label.
pub const SEALED_SETTINGS: [&str; 1] = ["lookup.key"];

/// The setting that tells whether the configured master key is the right one.
pub const CHECK_SETTING: &str = "master.check";

/// One key that took over.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Rotated {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The key that signs now.
    pub current: String,
    /// The key that signed before.
    pub retired: String,
    /// The key that will follow.
    pub next: String,
}

/// How many keys moved under a new master key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rewrapped {
    /// Keys of persons, professionals and organisations.
    pub data_keys: u64,
    /// Signing keys.
    pub signing_keys: u64,
    /// Settings.
    pub settings: u64,
}

/// The next token key of each algorithm (or of one) takes over, the current one is retired, a new next one is made.
///
/// # Errors
/// [`Refusal::Conflict`] when another process rotated at the same moment.
pub async fn rotate(bench: &Bench, only: Option<Algorithm>) -> Result<Vec<Rotated>, Refusal> {
    let mut rotated = Vec::new();
    for algorithm in signing::TOKEN_ALGORITHMS {
        if only.is_none_or(|only| only == algorithm) {
            rotated.push(rotate_one(bench, algorithm).await?);
        }
    }
    bench.keys.forget();
    if rotated.is_empty() { Err(Refusal::NotFound) } else { Ok(rotated) }
}

async fn rotate_one(bench: &Bench, algorithm: Algorithm) -> Result<Rotated, Refusal> {
    let fresh = signing::make(bench, Purpose::Token, algorithm, KeyState::Next).await?;
    let mut work = Work::begin(bench, None).await?;
    let rows = keys::every(&mut work.tx).await?;
    let current = find(&rows, algorithm, KeyState::Current)?.kid.clone();
    let next = find(&rows, algorithm, KeyState::Next)?.kid.clone();
    let now = work.now;
    let done =
        keys::retire(&mut work.tx, &current, now).await? && keys::promote(&mut work.tx, &next, now).await?;
    if !done {
        return Err(Refusal::Conflict("key-rotated-elsewhere"));
    }
    let created = fresh.store(&mut work).await?;
    let following = fresh.kid().to_owned();
    let system = data_keys::system(bench, &mut work.tx).await?;
    let purpose = Purpose::Token.as_str().to_owned();
    let event = Event::KeyRotated {
        purpose,
        algorithm: algorithm.as_str().to_owned(),
        kid: next.clone(),
        previous: Some(current.clone()),
    };
    let (recorded, _) = work.record(Line::new(event, Actor::system(), system)).await?;
    let (recorded, _) = recorded.record(Line::new(created, Actor::system(), system)).await?;
    recorded.commit().await?;
    Ok(Rotated { algorithm, current: next, retired: current, next: following })
}

fn find(rows: &[SigningKeyRow], algorithm: Algorithm, state: KeyState) -> Result<&SigningKeyRow, Refusal> {
    rows.iter()
        .find(|row| {
            row.purpose == Purpose::Token.as_str()
                && row.algorithm == algorithm.as_str()
                && row.state == state.as_str()
        })
        .ok_or_else(|| Refusal::fault("a signing key is missing"))
}

/// Withdraws a next key before it signed anything, and makes another; a current key is replaced by [`rotate`].
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
    let system = data_keys::system(bench, &mut work.tx).await?;
    let event = Event::KeyRetired { purpose: purpose.as_str().to_owned(), kid: kid.to_owned() };
    let (recorded, _) = work.record(Line::new(event, Actor::system(), system)).await?;
    let (recorded, _) = recorded.record(Line::new(created, Actor::system(), system)).await?;
    recorded.commit().await?;
    bench.keys.forget();
    Ok(())
}

/// Moves every key and sealed setting from the `previous` master key under the bench's, in one transaction. What has
/// moved already stays as it is, so that it may be called again.
///
/// # Errors
/// A fault when something opens with neither master key: then nothing was changed.
pub async fn rewrap(bench: &Bench, previous: &MasterKey) -> Result<Rewrapped, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let mut moved = Rewrapped::default();
    rewrap_data_keys(&mut work, previous, &mut moved).await?;
    rewrap_sealed(&mut work, previous, &mut moved).await?;
    settings::replace(&mut work.tx, CHECK_SETTING, bench.master.check_value().as_bytes()).await?;
    let system = data_keys::system(bench, &mut work.tx).await?;
    let event = Event::KeyRotated {
        purpose: "master".to_owned(),
        algorithm: "A256GCM".to_owned(),
        kid: bench.master.check_value(),
        previous: Some(previous.check_value()),
    };
    let (recorded, _) = work.record(Line::new(event, Actor::system(), system)).await?;
    recorded.commit().await?;
    bench.keys.forget();
    Ok(moved)
}

async fn rewrap_data_keys(
    work: &mut Work<'_>,
    previous: &MasterKey,
    moved: &mut Rewrapped,
) -> Result<(), Refusal> {
    let bench = work.bench;
    for (id, sealed) in stored_data_keys::every(&mut work.tx).await? {
        if bench.master.unwrap(id, &sealed).is_err() {
            let key = previous.unwrap(id, &sealed)?;
            let sealed = bench.master.wrap(id, &key, bench.random.as_ref())?;
            stored_data_keys::rewrap(&mut work.tx, id, &sealed).await?;
            moved.data_keys += 1;
        }
    }
    Ok(())
}

async fn rewrap_sealed(
    work: &mut Work<'_>,
    previous: &MasterKey,
    moved: &mut Rewrapped,
) -> Result<(), Refusal> {
    let bench = work.bench;
    for row in keys::every(&mut work.tx).await? {
        if let Some(sealed) = again(bench, previous, &signing::sealing_label(&row.kid), &row.sealed)? {
            keys::rewrap(&mut work.tx, &row.kid, &sealed).await?;
            moved.signing_keys += 1;
        }
    }
    for name in SEALED_SETTINGS {
        let Some(value) = settings::find(&mut work.tx, name).await? else { continue };
        if let Some(sealed) = again(bench, previous, name, &value)? {
            settings::replace(&mut work.tx, name, &sealed).await?;
            moved.settings += 1;
        }
    }
    Ok(())
}

fn again(
    bench: &Bench,
    previous: &MasterKey,
    label: &str,
    sealed: &[u8],
) -> Result<Option<Vec<u8>>, Refusal> {
    if bench.master.open(label, sealed).is_ok() {
        return Ok(None);
    }
    let plain = previous.open(label, sealed)?;
    Ok(Some(bench.master.seal(label, &plain, bench.random.as_ref())?))
}
