//! Requests of organisations to be accepted: found by the hash of a mailed code, read by operators.

use crate::domain::ids::DataKeyId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::OrganisationRequestId;
use crate::domain::organisation_request::RequestState;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

macro_rules! request_where {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT id, state, version, siret, sealed, words, sealed_code, organisation, data_key, created_at, since, submitted_at
                FROM organisation_requests WHERE ",
            $condition
        ))
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO organisation_requests (id, state, version, siret, sealed, code_hash, sealed_code, contact_hash, data_key, created_at, since)
        VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $9)");
    FIND = request_where!("id = $1");
    BY_CODE = request_where!("code_hash = $1");
    TAKE = Sql::same("UPDATE organisation_requests SET version = version WHERE id = $1 RETURNING id");
    SAVE = Sql::same("UPDATE organisation_requests SET state = $2, version = version + 1, siret = $3, sealed = $4, words = $5, contact_hash = $6,
        organisation = $7, since = $8, submitted_at = $9 WHERE id = $1");
    QUEUE = request_where!("state = $1 AND (since > $2 OR (since = $2 AND id > $3)) ORDER BY since, id LIMIT $4");
    COUNT = Sql::same("SELECT count(*) FROM organisation_requests WHERE state = $1");
    OPEN_WITH_SIRET = Sql::same("SELECT id FROM organisation_requests WHERE siret = $1 AND state IN ('submitted', 'changes_asked')");
    OTHERS_OF_CONTACT = Sql::same("SELECT count(*) FROM organisation_requests WHERE contact_hash = $1 AND id <> $2 AND state <> 'unconfirmed'");
    OF_ORGANISATION = request_where!("organisation = $1");
    OVER = Sql::same("SELECT id, data_key FROM organisation_requests WHERE (state IN ('unconfirmed', 'lapsed') AND created_at < $1)
        OR (state IN ('refused', 'withdrawn') AND since < $2) ORDER BY id LIMIT 100");
    DELETE = Sql::same("DELETE FROM organisation_requests WHERE id = $1");
}

/// A request as stored; what was typed is sealed under a key of its own.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredRequest {
    /// Its identifier.
    pub id: OrganisationRequestId,
    /// Where it is in its life.
    pub state: RequestState,
    /// Grows with each change, so that nobody decides on what has changed since.
    pub version: i64,
    /// The SIRET asked for.
    pub siret: String,
    /// The form as JSON, sealed (label `request.form`).
    pub sealed: Vec<u8>,
    /// What an operator wrote last, sealed (label `request.words`).
    pub words: Option<Vec<u8>>,
    /// The code of the mailed link, sealed (label `request.code`).
    pub sealed_code: Vec<u8>,
    /// The organisation that came of it.
    pub organisation: Option<OrganisationId>,
    /// Its key.
    pub data_key: DataKeyId,
    /// When the form was sent.
    pub created_at: Instant,
    /// Since when it is in this state.
    pub since: Instant,
    /// When it was confirmed.
    pub submitted_at: Option<Instant>,
}

/// What a new request holds.
#[derive(Debug)]
pub struct NewRequest<'a> {
    /// Its identifier.
    pub id: OrganisationRequestId,
    /// The SIRET.
    pub siret: &'a str,
    /// The sealed form.
    pub sealed: &'a [u8],
    /// Hash of the code of the mailed link.
    pub code_hash: &'a [u8],
    /// The code, sealed.
    pub sealed_code: &'a [u8],
    /// Keyed hash of the contact's address.
    pub contact_hash: &'a [u8],
    /// Its key.
    pub data_key: DataKeyId,
    /// When.
    pub at: Instant,
}

/// What a step changes.
#[derive(Debug)]
pub struct Change<'a> {
    /// The state after it.
    pub state: RequestState,
    /// The SIRET.
    pub siret: &'a str,
    /// The sealed form.
    pub sealed: &'a [u8],
    /// The sealed words of an operator.
    pub words: Option<&'a [u8]>,
    /// Keyed hash of the contact's address.
    pub contact_hash: &'a [u8],
    /// The organisation that came of it.
    pub organisation: Option<OrganisationId>,
    /// Since when it is in this state.
    pub since: Instant,
    /// When it was confirmed.
    pub submitted_at: Option<Instant>,
}

/// Adds an unconfirmed request.
pub async fn insert(tx: &mut Tx, new: &NewRequest<'_>) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(new.id)
        .bind(RequestState::Unconfirmed)
        .bind(new.siret)
        .bind(new.sealed)
        .bind(new.code_hash)
        .bind(new.sealed_code)
        .bind(new.contact_hash)
        .bind(new.data_key)
        .bind(new.at)
        .execute()
        .await?;
    Ok(())
}

/// One request.
pub async fn find(tx: &mut Tx, id: OrganisationRequestId) -> Result<Option<StoredRequest>, DbError> {
    tx.query(FIND).bind(id).fetch_optional().await
}

/// The request with this mailed code.
pub async fn by_code(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<StoredRequest>, DbError> {
    tx.query(BY_CODE).bind(code_hash).fetch_optional().await
}

/// Takes a request to decide on it.
pub async fn take(tx: &mut Tx, id: OrganisationRequestId) -> Result<Option<StoredRequest>, DbError> {
    match tx.query(TAKE).bind(id).fetch_optional::<(OrganisationRequestId,)>().await? {
        Some(_) => find(tx, id).await,
        None => Ok(None),
    }
}

/// Writes a step; a unique error when another request for the same SIRET is open.
pub async fn save(tx: &mut Tx, id: OrganisationRequestId, change: &Change<'_>) -> Result<(), DbError> {
    tx.query(SAVE)
        .bind(id)
        .bind(change.state)
        .bind(change.siret)
        .bind(change.sealed)
        .bind(change.words.map(<[u8]>::to_vec))
        .bind(change.contact_hash)
        .bind(change.organisation)
        .bind(change.since)
        .bind(change.submitted_at)
        .execute()
        .await?;
    Ok(())
}

/// Up to `most` requests in a state, the one that waits longest first, behind (`since`, `id`).
pub async fn queue(
    tx: &mut Tx,
    state: RequestState,
    (since, id): (Instant, OrganisationRequestId),
    most: i64,
) -> Result<Vec<StoredRequest>, DbError> {
    tx.query(QUEUE).bind(state).bind(since).bind(id).bind(most).fetch_all().await
}

/// How many requests are in a state.
pub async fn count(tx: &mut Tx, state: RequestState) -> Result<i64, DbError> {
    Ok(tx.query(COUNT).bind(state).fetch_one::<(i64,)>().await?.0)
}

/// The open request for this SIRET.
pub async fn open_with_siret(tx: &mut Tx, siret: &str) -> Result<Option<OrganisationRequestId>, DbError> {
    let row = tx.query(OPEN_WITH_SIRET).bind(siret).fetch_optional::<(OrganisationRequestId,)>().await?;
    Ok(row.map(|(id,)| id))
}

/// How many other confirmed requests came from this address.
pub async fn others_of_contact(
    tx: &mut Tx,
    contact_hash: &[u8],
    id: OrganisationRequestId,
) -> Result<i64, DbError> {
    Ok(tx.query(OTHERS_OF_CONTACT).bind(contact_hash).bind(id).fetch_one::<(i64,)>().await?.0)
}

/// The request an organisation came from.
pub async fn of_organisation(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Option<StoredRequest>, DbError> {
    tx.query(OF_ORGANISATION).bind(organisation).fetch_optional().await
}

/// Up to a hundred requests to forget: never confirmed and sent before `unconfirmed`, or refused or withdrawn before `refused`.
pub async fn over(
    tx: &mut Tx,
    unconfirmed: Instant,
    refused: Instant,
) -> Result<Vec<(OrganisationRequestId, DataKeyId)>, DbError> {
    tx.query(OVER).bind(unconfirmed).bind(refused).fetch_all().await
}

/// Forgets a request.
pub async fn delete(tx: &mut Tx, id: OrganisationRequestId) -> Result<(), DbError> {
    tx.query(DELETE).bind(id).execute().await?;
    Ok(())
}
