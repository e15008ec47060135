//! Signs of abuse: how they are noticed, and what became of them.

use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::ids::SignId;
use crate::domain::sign::SignKind;
use crate::domain::sign::SignStatus;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

macro_rules! sign_where {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT id, kind, subject, noticed_at, first_at, last_at, count, threshold, account, organisation, person, status, note,
                reviewed_by, reviewed_at FROM signs WHERE ",
            $condition
        ))
    };
}

statements! {
    BUSY = Sql::same("SELECT drafted_by FROM mandates WHERE valid_from >= $1 AND valid_from < $2
        GROUP BY drafted_by HAVING COUNT(*) >= $3 ORDER BY drafted_by LIMIT $4");
    GRANTS = Sql::same("SELECT organisation, valid_from FROM mandates WHERE drafted_by = $1 AND valid_from >= $2 AND valid_from < $3
        ORDER BY valid_from LIMIT $4");
    ORGANISATIONS = Sql::same("SELECT person, COUNT(DISTINCT organisation), MIN(valid_from), MAX(valid_from) FROM mandates
        WHERE status = 'active' AND person IN (SELECT person FROM mandates WHERE valid_from >= $1 AND valid_from < $2)
        GROUP BY person HAVING COUNT(DISTINCT organisation) >= $3 LIMIT $4");
    SHARED = Sql::same("SELECT lookup, COUNT(DISTINCT person), MIN(created_at), MAX(created_at) FROM person_contacts
        WHERE ended_at IS NULL AND lookup IN (SELECT lookup FROM person_contacts WHERE created_at >= $1 AND created_at < $2)
        GROUP BY lookup HAVING COUNT(DISTINCT person) >= $3 LIMIT $4");
    HELD_AT = Sql::same("SELECT DISTINCT o.name FROM mandates m JOIN organisations o ON o.id = m.organisation
        WHERE m.person = $1 AND m.status = 'active' ORDER BY o.name LIMIT 50");
    INSERT = Sql::same("INSERT INTO signs (id, kind, subject, noticed_at, first_at, last_at, count, threshold, account, organisation, person, status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open') ON CONFLICT (kind, subject) DO NOTHING");
    GROW = Sql::same("UPDATE signs SET count = $3, last_at = $4 WHERE kind = $1 AND subject = $2 AND count < $3");
    FIND = sign_where!("id = $1");
    TAKE = Sql::same("UPDATE signs SET status = status WHERE id = $1 RETURNING id");
    LIST = sign_where!("status = $1 AND (noticed_at < $2 OR (noticed_at = $2 AND id < $3)) ORDER BY noticed_at DESC, id DESC LIMIT $4");
    COUNT = Sql::same("SELECT COUNT(*) FROM signs WHERE status = $1");
    REVIEW = Sql::same("UPDATE signs SET status = $2, note = $3, reviewed_by = $4, reviewed_at = $5 WHERE id = $1");
}

/// One sign as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SignRow {
    /// Its identifier.
    pub id: SignId,
    /// What was noticed.
    pub kind: SignKind,
    /// Of whom and when, so that the same thing is noticed once.
    pub subject: String,
    /// When it was noticed.
    pub noticed_at: Instant,
    /// The first of what was counted.
    pub first_at: Instant,
    /// The last.
    pub last_at: Instant,
    /// How many.
    pub count: i64,
    /// From how many on it is a sign.
    pub threshold: i64,
    /// The aidant, where it is one's.
    pub account: Option<AccountId>,
    /// The organisation, where it is one's.
    pub organisation: Option<OrganisationId>,
    /// The person, where it is one's.
    pub person: Option<PersonId>,
    /// How far an operator has come with it.
    pub status: SignStatus,
    /// What the operator wrote, sealed under the system's key (label `sign.note`).
    pub note: Option<Vec<u8>>,
    /// Who looked into it last.
    pub reviewed_by: Option<AccountId>,
    /// When.
    pub reviewed_at: Option<Instant>,
}

/// Up to `most` aidants with `least` mandates or more approved from `from` to before `until`.
pub async fn busy(
    tx: &mut Tx,
    (from, until): (Instant, Instant),
    least: i64,
    most: i64,
) -> Result<Vec<AccountId>, DbError> {
    let rows =
        tx.query(BUSY).bind(from).bind(until).bind(least).bind(most).fetch_all::<(AccountId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Mandates approved with an aidant from `from` to before `until`: organisation and when, oldest first.
pub async fn grants(
    tx: &mut Tx,
    aidant: AccountId,
    (from, until): (Instant, Instant),
    most: i64,
) -> Result<Vec<(OrganisationId, Instant)>, DbError> {
    tx.query(GRANTS).bind(aidant).bind(from).bind(until).bind(most).fetch_all().await
}

/// Persons who approved a mandate from `from` to before `until` and have mandates in force at `least` organisations or more:
/// how many, since when and until when they were approved.
pub async fn many_organisations(
    tx: &mut Tx,
    (from, until): (Instant, Instant),
    least: i64,
    most: i64,
) -> Result<Vec<(PersonId, i64, Instant, Instant)>, DbError> {
    tx.query(ORGANISATIONS).bind(from).bind(until).bind(least).bind(most).fetch_all().await
}

/// Addresses and numbers noted from `from` to before `until` that stand for `least` persons or more: the keyed hash, how many
/// persons, since when and until when they were noted.
pub async fn shared_contacts(
    tx: &mut Tx,
    (from, until): (Instant, Instant),
    least: i64,
    most: i64,
) -> Result<Vec<(Vec<u8>, i64, Instant, Instant)>, DbError> {
    tx.query(SHARED).bind(from).bind(until).bind(least).bind(most).fetch_all().await
}

/// The names of the organisations at which a person has mandates in force.
pub async fn held_at(tx: &mut Tx, person: PersonId) -> Result<Vec<String>, DbError> {
    let rows = tx.query(HELD_AT).bind(person).fetch_all::<(String,)>().await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Adds a sign; `false` when the same thing was noticed before.
pub async fn insert(tx: &mut Tx, row: &SignRow) -> Result<bool, DbError> {
    let query = tx.query(INSERT).bind(row.id).bind(row.kind).bind(row.subject.as_str());
    let query = query.bind(row.noticed_at).bind(row.first_at).bind(row.last_at).bind(row.count);
    let query = query.bind(row.threshold).bind(row.account).bind(row.organisation).bind(row.person);
    Ok(query.execute().await? == 1)
}

/// Notes that there are more of them now.
pub async fn grow(
    tx: &mut Tx,
    kind: SignKind,
    subject: &str,
    count: i64,
    last_at: Instant,
) -> Result<(), DbError> {
    tx.query(GROW).bind(kind).bind(subject).bind(count).bind(last_at).execute().await?;
    Ok(())
}

/// One sign.
pub async fn find(tx: &mut Tx, id: SignId) -> Result<Option<SignRow>, DbError> {
    tx.query(FIND).bind(id).fetch_optional().await
}

/// Takes a sign to decide on it.
pub async fn take(tx: &mut Tx, id: SignId) -> Result<Option<SignRow>, DbError> {
    match tx.query(TAKE).bind(id).fetch_optional::<(SignId,)>().await? {
        Some(_) => find(tx, id).await,
        None => Ok(None),
    }
}

/// Up to `most` signs of a status, newest first, behind the one noticed at `before` with that identifier.
pub async fn list(
    tx: &mut Tx,
    status: SignStatus,
    (before, id): (Instant, SignId),
    most: i64,
) -> Result<Vec<SignRow>, DbError> {
    tx.query(LIST).bind(status).bind(before).bind(id).bind(most).fetch_all().await
}

/// How many signs have a status.
pub async fn count(tx: &mut Tx, status: SignStatus) -> Result<i64, DbError> {
    Ok(tx.query(COUNT).bind(status).fetch_one::<(i64,)>().await?.0)
}

/// Writes what an operator found.
pub async fn review(
    tx: &mut Tx,
    id: SignId,
    (status, note): (SignStatus, &[u8]),
    by: Option<AccountId>,
    at: Instant,
) -> Result<(), DbError> {
    tx.query(REVIEW).bind(id).bind(status).bind(note).bind(by).bind(at).execute().await?;
    Ok(())
}
