//! Professionals' accounts, their habilitations and their competence.

use crate::domain::account::AccountStatus;
use crate::domain::account::Competence;
use crate::domain::account::Role;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::HabilitationStatus;
use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO accounts (id, role, status, email_hash, professional, national, data_key, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    FIND = Sql::same("SELECT id, role, status, professional, national, data_key, sessions_from FROM accounts WHERE id = $1");
    BY_EMAIL = Sql::same("SELECT id, role, status, professional, national, data_key, sessions_from FROM accounts WHERE role = $1 AND email_hash = $2");
    OF_ROLE = Sql::same("SELECT id, role, status, professional, national, data_key, sessions_from FROM accounts WHERE role = $1 ORDER BY created_at, id");
    SET_STATUS = Sql::same("UPDATE accounts SET status = $2 WHERE id = $1");
    CHANGE_STATUS = Sql::same("UPDATE accounts SET status = $3 WHERE id = $1 AND status = $2");
    END_SESSIONS = Sql::same("UPDATE accounts SET sessions_from = $2 WHERE id = $1");
    TAKE = Sql::two(
        "SELECT status FROM accounts WHERE id = $1",
        "SELECT status FROM accounts WHERE id = $1 FOR UPDATE",
    );
    STATUS_SHARED = Sql::two(
        "SELECT status FROM accounts WHERE id = $1",
        "SELECT status FROM accounts WHERE id = $1 FOR SHARE",
    );
    ADD_CLIENT = Sql::same("INSERT INTO account_clients (account, client) VALUES ($1, $2)");
    CLIENTS = Sql::same("SELECT client FROM account_clients WHERE account = $1 ORDER BY client");
    ADD_REFERENT = Sql::same("INSERT INTO referents (account, organisation) VALUES ($1, $2)");
    REFERENT_OF = Sql::same("SELECT organisation FROM referents WHERE account = $1 ORDER BY organisation");
    INSERT_HABILITATION = Sql::same("INSERT INTO habilitations (id, account, organisation, status, ends_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)");
    HABILITATIONS = Sql::same("SELECT id, account, organisation, status, ends_at FROM habilitations WHERE account = $1 ORDER BY created_at, id");
    HABILITATIONS_OF = Sql::same("SELECT id, account, organisation, status, ends_at FROM habilitations WHERE organisation = $1 ORDER BY created_at, id");
    HABILITATION = Sql::same("SELECT id, account, organisation, status, ends_at FROM habilitations WHERE id = $1");
    HABILITATION_SHARED = Sql::two(
        "SELECT id, account, organisation, status, ends_at FROM habilitations WHERE id = $1",
        "SELECT id, account, organisation, status, ends_at FROM habilitations WHERE id = $1 FOR SHARE",
    );
    SET_HABILITATION = Sql::same("UPDATE habilitations SET status = $2 WHERE id = $1 AND status = $3");
    EVERY_HABILITATION = Sql::same("SELECT id, account, organisation, status, ends_at FROM habilitations ORDER BY created_at, id");
}

/// An account as stored; the identity is sealed under `data_key`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccountRow {
    /// Its identifier.
    pub id: AccountId,
    /// Its role.
    pub role: Role,
    /// Whether it may log in.
    pub status: AccountStatus,
    /// Sealed [`crate::domain::account::Professional`] as JSON.
    pub professional: Vec<u8>,
    /// National competence, for an authority.
    pub national: bool,
    /// Whose key seals it.
    pub data_key: DataKeyId,
    /// Sessions whose second factor was given before are over.
    pub sessions_from: Option<Instant>,
}

/// What a new account holds.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// Its identifier.
    pub id: AccountId,
    /// Its role.
    pub role: Role,
    /// Whether it may log in.
    pub status: AccountStatus,
    /// Keyed hash of its e-mail address.
    pub email_hash: &'a [u8],
    /// Sealed identity.
    pub professional: &'a [u8],
    /// National competence.
    pub national: bool,
    /// Whose key seals it.
    pub data_key: DataKeyId,
    /// When.
    pub at: Instant,
}

#[derive(sqlx::FromRow)]
struct HabilitationRow {
    id: HabilitationId,
    account: AccountId,
    organisation: OrganisationId,
    status: HabilitationStatus,
    ends_at: Instant,
}

impl From<HabilitationRow> for Habilitation {
    fn from(row: HabilitationRow) -> Self {
        Self {
            id: row.id,
            account: row.account,
            organisation: row.organisation,
            status: row.status,
            ends_at: row.ends_at,
        }
    }
}

/// Adds an account; a unique error when the role has one with this address.
pub async fn insert(tx: &mut Tx, new: &NewAccount<'_>) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(new.id)
        .bind(new.role)
        .bind(new.status)
        .bind(new.email_hash)
        .bind(new.professional)
        .bind(new.national)
        .bind(new.data_key)
        .bind(new.at)
        .execute()
        .await?;
    Ok(())
}

/// One account.
pub async fn find(tx: &mut Tx, id: AccountId) -> Result<Option<AccountRow>, DbError> {
    tx.query(FIND).bind(id).fetch_optional().await
}

/// The account of a role with this address.
pub async fn find_by_email(
    tx: &mut Tx,
    role: Role,
    email_hash: &[u8],
) -> Result<Option<AccountRow>, DbError> {
    tx.query(BY_EMAIL).bind(role).bind(email_hash).fetch_optional().await
}

/// Every account of a role.
pub async fn of_role(tx: &mut Tx, role: Role) -> Result<Vec<AccountRow>, DbError> {
    tx.query(OF_ROLE).bind(role).fetch_all().await
}

/// Takes an account from one status to another; `false` when it was no longer `from`.
pub async fn change_status(
    tx: &mut Tx,
    id: AccountId,
    from: AccountStatus,
    to: AccountStatus,
) -> Result<bool, DbError> {
    Ok(tx.query(CHANGE_STATUS).bind(id).bind(from).bind(to).execute().await? == 1)
}

/// Ends every session of an account whose second factor was given before `from`.
pub async fn end_sessions(tx: &mut Tx, id: AccountId, from: Instant) -> Result<(), DbError> {
    tx.query(END_SESSIONS).bind(id).bind(from).execute().await?;
    Ok(())
}

/// Lets an account log in, or not.
pub async fn set_status(tx: &mut Tx, id: AccountId, status: AccountStatus) -> Result<(), DbError> {
    tx.query(SET_STATUS).bind(id).bind(status).execute().await?;
    Ok(())
}

/// Takes an account for a change of its factors: others that take it wait until the transaction ends.
pub async fn take(tx: &mut Tx, id: AccountId) -> Result<Option<AccountStatus>, DbError> {
    Ok(tx.query(TAKE).bind(id).fetch_optional::<(AccountStatus,)>().await?.map(|(status,)| status))
}

/// The account's status, held against a change until the transaction ends.
pub async fn status_shared(tx: &mut Tx, id: AccountId) -> Result<Option<AccountStatus>, DbError> {
    Ok(tx.query(STATUS_SHARED).bind(id).fetch_optional::<(AccountStatus,)>().await?.map(|(status,)| status))
}

/// Gives an authority's agent the acts at a client to read.
pub async fn add_client(tx: &mut Tx, account: AccountId, client: &ClientId) -> Result<(), DbError> {
    tx.query(ADD_CLIENT).bind(account).bind(client.clone()).execute().await?;
    Ok(())
}

/// What an authority's agent may read.
pub async fn competence(tx: &mut Tx, row: &AccountRow) -> Result<Competence, DbError> {
    if row.national {
        return Ok(Competence::National);
    }
    clients(tx, row.id).await.map(Competence::Clients)
}

/// The clients an account is bound to.
pub async fn clients(tx: &mut Tx, account: AccountId) -> Result<Vec<ClientId>, DbError> {
    let rows = tx.query(CLIENTS).bind(account).fetch_all::<(ClientId,)>().await?;
    Ok(rows.into_iter().map(|(client,)| client).collect())
}

/// Names a referent of an organisation.
pub async fn add_referent(
    tx: &mut Tx,
    account: AccountId,
    organisation: OrganisationId,
) -> Result<(), DbError> {
    tx.query(ADD_REFERENT).bind(account).bind(organisation).execute().await?;
    Ok(())
}

/// The organisations a referent manages.
pub async fn referent_of(tx: &mut Tx, account: AccountId) -> Result<Vec<OrganisationId>, DbError> {
    Ok(tx
        .query(REFERENT_OF)
        .bind(account)
        .fetch_all::<(OrganisationId,)>()
        .await?
        .into_iter()
        .map(|(id,)| id)
        .collect())
}

/// Adds a habilitation; a unique error when the aidant has a living one in this organisation.
pub async fn insert_habilitation(tx: &mut Tx, new: &Habilitation, at: Instant) -> Result<(), DbError> {
    tx.query(INSERT_HABILITATION)
        .bind(new.id)
        .bind(new.account)
        .bind(new.organisation)
        .bind(new.status)
        .bind(new.ends_at)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

/// The habilitations of an aidant, oldest first.
pub async fn habilitations(tx: &mut Tx, account: AccountId) -> Result<Vec<Habilitation>, DbError> {
    let rows = tx.query(HABILITATIONS).bind(account).fetch_all::<HabilitationRow>().await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The habilitations in an organisation, oldest first.
pub async fn habilitations_of(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<Habilitation>, DbError> {
    let rows = tx.query(HABILITATIONS_OF).bind(organisation).fetch_all::<HabilitationRow>().await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Every habilitation, oldest first.
pub async fn every_habilitation(tx: &mut Tx) -> Result<Vec<Habilitation>, DbError> {
    Ok(tx
        .query(EVERY_HABILITATION)
        .fetch_all::<HabilitationRow>()
        .await?
        .into_iter()
        .map(Into::into)
        .collect())
}

/// One habilitation.
pub async fn find_habilitation(tx: &mut Tx, id: HabilitationId) -> Result<Option<Habilitation>, DbError> {
    Ok(tx.query(HABILITATION).bind(id).fetch_optional::<HabilitationRow>().await?.map(Into::into))
}

/// One habilitation, held against a change until the transaction ends.
pub async fn habilitation_shared(tx: &mut Tx, id: HabilitationId) -> Result<Option<Habilitation>, DbError> {
    Ok(tx.query(HABILITATION_SHARED).bind(id).fetch_optional::<HabilitationRow>().await?.map(Into::into))
}

/// Changes a habilitation from one status to another; `false` when it was no longer `from`.
pub async fn set_habilitation(
    tx: &mut Tx,
    id: HabilitationId,
    from: HabilitationStatus,
    to: HabilitationStatus,
) -> Result<bool, DbError> {
    Ok(tx.query(SET_HABILITATION).bind(id).bind(to).bind(from).execute().await? == 1)
}
