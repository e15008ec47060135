//! The writing side of the ledger: entries, their sealed payloads, and where they are found again.

use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::ledger::sealed::FiledUnder;
use crate::ledger::sealed::published;
use crate::storage::db::DbError;
use crate::storage::db::Query;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;
use crate::storage::tokens;
use crate::storage::tokens::StoredToken;

/// Whose key seals what a line says, and what it seals, of the references `r`: beside them, or where older builds put it.
macro_rules! contents {
    () => {
        "COALESCE(r.data_key, (SELECT p.data_key FROM ledger_payloads p WHERE p.entry = r.entry)) AS data_key,
         COALESCE(r.sealed, (SELECT p.sealed FROM ledger_payloads p WHERE p.entry = r.entry)) AS sealed"
    };
}

/// The columns of a [`StoredEntry`], of the references `r`.
macro_rules! columns {
    () => {
        concat!(
            "r.entry AS id, r.at AS at, r.kind AS kind, r.person AS person, r.mandate AS mandate, r.act AS act,
               r.account AS account, r.organisation AS organisation, r.client AS client, ",
            crate::storage::entries::contents!()
        )
    };
}

/// A [`StoredEntry`] of what `$from` finds as `r`.
macro_rules! lines_from {
    ($($from:expr),+) => {
        concat!("SELECT ", crate::storage::entries::columns!(), " FROM ", $($from),+)
    };
}

pub(super) use columns;
pub(super) use contents;
pub(super) use lines_from;

macro_rules! entries_where {
    ($condition:literal) => {
        Sql::same(concat!(lines_from!("entry_refs r"), " WHERE ", $condition))
    };
}

macro_rules! insert_line {
    () => {
        "INSERT INTO ledger_lines (id, at, leaf, leaf_hash, data_key, sealed, kind, refused, person, mandate, act, account, organisation,
          client, shown_from, chain_n)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    };
}

statements! {
    INSERT = Sql::same(insert_line!());
    // One statement where a server is asked over the wire.
    INSERT_WITH_TOKEN = Sql::two(
        insert_line!(),
        concat!("WITH line AS (", insert_line!(), ") INSERT INTO tokens (jti, kind, client, act, mandate, expires_at) VALUES ($17, $18, $19, $20, $21, $22)"),
    );
    INSERT_TWO = Sql::same("INSERT INTO ledger_lines (id, at, leaf, leaf_hash, data_key, sealed, kind, refused, person, mandate, act, account, organisation,
          client, shown_from, chain_n)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16),
          ($17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)");
    CHAIN_END = Sql::two(
        "SELECT chain_n, chain_head FROM mandates WHERE id = $1",
        "SELECT chain_n, chain_head FROM mandates WHERE id = $1 FOR NO KEY UPDATE",
    );
    PUT_CHAIN = Sql::same("UPDATE mandates SET chain_n = $2, chain_head = $3 WHERE id = $1");
    FIND = entries_where!("r.entry = $1");
    FIND_WITH_LEAF = Sql::same(concat!("SELECT e.at AS leaf_at, e.leaf AS leaf, ", columns!(), "
        FROM entry_refs r JOIN ledger_entries e ON e.id = r.entry WHERE r.entry = $1"));
    FIRST_OF_KIND = entries_where!("r.mandate = $1 AND r.kind = $2 AND r.refused = FALSE ORDER BY r.at, r.entry LIMIT 1");
    OF_ACT = entries_where!("r.act = $1 ORDER BY r.at, r.entry");
    OF_ACTS = entries_where!("r.act IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50) ORDER BY r.at, r.entry");
}

/// As many places as [`OF_ACTS`] has.
const ACTS_AT_ONCE: usize = 50;

/// One entry to add.
#[derive(Debug)]
pub struct NewEntry<'a> {
    /// Its identifier.
    pub id: EntryId,
    /// When.
    pub at: Instant,
    /// The commitment to its payload: with identifier and instant it makes the public leaf.
    pub commitment: &'a [u8; 32],
    /// That leaf's hash in the tree: where its mandate's chain then ends.
    pub leaf_hash: &'a [u8; 32],
    /// Under whose key the payload is sealed.
    pub data_key: DataKeyId,
    /// The sealed payload.
    pub sealed: &'a [u8],
    /// Its number in the chain of its mandate, where it has one.
    pub chain_n: Option<i64>,
    /// Where it is found again.
    pub refs: Refs<'a>,
}

/// Whom and what an entry concerns.
#[derive(Clone, Debug, Default)]
pub struct Refs<'a> {
    /// `noun.verb`.
    pub kind: &'a str,
    /// Whether something was refused.
    pub refused: bool,
    /// What it is sealed with.
    pub filed: FiledUnder<'a>,
    /// From when on the person it is about may see it; from the beginning where there is none.
    pub shown_from: Option<Instant>,
}

/// What an entry is filed under, as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Filed {
    /// The person.
    pub person: Option<PersonId>,
    /// The mandate.
    pub mandate: Option<MandateId>,
    /// The act.
    pub act: Option<ActId>,
    /// The professional who did it.
    pub account: Option<AccountId>,
    /// The organisation.
    pub organisation: Option<OrganisationId>,
    /// The client.
    pub client: Option<ClientId>,
}

impl Filed {
    /// The same, as its payload is sealed and opened with it.
    pub const fn under(&self) -> FiledUnder<'_> {
        FiledUnder {
            person: self.person,
            mandate: self.mandate,
            act: self.act,
            account: self.account,
            organisation: self.organisation,
            client: self.client.as_ref(),
        }
    }
}

/// One entry as it is filed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredEntry {
    /// Its identifier.
    pub id: EntryId,
    /// When.
    pub at: Instant,
    /// Whose key seals the payload; `None` once retention dropped the payload.
    pub data_key: Option<DataKeyId>,
    /// The sealed payload.
    pub sealed: Option<Vec<u8>>,
    /// `noun.verb`.
    pub kind: String,
    /// What it is filed under.
    #[sqlx(flatten)]
    pub filed: Filed,
}

/// One entry with what the tree has of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Leafed {
    /// The entry.
    #[sqlx(flatten)]
    pub entry: StoredEntry,
    leaf_at: Instant,
    #[sqlx(rename = "leaf")]
    kept: Vec<u8>,
}

impl Leafed {
    /// The public leaf. What was changed by hand may be none: it is then what stands there.
    ///
    /// # Errors
    /// None in practice.
    pub fn leaf(&self) -> Result<Vec<u8>, DbError> {
        leaf(self.entry.id, self.leaf_at, self.kept.clone())
    }
}

/// The public leaf of what is stored of it.
pub(super) fn leaf(id: EntryId, at: Instant, kept: Vec<u8>) -> Result<Vec<u8>, DbError> {
    published(id, at, kept).map_err(|error| DbError::Other(error.to_string()))
}

/// Adds an entry, as the next of its mandate's chain where it names one: an error when it is not the next.
pub async fn insert(tx: &mut Tx, entry: &NewEntry<'_>) -> Result<(), DbError> {
    tx.query(INSERT).entry(entry).execute().await.map(drop)
}

/// Adds an entry, and the token that it says was issued; as [`insert`].
pub async fn insert_with_token(
    tx: &mut Tx,
    entry: &NewEntry<'_>,
    token: &StoredToken,
) -> Result<(), DbError> {
    if tx.has_server() {
        return tx.query(INSERT_WITH_TOKEN).entry(entry).token(token).execute().await.map(drop);
    }
    tokens::insert(tx, token).await?;
    insert(tx, entry).await
}

/// Adds two entries, the second after the first; as [`insert`].
pub async fn insert_two(tx: &mut Tx, [one, other]: [&NewEntry<'_>; 2]) -> Result<(), DbError> {
    tx.query(INSERT_TWO).entry(one).entry(other).execute().await.map(drop)
}

impl Query<'_> {
    fn entry(self, entry: &NewEntry<'_>) -> Self {
        let refs = &entry.refs;
        self.bind(entry.id)
            .bind(entry.at)
            .bind(&entry.commitment[..])
            .bind(&entry.leaf_hash[..])
            .bind(entry.data_key)
            .bind(entry.sealed)
            .refs(refs)
            .bind(refs.shown_from)
            .bind(entry.chain_n)
    }

    /// Kind, refused, person, mandate, act, account, organisation, client.
    pub(super) fn refs(self, refs: &Refs<'_>) -> Self {
        self.bind(refs.kind)
            .bind(refs.refused)
            .bind(refs.filed.person)
            .bind(refs.filed.mandate)
            .bind(refs.filed.act)
            .bind(refs.filed.account)
            .bind(refs.filed.organisation)
            .bind(refs.filed.client.cloned())
    }
}

/// Where the chain of a mandate ends: the number and the leaf hash of its newest entry. Takes the mandate.
pub async fn chain_end(tx: &mut Tx, mandate: MandateId) -> Result<Option<(i64, Option<Vec<u8>>)>, DbError> {
    tx.query(CHAIN_END).bind(mandate).fetch_optional().await
}

/// Notes how long a made-up mandate's chain is, and its newest leaf hash.
pub async fn put_chain(tx: &mut Tx, mandate: MandateId, n: i64, leaf_hash: &[u8; 32]) -> Result<(), DbError> {
    tx.query(PUT_CHAIN).bind(mandate).bind(n).bind(&leaf_hash[..]).execute().await?;
    Ok(())
}

/// One entry.
pub async fn find(tx: &mut Tx, id: EntryId) -> Result<Option<StoredEntry>, DbError> {
    tx.query(FIND).bind(id).fetch_optional().await
}

/// One entry with its leaf.
pub async fn find_with_leaf(tx: &mut Tx, id: EntryId) -> Result<Option<Leafed>, DbError> {
    tx.query(FIND_WITH_LEAF).bind(id).fetch_optional().await
}

/// The first entry of this kind of a mandate.
pub async fn first_of_kind(
    tx: &mut Tx,
    mandate: MandateId,
    kind: &str,
) -> Result<Option<StoredEntry>, DbError> {
    tx.query(FIRST_OF_KIND).bind(mandate).bind(kind).fetch_optional().await
}

/// The entries of one act, oldest first.
pub async fn of_act(tx: &mut Tx, act: ActId) -> Result<Vec<StoredEntry>, DbError> {
    tx.query(OF_ACT).bind(act).fetch_all().await
}

/// The entries of several acts, oldest first of each.
pub async fn of_acts(tx: &mut Tx, acts: &[ActId]) -> Result<Vec<StoredEntry>, DbError> {
    let mut all = Vec::new();
    for some in acts.chunks(ACTS_AT_ONCE) {
        let mut query = tx.query(OF_ACTS);
        // The places that are left name the last one again.
        for place in 0..ACTS_AT_ONCE {
            query = query.bind(some.get(place).or(some.last()).copied());
        }
        all.extend(query.fetch_all::<StoredEntry>().await?);
    }
    Ok(all)
}
