//! The places to which aidants showed persons the way.

use crate::domain::ids::AccountId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::OrientationId;
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

macro_rules! orientation_where {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT id, mandate, person, organisation, account, place, sealed, created_at FROM orientations WHERE ",
            $condition
        ))
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO orientations (id, mandate, person, organisation, account, place, sealed, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    FIND = orientation_where!("id = $1");
    OF_MANDATE = orientation_where!("mandate = $1 ORDER BY created_at DESC, id DESC LIMIT 100");
    OF_PERSON = orientation_where!("person = $1 ORDER BY created_at DESC, id DESC");
}

/// One orientation as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OrientationRow {
    /// Its identifier.
    pub id: OrientationId,
    /// Under which mandate.
    pub mandate: MandateId,
    /// Whom it is for.
    pub person: PersonId,
    /// The organisation that noted it.
    pub organisation: OrganisationId,
    /// The aidant who noted it.
    pub account: AccountId,
    /// The place's identifier.
    pub place: String,
    /// What was noted, sealed under the person's key (label `orientation.note`).
    pub sealed: Vec<u8>,
    /// When.
    pub created_at: Instant,
}

/// Adds an orientation.
pub async fn insert(tx: &mut Tx, row: &OrientationRow) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(row.id)
        .bind(row.mandate)
        .bind(row.person)
        .bind(row.organisation)
        .bind(row.account)
        .bind(row.place.as_str())
        .bind(row.sealed.as_slice())
        .bind(row.created_at)
        .execute()
        .await?;
    Ok(())
}

/// One orientation.
pub async fn find(tx: &mut Tx, id: OrientationId) -> Result<Option<OrientationRow>, DbError> {
    tx.query(FIND).bind(id).fetch_optional().await
}

/// The newest hundred of a mandate.
pub async fn of_mandate(tx: &mut Tx, mandate: MandateId) -> Result<Vec<OrientationRow>, DbError> {
    tx.query(OF_MANDATE).bind(mandate).fetch_all().await
}

/// All of a person, newest first.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<OrientationRow>, DbError> {
    tx.query(OF_PERSON).bind(person).fetch_all().await
}
