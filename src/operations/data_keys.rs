//! The keys under which persons, professionals and organisations are sealed.

use crate::crypto::seal::DataKey;
use crate::crypto::seal::MasterKey;
use crate::crypto::seal::SealError;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::Random;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::install::InstallError;
use crate::operations::refusal::Refusal;
use crate::storage::data_keys;
use crate::storage::db::Tx;
use crate::storage::settings;

const SYSTEM: &str = "system.data_key";

/// The system's own key, for entries and messages that are nobody else's: read once, since it is never destroyed.
#[derive(Clone)]
pub struct SystemKey {
    id: DataKeyId,
    /// None where a backup was put back without its keys, until they are there.
    key: Option<DataKey>,
}

impl SystemKey {
    /// The key as stored; made at the first start. In a transaction that commits.
    ///
    /// # Errors
    /// As the database says; when the master key is another one than at sealing.
    pub(super) async fn establish(
        tx: &mut Tx,
        master: &MasterKey,
        now: Instant,
        random: &dyn Random,
    ) -> Result<Self, InstallError> {
        let stored = match settings::find(tx, SYSTEM).await? {
            Some(stored) => stored,
            None => {
                let id = DataKeyId::fresh(now, random);
                let sealed = master.wrap(id, &DataKey::fresh(random), random)?;
                data_keys::insert(tx, id, &sealed, now).await?;
                settings::establish(tx, SYSTEM, id.uuid().as_bytes()).await?
            }
        };
        let bytes: [u8; 16] = stored.as_slice().try_into().map_err(|_| SealError::Form)?;
        let id = DataKeyId::from_uuid(uuid::Uuid::from_bytes(bytes));
        let sealed = data_keys::find(tx, id).await?;
        let key = sealed.map(|sealed| master.unwrap(id, &sealed)).transpose()?;
        Ok(Self { id, key })
    }
}

/// Makes a data key and stores it sealed.
///
/// # Errors
/// As the database says.
pub async fn create(bench: &Bench, tx: &mut Tx) -> Result<(DataKeyId, DataKey), Refusal> {
    let id = DataKeyId::fresh(bench.now(), bench.random.as_ref());
    let key = DataKey::fresh(bench.random.as_ref());
    let sealed = bench.master.wrap(id, &key, bench.random.as_ref())?;
    data_keys::insert(tx, id, &sealed, bench.now()).await?;
    Ok((id, key))
}

/// Opens a data key; `None` once it was destroyed.
///
/// # Errors
/// When the master key is another one than at sealing.
pub async fn open(bench: &Bench, tx: &mut Tx, id: DataKeyId) -> Result<Option<DataKey>, Refusal> {
    match data_keys::find(tx, id).await? {
        Some(sealed) => Ok(Some(bench.master.unwrap(id, &sealed)?)),
        None => Ok(None),
    }
}

/// Opens a data key that must exist.
///
/// # Errors
/// [`Refusal::NotFound`] when it was destroyed: whoever it stood for is erased. A fault when it does not open.
pub async fn require(bench: &Bench, tx: &mut Tx, id: DataKeyId) -> Result<DataKey, Refusal> {
    if let Some(key) = bench.system.key.as_ref().filter(|_| bench.system.id == id) {
        return Ok(key.clone());
    }
    let key = open(bench, tx, id).await?;
    if key.is_none() {
        tracing::warn!(key = %id, "what was sealed under this key was erased");
    }
    key.ok_or(Refusal::NotFound)
}

/// The system's own key, for entries and messages that are nobody else's.
pub fn system(bench: &Bench) -> DataKeyId {
    bench.system.id
}
