//! What an audit reads: every leaf in order, every payload with where it is filed, and what has no place in the tree.

use crate::domain::ids::DataKeyId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;
use crate::storage::entries;
use crate::storage::entries::Filed;
use crate::storage::entries::contents;

statements! {
    PLACES = Sql::same("SELECT idx, entry FROM ledger_sequence WHERE idx >= $1 ORDER BY idx LIMIT $2");
    LEAVES = Sql::same("SELECT id, at, leaf FROM ledger_entries WHERE id > $1 ORDER BY id LIMIT $2");
    LEAF = Sql::same("SELECT id, at, leaf FROM ledger_entries WHERE id = $1");
    PAYLOADS = Sql::same(concat!(
        "SELECT e.id AS id, e.at AS at, e.leaf AS leaf, r.at AS filed_at, r.kind AS kind, r.person AS person, r.mandate AS mandate, r.act AS act,
           r.account AS account, r.organisation AS organisation, r.client AS client, ",
        contents!(),
        " FROM ledger_entries e LEFT JOIN entry_refs r ON r.entry = e.id WHERE e.id > $1 ORDER BY e.id LIMIT $2"
    ));
    CHAINS = Sql::same("SELECT id, chain_n, chain_head FROM mandates ORDER BY id");
    ENTRIES = Sql::same("SELECT COUNT(*) AS many FROM ledger_entries");
    WAITING = Sql::same("SELECT COUNT(*) AS many, CAST(COALESCE(SUM(CASE WHEN e.at < $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS late
        FROM ledger_pending w CROSS JOIN ledger_entries e WHERE e.id = w.entry AND NOT EXISTS (SELECT 1 FROM ledger_sequence s WHERE s.entry = e.id)");
    UNSEQUENCED = Sql::same("SELECT COUNT(*) AS many FROM ledger_entries e
        WHERE e.at < $1 AND NOT EXISTS (SELECT 1 FROM ledger_sequence s WHERE s.entry = e.id)");
    LOST = Sql::same("SELECT COUNT(*) AS many FROM ledger_entries e
        WHERE NOT EXISTS (SELECT 1 FROM ledger_sequence s WHERE s.entry = e.id)
          AND NOT EXISTS (SELECT 1 FROM ledger_pending w WHERE w.entry = e.id)");
    NEWEST = Sql::same("SELECT id FROM ledger_entries ORDER BY id DESC LIMIT 1");
    TABLES = Sql::two("SELECT COUNT(*) AS many FROM sqlite_master WHERE type = 'table'",
        "SELECT COUNT(*) AS many FROM information_schema.tables WHERE table_schema = current_schema()");
    ANALYZE = Sql::same("ANALYZE");
    STORED = Sql::two("SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
        "SELECT pg_database_size(current_database()) AS bytes");
}

/// Which entry has a place in the tree.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct PlaceRow {
    /// Its index.
    pub idx: i64,
    /// The entry.
    pub entry: EntryId,
}

/// One leaf as stored.
#[derive(Debug, sqlx::FromRow)]
pub struct LeafRow {
    /// Its entry.
    pub id: EntryId,
    at: Instant,
    #[sqlx(rename = "leaf")]
    kept: Vec<u8>,
}

impl LeafRow {
    /// Its bytes, as published.
    ///
    /// # Errors
    /// None in practice.
    pub fn leaf(self) -> Result<Vec<u8>, DbError> {
        entries::leaf(self.id, self.at, self.kept)
    }

    #[cfg(test)]
    pub(crate) fn sample(id: EntryId) -> Self {
        Self { id, at: Instant::from_micros(0), kept: vec![0; 32] }
    }
}

/// One entry with its payload and where it is filed.
#[derive(Debug, sqlx::FromRow)]
pub struct PayloadRow {
    /// Its identifier.
    pub id: EntryId,
    /// When.
    pub at: Instant,
    #[sqlx(rename = "leaf")]
    kept: Vec<u8>,
    /// Whose key seals the payload; `None` once retention dropped it.
    pub data_key: Option<DataKeyId>,
    /// The sealed payload.
    pub sealed: Option<Vec<u8>>,
    /// The instant it is filed under: the same as its own, unless somebody changed it.
    pub filed_at: Option<Instant>,
    /// The kind it is filed under.
    pub kind: Option<String>,
    /// What else it is filed under.
    #[sqlx(flatten)]
    pub filed: Filed,
}

impl PayloadRow {
    /// The public leaf.
    ///
    /// # Errors
    /// None in practice.
    pub fn leaf(&self) -> Result<Vec<u8>, DbError> {
        entries::leaf(self.id, self.at, self.kept.clone())
    }
}

/// The end of a mandate's chain as the mandate keeps it.
#[derive(Debug, sqlx::FromRow)]
pub struct ChainRow {
    /// Which mandate.
    pub id: MandateId,
    /// How many lines it has.
    pub chain_n: i64,
    /// The leaf hash of the last.
    pub chain_head: Option<Vec<u8>>,
}

/// Places from index `first` on, in order.
pub async fn places(tx: &mut Tx, first: i64, most: i64) -> Result<Vec<PlaceRow>, DbError> {
    tx.query(PLACES).bind(first).bind(most).fetch_all().await
}

/// Leaves after `last`, in the order of their identifiers, whether they have a place or not.
pub async fn leaves(tx: &mut Tx, last: EntryId, most: i64) -> Result<Vec<LeafRow>, DbError> {
    tx.query(LEAVES).bind(last).bind(most).fetch_all().await
}

/// One leaf.
pub async fn leaf(tx: &mut Tx, entry: EntryId) -> Result<Option<LeafRow>, DbError> {
    tx.query(LEAF).bind(entry).fetch_optional().await
}

/// How many entries there are.
pub async fn entries(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(tx.query(ENTRIES).fetch_one::<(i64,)>().await?.0)
}

/// How many entries wait for their index, and how many of them were written before `before`.
pub async fn waiting(tx: &mut Tx, before: Instant) -> Result<(i64, i64), DbError> {
    tx.query(WAITING).bind(before).fetch_one().await
}

/// Entries after `last`, in the order of their identifiers, whether they have an index or not.
pub async fn payloads(tx: &mut Tx, last: EntryId, most: i64) -> Result<Vec<PayloadRow>, DbError> {
    tx.query(PAYLOADS).bind(last).bind(most).fetch_all().await
}

/// The chain ends of every mandate.
pub async fn chains(tx: &mut Tx) -> Result<Vec<ChainRow>, DbError> {
    tx.query(CHAINS).fetch_all().await
}

/// How many entries written before `before` have no index.
pub async fn unsequenced(tx: &mut Tx, before: Instant) -> Result<i64, DbError> {
    Ok(tx.query(UNSEQUENCED).bind(before).fetch_one::<(i64,)>().await?.0)
}

/// How many entries neither have an index nor wait for one.
pub async fn lost(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(tx.query(LOST).fetch_one::<(i64,)>().await?.0)
}

/// The newest entry.
pub async fn newest(tx: &mut Tx) -> Result<Option<EntryId>, DbError> {
    let row = tx.query(NEWEST).fetch_optional::<(EntryId,)>().await?;
    Ok(row.map(|(id,)| id))
}

/// How many tables there are.
pub async fn tables(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(tx.query(TABLES).fetch_one::<(i64,)>().await?.0)
}

/// Has PostgreSQL look at what it holds now, as it does by itself within a minute; SQLite plans without.
pub async fn analyze(tx: &mut Tx) -> Result<(), DbError> {
    if tx.has_server() {
        tx.query(ANALYZE).execute().await?;
    }
    Ok(())
}

/// The bytes the whole database takes.
pub async fn stored_bytes(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(tx.query(STORED).fetch_one::<(i64,)>().await?.0)
}
