//! A witness of other people's logs (C2SP tlog-witness): it cosigns a checkpoint once it saw that the log only grew since the
//! one it cosigned before, which it keeps in a file before it answers.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde::Serialize;

use crate::crypto::cosignature::WitnessKey;
use crate::crypto::cosignature::cosign;
use crate::crypto::keys::SigningKey;
use crate::crypto::note::NoteError;
use crate::crypto::note::NoteKey;
use crate::demo::file::write_private;
use crate::domain::time::Clock;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::merkle::verify_consistency;
use crate::ledger::witness::AddCheckpoint;
use crate::ledger::witness::SIZE_TYPE;

/// Where it is below its address.
pub const PATH: &str = "/temoin";
/// Its name.
pub const NAME: &str = "temoin.procura.example";
const STATE_NAME: &str = "witness.json";
const LONG: Duration = Duration::from_secs(30);

/// How it misbehaves, for those who test a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mischief {
    /// It answers 200 with a signature that does not hold.
    BadSignature,
    /// It always says it knows this size.
    WrongSize(u64),
    /// It accepts the connection and says nothing.
    Silent,
    /// It answers 500.
    Broken,
    /// It answers 200 with lines of others and none of its own.
    OthersOnly,
}

/// What it last cosigned of one log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    size: u64,
    root: String,
}

/// The witness; clones share everything.
#[derive(Clone)]
pub struct Witness {
    inner: Arc<Inner>,
}

struct Inner {
    key: SigningKey,
    dir: PathBuf,
    clock: Arc<dyn Clock>,
    logs: Mutex<Vec<NoteKey>>,
    known: Mutex<BTreeMap<String, Known>>,
    mischief: Mutex<Option<Mischief>>,
    asked: Mutex<usize>,
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Witness {
    /// A witness that keeps what it saw in this directory, and goes on from what an earlier one kept there.
    ///
    /// # Errors
    /// When what was kept cannot be read.
    pub fn new(key: SigningKey, dir: PathBuf, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let known = match std::fs::read(dir.join(STATE_NAME)) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error),
        };
        let inner = Inner {
            key,
            dir,
            clock,
            logs: Mutex::default(),
            known: Mutex::new(known),
            mischief: Mutex::default(),
            asked: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// From now on it knows this key of a log.
    pub fn trust(&self, log: NoteKey) {
        held(&self.inner.logs).push(log);
    }

    /// From now on it misbehaves so, or not any more.
    pub fn set_mischief(&self, mischief: Option<Mischief>) {
        *held(&self.inner.mischief) = mischief;
    }

    /// How many requests came.
    pub fn asked(&self) -> usize {
        *held(&self.inner.asked)
    }

    /// The size it last cosigned of a log.
    pub fn size(&self, origin: &str) -> u64 {
        held(&self.inner.known).get(origin).map_or(0, |known| known.size)
    }

    /// Its verifier key.
    ///
    /// # Errors
    /// [`NoteError::Signing`] when its key is no Ed25519 key.
    pub fn verifier(&self) -> Result<WitnessKey, NoteError> {
        WitnessKey::of(NAME, &self.inner.key)
    }

    /// Its one route.
    pub fn router(&self) -> Router {
        Router::new().route(&format!("{PATH}/add-checkpoint"), post(add)).with_state(self.clone())
    }

    /// Checks, keeps, and only then cosigns; one at a time.
    #[expect(clippy::result_large_err, reason = "either is the answer of the one route")]
    fn add(&self, body: &str) -> Result<String, Response> {
        let plain = |status: StatusCode| status.into_response();
        let request = AddCheckpoint::parse(body).ok_or_else(|| plain(StatusCode::BAD_REQUEST))?;
        let claimed =
            Checkpoint::unverified(&request.checkpoint).map_err(|_| plain(StatusCode::BAD_REQUEST))?;
        let keys: Vec<NoteKey> =
            held(&self.inner.logs).iter().filter(|key| key.name() == claimed.origin).cloned().collect();
        if keys.is_empty() {
            return Err(plain(StatusCode::NOT_FOUND));
        }
        let head =
            Checkpoint::verify_any(&request.checkpoint, &keys).map_err(|_| plain(StatusCode::FORBIDDEN))?;
        if request.old > head.size {
            return Err(plain(StatusCode::BAD_REQUEST));
        }
        let mut known = held(&self.inner.known);
        let before = known.get(&head.origin).cloned();
        let size = before.as_ref().map_or(0, |before| before.size);
        let root = hex::encode(head.root);
        let same_size = before.as_ref().is_some_and(|before| before.size == head.size);
        if request.old != size || (same_size && before.as_ref().is_some_and(|before| before.root != root)) {
            return Err(conflict(size));
        }
        if let Some(before) = before.filter(|_| size > 0) {
            let old_root = hex::decode(&before.root).ok().and_then(|bytes| bytes.try_into().ok());
            let old_root = old_root.ok_or_else(|| plain(StatusCode::INTERNAL_SERVER_ERROR))?;
            if !verify_consistency(size, head.size, &request.proof, &old_root, &head.root) {
                return Err(plain(StatusCode::UNPROCESSABLE_ENTITY));
            }
        } else if !request.proof.is_empty() {
            return Err(plain(StatusCode::UNPROCESSABLE_ENTITY));
        }
        let mut next = known.clone();
        next.insert(head.origin, Known { size: head.size, root });
        let kept = serde_json::to_vec(&next).map_err(io::Error::other);
        let kept = kept.and_then(|bytes| write_private(&self.inner.dir, STATE_NAME, &bytes));
        if kept.is_err() {
            return Err(plain(StatusCode::INTERNAL_SERVER_ERROR));
        }
        *known = next;
        drop(known);
        let seconds = u64::try_from(self.inner.clock.now().seconds()).unwrap_or(0);
        cosign(&request.checkpoint, NAME, &self.inner.key, seconds)
            .map_err(|_| plain(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

fn conflict(size: u64) -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(SIZE_TYPE))];
    (StatusCode::CONFLICT, headers, format!("{size}\n")).into_response()
}

async fn add(State(witness): State<Witness>, body: String) -> Response {
    *held(&witness.inner.asked) += 1;
    let mischief = *held(&witness.inner.mischief);
    match mischief {
        Some(Mischief::Silent) => {
            tokio::time::sleep(LONG).await;
            return StatusCode::GATEWAY_TIMEOUT.into_response();
        }
        Some(Mischief::Broken) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Mischief::WrongSize(size)) => return conflict(size),
        Some(Mischief::OthersOnly) => return "— somebody.else AAAAAAAA\n".into_response(),
        Some(Mischief::BadSignature) | None => {}
    }
    match witness.add(&body) {
        // Signed over the time as well: another time is another message.
        Ok(line) if mischief == Some(Mischief::BadSignature) => {
            let at = line.len().saturating_sub(10);
            let (head, tail) = line.split_at(at);
            let swapped = if tail.starts_with('A') { "B" } else { "A" };
            format!("{head}{swapped}{}", tail.get(1..).unwrap_or_default()).into_response()
        }
        Ok(line) => line.into_response(),
        Err(refused) => refused,
    }
}
