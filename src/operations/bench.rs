//! What every operation works with: the clock, randomness, the database, the keys, the configuration.

use std::fmt;
use std::sync::Arc;

use crate::config::Config;
use crate::crypto::lookup::LookupKey;
use crate::crypto::seal::MasterKey;
use crate::domain::ids::Random;
use crate::domain::time::Clock;
use crate::domain::time::Instant;
use crate::operations::data_keys::SystemKey;
use crate::operations::edge_tiles::EdgeTiles;
use crate::operations::keys::KeyCache;
use crate::operations::read_status::ListReads;
use crate::storage::db::Db;

/// The bench; cheap to clone, built once at start.
#[derive(Clone)]
pub struct Bench {
    /// The one clock.
    pub clock: Arc<dyn Clock>,
    /// The one source of randomness.
    pub random: Arc<dyn Random>,
    /// The database.
    pub db: Db,
    /// The configuration.
    pub config: Arc<Config>,
    /// Seals every data key.
    pub master: Arc<MasterKey>,
    /// Finds persons and accounts by a keyed hash; random, sealed in the database.
    pub lookup: Arc<LookupKey>,
    /// Signing keys read a moment ago; `KeyCache::default()` at start.
    pub keys: Arc<KeyCache>,
    /// The system's own data key.
    pub system: Arc<SystemKey>,
    /// Status lists that are being read now; `Arc::default()` at start.
    pub lists: Arc<ListReads>,
    /// The unfinished tiles of the tree that was proved with last; `Arc::default()` at start.
    pub edge: Arc<EdgeTiles>,
}

impl Bench {
    /// The present instant.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").field("engine", &self.db.engine()).finish_non_exhaustive()
    }
}
