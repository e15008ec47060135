//! Cases: what becomes of an act that the person says was not expected.

use crate::domain::case::Case;
use crate::domain::case::CaseLife;
use crate::domain::case::CaseOutcome;
use crate::domain::case::CaseStatus;
use crate::domain::case::CaseStep;
use crate::domain::ids::AccountId;
use crate::domain::ids::CaseId;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

macro_rules! cases_where {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT c.id AS id, c.number AS number, c.person AS person, c.mandate AS mandate, c.entry AS entry, c.client AS client,
                c.status AS status, c.opened_at AS opened_at, c.answered_at AS answered_at, c.closed_at AS closed_at, c.outcome AS outcome
             FROM cases c WHERE ",
            $condition
        ))
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO cases (id, number, person, mandate, entry, client, status, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    SAVE = Sql::same("UPDATE cases SET status = $2, answered_at = $3, closed_at = $4, outcome = $5 WHERE id = $1");
    BY_NUMBER = cases_where!("c.number = $1 AND (c.client IN (SELECT client FROM account_clients WHERE account = $2) OR $2 IS NULL)");
    OF_PERSON = cases_where!("c.person = $1 ORDER BY c.opened_at DESC, c.id DESC");
    BY_LINE = cases_where!("c.person = $1 AND c.entry = $2");
    WITHIN = cases_where!("(c.client IN (SELECT client FROM account_clients WHERE account = $1) OR $1 IS NULL)
        AND (c.opened_at < $2 OR (c.opened_at = $2 AND c.id < $3)) ORDER BY c.opened_at DESC, c.id DESC LIMIT $4");
    OF_ORGANISATION = cases_where!("c.mandate IN (SELECT id FROM mandates WHERE organisation = $1)
        AND (c.opened_at < $2 OR (c.opened_at = $2 AND c.id < $3)) ORDER BY c.opened_at DESC, c.id DESC LIMIT $4");
    OF_AIDANT = cases_where!("c.entry IN (SELECT entry FROM entry_refs WHERE account = $1) AND c.mandate IN (SELECT id FROM mandates WHERE organisation = $2)
        ORDER BY c.opened_at DESC, c.id DESC LIMIT 100");
    OPEN_OF_MANDATE = cases_where!("c.mandate = $1 AND c.status <> 'closed' ORDER BY c.opened_at, c.id");
    NEWEST_OF_YEAR = Sql::same("SELECT number FROM cases WHERE number LIKE $1 ORDER BY LENGTH(number) DESC, number DESC LIMIT 1");
    ADD_STEP = Sql::same("INSERT INTO case_steps (entry, case_id, kind, at) VALUES ($1, $2, $3, $4)");
    STEPS = Sql::same("SELECT entry, kind, at FROM case_steps WHERE case_id = $1 ORDER BY at, entry");
    AGENTS = Sql::same("SELECT id FROM accounts WHERE role = 'authority' AND status = 'active'
        AND (national = TRUE OR id IN (SELECT account FROM account_clients WHERE client = $1)) ORDER BY created_at, id");
    REFERENTS = Sql::same("SELECT a.id FROM accounts a JOIN referents r ON r.account = a.id
        WHERE r.organisation = $1 AND a.status = 'active' ORDER BY a.created_at, a.id");
}

#[derive(sqlx::FromRow)]
struct Row {
    id: CaseId,
    number: String,
    person: PersonId,
    mandate: MandateId,
    entry: EntryId,
    client: Option<ClientId>,
    status: CaseStatus,
    opened_at: Instant,
    answered_at: Option<Instant>,
    closed_at: Option<Instant>,
    outcome: Option<CaseOutcome>,
}

impl TryFrom<Row> for Case {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let missing =
            |column: &'static str| DbError::Inconsistent { table: "cases", column, row: row.id.to_string() };
        let answered_at = row.answered_at.ok_or_else(|| missing("answered_at"));
        let life = match row.status {
            CaseStatus::Open => CaseLife::Open,
            CaseStatus::Answered => CaseLife::Answered { at: answered_at? },
            CaseStatus::Closed => CaseLife::Closed {
                at: row.closed_at.ok_or_else(|| missing("closed_at"))?,
                outcome: row.outcome.ok_or_else(|| missing("outcome"))?,
                answered_at: answered_at?,
            },
        };
        Ok(Self {
            id: row.id,
            number: row.number,
            person: row.person,
            mandate: row.mandate,
            entry: row.entry,
            client: row.client,
            opened_at: row.opened_at,
            life,
        })
    }
}

/// Where a list of cases goes on: after the one opened then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// When it was opened.
    pub at: Instant,
    /// The case.
    pub case: CaseId,
}

fn all(rows: Vec<Row>) -> Result<Vec<Case>, DbError> {
    rows.into_iter().map(TryInto::try_into).collect()
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
        .bind(case.status())
        .bind(case.opened_at)
        .execute()
        .await?;
    Ok(())
}

/// Writes where a case is in its life. Its mandate was taken before.
pub async fn save(tx: &mut Tx, case: &Case) -> Result<(), DbError> {
    let (answered_at, closed_at, outcome) = match case.life {
        CaseLife::Open => (None, None, None),
        CaseLife::Answered { at } => (Some(at), None, None),
        CaseLife::Closed { at, outcome, answered_at } => (Some(answered_at), Some(at), Some(outcome)),
    };
    tx.query(SAVE)
        .bind(case.id)
        .bind(case.status())
        .bind(answered_at)
        .bind(closed_at)
        .bind(outcome)
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
    let row = tx.query(BY_NUMBER).bind(number).bind(competent).fetch_optional::<Row>().await?;
    row.map(TryInto::try_into).transpose()
}

/// The cases of a person, newest first.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<Case>, DbError> {
    all(tx.query(OF_PERSON).bind(person).fetch_all().await?)
}

/// The case a person opened about this line.
pub async fn by_line(tx: &mut Tx, person: PersonId, entry: EntryId) -> Result<Option<Case>, DbError> {
    let row = tx.query(BY_LINE).bind(person).bind(entry).fetch_optional::<Row>().await?;
    row.map(TryInto::try_into).transpose()
}

/// The cases in the competence of an agent, newest first; `None` is competent for all.
pub async fn within(
    tx: &mut Tx,
    competent: Option<AccountId>,
    after: After,
    most: i64,
) -> Result<Vec<Case>, DbError> {
    let query = tx.query(WITHIN).bind(competent).bind(after.at).bind(after.case).bind(most);
    all(query.fetch_all().await?)
}

/// The cases about mandates of an organisation, newest first.
pub async fn of_organisation(
    tx: &mut Tx,
    organisation: OrganisationId,
    after: After,
    most: i64,
) -> Result<Vec<Case>, DbError> {
    let query = tx.query(OF_ORGANISATION).bind(organisation).bind(after.at).bind(after.case).bind(most);
    all(query.fetch_all().await?)
}

/// The newest cases about what an aidant did in an organisation.
pub async fn of_aidant(
    tx: &mut Tx,
    account: AccountId,
    organisation: OrganisationId,
) -> Result<Vec<Case>, DbError> {
    all(tx.query(OF_AIDANT).bind(account).bind(organisation).fetch_all().await?)
}

/// The cases about a mandate that are not closed, oldest first.
pub async fn open_of_mandate(tx: &mut Tx, mandate: MandateId) -> Result<Vec<Case>, DbError> {
    all(tx.query(OPEN_OF_MANDATE).bind(mandate).fetch_all().await?)
}

/// The next number of a year: `2027-0001` for the first. Two at once may get the same; the insert then says so.
pub async fn next_number(tx: &mut Tx, year: i16) -> Result<String, DbError> {
    let newest = tx.query(NEWEST_OF_YEAR).bind(format!("{year:04}-%")).fetch_optional::<(String,)>().await?;
    let last = newest.and_then(|(number,)| number.rsplit_once('-')?.1.parse::<u32>().ok()).unwrap_or(0);
    Ok(format!("{year:04}-{:04}", last.saturating_add(1)))
}

/// Notes which entry is a step of a case.
pub async fn add_step(
    tx: &mut Tx,
    case: CaseId,
    step: CaseStep,
    entry: EntryId,
    at: Instant,
) -> Result<(), DbError> {
    tx.query(ADD_STEP).bind(entry).bind(case).bind(step).bind(at).execute().await?;
    Ok(())
}

/// The steps of a case, oldest first.
pub async fn steps(tx: &mut Tx, case: CaseId) -> Result<Vec<(EntryId, CaseStep, Instant)>, DbError> {
    tx.query(STEPS).bind(case).fetch_all().await
}

/// The agents of authorities competent for a case at this client: its own, and the national ones.
pub async fn agents(tx: &mut Tx, client: Option<ClientId>) -> Result<Vec<AccountId>, DbError> {
    let rows = tx.query(AGENTS).bind(client).fetch_all::<(AccountId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The referents of an organisation.
pub async fn referents(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<AccountId>, DbError> {
    let rows = tx.query(REFERENTS).bind(organisation).fetch_all::<(AccountId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
