//! Public keys read from the addresses clients registered, as they were last seen.

use crate::domain::ids::ClientId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    FIND = Sql::same("SELECT uri, jwks, fetched_at, tried_at FROM client_key_sets WHERE client = $1");
    BEGIN = Sql::same("INSERT INTO client_key_sets (client, uri, tried_at) VALUES ($1, $2, $3)
        ON CONFLICT (client) DO UPDATE SET tried_at = excluded.tried_at, uri = excluded.uri,
          jwks = CASE WHEN client_key_sets.uri = excluded.uri THEN client_key_sets.jwks ELSE NULL END,
          fetched_at = CASE WHEN client_key_sets.uri = excluded.uri THEN client_key_sets.fetched_at ELSE NULL END
        WHERE client_key_sets.uri <> excluded.uri OR client_key_sets.tried_at <= $4");
    STORE = Sql::same("UPDATE client_key_sets SET jwks = $3, fetched_at = $4 WHERE client = $1 AND uri = $2");
}

/// The keys of one client as they were last read.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct KeySetRow {
    /// Where they were read.
    pub uri: String,
    /// The set (RFC 7517) as JSON, if it was ever read.
    pub jwks: Option<String>,
    /// When.
    pub fetched_at: Option<Instant>,
    /// When it was last tried.
    pub tried_at: Instant,
}

/// What is known of a client's keys.
pub async fn find(tx: &mut Tx, client: &ClientId) -> Result<Option<KeySetRow>, DbError> {
    tx.query(FIND).bind(client.clone()).fetch_optional().await
}

/// Takes the right to read `uri` now; `false` when somebody tried after `not_since`.
pub async fn begin(
    tx: &mut Tx,
    client: &ClientId,
    uri: &str,
    now: Instant,
    not_since: Instant,
) -> Result<bool, DbError> {
    Ok(tx.query(BEGIN).bind(client.clone()).bind(uri).bind(now).bind(not_since).execute().await? == 1)
}

/// Keeps what was read.
pub async fn store(
    tx: &mut Tx,
    client: &ClientId,
    uri: &str,
    jwks: &str,
    at: Instant,
) -> Result<(), DbError> {
    tx.query(STORE).bind(client.clone()).bind(uri).bind(jwks).bind(at).execute().await?;
    Ok(())
}
