//! The keys under which persons, professionals and organisations are sealed.

use std::sync::OnceLock;

use crate::crypto::seal::DataKey;
use crate::domain::ids::DataKeyId;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::data_keys;
use crate::storage::db::Tx;
use crate::storage::settings;

const SYSTEM: &str = "system.data_key";

/// The system's own key, which is nobody's and is never destroyed: kept from the first time it was found committed.
#[derive(Default)]
pub struct SystemKey(OnceLock<(DataKeyId, DataKey)>);

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
    if let Some((_, key)) = bench.system.0.get().filter(|(known, _)| *known == id) {
        return Ok(key.clone());
    }
    let key = open(bench, tx, id).await?;
    if key.is_none() {
        tracing::warn!(key = %id, "what was sealed under this key was erased");
    }
    key.ok_or(Refusal::NotFound)
}

/// The system's own key, for entries and messages that are nobody else's; made at first use.
///
/// # Errors
/// As the database says.
pub async fn system(bench: &Bench, tx: &mut Tx) -> Result<DataKeyId, Refusal> {
    if let Some((id, _)) = bench.system.0.get() {
        return Ok(*id);
    }
    if let Some(stored) = settings::find(tx, SYSTEM).await? {
        let id = parsed(&stored)?;
        // Seen by others too: what only this transaction wrote may yet go back.
        let mut others = bench.db.look().await?;
        if settings::find(&mut others, SYSTEM).await?.is_some()
            && let Some(key) = open(bench, &mut others, id).await?
        {
            bench.system.0.get_or_init(|| (id, key));
        }
        return Ok(id);
    }
    let (id, _) = create(bench, tx).await?;
    parsed(&settings::establish(tx, SYSTEM, id.uuid().as_bytes()).await?)
}

fn parsed(stored: &[u8]) -> Result<DataKeyId, Refusal> {
    let bytes: [u8; 16] = stored.try_into().map_err(|_| Refusal::fault("system data key id"))?;
    Ok(DataKeyId::from_uuid(uuid::Uuid::from_bytes(bytes)))
}
