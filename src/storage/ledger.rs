//! The ledger's order: sequence, tiles and checkpoints, only ever added to.
//!
//! Partial tiles of level 0 are not stored: their hashes are those of the sequenced entries. Of the other levels each
//! version a checkpoint needed is stored, and a narrower one is read out of a wider one.

use std::collections::HashMap;

use crate::domain::ids::EntryId;
use crate::domain::time::Instant;
use crate::ledger::merkle::Hash;
use crate::ledger::merkle::leaf_hash;
use crate::ledger::tiles::FULL;
use crate::ledger::tiles::Tile;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;
use crate::storage::entries;

/// The narrowest version of a tile that is wide enough.
macro_rules! tile {
    ($level:literal, $index:literal, $width:literal) => {
        concat!(
            "(SELECT data FROM ledger_tiles WHERE level = ",
            $level,
            " AND idx = ",
            $index,
            " AND width >= ",
            $width,
            " ORDER BY width LIMIT 1)"
        )
    };
}

statements! {
    SEQUENCE = Sql::same("INSERT INTO ledger_sequence (idx, entry)
        SELECT $1 + ROW_NUMBER() OVER (ORDER BY waiting.at, waiting.entry) - 1, waiting.entry
        FROM (SELECT at, entry FROM ledger_pending ORDER BY at, entry LIMIT $2) AS waiting");
    SEQUENCE_ONE = Sql::same("INSERT INTO ledger_sequence (idx, entry) SELECT $1, entry FROM ledger_pending WHERE entry = $2");
    CLEAR = Sql::same("DELETE FROM ledger_pending WHERE entry IN (SELECT entry FROM ledger_sequence WHERE idx >= $1)");
    COUNT_DAYS = Sql::same("INSERT INTO trail_days (day, kind, refused, lines)
        SELECT fresh.day, fresh.kind, fresh.refused, COUNT(*) FROM (
          SELECT (SELECT substr(CAST(r.at AS TEXT), 1, 10) FROM entry_refs r WHERE r.entry = s.entry) AS day,
            (SELECT r.kind FROM entry_refs r WHERE r.entry = s.entry) AS kind,
            (SELECT r.refused FROM entry_refs r WHERE r.entry = s.entry) AS refused
          FROM ledger_sequence s WHERE s.idx >= $1 AND s.idx < $2) AS fresh
        WHERE fresh.kind IS NOT NULL GROUP BY fresh.day, fresh.kind, fresh.refused
        ON CONFLICT (day, kind, refused) DO UPDATE SET lines = trail_days.lines + excluded.lines");
    // The number in it is known before any value is: each leaf is looked up, and the table never read whole.
    LEAVES = Sql::same("SELECT s.idx AS idx, s.entry AS id, e.at AS at, e.leaf AS leaf
        FROM (SELECT idx, entry FROM ledger_sequence WHERE idx >= $1 AND idx < $2 ORDER BY idx LIMIT 1024) AS s
        LEFT JOIN ledger_entries e ON e.id = s.entry ORDER BY s.idx");
    INDEX_OF = Sql::same("SELECT idx FROM ledger_sequence WHERE entry = $1");
    PLACES = Sql::same("SELECT entry, idx FROM ledger_sequence WHERE entry IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)");
    WAITING = Sql::same("SELECT COUNT(*) AS waiting, MIN(at) AS oldest FROM ledger_pending");
    ANY_WAITING = Sql::same("SELECT entry FROM ledger_pending LIMIT 1");
    INSERT_TILE = Sql::same("INSERT INTO ledger_tiles (level, idx, width, data) VALUES ($1, $2, $3, $4)");
    FIND_TILES = Sql::same(concat!(
        "SELECT ", tile!("$1", "$2", "$3"), ", ", tile!("$4", "$5", "$6"), ", ", tile!("$7", "$8", "$9"), ", ", tile!("$10", "$11", "$12")));
    INSERT_CHECKPOINT = Sql::same("INSERT INTO ledger_checkpoints (size, root, note, epoch, at) VALUES ($1, $2, $3, $4, $5)");
    LATEST_CHECKPOINT = Sql::same("SELECT size, root, note, epoch, at FROM ledger_checkpoints ORDER BY size DESC LIMIT 1");
    CHECKPOINT_OF = Sql::same("SELECT size, root, note, epoch, at FROM ledger_checkpoints WHERE size = $1");
    CHECKPOINTS_FROM = Sql::same("SELECT size, root, note, epoch, at FROM ledger_checkpoints WHERE size > $1 ORDER BY size LIMIT $2");
    CHECKPOINTS_BELOW = Sql::same("SELECT size, root, note, epoch, at FROM ledger_checkpoints WHERE size < $1 ORDER BY size DESC LIMIT $2");
}

/// As many entries as [`PLACES`] asks for.
const PLACES_AT_ONCE: usize = 50;
/// As many leaves as [`LEAVES`] gives.
const LEAVES_AT_ONCE: u64 = 1024;
/// As many places as [`FIND_TILES`] has: the most full tiles that a proof in a tree of four thousand million leaves needs.
const TILES_AT_ONCE: usize = 4;

type Found = Option<Vec<u8>>;

/// A signed checkpoint as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CheckpointRow {
    /// How many leaves it covers.
    pub size: i64,
    /// The root over them, 32 bytes.
    pub root: Vec<u8>,
    /// The signed note.
    pub note: String,
    /// The lease's epoch under which it was written.
    pub epoch: i64,
    /// When.
    pub at: Instant,
}

/// How many entries have no index yet, and since when the oldest of them waits.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Waiting {
    /// How many.
    pub waiting: i64,
    /// The instant of the oldest.
    pub oldest: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct LeafRow {
    idx: i64,
    id: EntryId,
    at: Option<Instant>,
    leaf: Option<Vec<u8>>,
}

fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Gives the oldest `most` waiting entries the indexes from `first` on, and counts them by day and kind; gives how many
/// there were.
///
/// # Errors
/// [`DbError::Unique`] when one of them has an index already: the rows were tampered with.
pub async fn sequence(tx: &mut Tx, first: u64, most: u64) -> Result<u64, DbError> {
    let added = tx.query(SEQUENCE).bind(column(first)).bind(column(most)).execute().await?;
    tx.query(CLEAR).bind(column(first)).execute().await?;
    if added > 0 {
        tx.query(COUNT_DAYS).bind(column(first)).bind(column(first.saturating_add(added))).execute().await?;
    }
    Ok(added)
}

/// The leaf hashes from index `first` to before `end`.
///
/// # Errors
/// [`DbError::Inconsistent`] when one is missing.
pub async fn leaf_hashes(tx: &mut Tx, first: u64, end: u64) -> Result<Vec<Hash>, DbError> {
    Ok(leaves(tx, first, end).await?.iter().map(|leaf| leaf_hash(leaf)).collect())
}

/// The leaves from index `first` to before `end`, as published.
///
/// # Errors
/// [`DbError::Inconsistent`] when one is missing.
pub async fn leaves(tx: &mut Tx, first: u64, end: u64) -> Result<Vec<Vec<u8>>, DbError> {
    let mut leaves = Vec::new();
    for from in (first..end).step_by(usize::try_from(LEAVES_AT_ONCE).unwrap_or(usize::MAX)) {
        let until = end.min(from.saturating_add(LEAVES_AT_ONCE));
        let rows = tx.query(LEAVES).bind(column(from)).bind(column(until)).fetch_all::<LeafRow>().await?;
        if rows.len() as u64 != until - from {
            return Err(broken("idx", from));
        }
        for (row, index) in rows.into_iter().zip(from..until) {
            leaves.push(match (row.at, row.leaf) {
                _ if row.idx != column(index) => return Err(broken("idx", from)),
                (Some(at), Some(kept)) => entries::leaf(row.id, at, kept)?,
                _ => return Err(broken("entry", index)),
            });
        }
    }
    Ok(leaves)
}

/// Gives one waiting entry the index `index`, before any other; `false` when it does not wait.
///
/// # Errors
/// [`DbError::Unique`] when the index is taken.
pub async fn sequence_one(tx: &mut Tx, index: u64, entry: EntryId) -> Result<bool, DbError> {
    let added = tx.query(SEQUENCE_ONE).bind(column(index)).bind(entry).execute().await?;
    tx.query(CLEAR).bind(column(index)).execute().await?;
    Ok(added == 1)
}

fn broken(column: &'static str, index: u64) -> DbError {
    DbError::Inconsistent { table: "ledger_sequence", column, row: index.to_string() }
}

/// The index of an entry; `None` while it waits.
pub async fn index_of(tx: &mut Tx, entry: EntryId) -> Result<Option<u64>, DbError> {
    let row = tx.query(INDEX_OF).bind(entry).fetch_optional::<(i64,)>().await?;
    Ok(row.and_then(|(idx,)| u64::try_from(idx).ok()))
}

/// The indexes of these entries; those that wait are not among them.
pub async fn places(tx: &mut Tx, entries: &[EntryId]) -> Result<HashMap<EntryId, u64>, DbError> {
    if let [one] = entries {
        return Ok(index_of(tx, *one).await?.map(|index| (*one, index)).into_iter().collect());
    }
    let mut places = HashMap::with_capacity(entries.len());
    for some in entries.chunks(PLACES_AT_ONCE) {
        let mut query = tx.query(PLACES);
        // The places that are left name the last one again.
        for place in 0..PLACES_AT_ONCE {
            query = query.bind(some.get(place).or(some.last()).copied());
        }
        let rows = query.fetch_all::<(EntryId, i64)>().await?;
        places.extend(rows.into_iter().filter_map(|(entry, idx)| Some((entry, u64::try_from(idx).ok()?))));
    }
    Ok(places)
}

/// Whether an entry waits for its index.
pub async fn any_waiting(tx: &mut Tx) -> Result<bool, DbError> {
    Ok(tx.query(ANY_WAITING).fetch_optional::<(EntryId,)>().await?.is_some())
}

/// How many entries wait, and since when.
pub async fn waiting(tx: &mut Tx) -> Result<Waiting, DbError> {
    tx.query(WAITING).fetch_one().await
}

/// Whether a tile is stored: full ones, and partial ones above level 0.
pub const fn is_stored(tile: &Tile) -> bool {
    tile.level > 0 || tile.is_full()
}

/// Adds a tile; those of which [`is_stored`] says no are left out.
pub async fn insert_tile(tx: &mut Tx, tile: &Tile, data: &[u8]) -> Result<(), DbError> {
    if is_stored(tile) {
        tx.query(INSERT_TILE)
            .bind(i64::from(tile.level))
            .bind(column(tile.index))
            .bind(i64::from(tile.width))
            .bind(data)
            .execute()
            .await?;
    }
    Ok(())
}

/// The bytes of these tiles, in this order; `None` for one that is not there. The caller knows that the tree holds them.
pub async fn tiles(tx: &mut Tx, wanted: &[Tile]) -> Result<Vec<Found>, DbError> {
    let (stored, made): (Vec<&Tile>, Vec<&Tile>) = wanted.iter().partition(|tile| is_stored(tile));
    let mut found = HashMap::with_capacity(wanted.len());
    for some in stored.chunks(TILES_AT_ONCE) {
        let mut query = tx.query(FIND_TILES);
        // The places that are left ask for none.
        for place in 0..TILES_AT_ONCE {
            let tile = some.get(place);
            query = query
                .bind(tile.map(|tile| i64::from(tile.level)))
                .bind(tile.map(|tile| column(tile.index)))
                .bind(tile.map(|tile| i64::from(tile.width)));
        }
        let (a, b, c, d): (Found, Found, Found, Found) = query.fetch_one().await?;
        found.extend(some.iter().copied().zip([a, b, c, d]));
    }
    for tile in made {
        let first = tile.index.saturating_mul(FULL);
        let hashes = leaf_hashes(tx, first, first.saturating_add(u64::from(tile.width))).await?;
        found.insert(tile, Some(hashes.concat()));
    }
    Ok(wanted.iter().map(|tile| found.remove(tile).flatten().and_then(|data| narrowed(tile, data))).collect())
}

/// As many hashes of a stored tile as this one has.
fn narrowed(tile: &Tile, mut data: Vec<u8>) -> Found {
    let length = usize::from(tile.width) * 32;
    let enough = data.len() >= length;
    data.truncate(length);
    enough.then_some(data)
}

/// Adds a checkpoint.
pub async fn insert_checkpoint(tx: &mut Tx, row: &CheckpointRow) -> Result<(), DbError> {
    tx.query(INSERT_CHECKPOINT)
        .bind(row.size)
        .bind(row.root.as_slice())
        .bind(row.note.as_str())
        .bind(row.epoch)
        .bind(row.at)
        .execute()
        .await?;
    Ok(())
}

/// The newest checkpoint; `None` before the first.
pub async fn latest_checkpoint(tx: &mut Tx) -> Result<Option<CheckpointRow>, DbError> {
    tx.query(LATEST_CHECKPOINT).fetch_optional().await
}

/// The checkpoint of exactly this size, if one was signed.
pub async fn checkpoint_of(tx: &mut Tx, size: u64) -> Result<Option<CheckpointRow>, DbError> {
    tx.query(CHECKPOINT_OF).bind(column(size)).fetch_optional().await
}

/// The next `most` checkpoints above `size`, smallest first.
pub async fn checkpoints_above(tx: &mut Tx, size: u64, most: u64) -> Result<Vec<CheckpointRow>, DbError> {
    tx.query(CHECKPOINTS_FROM).bind(column(size)).bind(column(most)).fetch_all().await
}

/// The next `most` checkpoints below `size`, largest first.
pub async fn checkpoints_below(tx: &mut Tx, size: u64, most: u64) -> Result<Vec<CheckpointRow>, DbError> {
    tx.query(CHECKPOINTS_BELOW).bind(column(size)).bind(column(most)).fetch_all().await
}
