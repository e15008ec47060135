//! Drafts whose person is asked by a link, a code or both, and persons known by declaration.

use crate::domain::asking::DraftEnd;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO askings (mandate, sealed, data_key, person, email_hash, phone_hash, code_hash, code_expires_at, tries, sent, sent_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)");
    FIND = Sql::same("SELECT mandate, sealed, data_key, person, code_hash, code_expires_at, tries, sent, sent_at, confirmed_at, referent, referent_at, ended
        FROM askings WHERE mandate = $1");
    SAVE = Sql::same("UPDATE askings SET sealed = $2, person = $3, code_hash = $4, code_expires_at = $5, tries = $6, sent = $7, sent_at = $8,
        confirmed_at = $9, referent = $10, referent_at = $11, ended = $12 WHERE mandate = $1");
    OVER = Sql::same("UPDATE askings SET sealed = NULL, ended = COALESCE(ended, $2) WHERE mandate = $1");
    WAITING = Sql::same("SELECT m.id FROM mandates m JOIN askings a ON a.mandate = m.id
        WHERE m.organisation = $1 AND m.status = 'awaiting_consent' AND m.channel IN ('sms', 'post') AND m.lapses_at >= $2 AND m.id > $3
        ORDER BY m.id LIMIT $4");
    ADD_DECLARED = Sql::same("INSERT INTO declared_persons (person, organisation, identity_hash, created_at) VALUES ($1, $2, $3, $4)");
    DECLARED_ALIKE = Sql::same("SELECT person FROM declared_persons WHERE organisation = $1 AND identity_hash = $2 ORDER BY created_at, person LIMIT 20");
    DECLARED_IN = Sql::same("SELECT person FROM declared_persons WHERE organisation = $1 AND person = $2");
}

/// How the person of one draft is asked.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AskingRow {
    /// The draft.
    pub mandate: MandateId,
    /// What is known for the asking, sealed JSON (label `asking`); none once the draft is over.
    pub sealed: Option<Vec<u8>>,
    /// The key it is sealed under: the organisation's, or of a declared person her own.
    pub data_key: DataKeyId,
    /// Who she is: the declared person, or who has said so at the other end of the link.
    pub person: Option<PersonId>,
    /// Keyed hash of the pairing code, or of the code that says yes.
    pub code_hash: Vec<u8>,
    /// Until when the code is good.
    pub code_expires_at: Instant,
    /// How often it was given wrong.
    pub tries: i64,
    /// How often the link or the code was sent, or its letter printed.
    pub sent: i64,
    /// The last time.
    pub sent_at: Option<Instant>,
    /// When the right code was given: paired, or said yes.
    pub confirmed_at: Option<Instant>,
    /// The referent who approved.
    pub referent: Option<AccountId>,
    /// When.
    pub referent_at: Option<Instant>,
    /// Why the draft ended without an answer.
    pub ended: Option<DraftEnd>,
}

/// Adds an asking with the keyed hashes of where she is reached.
pub async fn insert(
    tx: &mut Tx,
    row: &AskingRow,
    email_hash: Option<Vec<u8>>,
    phone_hash: Option<Vec<u8>>,
) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(row.mandate)
        .bind(row.sealed.clone())
        .bind(row.data_key)
        .bind(row.person)
        .bind(email_hash)
        .bind(phone_hash)
        .bind(&row.code_hash)
        .bind(row.code_expires_at)
        .bind(row.sent)
        .bind(row.sent_at)
        .execute()
        .await?;
    Ok(())
}

/// The asking of a draft; none where the person is at the desk with FranceConnect. Take the mandate first.
pub async fn find(tx: &mut Tx, mandate: MandateId) -> Result<Option<AskingRow>, DbError> {
    tx.query(FIND).bind(mandate).fetch_optional().await
}

/// Writes how far an asking has come.
pub async fn save(tx: &mut Tx, row: &AskingRow) -> Result<(), DbError> {
    tx.query(SAVE)
        .bind(row.mandate)
        .bind(row.sealed.clone())
        .bind(row.person)
        .bind(&row.code_hash)
        .bind(row.code_expires_at)
        .bind(row.tries)
        .bind(row.sent)
        .bind(row.sent_at)
        .bind(row.confirmed_at)
        .bind(row.referent)
        .bind(row.referent_at)
        .bind(row.ended)
        .execute()
        .await?;
    Ok(())
}

/// Forgets what was known for the asking of a draft that is over; `why` where it ended without an answer.
pub async fn over(tx: &mut Tx, mandate: MandateId, why: Option<DraftEnd>) -> Result<(), DbError> {
    tx.query(OVER).bind(mandate).bind(why).execute().await?;
    Ok(())
}

/// Drafts of an organisation whose person is known by declaration and that are not over, by identifier, behind `after`.
pub async fn waiting(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Instant,
    after: MandateId,
    most: i64,
) -> Result<Vec<MandateId>, DbError> {
    let query = tx.query(WAITING).bind(organisation).bind(now).bind(after).bind(most);
    Ok(query.fetch_all::<(MandateId,)>().await?.into_iter().map(|(id,)| id).collect())
}

/// Remembers a person known by declaration in her one organisation.
pub async fn add_declared(
    tx: &mut Tx,
    person: PersonId,
    organisation: OrganisationId,
    identity_hash: &[u8],
    at: Instant,
) -> Result<(), DbError> {
    tx.query(ADD_DECLARED).bind(person).bind(organisation).bind(identity_hash).bind(at).execute().await?;
    Ok(())
}

/// Declared persons of an organisation with this name and birth date, oldest first.
pub async fn declared_alike(
    tx: &mut Tx,
    organisation: OrganisationId,
    identity_hash: &[u8],
) -> Result<Vec<PersonId>, DbError> {
    let rows =
        tx.query(DECLARED_ALIKE).bind(organisation).bind(identity_hash).fetch_all::<(PersonId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether a person is one of those known by declaration in an organisation.
pub async fn is_declared_in(
    tx: &mut Tx,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<bool, DbError> {
    let row = tx.query(DECLARED_IN).bind(organisation).bind(person).fetch_optional::<(PersonId,)>().await?;
    Ok(row.is_some())
}
