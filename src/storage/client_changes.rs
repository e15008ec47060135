//! What of a client's registration is under way: a wider one that waits, a former secret and former keys that still serve.

use crate::domain::client::Registration;
use crate::domain::ids::ClientId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    PUT_CHANGE = Sql::same("INSERT INTO client_changes (client, registration, changed, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (client) DO UPDATE SET registration = excluded.registration, changed = excluded.changed, asked_by = excluded.asked_by,
        asked_at = excluded.asked_at");
    CHANGE = Sql::same("SELECT registration, changed, asked_by, asked_at FROM client_changes WHERE client = $1");
    WAITING = Sql::same("SELECT client FROM client_changes ORDER BY asked_at, client");
    DROP_CHANGE = Sql::same("DELETE FROM client_changes WHERE client = $1");
    PUT_SECRET = Sql::same("INSERT INTO client_former_secrets (client, secret_hash, until) VALUES ($1, $2, $3)
        ON CONFLICT (client) DO UPDATE SET secret_hash = excluded.secret_hash, until = excluded.until");
    SECRET = Sql::same("SELECT secret_hash, until FROM client_former_secrets WHERE client = $1");
    DROP_SECRET = Sql::same("DELETE FROM client_former_secrets WHERE client = $1");
    PUT_KEYS = Sql::same("INSERT INTO client_former_keys (client, jwks, until) VALUES ($1, $2, $3)
        ON CONFLICT (client) DO UPDATE SET jwks = excluded.jwks, until = excluded.until");
    KEYS = Sql::same("SELECT jwks, until FROM client_former_keys WHERE client = $1");
    DROP_KEYS = Sql::same("DELETE FROM client_former_keys WHERE client = $1");
}

/// A registration that waits for a second operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingChange {
    /// What it would be.
    pub registration: Registration,
    /// The names of the settings that would change.
    pub changed: Vec<String>,
    /// Who asked, for the rule of two persons.
    pub asked_by: String,
    /// When.
    pub asked_at: Instant,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    registration: String,
    changed: String,
    asked_by: String,
    asked_at: Instant,
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|error| DbError::Other(error.to_string()))
}

/// Lets a change wait; one that waited before is replaced.
pub async fn put(tx: &mut Tx, client: &ClientId, change: &WaitingChange) -> Result<(), DbError> {
    tx.query(PUT_CHANGE)
        .bind(client.clone())
        .bind(json(&change.registration)?)
        .bind(json(&change.changed)?)
        .bind(&change.asked_by)
        .bind(change.asked_at)
        .execute()
        .await?;
    Ok(())
}

/// The change that waits for this client.
pub async fn find(tx: &mut Tx, client: &ClientId) -> Result<Option<WaitingChange>, DbError> {
    let Some(row) = tx.query(CHANGE).bind(client.clone()).fetch_optional::<ChangeRow>().await? else {
        return Ok(None);
    };
    let wrong =
        |column| DbError::Inconsistent { table: "client_changes", column, row: client.as_str().to_owned() };
    Ok(Some(WaitingChange {
        registration: serde_json::from_str(&row.registration).map_err(|_| wrong("registration"))?,
        changed: serde_json::from_str(&row.changed).map_err(|_| wrong("changed"))?,
        asked_by: row.asked_by,
        asked_at: row.asked_at,
    }))
}

/// The clients for which a change waits, the oldest first.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<ClientId>, DbError> {
    let rows = tx.query(WAITING).fetch_all::<(ClientId,)>().await?;
    Ok(rows.into_iter().map(|(client,)| client).collect())
}

/// Nothing waits any more; `false` when nothing did.
pub async fn drop_change(tx: &mut Tx, client: &ClientId) -> Result<bool, DbError> {
    Ok(tx.query(DROP_CHANGE).bind(client.clone()).execute().await? == 1)
}

/// Keeps the secret a client had until now, for a while.
pub async fn keep_secret(
    tx: &mut Tx,
    client: &ClientId,
    secret_hash: &[u8],
    until: Instant,
) -> Result<(), DbError> {
    tx.query(PUT_SECRET).bind(client.clone()).bind(secret_hash).bind(until).execute().await?;
    Ok(())
}

/// The hash of the secret a client had before, with the instant from which it is worth nothing.
pub async fn former_secret(tx: &mut Tx, client: &ClientId) -> Result<Option<(Vec<u8>, Instant)>, DbError> {
    tx.query(SECRET).bind(client.clone()).fetch_optional().await
}

/// Forgets the secret a client had before; `false` when there was none.
pub async fn drop_secret(tx: &mut Tx, client: &ClientId) -> Result<bool, DbError> {
    Ok(tx.query(DROP_SECRET).bind(client.clone()).execute().await? == 1)
}

/// Keeps the public keys (RFC 7517) a client had until now, for a while.
pub async fn keep_keys(tx: &mut Tx, client: &ClientId, jwks: &str, until: Instant) -> Result<(), DbError> {
    tx.query(PUT_KEYS).bind(client.clone()).bind(jwks).bind(until).execute().await?;
    Ok(())
}

/// The keys a client had before, with the instant from which they are worth nothing.
pub async fn former_keys(tx: &mut Tx, client: &ClientId) -> Result<Option<(String, Instant)>, DbError> {
    tx.query(KEYS).bind(client.clone()).fetch_optional().await
}

/// Forgets the keys a client had before; `false` when there were none.
pub async fn drop_keys(tx: &mut Tx, client: &ClientId) -> Result<bool, DbError> {
    Ok(tx.query(DROP_KEYS).bind(client.clone()).execute().await? == 1)
}
