//! Persons, how they are found again, and whom they blocked.

use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::person::Identification;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO persons (id, identity, identification, data_key, created_at) VALUES ($1, $2, $3, $4, $5)");
    UPDATE = Sql::same("UPDATE persons SET identity = $2, identification = $3 WHERE id = $1 AND erased_at IS NULL");
    FIND = Sql::same("SELECT p.id AS id, p.identity AS identity, p.identification AS identification, p.data_key AS data_key, k.sealed AS sealed_key
        FROM persons p JOIN data_keys k ON k.id = p.data_key WHERE p.id = $1");
    ADD_SUBJECT = Sql::same("INSERT INTO person_subjects (subject_hash, person) VALUES ($1, $2)");
    BY_SUBJECT = Sql::same("SELECT p.id AS id, p.identity AS identity, p.identification AS identification, p.data_key AS data_key
        FROM person_subjects s JOIN persons p ON p.id = s.person WHERE s.subject_hash = $1");
    HOLD = Sql::two("SELECT id FROM persons WHERE id = $1", "SELECT id FROM persons WHERE id = $1 FOR UPDATE");
    HOLD_SHARED = Sql::two("SELECT id FROM persons WHERE id = $1", "SELECT id FROM persons WHERE id = $1 FOR KEY SHARE");
    BLOCK = Sql::same("INSERT INTO blocks (person, target_kind, target, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
    UNBLOCK = Sql::same("DELETE FROM blocks WHERE person = $1 AND target_kind = $2 AND target = $3");
    BLOCKS = Sql::same("SELECT target_kind, target, created_at FROM blocks WHERE person = $1 ORDER BY created_at, target");
}

const ACCOUNT: &str = "account";
const ORGANISATION: &str = "organisation";

/// A person as stored; the identity is sealed JSON of [`crate::domain::person::Identity`].
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PersonRow {
    /// Her identifier.
    pub id: PersonId,
    /// Sealed identity.
    pub identity: Vec<u8>,
    /// How she was identified last.
    pub identification: Identification,
    /// Her data key.
    pub data_key: DataKeyId,
}

/// A person with her sealed key, which the transaction remembers.
#[derive(sqlx::FromRow)]
struct KeyedRow {
    #[sqlx(flatten)]
    row: PersonRow,
    sealed_key: Vec<u8>,
}

/// Whom a person can block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockTarget {
    /// One aidant.
    Account(AccountId),
    /// One organisation.
    Organisation(OrganisationId),
}

impl BlockTarget {
    const fn columns(self) -> (&'static str, uuid::Uuid) {
        match self {
            Self::Account(id) => (ACCOUNT, id.uuid()),
            Self::Organisation(id) => (ORGANISATION, id.uuid()),
        }
    }
}

/// Adds a person.
pub async fn insert(tx: &mut Tx, row: &PersonRow, at: Instant) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(row.id)
        .bind(&row.identity)
        .bind(row.identification)
        .bind(row.data_key)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

/// Keeps the identity as received last; `false` when she was erased meanwhile.
pub async fn update(
    tx: &mut Tx,
    id: PersonId,
    identity: &[u8],
    identification: Identification,
) -> Result<bool, DbError> {
    Ok(tx.query(UPDATE).bind(id).bind(identity).bind(identification).execute().await? == 1)
}

/// One person.
pub async fn find(tx: &mut Tx, id: PersonId) -> Result<Option<PersonRow>, DbError> {
    let found = tx.query(FIND).bind(id).fetch_optional::<KeyedRow>().await?;
    Ok(found.map(|keyed| {
        tx.keep_key(keyed.row.data_key, keyed.sealed_key);
        keyed.row
    }))
}

/// Remembers by which (issuer, `sub`) she is known.
pub async fn add_subject(tx: &mut Tx, subject_hash: &[u8], person: PersonId) -> Result<(), DbError> {
    tx.query(ADD_SUBJECT).bind(subject_hash).bind(person).execute().await?;
    Ok(())
}

/// The person known by this (issuer, `sub`).
pub async fn find_by_subject(tx: &mut Tx, subject_hash: &[u8]) -> Result<Option<PersonRow>, DbError> {
    tx.query(BY_SUBJECT).bind(subject_hash).fetch_optional().await
}

/// Waits for every decision that has looked at whom she blocked, and keeps others waiting until the transaction ends.
pub async fn hold(tx: &mut Tx, person: PersonId) -> Result<(), DbError> {
    tx.query(HOLD).bind(person).fetch_optional::<(PersonId,)>().await.map(drop)
}

/// Keeps whom she blocked as it is until the transaction ends; others may hold it so too.
pub async fn hold_shared(tx: &mut Tx, person: PersonId) -> Result<(), DbError> {
    tx.query(HOLD_SHARED).bind(person).fetch_optional::<(PersonId,)>().await.map(drop)
}

/// Blocks; `false` when it was blocked already.
pub async fn block(tx: &mut Tx, person: PersonId, target: BlockTarget, at: Instant) -> Result<bool, DbError> {
    let (kind, id) = target.columns();
    Ok(tx.query(BLOCK).bind(person).bind(kind).bind(id).bind(at).execute().await? == 1)
}

/// Unblocks; `false` when nothing was blocked.
pub async fn unblock(tx: &mut Tx, person: PersonId, target: BlockTarget) -> Result<bool, DbError> {
    let (kind, id) = target.columns();
    Ok(tx.query(UNBLOCK).bind(person).bind(kind).bind(id).execute().await? == 1)
}

/// Whom she blocked, and since when.
pub async fn blocks(tx: &mut Tx, person: PersonId) -> Result<Vec<(BlockTarget, Instant)>, DbError> {
    let rows = tx.query(BLOCKS).bind(person).fetch_all::<(String, uuid::Uuid, Instant)>().await?;
    rows.into_iter()
        .map(|(kind, id, at)| match kind.as_str() {
            ACCOUNT => Ok((BlockTarget::Account(AccountId::from_uuid(id)), at)),
            ORGANISATION => Ok((BlockTarget::Organisation(OrganisationId::from_uuid(id)), at)),
            _ => Err(DbError::Inconsistent { table: "blocks", column: "target_kind", row: kind }),
        })
        .collect()
}
