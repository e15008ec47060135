//! Organisations and the themes their referents withheld.

use std::collections::BTreeSet;

use crate::domain::ids::DataKeyId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::organisation::Siret;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO organisations (id, siret, name, address, status, data_key, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)");
    FIND = Sql::same("SELECT id, siret, name, address, status, data_key FROM organisations WHERE id = $1");
    FIND_SHARED = Sql::two(
        "SELECT id, siret, name, address, status, data_key FROM organisations WHERE id = $1",
        "SELECT id, siret, name, address, status, data_key FROM organisations WHERE id = $1 FOR SHARE",
    );
    EVERY = Sql::same("SELECT id, siret, name, address, status, data_key FROM organisations ORDER BY name, id");
    SET_STATUS = Sql::same("UPDATE organisations SET status = $2 WHERE id = $1 AND status <> $2");
    WITHHOLD = Sql::same("INSERT INTO organisation_withheld_themes (organisation, theme) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    RELEASE = Sql::same("DELETE FROM organisation_withheld_themes WHERE organisation = $1");
    WITHHELD = Sql::same("SELECT theme FROM organisation_withheld_themes WHERE organisation = $1");
}

#[derive(sqlx::FromRow)]
struct Row {
    id: OrganisationId,
    siret: String,
    name: String,
    address: String,
    status: OrganisationStatus,
    data_key: DataKeyId,
}

/// An organisation with the key its entries are sealed under.
#[derive(Clone, Debug)]
pub struct StoredOrganisation {
    /// The organisation.
    pub organisation: Organisation,
    /// The key its own entries are sealed under.
    pub data_key: DataKeyId,
}

async fn complete(tx: &mut Tx, row: Row) -> Result<StoredOrganisation, DbError> {
    let themes = tx.query(WITHHELD).bind(row.id).fetch_all::<(Theme,)>().await?;
    let siret = Siret::parse(&row.siret).ok_or_else(|| DbError::Inconsistent {
        table: "organisations",
        column: "siret",
        row: row.id.to_string(),
    })?;
    Ok(StoredOrganisation {
        organisation: Organisation {
            id: row.id,
            siret,
            name: row.name,
            address: row.address,
            status: row.status,
            withheld_themes: themes.into_iter().map(|(theme,)| theme).collect::<BTreeSet<_>>(),
        },
        data_key: row.data_key,
    })
}

/// Adds an organisation; a unique error when its SIRET is known.
pub async fn insert(
    tx: &mut Tx,
    new: &Organisation,
    data_key: DataKeyId,
    at: Instant,
) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(new.id)
        .bind(new.siret.as_str())
        .bind(&new.name)
        .bind(&new.address)
        .bind(new.status)
        .bind(data_key)
        .bind(at)
        .execute()
        .await?;
    for theme in &new.withheld_themes {
        tx.query(WITHHOLD).bind(new.id).bind(*theme).execute().await?;
    }
    Ok(())
}

/// Withholds these themes of an organisation that was taken, and no others.
pub async fn set_withheld(
    tx: &mut Tx,
    id: OrganisationId,
    withheld: &BTreeSet<Theme>,
) -> Result<(), DbError> {
    tx.query(RELEASE).bind(id).execute().await?;
    for theme in withheld {
        tx.query(WITHHOLD).bind(id).bind(*theme).execute().await?;
    }
    Ok(())
}

/// One organisation.
pub async fn find(tx: &mut Tx, id: OrganisationId) -> Result<Option<StoredOrganisation>, DbError> {
    match tx.query(FIND).bind(id).fetch_optional::<Row>().await? {
        Some(row) => complete(tx, row).await.map(Some),
        None => Ok(None),
    }
}

/// One organisation, held against a change until the transaction ends.
pub async fn find_shared(tx: &mut Tx, id: OrganisationId) -> Result<Option<StoredOrganisation>, DbError> {
    match tx.query(FIND_SHARED).bind(id).fetch_optional::<Row>().await? {
        Some(row) => complete(tx, row).await.map(Some),
        None => Ok(None),
    }
}

/// Every organisation, by name.
pub async fn every(tx: &mut Tx) -> Result<Vec<StoredOrganisation>, DbError> {
    let rows = tx.query(EVERY).fetch_all::<Row>().await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(complete(tx, row).await?);
    }
    Ok(all)
}

/// Changes the status; `false` when it had it already.
pub async fn set_status(
    tx: &mut Tx,
    id: OrganisationId,
    status: OrganisationStatus,
) -> Result<bool, DbError> {
    Ok(tx.query(SET_STATUS).bind(id).bind(status).execute().await? == 1)
}
