//! The last calls of each client that were refused, for whoever connects it; nothing about persons.

use crate::domain::ids::ClientId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO client_faults (client, reference, at, endpoint, error, description) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (client, reference) DO NOTHING");
    SINCE = Sql::same("SELECT COUNT(*) FROM client_faults WHERE client = $1 AND error = $2 AND at > $3");
    LATEST = Sql::same("SELECT reference, at, endpoint, error, description FROM client_faults WHERE client = $1 ORDER BY at DESC, reference LIMIT $2");
    PRUNE = Sql::same("DELETE FROM client_faults WHERE client = $1 AND reference NOT IN
        (SELECT reference FROM client_faults WHERE client = $1 ORDER BY at DESC, reference LIMIT $2)");
    KNOWN = Sql::same("SELECT id FROM clients WHERE id = $1");
}

/// One refused call.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ClientFault {
    /// The reference number of the request.
    pub reference: String,
    /// When.
    pub at: Instant,
    /// The path that was called.
    pub endpoint: String,
    /// The registered error code.
    pub error: String,
    /// What was told to the client beside it.
    pub description: String,
}

/// Notes a refused call, and drops all but the newest `keep` of this client.
pub async fn insert(tx: &mut Tx, client: &ClientId, fault: &ClientFault, keep: i64) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(client.clone())
        .bind(&fault.reference)
        .bind(fault.at)
        .bind(&fault.endpoint)
        .bind(&fault.error)
        .bind(&fault.description)
        .execute()
        .await?;
    tx.query(PRUNE).bind(client.clone()).bind(keep).execute().await?;
    Ok(())
}

/// Whether there is such a client.
pub async fn is_known(tx: &mut Tx, client: &ClientId) -> Result<bool, DbError> {
    Ok(tx.query(KNOWN).bind(client.clone()).fetch_optional::<(ClientId,)>().await?.is_some())
}

/// How many calls of this client were refused with this error after `since`.
pub async fn count_since(
    tx: &mut Tx,
    client: &ClientId,
    error: &str,
    since: Instant,
) -> Result<i64, DbError> {
    Ok(tx.query(SINCE).bind(client.clone()).bind(error).bind(since).fetch_one::<(i64,)>().await?.0)
}

/// The newest refused calls of a client.
pub async fn latest(tx: &mut Tx, client: &ClientId, limit: i64) -> Result<Vec<ClientFault>, DbError> {
    tx.query(LATEST).bind(client.clone()).bind(limit).fetch_all().await
}
