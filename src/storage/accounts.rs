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

/// The columns of an account with its sealed key in a statement that reads more than it, where the tables are named `a` and
/// `ak`: [`Beside`] reads them.
macro_rules! beside_columns {
    () => {
        "a.id AS a_id, a.role AS a_role, a.status AS a_status, a.professional AS a_professional, a.national AS a_national,
            a.data_key AS a_key, a.sessions_from AS a_sessions_from, ak.sealed AS a_sealed_key"
    };
}
pub(super) use beside_columns;

macro_rules! account_where {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT a.id AS id, a.role AS role, a.status AS status, a.professional AS professional, a.national AS national,
                a.data_key AS data_key, a.sessions_from AS sessions_from, k.sealed AS sealed_key
             FROM accounts a JOIN data_keys k ON k.id = a.data_key WHERE ",
            $condition
        ))
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO accounts (id, role, status, email_hash, professional, national, data_key, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    FIND = account_where!("a.id = $1");
    BY_EMAIL = account_where!("a.role = $1 AND a.email_hash = $2");
    NATIONAL = Sql::same("SELECT id, role, status, professional, national, data_key, sessions_from FROM accounts
        WHERE role = 'authority' AND national = TRUE AND status = 'active' ORDER BY id");
    TAKE = Sql::same("UPDATE accounts SET status = status WHERE id = $1 RETURNING id");
    SET_STATUS = Sql::same("UPDATE accounts SET status = $2 WHERE id = $1");
    CHANGE_STATUS = Sql::same("UPDATE accounts SET status = $3 WHERE id = $1 AND status = $2");
    END_SESSIONS = Sql::same("UPDATE accounts SET sessions_from = $2 WHERE id = $1");
    STATUS_SHARED = Sql::two(
        "SELECT status FROM accounts WHERE id = $1",
        "SELECT status FROM accounts WHERE id = $1 FOR SHARE",
    );
    ADD_CLIENT = Sql::same("INSERT INTO account_clients (account, client) VALUES ($1, $2)");
    CLIENTS = Sql::same("SELECT client FROM account_clients WHERE account = $1 ORDER BY client");
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

/// An account read beside something else.
#[derive(sqlx::FromRow)]
pub(super) struct Beside {
    a_id: AccountId,
    a_role: Role,
    a_status: AccountStatus,
    a_professional: Vec<u8>,
    a_national: bool,
    a_key: DataKeyId,
    a_sessions_from: Option<Instant>,
    a_sealed_key: Vec<u8>,
}

impl Beside {
    /// The account; the transaction remembers its sealed key.
    pub(super) fn kept_in(self, tx: &mut Tx) -> AccountRow {
        tx.keep_key(self.a_key, self.a_sealed_key);
        AccountRow {
            id: self.a_id,
            role: self.a_role,
            status: self.a_status,
            professional: self.a_professional,
            national: self.a_national,
            data_key: self.a_key,
            sessions_from: self.a_sessions_from,
        }
    }
}

/// An account with its sealed key, which the transaction remembers.
#[derive(sqlx::FromRow)]
struct KeyedRow {
    #[sqlx(flatten)]
    row: AccountRow,
    sealed_key: Vec<u8>,
}

impl KeyedRow {
    fn kept_in(self, tx: &mut Tx) -> AccountRow {
        tx.keep_key(self.row.data_key, self.sealed_key);
        self.row
    }
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
    let found = tx.query(FIND).bind(id).fetch_optional::<KeyedRow>().await?;
    Ok(found.map(|keyed| keyed.kept_in(tx)))
}

/// The account of a role with this address.
pub async fn find_by_email(
    tx: &mut Tx,
    role: Role,
    email_hash: &[u8],
) -> Result<Option<AccountRow>, DbError> {
    let found = tx.query(BY_EMAIL).bind(role).bind(email_hash).fetch_optional::<KeyedRow>().await?;
    Ok(found.map(|keyed| keyed.kept_in(tx)))
}

/// The agents of national oversight who may log in.
pub async fn national_agents(tx: &mut Tx) -> Result<Vec<AccountRow>, DbError> {
    tx.query(NATIONAL).fetch_all().await
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

/// Takes an account to change it: whoever decides on it waits until this transaction ends.
pub async fn take(tx: &mut Tx, id: AccountId) -> Result<Option<AccountRow>, DbError> {
    match tx.query(TAKE).bind(id).fetch_optional::<(AccountId,)>().await? {
        Some(_) => find(tx, id).await,
        None => Ok(None),
    }
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
