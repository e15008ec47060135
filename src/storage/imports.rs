//! Files to read in: their sealed parts, what was found wrong, how far they have come; and what they may clash with.

use crate::domain::account::Role;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::ImportId;
use crate::domain::ids::OrganisationId;
use crate::domain::import::Fault;
use crate::domain::import::FaultKind;
use crate::domain::import::ImportKind;
use crate::domain::import::ImportState;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO imports (id, kind, state, asked_by, asked_account, data_key, lines, seen, faults, created_at, since)
        VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7, $7)");
    FIND = Sql::same("SELECT id, kind, state, asked_by, asked_account, data_key, lines, seen, faults, created_at, since FROM imports WHERE id = $1");
    NEWEST = Sql::same("SELECT id, kind, state, asked_by, asked_account, data_key, lines, seen, faults, created_at, since FROM imports
        ORDER BY created_at DESC, id DESC LIMIT 20");
    DUE = Sql::same("SELECT id FROM imports WHERE state IN ('waiting', 'confirmed') AND (claimed_until IS NULL OR claimed_until < $1)
        ORDER BY created_at LIMIT 1");
    CLAIM = Sql::same("UPDATE imports SET claimed_until = $2 WHERE id = $1 AND state IN ('waiting', 'confirmed')
        AND (claimed_until IS NULL OR claimed_until < $3)");
    PROGRESS = Sql::same("UPDATE imports SET seen = $2, faults = $3, claimed_until = $4 WHERE id = $1");
    STEP = Sql::same("UPDATE imports SET state = $3, since = $4, claimed_until = NULL WHERE id = $1 AND state = $2");
    CHECKED = Sql::same("UPDATE imports SET state = $2, lines = $3, seen = $3, faults = $4, since = $5, claimed_until = NULL WHERE id = $1 AND state = 'waiting'");
    PUT_PART = Sql::same("INSERT INTO import_parts (import, n, sealed) VALUES ($1, $2, $3)");
    PARTS = Sql::same("SELECT sealed FROM import_parts WHERE import = $1 ORDER BY n");
    DROP_PARTS = Sql::same("DELETE FROM import_parts WHERE import = $1");
    PUT_FAULT = Sql::same("INSERT INTO import_faults (import, n, line, place, fault) VALUES ($1, $2, $3, $4, $5)");
    FAULTS = Sql::same("SELECT n, line, place, fault FROM import_faults WHERE import = $1 AND n > $2 ORDER BY n LIMIT $3");
    DROP_FAULTS = Sql::same("DELETE FROM import_faults WHERE import = $1");
    OVER = Sql::same("SELECT id, data_key FROM imports WHERE since < $1 ORDER BY id LIMIT 20");
    DELETE = Sql::same("DELETE FROM imports WHERE id = $1");
    SIRETS = Sql::same("SELECT siret, id FROM organisations WHERE status = $1 OR $2 = 0");
    PLACES = Sql::same("SELECT a.email_hash, h.organisation FROM habilitations h JOIN accounts a ON a.id = h.account
        WHERE a.role = $1 AND h.status NOT IN ('ended', 'refused')");
}

/// A file as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredImport {
    /// Its identifier.
    pub id: ImportId,
    /// What it holds.
    pub kind: ImportKind,
    /// Where it is.
    pub state: ImportState,
    /// Who brought it.
    pub asked_by: String,
    /// The account of who brought it; none for the command line.
    pub asked_account: Option<AccountId>,
    /// The key its parts are sealed under.
    pub data_key: DataKeyId,
    /// How many lines it has, once they were counted.
    pub lines: i64,
    /// How many were looked at.
    pub seen: i64,
    /// How many things are wrong.
    pub faults: i64,
    /// When it came.
    pub created_at: Instant,
    /// Since when it is where it is.
    pub since: Instant,
}

/// Adds a file without its parts.
pub async fn insert(tx: &mut Tx, new: &StoredImport) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(new.id)
        .bind(new.kind)
        .bind(new.state)
        .bind(&new.asked_by)
        .bind(new.asked_account)
        .bind(new.data_key)
        .bind(new.created_at)
        .execute()
        .await?;
    Ok(())
}

/// One file.
pub async fn find(tx: &mut Tx, id: ImportId) -> Result<Option<StoredImport>, DbError> {
    tx.query(FIND).bind(id).fetch_optional().await
}

/// The twenty newest.
pub async fn newest(tx: &mut Tx) -> Result<Vec<StoredImport>, DbError> {
    tx.query(NEWEST).fetch_all().await
}

/// The oldest file that waits for work nobody has claimed.
pub async fn due(tx: &mut Tx, now: Instant) -> Result<Option<ImportId>, DbError> {
    Ok(tx.query(DUE).bind(now).fetch_optional::<(ImportId,)>().await?.map(|(id,)| id))
}

/// Claims a file's work until `until`; `false` when somebody else has it.
pub async fn claim(tx: &mut Tx, id: ImportId, until: Instant, now: Instant) -> Result<bool, DbError> {
    Ok(tx.query(CLAIM).bind(id).bind(until).bind(now).execute().await? == 1)
}

/// Notes how far the check has come, and keeps the claim.
pub async fn progress(
    tx: &mut Tx,
    id: ImportId,
    (seen, faults): (i64, i64),
    until: Instant,
) -> Result<(), DbError> {
    tx.query(PROGRESS).bind(id).bind(seen).bind(faults).bind(until).execute().await?;
    Ok(())
}

/// Goes from one state to another; `false` when it was not there.
pub async fn step(
    tx: &mut Tx,
    id: ImportId,
    (from, to): (ImportState, ImportState),
    at: Instant,
) -> Result<bool, DbError> {
    Ok(tx.query(STEP).bind(id).bind(from).bind(to).bind(at).execute().await? == 1)
}

/// Every line was looked at; nothing where somebody else was quicker, or the import was given up meanwhile.
pub async fn checked(
    tx: &mut Tx,
    id: ImportId,
    (lines, faults): (i64, i64),
    at: Instant,
) -> Result<(), DbError> {
    tx.query(CHECKED).bind(id).bind(ImportState::Checked).bind(lines).bind(faults).bind(at).execute().await?;
    Ok(())
}

/// Adds one sealed part.
pub async fn put_part(tx: &mut Tx, id: ImportId, n: i64, sealed: &[u8]) -> Result<(), DbError> {
    tx.query(PUT_PART).bind(id).bind(n).bind(sealed).execute().await?;
    Ok(())
}

/// The sealed parts, in order.
pub async fn parts(tx: &mut Tx, id: ImportId) -> Result<Vec<Vec<u8>>, DbError> {
    let rows = tx.query(PARTS).bind(id).fetch_all::<(Vec<u8>,)>().await?;
    Ok(rows.into_iter().map(|(sealed,)| sealed).collect())
}

/// Forgets the contents.
pub async fn drop_parts(tx: &mut Tx, id: ImportId) -> Result<(), DbError> {
    tx.query(DROP_PARTS).bind(id).execute().await?;
    Ok(())
}

/// Adds faults, counted from `n`.
pub async fn put_faults(tx: &mut Tx, id: ImportId, n: i64, faults: &[Fault]) -> Result<(), DbError> {
    for (place, fault) in (n..).zip(faults) {
        let words = match fault.earlier {
            Some(earlier) => format!("{} {earlier}", fault.kind),
            None => fault.kind.to_string(),
        };
        tx.query(PUT_FAULT)
            .bind(id)
            .bind(place)
            .bind(i64::try_from(fault.line).unwrap_or(i64::MAX))
            .bind(&fault.column)
            .bind(words)
            .execute()
            .await?;
    }
    Ok(())
}

/// Up to `most` faults behind number `after`, each with its number.
pub async fn faults(tx: &mut Tx, id: ImportId, after: i64, most: i64) -> Result<Vec<(i64, Fault)>, DbError> {
    let rows =
        tx.query(FAULTS).bind(id).bind(after).bind(most).fetch_all::<(i64, i64, String, String)>().await?;
    let read = |(n, line, column, words): (i64, i64, String, String)| {
        let mut parts = words.split(' ');
        let kind = parts.next().and_then(FaultKind::parse).ok_or_else(|| DbError::Inconsistent {
            table: "import_faults",
            column: "fault",
            row: id.to_string(),
        })?;
        let earlier = parts.next().and_then(|line| line.parse().ok());
        Ok((n, Fault { line: u64::try_from(line).unwrap_or_default(), column, kind, earlier }))
    };
    rows.into_iter().map(read).collect()
}

/// Forgets every fault of a file.
pub async fn drop_faults(tx: &mut Tx, id: ImportId) -> Result<(), DbError> {
    tx.query(DROP_FAULTS).bind(id).execute().await?;
    Ok(())
}

/// Up to twenty files nothing has happened to since `before`.
pub async fn over(tx: &mut Tx, before: Instant) -> Result<Vec<(ImportId, DataKeyId)>, DbError> {
    tx.query(OVER).bind(before).fetch_all().await
}

/// Forgets a file without parts and faults.
pub async fn delete(tx: &mut Tx, id: ImportId) -> Result<(), DbError> {
    tx.query(DELETE).bind(id).execute().await?;
    Ok(())
}

/// Every organisation by SIRET; only those that are `active` where that is asked.
pub async fn sirets(tx: &mut Tx, active: bool) -> Result<Vec<(String, OrganisationId)>, DbError> {
    tx.query(SIRETS).bind(OrganisationStatus::Active).bind(i64::from(active)).fetch_all().await
}

/// Where everybody of a role is: keyed hash of the address, organisation.
pub async fn places(tx: &mut Tx, role: Role) -> Result<Vec<(Vec<u8>, OrganisationId)>, DbError> {
    tx.query(PLACES).bind(role).fetch_all().await
}
