//! The keys that sign tokens and checkpoints, and those others encrypt to: made at first start, read through a cache of a few
//! seconds.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::crypto::hash::unb64_32;
use crate::crypto::jwe::EncryptionKey;
use crate::crypto::jwk::Jwk;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::KeyAlgorithm;
use crate::crypto::keys::KeyState;
use crate::crypto::keys::Purpose;
use crate::crypto::keys::SigningKey;
use crate::crypto::note::NoteKey;
use crate::domain::ids::Random;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::ledger_origin::ledger_origin;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::db::DbError;
use crate::storage::keys;
use crate::storage::keys::SigningKeyRow;

/// The algorithms tokens are signed with.
pub const TOKEN_ALGORITHMS: [Algorithm; 3] = [Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa];

/// How long a retired key stays published: until the last mandate it may have signed has ended.
pub const PUBLISHED_AFTER_RETIREMENT: Duration = Duration::from_secs(366 * 86_400);

/// How long a retired encryption key still opens: whoever encrypts to us may have kept our published keys for so long.
pub const OPENS_AFTER_RETIREMENT: Duration = Duration::from_secs(7 * 86_400);

const FRESH: Duration = Duration::from_secs(5);
const ATTEMPTS: usize = 3;

/// The label under which a private half is sealed.
pub(crate) fn sealing_label(kid: &str) -> String {
    format!("signing_key.{kid}")
}

/// The keys as they were read, at most five seconds ago.
#[derive(Debug)]
struct Ring {
    read_at: Instant,
    tokens: HashMap<Algorithm, Arc<SigningKey>>,
    ledger: Option<Arc<SigningKey>>,
    /// Replaced ledger keys that still sign, each with its end.
    ledger_beside: Vec<(Arc<SigningKey>, Instant)>,
    /// Every ledger key there was, the one in use first.
    ledger_publics: Vec<[u8; 32]>,
    encryption: Vec<Arc<EncryptionKey>>,
    published: JwkSet,
}

/// Where the keys wait between two requests; one per bench.
#[derive(Debug, Default)]
pub struct KeyCache(Mutex<Option<Arc<Ring>>>);

impl KeyCache {
    fn fresh(&self, now: Instant) -> Option<Arc<Ring>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().filter(|ring| now >= ring.read_at && now.since(ring.read_at) <= FRESH).cloned()
    }

    fn put(&self, ring: Option<Arc<Ring>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = ring;
    }

    /// Forgets what was read, after a change.
    pub fn forget(&self) {
        self.put(None);
    }
}

/// Makes the keys that are missing: for tokens a current and a next key of each algorithm, the same for encryption, for the
/// ledger one. Safe to call in several processes at once.
///
/// # Errors
/// When a key cannot be made or the database refuses.
pub async fn ensure(bench: &Bench) -> Result<(), Refusal> {
    for attempt in 1..=ATTEMPTS {
        let missing = missing(bench).await?;
        if missing.is_empty() {
            return Ok(());
        }
        match create(bench, missing).await {
            Err(Refusal::Fault(error)) if attempt < ATTEMPTS && lost_race(&error) => {}
            done => return done,
        }
    }
    Ok(())
}

/// The key that signs tokens of this algorithm now.
///
/// # Errors
/// A fault when there is none: [`ensure`] was not called.
pub async fn signing_key(bench: &Bench, algorithm: Algorithm) -> Result<Arc<SigningKey>, Refusal> {
    let ring = ring(bench).await?;
    ring.tokens
        .get(&algorithm)
        .cloned()
        .ok_or_else(|| Refusal::fault("there is no current key of this algorithm"))
}

/// The key that signs checkpoints.
///
/// # Errors
/// A fault when there is none: [`ensure`] was not called.
pub async fn ledger_key(bench: &Bench) -> Result<Arc<SigningKey>, Refusal> {
    ring(bench).await?.ledger.clone().ok_or_else(|| Refusal::fault("there is no ledger key"))
}

/// The keys that open what was encrypted to us: the current one first, the next one, those retired less than
/// [`OPENS_AFTER_RETIREMENT`] ago.
///
/// # Errors
/// When the database cannot be read.
pub async fn encryption_keys(bench: &Bench) -> Result<Vec<Arc<EncryptionKey>>, Refusal> {
    Ok(ring(bench).await?.encryption.clone())
}

/// The public key of the ledger under its origin, as it is given to those who verify.
///
/// # Errors
/// As [`ledger_key`].
pub async fn ledger_verifier(bench: &Bench) -> Result<NoteKey, Refusal> {
    let key = ledger_key(bench).await?;
    NoteKey::of(&ledger_origin(bench).await?, &key).map_err(|error| Refusal::Fault(error.into()))
}

/// Every key checkpoints of this ledger were or are signed with, under its present origin: the one in use first, then the
/// replaced ones, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn ledger_verifiers(bench: &Bench) -> Result<Vec<NoteKey>, Refusal> {
    ledger_verifiers_under(bench, &ledger_origin(bench).await?).await
}

/// The same under another name of the ledger.
///
/// # Errors
/// When the database cannot be read.
pub async fn ledger_verifiers_under(bench: &Bench, origin: &str) -> Result<Vec<NoteKey>, Refusal> {
    let publics = ring(bench).await?.ledger_publics.clone();
    publics
        .into_iter()
        .map(|public| NoteKey::new(origin, public).map_err(|error| Refusal::Fault(error.into())))
        .collect()
}

/// The keys that sign checkpoints now: the one in use, and beside it those replaced ones whose overlap is not over.
///
/// # Errors
/// As [`ledger_key`].
pub async fn ledger_signers(bench: &Bench) -> Result<Vec<Arc<SigningKey>>, Refusal> {
    let ring = ring(bench).await?;
    let current = ring.ledger.clone().ok_or_else(|| Refusal::fault("there is no ledger key"))?;
    let now = bench.now();
    let beside = ring.ledger_beside.iter().filter(|(_, until)| now < *until).map(|(key, _)| Arc::clone(key));
    Ok(std::iter::once(current).chain(beside).collect())
}

/// The public halves (RFC 7517 section 5): of the token keys next, current, and those that signed and were retired less than 366 days
/// ago, but for withdrawn ones; of the encryption keys the current one alone, so that nobody begins with one that is about to go.
///
/// # Errors
/// When the database cannot be read.
pub async fn jwks(bench: &Bench) -> Result<JwkSet, Refusal> {
    Ok(ring(bench).await?.published.clone())
}

/// One key as the operator sees it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct KeyView {
    /// Its thumbprint.
    pub kid: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Its algorithm.
    pub algorithm: KeyAlgorithm,
    /// Where it stands in its life.
    pub state: KeyState,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// When it came into use, RFC 3339.
    pub current_at: Option<String>,
    /// When its use ended, RFC 3339.
    pub retired_at: Option<String>,
    /// When it was withdrawn because it had leaked, RFC 3339.
    pub withdrawn_at: Option<String>,
}

/// Every key.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(bench: &Bench) -> Result<Vec<KeyView>, Refusal> {
    let mut tx = bench.db.read().await?;
    keys::every(&mut tx).await?.iter().map(view).collect()
}

fn view(row: &SigningKeyRow) -> Result<KeyView, Refusal> {
    let (purpose, algorithm, state) = words(row)?;
    Ok(KeyView {
        kid: row.kid.clone(),
        purpose,
        algorithm,
        state,
        created_at: row.created_at.to_text(),
        current_at: row.current_at.map(Instant::to_text),
        retired_at: row.retired_at.map(Instant::to_text),
        withdrawn_at: row.withdrawn_at.map(Instant::to_text),
    })
}

/// Purpose, algorithm and state of a stored key.
pub(crate) fn words(row: &SigningKeyRow) -> Result<(Purpose, KeyAlgorithm, KeyState), Refusal> {
    let wrong =
        |column| Refusal::from(DbError::Inconsistent { table: "signing_keys", column, row: row.kid.clone() });
    Ok((
        Purpose::parse(&row.purpose).ok_or_else(|| wrong("purpose"))?,
        KeyAlgorithm::parse(&row.algorithm).ok_or_else(|| wrong("algorithm"))?,
        KeyState::parse(&row.state).ok_or_else(|| wrong("state"))?,
    ))
}

/// A key not stored yet.
pub(crate) struct NewKey {
    purpose: Purpose,
    algorithm: KeyAlgorithm,
    row: SigningKeyRow,
}

/// Makes a key and seals its private half; away from the async threads, since an RSA key takes a moment.
pub(crate) async fn make(
    bench: &Bench,
    purpose: Purpose,
    algorithm: KeyAlgorithm,
    state: KeyState,
) -> Result<NewKey, Refusal> {
    let random = Arc::clone(&bench.random);
    let made = tokio::task::spawn_blocking(move || draw(algorithm, random.as_ref())).await;
    let drawn = made.map_err(|error| Refusal::Fault(error.into()))??;
    let now = bench.now();
    let sealed = bench.master.seal(&sealing_label(&drawn.kid), &drawn.private, bench.random.as_ref())?;
    let row = SigningKeyRow {
        kid: drawn.kid,
        purpose: purpose.as_str().to_owned(),
        algorithm: algorithm.as_str().to_owned(),
        state: state.as_str().to_owned(),
        public_jwk: serde_json::to_string(&drawn.public)?,
        sealed,
        created_at: now,
        current_at: (state == KeyState::Current).then_some(now),
        retired_at: None,
        signs_until: None,
        withdrawn_at: None,
    };
    Ok(NewKey { purpose, algorithm, row })
}

/// Both halves of a fresh key.
struct Drawn {
    kid: String,
    public: Jwk,
    private: Zeroizing<Vec<u8>>,
}

fn draw(algorithm: KeyAlgorithm, random: &dyn Random) -> Result<Drawn, Refusal> {
    match algorithm {
        KeyAlgorithm::Signature(algorithm) => {
            let (key, private) =
                SigningKey::generate(algorithm, random).map_err(|error| Refusal::Fault(error.into()))?;
            Ok(Drawn { kid: key.kid().to_owned(), public: key.public_jwk(), private })
        }
        KeyAlgorithm::EcdhEs => {
            let (key, private) =
                EncryptionKey::generate(random).map_err(|error| Refusal::Fault(error.into()))?;
            Ok(Drawn { kid: key.kid().to_owned(), public: key.public_jwk(), private })
        }
    }
}

impl NewKey {
    /// Its thumbprint.
    pub(crate) fn kid(&self) -> &str {
        &self.row.kid
    }

    /// Stores it and gives the event that says so.
    pub(crate) async fn store(&self, work: &mut Work<'_>) -> Result<Event, Refusal> {
        keys::insert(&mut work.tx, &self.row).await?;
        Ok(Event::KeyCreated {
            purpose: self.purpose.as_str().to_owned(),
            algorithm: self.algorithm.as_str().to_owned(),
            kid: self.row.kid.clone(),
        })
    }
}

type Wanted = (Purpose, KeyAlgorithm, KeyState);

async fn missing(bench: &Bench) -> Result<Vec<Wanted>, Refusal> {
    let mut tx = bench.db.read().await?;
    let rows = keys::every(&mut tx).await?;
    let there: Vec<Wanted> = rows.iter().map(words).collect::<Result<_, _>>()?;
    let mut wanted: Vec<Wanted> = vec![(Purpose::Ledger, Algorithm::EdDsa.into(), KeyState::Current)];
    for state in [KeyState::Current, KeyState::Next] {
        wanted.extend(TOKEN_ALGORITHMS.map(|algorithm| (Purpose::Token, algorithm.into(), state)));
        wanted.push((Purpose::Encryption, KeyAlgorithm::EcdhEs, state));
    }
    wanted.retain(|key| !there.contains(key));
    Ok(wanted)
}

async fn create(bench: &Bench, missing: Vec<Wanted>) -> Result<(), Refusal> {
    let mut made = Vec::new();
    for (purpose, algorithm, state) in missing {
        made.push(make(bench, purpose, algorithm, state).await?);
    }
    let mut work = Work::begin(bench, None).await?;
    let system = data_keys::system(bench);
    let mut events = Vec::new();
    for key in &made {
        events.push(key.store(&mut work).await?);
    }
    let mut events = events.into_iter();
    let Some(first) = events.next() else { return Ok(()) };
    let (mut recorded, _) = work.record(Line::new(first, Actor::system(), system)).await?;
    for event in events {
        (recorded, _) = recorded.record(Line::new(event, Actor::system(), system)).await?;
    }
    recorded.commit().await?;
    bench.keys.forget();
    Ok(())
}

fn lost_race(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<DbError>(), Some(DbError::Unique(_) | DbError::Busy(_)))
}

async fn ring(bench: &Bench) -> Result<Arc<Ring>, Refusal> {
    let now = bench.now();
    if let Some(ring) = bench.keys.fresh(now) {
        return Ok(ring);
    }
    let mut tx = bench.db.read().await?;
    let rows = keys::every(&mut tx).await?;
    let ring = Arc::new(open_ring(bench, &rows, now)?);
    bench.keys.put(Some(Arc::clone(&ring)));
    Ok(ring)
}

fn open_ring(bench: &Bench, rows: &[SigningKeyRow], now: Instant) -> Result<Ring, Refusal> {
    let mut ring = Ring {
        read_at: now,
        tokens: HashMap::new(),
        ledger: None,
        ledger_beside: Vec::new(),
        ledger_publics: Vec::new(),
        encryption: Vec::new(),
        published: JwkSet::default(),
    };
    for row in rows {
        match words(row)? {
            (Purpose::Ledger, KeyAlgorithm::Signature(Algorithm::EdDsa), state) => {
                keep_ledger(bench, &mut ring, row, state)?;
            }
            (Purpose::Encryption, KeyAlgorithm::EcdhEs, state) => {
                keep_encryption(bench, &mut ring, row, state)?;
            }
            (Purpose::Token, KeyAlgorithm::Signature(algorithm), state) => {
                keep_signing(bench, &mut ring, row, (algorithm, state))?;
            }
            _ => return Err(Refusal::fault("a stored key has an algorithm that is not its purpose's")),
        }
    }
    Ok(ring)
}

fn keep_signing(
    bench: &Bench,
    ring: &mut Ring,
    row: &SigningKeyRow,
    (algorithm, state): (Algorithm, KeyState),
) -> Result<(), Refusal> {
    if state == KeyState::Current {
        let key = SigningKey::from_pkcs8(algorithm, &private(bench, row)?);
        let key = Arc::new(key.map_err(|error| Refusal::Fault(error.into()))?);
        ring.tokens.insert(algorithm, key);
    }
    let never_signed = state == KeyState::Retired && row.current_at.is_none();
    if !never_signed && !gone_after(row, PUBLISHED_AFTER_RETIREMENT, ring.read_at) {
        ring.published.keys.push(serde_json::from_str::<Jwk>(&row.public_jwk)?);
    }
    Ok(())
}

/// The rows come oldest first.
fn keep_ledger(bench: &Bench, ring: &mut Ring, row: &SigningKeyRow, state: KeyState) -> Result<(), Refusal> {
    let key = || -> Result<Arc<SigningKey>, Refusal> {
        let key = SigningKey::from_pkcs8(Algorithm::EdDsa, &private(bench, row)?);
        Ok(Arc::new(key.map_err(|error| Refusal::Fault(error.into()))?))
    };
    let public = serde_json::from_str::<Jwk>(&row.public_jwk)?;
    let public = public.x.as_deref().and_then(unb64_32);
    let public = public.ok_or_else(|| Refusal::fault("a stored ledger key is no Ed25519 key"))?;
    match state {
        KeyState::Next => {}
        KeyState::Current => {
            ring.ledger = Some(key()?);
            ring.ledger_publics.insert(0, public);
        }
        KeyState::Retired => {
            let place = usize::from(ring.ledger.is_some());
            ring.ledger_publics.insert(place.min(ring.ledger_publics.len()), public);
            if let Some(until) = row.signs_until.filter(|until| ring.read_at < *until) {
                ring.ledger_beside.insert(0, (key()?, until));
            }
        }
    }
    Ok(())
}

fn keep_encryption(
    bench: &Bench,
    ring: &mut Ring,
    row: &SigningKeyRow,
    state: KeyState,
) -> Result<(), Refusal> {
    if gone_after(row, OPENS_AFTER_RETIREMENT, ring.read_at) {
        return Ok(());
    }
    let key = EncryptionKey::from_bytes(&private(bench, row)?);
    let key = Arc::new(key.map_err(|error| Refusal::Fault(error.into()))?);
    if state == KeyState::Current {
        ring.published.keys.push(key.public_jwk());
        ring.encryption.insert(0, key);
    } else {
        ring.encryption.push(key);
    }
    Ok(())
}

/// Withdrawn, or retired for so long.
fn gone_after(row: &SigningKeyRow, time: Duration, now: Instant) -> bool {
    row.withdrawn_at.is_some() || row.retired_at.is_some_and(|at| at.plus(time) <= now)
}

fn private(bench: &Bench, row: &SigningKeyRow) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    Ok(bench.master.open(&sealing_label(&row.kid), &row.sealed)?)
}
