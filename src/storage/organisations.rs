//! Organisations and the themes their referents withheld.

use std::collections::BTreeSet;

use crate::domain::ids::DataKeyId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::organisation::Siret;
use crate::domain::organisation_profile::OrganisationKind;
use crate::domain::organisation_profile::Profile;
use crate::domain::organisation_profile::folded;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

/// The themes withheld from an organisation as one text.
macro_rules! withheld_of {
    ($organisation:literal) => {
        concat!(
            "(SELECT string_agg(w.theme, ' ') FROM organisation_withheld_themes w WHERE w.organisation = ",
            $organisation,
            ") AS withheld"
        )
    };
}
pub(super) use withheld_of;

/// The columns of an organisation in a statement that reads more than it, where the table is named `o`: [`Beside`] reads them.
macro_rules! beside_columns {
    () => {
        concat!(
            "o.id AS o_id, o.siret AS o_siret, o.name AS o_name, o.address AS o_address, o.status AS o_status, o.data_key AS o_key,
                o.kind AS o_kind, o.postcode AS o_postcode, o.departement AS o_departement, ",
            $crate::storage::organisations::withheld_of!("o.id")
        )
    };
}
pub(super) use beside_columns;

macro_rules! organisation_where {
    ($rest:literal) => {
        Sql::same(concat!(
            "SELECT id, siret, name, address, status, data_key, kind, postcode, departement, ",
            withheld_of!("organisations.id"),
            " FROM organisations ",
            $rest
        ))
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO organisations (id, siret, name, address, status, data_key, created_at, kind, postcode, departement, folded)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
    FIND = organisation_where!("WHERE id = $1");
    SHARE = Sql::two("SELECT id FROM organisations WHERE id = $1", "SELECT id FROM organisations WHERE id = $1 FOR SHARE");
    EVERY = organisation_where!("ORDER BY name, id");
    SET_STATUS = Sql::same("UPDATE organisations SET status = $2 WHERE id = $1 AND status <> $2 AND merged_at IS NULL");
    BY_SIRET = Sql::same("SELECT id FROM organisations WHERE siret = $1");
    SEARCH = organisation_where!("WHERE (folded LIKE $1 OR siret LIKE $2) AND (folded > $3 OR (folded = $3 AND id > $4)) ORDER BY folded, id LIMIT $5");
    AIDANTS = Sql::same("SELECT count(DISTINCT account) FROM habilitations WHERE organisation = $1 AND status NOT IN ('ended', 'refused')");
    WITHHOLD = Sql::same("INSERT INTO organisation_withheld_themes (organisation, theme) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    RELEASE = Sql::same("DELETE FROM organisation_withheld_themes WHERE organisation = $1");
}

#[derive(sqlx::FromRow)]
struct Row {
    id: OrganisationId,
    siret: String,
    name: String,
    address: String,
    status: OrganisationStatus,
    data_key: DataKeyId,
    kind: Option<OrganisationKind>,
    postcode: Option<String>,
    departement: Option<String>,
    withheld: Option<String>,
}

/// An organisation read beside something else.
#[derive(sqlx::FromRow)]
pub(super) struct Beside {
    o_id: OrganisationId,
    o_siret: String,
    o_name: String,
    o_address: String,
    o_status: OrganisationStatus,
    o_key: DataKeyId,
    o_kind: Option<OrganisationKind>,
    o_postcode: Option<String>,
    o_departement: Option<String>,
    withheld: Option<String>,
}

impl TryFrom<Beside> for StoredOrganisation {
    type Error = DbError;

    fn try_from(row: Beside) -> Result<Self, DbError> {
        Row {
            id: row.o_id,
            siret: row.o_siret,
            name: row.o_name,
            address: row.o_address,
            status: row.o_status,
            data_key: row.o_key,
            kind: row.o_kind,
            postcode: row.o_postcode,
            departement: row.o_departement,
            withheld: row.withheld,
        }
        .try_into()
    }
}

/// An organisation with the key its entries are sealed under.
#[derive(Clone, Debug)]
pub struct StoredOrganisation {
    /// The organisation.
    pub organisation: Organisation,
    /// The key its own entries are sealed under.
    pub data_key: DataKeyId,
    /// What it is and where.
    pub profile: Profile,
}

impl TryFrom<Row> for StoredOrganisation {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let wrong =
            |column| DbError::Inconsistent { table: "organisations", column, row: row.id.to_string() };
        let siret = Siret::parse(&row.siret).ok_or_else(|| wrong("siret"))?;
        let withheld = row.withheld.as_deref().unwrap_or_default().split_whitespace();
        let themes: Option<BTreeSet<Theme>> = withheld.map(Theme::parse).collect();
        Ok(Self {
            organisation: Organisation {
                id: row.id,
                siret,
                name: row.name,
                address: row.address,
                status: row.status,
                withheld_themes: themes.ok_or_else(|| wrong("withheld themes"))?,
            },
            data_key: row.data_key,
            profile: Profile { kind: row.kind, postcode: row.postcode, departement: row.departement },
        })
    }
}

/// Adds an organisation; a unique error when its SIRET is known.
pub async fn insert(
    tx: &mut Tx,
    (new, profile): (&Organisation, &Profile),
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
        .bind(profile.kind)
        .bind(profile.postcode.clone())
        .bind(profile.departement.clone())
        .bind(folded(&new.name))
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
    tx.query(FIND).bind(id).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// One organisation, held against a change until the transaction ends.
pub async fn find_shared(tx: &mut Tx, id: OrganisationId) -> Result<Option<StoredOrganisation>, DbError> {
    // What holding it made us wait for is seen by the next statement alone.
    tx.query(SHARE).bind(id).fetch_optional::<(OrganisationId,)>().await?;
    find(tx, id).await
}

/// Every organisation, by name.
pub async fn every(tx: &mut Tx) -> Result<Vec<StoredOrganisation>, DbError> {
    let rows = tx.query(EVERY).fetch_all::<Row>().await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The organisation with this SIRET.
pub async fn by_siret(tx: &mut Tx, siret: &str) -> Result<Option<OrganisationId>, DbError> {
    Ok(tx.query(BY_SIRET).bind(siret).fetch_optional::<(OrganisationId,)>().await?.map(|(id,)| id))
}

/// Up to `most` organisations whose name holds `words` or whose SIRET begins with them, by name, behind (folded name, id).
pub async fn search(
    tx: &mut Tx,
    words: &str,
    (name, id): (&str, OrganisationId),
    most: i64,
) -> Result<Vec<StoredOrganisation>, DbError> {
    let plain: String = folded(words).chars().filter(|sign| !matches!(sign, '%' | '_' | '\\')).collect();
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    let siret = if digits.is_empty() { String::new() } else { format!("{digits}%") };
    let query = tx.query(SEARCH).bind(format!("%{plain}%")).bind(siret).bind(name).bind(id).bind(most);
    let rows = query.fetch_all::<Row>().await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Changes the status; a merged one keeps its own; `false` when it had it already.
pub async fn set_status(
    tx: &mut Tx,
    id: OrganisationId,
    status: OrganisationStatus,
) -> Result<bool, DbError> {
    Ok(tx.query(SET_STATUS).bind(id).bind(status).execute().await? == 1)
}

/// How many aidants an organisation has, those whose habilitation waits or is suspended included.
pub async fn aidants(tx: &mut Tx, id: OrganisationId) -> Result<i64, DbError> {
    Ok(tx.query(AIDANTS).bind(id).fetch_one::<(i64,)>().await?.0)
}
