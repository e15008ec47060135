//! Places of digital mediation: read in from files, found by commune.

use crate::domain::place::Place;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

macro_rules! place_where {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT id, name, pivot, commune, postcode, insee, address, address_more, latitude, longitude, typology, phone, emails, websites,
                hours, presentation, services, publics, special_care, costs, access, labels, source, updated_on, removed_at FROM places WHERE ",
            $condition
        ))
    };
}

statements! {
    PUT = Sql::same("INSERT INTO places (id, name, pivot, commune, folded, postcode, insee, address, address_more, latitude, longitude, typology,
            phone, emails, websites, hours, presentation, services, publics, special_care, costs, access, labels, source, updated_on, digest, imported_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, pivot = excluded.pivot, commune = excluded.commune, folded = excluded.folded,
            postcode = excluded.postcode, insee = excluded.insee, address = excluded.address, address_more = excluded.address_more,
            latitude = excluded.latitude, longitude = excluded.longitude, typology = excluded.typology, phone = excluded.phone,
            emails = excluded.emails, websites = excluded.websites, hours = excluded.hours, presentation = excluded.presentation,
            services = excluded.services, publics = excluded.publics, special_care = excluded.special_care, costs = excluded.costs,
            access = excluded.access, labels = excluded.labels, source = excluded.source, updated_on = excluded.updated_on,
            digest = excluded.digest, imported_at = excluded.imported_at, removed_at = NULL");
    DIGESTS = Sql::same("SELECT id, digest, removed_at FROM places");
    REMOVE = Sql::same("UPDATE places SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL");
    FIND = place_where!("id = $1");
    OF_COMMUNE = place_where!("removed_at IS NULL AND folded = $1 AND services LIKE $2 AND (name > $3 OR (name = $3 AND id > $4))
        ORDER BY name, id LIMIT $5");
    OF_POSTCODE = place_where!("removed_at IS NULL AND postcode = $1 AND services LIKE $2 AND (name > $3 OR (name = $3 AND id > $4))
        ORDER BY name, id LIMIT $5");
    COMMUNES = Sql::same("SELECT commune, MIN(postcode) AS postcode FROM places WHERE removed_at IS NULL AND folded LIKE $1
        GROUP BY commune ORDER BY commune LIMIT 12");
    COUNT = Sql::same("SELECT COUNT(*) FROM places WHERE removed_at IS NULL");
}

/// A place as stored.
#[derive(Clone, Debug)]
pub struct StoredPlace {
    /// The place.
    pub place: Place,
    /// When a file no longer named it.
    pub removed_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    pivot: String,
    commune: String,
    postcode: String,
    insee: String,
    address: String,
    address_more: String,
    latitude: String,
    longitude: String,
    typology: String,
    phone: String,
    emails: String,
    websites: String,
    hours: String,
    presentation: String,
    services: String,
    publics: String,
    special_care: String,
    costs: String,
    access: String,
    labels: String,
    source: String,
    updated_on: String,
    removed_at: Option<Instant>,
}

impl TryFrom<Row> for StoredPlace {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let updated_on = Day::parse(&row.updated_on).ok_or_else(|| DbError::Inconsistent {
            table: "places",
            column: "updated_on",
            row: row.id.clone(),
        })?;
        let services = row.services.split('|').filter(|one| !one.is_empty()).map(str::to_owned).collect();
        let place = Place {
            id: row.id,
            name: row.name,
            pivot: row.pivot,
            commune: row.commune,
            postcode: row.postcode,
            insee: row.insee,
            address: row.address,
            address_more: row.address_more,
            latitude: row.latitude,
            longitude: row.longitude,
            typology: row.typology,
            phone: row.phone,
            emails: row.emails,
            websites: row.websites,
            hours: row.hours,
            presentation: row.presentation,
            services,
            publics: row.publics,
            special_care: row.special_care,
            costs: row.costs,
            access: row.access,
            labels: row.labels,
            source: row.source,
            updated_on,
        };
        Ok(Self { place, removed_at: row.removed_at })
    }
}

/// What is looked for.
#[derive(Clone, Debug)]
pub enum Where {
    /// A commune, as [`crate::domain::place::folded_commune`] writes it.
    Commune(String),
    /// A postcode.
    Postcode(String),
}

/// Adds a place, or puts it in the place of the one known by its identifier.
pub async fn put(tx: &mut Tx, place: &Place, digest: &[u8; 32], at: Instant) -> Result<(), DbError> {
    let folded = place.folded_commune();
    // A separator at both ends, so that each service can be found whole.
    let services = format!("|{}|", place.services.join("|"));
    let updated_on = place.updated_on.to_string();
    tx.query(PUT)
        .bind(place.id.as_str())
        .bind(place.name.as_str())
        .bind(place.pivot.as_str())
        .bind(place.commune.as_str())
        .bind(folded)
        .bind(place.postcode.as_str())
        .bind(place.insee.as_str())
        .bind(place.address.as_str())
        .bind(place.address_more.as_str())
        .bind(place.latitude.as_str())
        .bind(place.longitude.as_str())
        .bind(place.typology.as_str())
        .bind(place.phone.as_str())
        .bind(place.emails.as_str())
        .bind(place.websites.as_str())
        .bind(place.hours.as_str())
        .bind(place.presentation.as_str())
        .bind(services)
        .bind(place.publics.as_str())
        .bind(place.special_care.as_str())
        .bind(place.costs.as_str())
        .bind(place.access.as_str())
        .bind(place.labels.as_str())
        .bind(place.source.as_str())
        .bind(updated_on)
        .bind(&digest[..])
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

/// Every known identifier with the digest of what is known, and whether it was removed.
pub async fn digests(tx: &mut Tx) -> Result<Vec<(String, Vec<u8>, Option<Instant>)>, DbError> {
    tx.query(DIGESTS).fetch_all().await
}

/// Marks a place as removed.
pub async fn remove(tx: &mut Tx, id: &str, at: Instant) -> Result<(), DbError> {
    tx.query(REMOVE).bind(id).bind(at).execute().await?;
    Ok(())
}

/// One place, removed or not.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<StoredPlace>, DbError> {
    tx.query(FIND).bind(id).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// Up to `most` places there that offer `service` (any, where there is none), by name, behind `after` (name and identifier).
pub async fn search(
    tx: &mut Tx,
    place: &Where,
    service: Option<&str>,
    after: (&str, &str),
    most: i64,
) -> Result<Vec<StoredPlace>, DbError> {
    let wanted = service.map_or_else(|| "%".to_owned(), |service| format!("%|{service}|%"));
    let query = match place {
        Where::Commune(folded) => tx.query(OF_COMMUNE).bind(folded.as_str()),
        Where::Postcode(code) => tx.query(OF_POSTCODE).bind(code.as_str()),
    };
    let rows = query.bind(wanted).bind(after.0).bind(after.1).bind(most).fetch_all::<Row>().await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A dozen communes that begin like this, each with a postcode of it.
pub async fn communes(tx: &mut Tx, folded: &str) -> Result<Vec<(String, String)>, DbError> {
    tx.query(COMMUNES).bind(format!("{folded}%")).fetch_all().await
}

/// How many places are known.
pub async fn count(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(tx.query(COUNT).fetch_one::<(i64,)>().await?.0)
}
