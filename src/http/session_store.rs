//! Where sessions are kept: sealed in the database under a key made of their own id, judged by our clock.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use async_trait::async_trait;
use serde_json::Value;
use tower_sessions::SessionStore;
use tower_sessions::session::Id;
use tower_sessions::session::Record;
use tower_sessions::session_store;
use zeroize::Zeroizing;

use crate::crypto::hash::hkdf;
use crate::crypto::hash::sha256_parts;
use crate::crypto::seal;
use crate::domain::ids::random_bytes;
use crate::domain::time::CLOCKS_AGREE;
use crate::domain::time::Instant;
use crate::http::state::App;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::sessions;

/// When the session began, or was renewed by a login.
pub(super) const CREATED: &str = "_created";
/// What marks one login of a session, through its new ids until the session or the login ends.
pub(super) const LOGIN: &str = "_login";
/// When it was last written down as used.
pub(super) const USED: &str = "_used";

const TRIES: usize = 3;

/// The sessions of one kind of actor; `label` keeps a session of one kind from opening as another.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) app: App,
    pub(super) label: &'static str,
    pub(super) cause: Cause,
}

/// Why the store failed last: the errors of sessions hold words only, and whoever asked is told whether it passes.
#[derive(Clone, Debug, Default)]
pub(super) struct Cause(Arc<Mutex<Option<Refusal>>>);

impl Cause {
    fn keep(&self, refusal: Refusal) -> session_store::Error {
        let words = refusal.to_string();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
        session_store::Error::Backend(words)
    }

    pub(super) fn take(&self) -> Option<Refusal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

struct Opener {
    hash: [u8; 32],
    key: Zeroizing<[u8; 32]>,
}

impl Opener {
    fn of(id: &Id) -> Self {
        let id = id.0.to_le_bytes();
        let hash = sha256_parts(&[b"procura.session.id\0", &id]);
        let key = Zeroizing::new(hkdf(&id, b"procura", &[b"procura.session.seal"]));
        Self { hash, key }
    }
}

fn instant(record: &Record, key: &str) -> Option<Instant> {
    record.data.get(key).and_then(Value::as_i64).map(Instant::from_micros)
}

/// What stands for a login outside its session.
pub(super) fn login_hash(secret: &str) -> [u8; 32] {
    sha256_parts(&[b"procura.login\0", secret.as_bytes()])
}

fn login_of(record: &Record) -> Option<[u8; 32]> {
    record.data.get(LOGIN).and_then(Value::as_str).map(login_hash)
}

impl Store {
    fn failed(&self, why: impl Into<Refusal>) -> session_store::Error {
        self.cause.keep(why.into())
    }

    /// The instant at which a session ends if nobody uses it from now on.
    fn ends(&self, record: &Record) -> Instant {
        let now = self.app.bench.now();
        let sessions = self.app.bench.config.sessions;
        let created = instant(record, CREATED).unwrap_or(now);
        let used = instant(record, USED).unwrap_or(now);
        created.plus(sessions.absolute).min(used.plus(sessions.idle))
    }

    fn seal(&self, record: &Record, opener: &Opener) -> Result<Vec<u8>, session_store::Error> {
        let plain = Zeroizing::new(
            serde_json::to_vec(&record.data)
                .map_err(|error| session_store::Error::Encode(error.to_string()))?,
        );
        seal::seal(&opener.key, self.label.as_bytes(), &plain, self.app.bench.random.as_ref())
            .map_err(|error| self.failed(error))
    }

    async fn add(&self, record: &Record) -> Result<bool, session_store::Error> {
        let opener = Opener::of(&record.id);
        let sealed = self.seal(record, &opener)?;
        let write = async {
            let mut work = Work::begin_alone(&self.app.bench, None).await?;
            let added = sessions::insert(
                &mut work.tx,
                &opener.hash,
                &sealed,
                self.ends(record),
                login_of(record).as_ref(),
            )
            .await?;
            work.commit_without_entry(Housekeeping::Session).await?;
            Ok::<_, Refusal>(added)
        };
        write.await.map_err(|refusal| self.failed(refusal))
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let now = Value::from(self.app.bench.now().micros());
        record.data.entry(CREATED.to_owned()).or_insert_with(|| now.clone());
        record.data.insert(USED.to_owned(), now);
        for _ in 0..TRIES {
            record.id = Id(i128::from_le_bytes(random_bytes(self.app.bench.random.as_ref())));
            if self.add(record).await? {
                return Ok(());
            }
        }
        Err(session_store::Error::Backend("no free session id was drawn".to_owned()))
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let mut record = record.clone();
        record.data.insert(USED.to_owned(), Value::from(self.app.bench.now().micros()));
        let opener = Opener::of(&record.id);
        let sealed = self.seal(&record, &opener)?;
        let write = async {
            let mut work = Work::begin_alone(&self.app.bench, None).await?;
            sessions::update(
                &mut work.tx,
                &opener.hash,
                &sealed,
                self.ends(&record),
                login_of(&record).as_ref(),
            )
            .await?;
            work.commit_without_entry(Housekeeping::Session).await
        };
        write.await.map_err(|refusal| self.failed(refusal))
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let opener = Opener::of(id);
        let now = self.app.bench.now();
        let find = async {
            let mut tx = self.app.bench.db.look().await?;
            sessions::find(&mut tx, &opener.hash, now).await
        };
        let found = find.await.map_err(|error| self.failed(error))?;
        let Some(sealed) = found else { return Ok(None) };
        // Another kind of actor's session, moved by hand into this cookie, does not open and counts as none.
        let Ok(plain) = seal::open(&opener.key, self.label.as_bytes(), &sealed) else { return Ok(None) };
        let data = serde_json::from_slice(&plain)
            .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let record = Record { id: *id, data, expiry_date: time::OffsetDateTime::UNIX_EPOCH };
        // Begun under a clock that ran ahead, it would outlive its time.
        let ahead = instant(&record, CREATED).is_some_and(|created| created > now.plus(CLOCKS_AGREE));
        Ok((!ahead && self.ends(&record) > now).then_some(record))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let opener = Opener::of(id);
        let write = async {
            let mut work = Work::begin_alone(&self.app.bench, None).await?;
            sessions::delete(&mut work.tx, &opener.hash).await?;
            work.commit_without_entry(Housekeeping::Session).await
        };
        write.await.map_err(|refusal| self.failed(refusal))
    }
}
