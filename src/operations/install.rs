//! What is fixed at the first start of an installation, and checked at every later one.

use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::config::Config;
use crate::crypto::hash::same;
use crate::crypto::lookup::LookupKey;
use crate::crypto::seal::MasterKey;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;
use crate::domain::time::Clock;
use crate::operations::bench::Bench;
use crate::operations::data_keys::SystemKey;
use crate::operations::keys::KeyCache;
use crate::operations::ledger_origin::ORIGIN_SETTING;
use crate::storage::db::Db;
use crate::storage::db::DbError;
use crate::storage::db::Schema;
use crate::storage::db::Tx;
use crate::storage::settings;

const MASTER_CHECK: &str = "keys.master_check";
const LOOKUP: &str = "keys.lookup";
const LOOKUP_LABEL: &str = "settings.lookup";

/// Why an installation cannot be opened; each text is one clear line for the operator.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The database cannot be reached or fails.
    #[error("the database cannot be used")]
    Database(#[from] DbError),
    /// The tables are not there.
    #[error("the database has not been prepared: run `procura migrate`, or set server.migrate_at_start")]
    NotMigrated(#[source] DbError),
    /// Tables are an earlier release's.
    #[error("the database is an earlier release's: run `procura migrate`, or set server.migrate_at_start")]
    Behind,
    /// The database was made under another master key.
    #[error("keys.master_key is not the one this database was made with")]
    OtherMasterKey,
    /// Something sealed does not open.
    #[error("what the system sealed for itself does not open")]
    LookupKey(#[from] crate::crypto::seal::SealError),
    /// The ledger's name was fixed at first start.
    #[error(
        "this database's ledger is named {fixed}, the configuration says {configured}: set ledger.origin = \"{fixed}\""
    )]
    OtherOrigin {
        /// The name it has.
        fixed: String,
        /// The name the configuration gives.
        configured: String,
    },
}

/// Whether opening also brings the schema up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migrate {
    /// As `server.migrate_at_start` says.
    AsConfigured,
    /// Always.
    Always,
}

/// Opens the installation that a configuration describes.
///
/// # Errors
/// [`InstallError`], in words for the operator.
pub async fn open(
    config: Arc<Config>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    migrate: Migrate,
) -> Result<Bench, InstallError> {
    let db = Db::open(config.database.url.expose_secret(), config.database.max_connections).await?;
    if migrate == Migrate::Always || config.server.migrate_at_start {
        db.migrate().await?;
    }
    match db.schema().await.map_err(InstallError::NotMigrated)? {
        Schema::Same => {}
        Schema::Older => return Err(InstallError::Behind),
        Schema::Newer => {
            tracing::warn!("a later release has migrated this database; this one goes on beside it");
        }
    }
    let master = MasterKey::from_bytes(*config.keys.master.expose());
    let mut tx = db.begin().await?;
    check_master(&config, &mut tx, &master).await?;
    let lookup = lookup_key(&mut tx, &master, random.as_ref()).await?;
    fix_origin(&config, &mut tx).await?;
    let system = SystemKey::establish(&mut tx, &master, clock.now(), random.as_ref()).await?;
    tx.commit().await?;
    Ok(Bench {
        clock,
        random,
        db,
        config,
        master: Arc::new(master),
        lookup: Arc::new(lookup),
        keys: Arc::new(KeyCache::default()),
        lists: Arc::default(),
        edge: Arc::default(),
        system: Arc::new(system),
    })
}

/// The first start notes the master key's check value; later ones compare it.
async fn check_master(config: &Config, tx: &mut Tx, master: &MasterKey) -> Result<(), InstallError> {
    let own = master.check_value();
    let stored =
        settings::establish(tx, MASTER_CHECK, own.as_bytes()).await.map_err(InstallError::NotMigrated)?;
    if same(&stored, own.as_bytes()) {
        return Ok(());
    }
    let previous =
        config.keys.previous_master.as_ref().map(|key| MasterKey::from_bytes(*key.expose()).check_value());
    // The former key is named while `keys rewrap` moves to the new one; everything else waits for it to finish.
    tracing::error!(
        rewrap_pending = previous.is_some_and(|check| same(&stored, check.as_bytes())),
        "another master key"
    );
    Err(InstallError::OtherMasterKey)
}

async fn lookup_key(tx: &mut Tx, master: &MasterKey, random: &dyn Random) -> Result<LookupKey, InstallError> {
    let stored = match settings::find(tx, LOOKUP).await? {
        Some(stored) => stored,
        None => {
            let sealed = master.seal(LOOKUP_LABEL, &random_bytes::<32>(random), random)?;
            settings::establish(tx, LOOKUP, &sealed).await?
        }
    };
    let opened = master.open(LOOKUP_LABEL, &stored)?;
    let bytes = opened.as_slice().try_into().map_err(|_| crate::crypto::seal::SealError::Form)?;
    Ok(LookupKey::from_bytes(bytes))
}

async fn fix_origin(config: &Config, tx: &mut Tx) -> Result<(), InstallError> {
    let configured = config.ledger_origin();
    let stored = settings::establish(tx, ORIGIN_SETTING, configured.as_bytes()).await?;
    if stored == configured.as_bytes() {
        return Ok(());
    }
    Err(InstallError::OtherOrigin { fixed: String::from_utf8_lossy(&stored).into_owned(), configured })
}
