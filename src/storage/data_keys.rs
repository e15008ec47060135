//! Data keys, sealed; destroying one makes what it sealed unreadable for ever. Its row stays, empty: others point to it.

use crate::domain::ids::DataKeyId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO data_keys (id, sealed, created_at) VALUES ($1, $2, $3)");
    FIND = Sql::same("SELECT sealed FROM data_keys WHERE id = $1 AND LENGTH(sealed) > 0");
    EVERY = Sql::same("SELECT id, sealed FROM data_keys WHERE LENGTH(sealed) > 0 ORDER BY id");
    REWRAP = Sql::same("UPDATE data_keys SET sealed = $2 WHERE id = $1");
    DESTROY = Sql::same("DELETE FROM data_keys WHERE id = $1");
}

/// Destroys a key; what it sealed is unreadable for ever. Nothing may point to it any more. `false` when it was gone.
pub async fn destroy(tx: &mut Tx, id: DataKeyId) -> Result<bool, DbError> {
    tx.forget_keys();
    Ok(tx.query(DESTROY).bind(id).execute().await? == 1)
}

/// Adds a sealed key.
pub async fn insert(tx: &mut Tx, id: DataKeyId, sealed: &[u8], at: Instant) -> Result<(), DbError> {
    tx.query(INSERT).bind(id).bind(sealed).bind(at).execute().await?;
    Ok(())
}

/// The sealed key; `None` once it was destroyed.
pub async fn find(tx: &mut Tx, id: DataKeyId) -> Result<Option<Vec<u8>>, DbError> {
    if let Some(sealed) = tx.kept_key(id) {
        return Ok(Some(sealed.to_vec()));
    }
    let found = tx.query(FIND).bind(id).fetch_optional::<(Vec<u8>,)>().await?.map(|(sealed,)| sealed);
    if let Some(sealed) = &found {
        tx.keep_key(id, sealed.clone());
    }
    Ok(found)
}

/// Every sealed key, to change the master key.
pub async fn every(tx: &mut Tx) -> Result<Vec<(DataKeyId, Vec<u8>)>, DbError> {
    tx.query(EVERY).fetch_all().await
}

/// Replaces the sealed form of a key.
pub async fn rewrap(tx: &mut Tx, id: DataKeyId, sealed: &[u8]) -> Result<(), DbError> {
    tx.forget_keys();
    tx.query(REWRAP).bind(id).bind(sealed).execute().await?;
    Ok(())
}
