//! OIDC clients.

use crate::domain::client::Client;
use crate::domain::client::ClientStatus;
use crate::domain::ids::ClientId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO clients (id, status, secret_hash, registration, registered_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)");
    FIND = Sql::same("SELECT id, status, secret_hash, registration FROM clients WHERE id = $1");
    FIND_SHARED = Sql::two(
        "SELECT id, status, secret_hash, registration FROM clients WHERE id = $1",
        "SELECT id, status, secret_hash, registration FROM clients WHERE id = $1 FOR SHARE",
    );
    TAKE = Sql::same("UPDATE clients SET status = status WHERE id = $1 RETURNING id, status, secret_hash, registration");
    SET_SECRET = Sql::same("UPDATE clients SET secret_hash = $2 WHERE id = $1");
    EVERY = Sql::same("SELECT id, status, secret_hash, registration FROM clients ORDER BY created_at, id");
    SET_STATUS = Sql::same("UPDATE clients SET status = $2 WHERE id = $1 AND status = $3");
    CHANGE = Sql::same("UPDATE clients SET status = $2, registration = $3, registered_by = $4 WHERE id = $1");
    KEEP_SECRET = Sql::same("UPDATE clients SET secret_sealed = $2 WHERE id = $1");
    SEALED_SECRET = Sql::same("SELECT secret_sealed FROM clients WHERE id = $1");
    REGISTERED_BY = Sql::same("SELECT registered_by FROM clients WHERE id = $1");
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: ClientId,
    pub(super) status: ClientStatus,
    pub(super) secret_hash: Option<Vec<u8>>,
    pub(super) registration: String,
}

impl TryFrom<Row> for Client {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let registration = serde_json::from_str(&row.registration).map_err(|_| DbError::Inconsistent {
            table: "clients",
            column: "registration",
            row: row.id.to_string(),
        })?;
        Ok(Self { id: row.id, status: row.status, secret_hash: row.secret_hash, registration })
    }
}

/// Adds a client; `registered_by` names the operator, for the rule of two persons.
pub async fn insert(tx: &mut Tx, client: &Client, registered_by: &str, at: Instant) -> Result<(), DbError> {
    let registration =
        serde_json::to_string(&client.registration).map_err(|error| DbError::Other(error.to_string()))?;
    tx.query(INSERT)
        .bind(client.id.clone())
        .bind(client.status)
        .bind(client.secret_hash.clone())
        .bind(registration)
        .bind(registered_by)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

/// One client.
pub async fn find(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>, DbError> {
    tx.query(FIND).bind(id.clone()).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// One client, held against a change until the transaction ends.
pub async fn find_shared(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>, DbError> {
    tx.query(FIND_SHARED).bind(id.clone()).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// Takes a client to change it: no other transaction does until this one ends.
pub async fn take(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>, DbError> {
    tx.query(TAKE).bind(id.clone()).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// Replaces the secret's hash.
pub async fn set_secret(tx: &mut Tx, id: &ClientId, secret_hash: &[u8]) -> Result<(), DbError> {
    tx.query(SET_SECRET).bind(id.clone()).bind(secret_hash).execute().await?;
    Ok(())
}

/// Every client, oldest first.
pub async fn every(tx: &mut Tx) -> Result<Vec<Client>, DbError> {
    tx.query(EVERY).fetch_all::<Row>().await?.into_iter().map(TryInto::try_into).collect()
}

/// The active client that answers for the API with this identifier (RFC 8707).
pub async fn by_resource(tx: &mut Tx, resource: &str) -> Result<Option<Client>, DbError> {
    let answers = |client: &Client| {
        client.status == ClientStatus::Active && client.registration.options.resources.contains(resource)
    };
    Ok(every(tx).await?.into_iter().find(answers))
}

/// Changes a client from one status to another; `false` when it was no longer `from`.
pub async fn set_status(
    tx: &mut Tx,
    id: &ClientId,
    from: ClientStatus,
    to: ClientStatus,
) -> Result<bool, DbError> {
    Ok(tx.query(SET_STATUS).bind(id.clone()).bind(to).bind(from).execute().await? == 1)
}

/// Replaces status and registration of a client; `changed_by` is from now on who registered it.
pub async fn change(tx: &mut Tx, client: &Client, changed_by: &str) -> Result<(), DbError> {
    let registration =
        serde_json::to_string(&client.registration).map_err(|error| DbError::Other(error.to_string()))?;
    let query = tx.query(CHANGE).bind(client.id.clone()).bind(client.status).bind(registration);
    query.bind(changed_by).execute().await?;
    Ok(())
}

/// Who registered a client.
pub async fn registered_by(tx: &mut Tx, id: &ClientId) -> Result<Option<String>, DbError> {
    Ok(tx.query(REGISTERED_BY).bind(id.clone()).fetch_optional::<(String,)>().await?.map(|(name,)| name))
}

/// Keeps the sealed secret of a client whose tokens are signed with it.
pub async fn keep_secret(tx: &mut Tx, id: &ClientId, sealed: &[u8]) -> Result<(), DbError> {
    tx.query(KEEP_SECRET).bind(id.clone()).bind(sealed).execute().await?;
    Ok(())
}

/// The sealed secret of a client, where one is kept.
pub async fn sealed_secret(tx: &mut Tx, id: &ClientId) -> Result<Option<Vec<u8>>, DbError> {
    let row = tx.query(SEALED_SECRET).bind(id.clone()).fetch_optional::<(Option<Vec<u8>>,)>().await?;
    Ok(row.and_then(|(sealed,)| sealed))
}
