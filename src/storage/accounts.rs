//! Professionals' accounts and their competence.

use crate::domain::account::AccountStatus;
use crate::domain::account::Competence;
use crate::domain::account::Role;
use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

pub use crate::storage::habilitations::every as every_habilitation;
pub use crate::storage::habilitations::find as find_habilitation;
pub use crate::storage::habilitations::insert as insert_habilitation;
pub use crate::storage::habilitations::of_account as habilitations;
pub use crate::storage::habilitations::of_organisation as habilitations_of;
pub use crate::storage::habilitations::shared as habilitation_shared;
pub use crate::storage::referents::managed as referent_of;

statements! {
    INSERT = Sql::same("INSERT INTO accounts (id, role, status, email_hash, professional, totp_secret, national, data_key, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    FIND = Sql::same("SELECT id, role, status, professional, totp_secret, totp_step, national, data_key FROM accounts WHERE id = $1");
    BY_EMAIL = Sql::same("SELECT id, role, status, professional, totp_secret, totp_step, national, data_key FROM accounts WHERE role = $1 AND email_hash = $2");
    OF_ROLE = Sql::same("SELECT id, role, status, professional, totp_secret, totp_step, national, data_key FROM accounts WHERE role = $1 ORDER BY created_at, id");
    USE_STEP = Sql::same("UPDATE accounts SET totp_step = $2 WHERE id = $1 AND (totp_step IS NULL OR totp_step < $2)");
    END_SESSIONS = Sql::same("UPDATE accounts SET sessions_from = $2 WHERE id = $1");
    SESSIONS_FROM = Sql::same("SELECT sessions_from FROM accounts WHERE id = $1");
    TAKE = Sql::same("UPDATE accounts SET status = status WHERE id = $1 RETURNING id");
    SET_STATUS = Sql::same("UPDATE accounts SET status = $2 WHERE id = $1");
    STATUS_SHARED = Sql::two(
        "SELECT status FROM accounts WHERE id = $1",
        "SELECT status FROM accounts WHERE id = $1 FOR SHARE",
    );
    ADD_CLIENT = Sql::same("INSERT INTO account_clients (account, client) VALUES ($1, $2)");
    CLIENTS = Sql::same("SELECT client FROM account_clients WHERE account = $1 ORDER BY client");
}

/// An account as stored; identity and secret are sealed under `data_key`.
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
    /// Sealed TOTP secret.
    pub totp_secret: Vec<u8>,
    /// The newest time step whose code was accepted.
    pub totp_step: Option<i64>,
    /// National competence, for an authority.
    pub national: bool,
    /// Whose key seals it.
    pub data_key: DataKeyId,
}

/// What a new account holds.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// Its identifier.
    pub id: AccountId,
    /// Its role.
    pub role: Role,
    /// Whether it may log in, or waits for its holder.
    pub status: AccountStatus,
    /// Keyed hash of its e-mail address.
    pub email_hash: &'a [u8],
    /// Sealed identity.
    pub professional: &'a [u8],
    /// Sealed TOTP secret.
    pub totp_secret: &'a [u8],
    /// National competence.
    pub national: bool,
    /// Whose key seals it.
    pub data_key: DataKeyId,
    /// When.
    pub at: Instant,
}

/// Adds an account; a unique error when the role has one with this address.
pub async fn insert(tx: &mut Tx, new: &NewAccount<'_>) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(new.id)
        .bind(new.role)
        .bind(new.status)
        .bind(new.email_hash)
        .bind(new.professional)
        .bind(new.totp_secret)
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

/// Uses up a TOTP time step; `false` when it, or a later one, was used before.
pub async fn use_step(tx: &mut Tx, id: AccountId, step: i64) -> Result<bool, DbError> {
    Ok(tx.query(USE_STEP).bind(id).bind(step).execute().await? == 1)
}

/// Takes an account to change it: whoever decides on it waits until this transaction ends.
pub async fn take(tx: &mut Tx, id: AccountId) -> Result<Option<AccountRow>, DbError> {
    match tx.query(TAKE).bind(id).fetch_optional::<(AccountId,)>().await? {
        Some(_) => find(tx, id).await,
        None => Ok(None),
    }
}

/// Ends every session in which the second factor was given up to this instant.
pub async fn end_sessions(tx: &mut Tx, id: AccountId, at: Instant) -> Result<(), DbError> {
    tx.query(END_SESSIONS).bind(id).bind(at).execute().await?;
    Ok(())
}

/// Up to which instant sessions were ended.
pub async fn sessions_from(tx: &mut Tx, id: AccountId) -> Result<Option<Instant>, DbError> {
    let row = tx.query(SESSIONS_FROM).bind(id).fetch_optional::<(Option<Instant>,)>().await?;
    Ok(row.and_then(|(from,)| from))
}

/// Lets an account log in, or not.
pub async fn set_status(tx: &mut Tx, id: AccountId, status: AccountStatus) -> Result<(), DbError> {
    tx.query(SET_STATUS).bind(id).bind(status).execute().await?;
    Ok(())
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
