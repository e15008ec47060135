//! Browser sessions at rest: found by the hash of their id, readable only with the id itself.

use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO sessions (id_hash, sealed, expires_at, login_hash) VALUES ($1, $2, $3, $4) ON CONFLICT (id_hash) DO NOTHING");
    UPDATE = Sql::same("UPDATE sessions SET sealed = $2, expires_at = $3, login_hash = $4 WHERE id_hash = $1");
    FIND = Sql::same("SELECT sealed FROM sessions WHERE id_hash = $1 AND expires_at > $2");
    OF_LOGIN = Sql::same("SELECT expires_at FROM sessions WHERE login_hash = $1 AND expires_at > $2");
    DELETE = Sql::same("DELETE FROM sessions WHERE id_hash = $1");
}

/// Adds a session; `false` when its id is taken.
pub async fn insert(
    tx: &mut Tx,
    id_hash: &[u8; 32],
    sealed: &[u8],
    expires_at: Instant,
    login_hash: Option<&[u8; 32]>,
) -> Result<bool, DbError> {
    let query = tx.query(INSERT).bind(&id_hash[..]).bind(sealed).bind(expires_at);
    Ok(query.bind(login_hash.map(|hash| hash.to_vec())).execute().await? == 1)
}

/// Writes a session that is still there; one that was ended meanwhile stays ended.
pub async fn update(
    tx: &mut Tx,
    id_hash: &[u8; 32],
    sealed: &[u8],
    expires_at: Instant,
    login_hash: Option<&[u8; 32]>,
) -> Result<bool, DbError> {
    let query = tx.query(UPDATE).bind(&id_hash[..]).bind(sealed).bind(expires_at);
    Ok(query.bind(login_hash.map(|hash| hash.to_vec())).execute().await? == 1)
}

/// The sealed session, unless it has expired.
pub async fn find(tx: &mut Tx, id_hash: &[u8; 32], now: Instant) -> Result<Option<Vec<u8>>, DbError> {
    Ok(tx
        .query(FIND)
        .bind(&id_hash[..])
        .bind(now)
        .fetch_optional::<(Vec<u8>,)>()
        .await?
        .map(|(sealed,)| sealed))
}

/// Whether the session of a login goes on; `login_hash` stays with it through its new ids.
pub async fn is_logged_in(tx: &mut Tx, login_hash: &[u8; 32], now: Instant) -> Result<bool, DbError> {
    let row = tx.query(OF_LOGIN).bind(&login_hash[..]).bind(now).fetch_optional::<(Instant,)>().await?;
    Ok(row.is_some())
}

/// Ends a session.
pub async fn delete(tx: &mut Tx, id_hash: &[u8; 32]) -> Result<(), DbError> {
    tx.query(DELETE).bind(&id_hash[..]).execute().await?;
    Ok(())
}
