//! Cases: what becomes of an act that the person says was not expected.

use crate::domain::case::CaseStatus;
use crate::domain::ids::AccountId;
use crate::domain::ids::CaseId;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO cases (id, number, person, mandate, entry, client, status, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    BY_NUMBER = Sql::same("SELECT id, number, person, mandate, entry, client, status, opened_at FROM cases WHERE number = $1
        AND (client IN (SELECT client FROM account_clients WHERE account = $2) OR $2 IS NULL)");
    OF_PERSON = Sql::same("SELECT id, number, person, mandate, entry, client, status, opened_at FROM cases WHERE person = $1 ORDER BY opened_at DESC, id DESC");
    BY_LINE = Sql::same("SELECT id, number, person, mandate, entry, client, status, opened_at FROM cases WHERE person = $1 AND entry = $2");
    WITHIN = Sql::same("SELECT id, number, person, mandate, entry, client, status, opened_at FROM cases
        WHERE client IN (SELECT client FROM account_clients WHERE account = $1) OR $1 IS NULL ORDER BY opened_at DESC, id DESC LIMIT 200");
    NEWEST_OF_YEAR = Sql::same("SELECT number FROM cases WHERE number LIKE $1 ORDER BY LENGTH(number) DESC, number DESC LIMIT 1");
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Case {
    /// Its identifier.
    pub id: CaseId,
    /// Its number, as people say it: `2027-0418`.
    pub number: String,
    /// Who contests.
    pub person: PersonId,
    /// The mandate concerned.
    pub mandate: MandateId,
    /// The contested line.
    pub entry: EntryId,
    /// The administration concerned.
    pub client: Option<ClientId>,
    /// Where it is.
    pub status: CaseStatus,
    /// When it was opened.
    pub opened_at: Instant,
}

/// Adds a case; a unique error when the number is taken, or the line was contested before.
pub async fn insert(tx: &mut Tx, case: &Case) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(case.id)
        .bind(&case.number)
        .bind(case.person)
        .bind(case.mandate)
        .bind(case.entry)
        .bind(case.client.clone())
        .bind(case.status)
        .bind(case.opened_at)
        .execute()
        .await?;
    Ok(())
}

/// The case with this number, if it lies in the competence of this agent; `None` is competent for all.
pub async fn by_number(
    tx: &mut Tx,
    number: &str,
    competent: Option<AccountId>,
) -> Result<Option<Case>, DbError> {
    tx.query(BY_NUMBER).bind(number).bind(competent).fetch_optional().await
}

/// The cases of a person, newest first.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<Case>, DbError> {
    tx.query(OF_PERSON).bind(person).fetch_all().await
}

/// The case a person opened about this line.
pub async fn by_line(tx: &mut Tx, person: PersonId, entry: EntryId) -> Result<Option<Case>, DbError> {
    tx.query(BY_LINE).bind(person).bind(entry).fetch_optional().await
}

/// The newest cases in the competence of an agent; `None` is competent for all.
pub async fn within(tx: &mut Tx, competent: Option<AccountId>) -> Result<Vec<Case>, DbError> {
    tx.query(WITHIN).bind(competent).fetch_all().await
}

/// The next number of a year: `2027-0001` for the first. Two at once may get the same; the insert then says so.
pub async fn next_number(tx: &mut Tx, year: i16) -> Result<String, DbError> {
    let newest = tx.query(NEWEST_OF_YEAR).bind(format!("{year:04}-%")).fetch_optional::<(String,)>().await?;
    let last = newest.and_then(|(number,)| number.rsplit_once('-')?.1.parse::<u32>().ok()).unwrap_or(0);
    Ok(format!("{year:04}-{:04}", last.saturating_add(1)))
}
