//! The few values that belong to the installation as a whole.

use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    FIND = Sql::same("SELECT value FROM settings WHERE name = $1");
    INSERT = Sql::same("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");
    REPLACE = Sql::same("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
}

/// The value called `name`.
pub async fn find(tx: &mut Tx, name: &str) -> Result<Option<Vec<u8>>, DbError> {
    Ok(tx.query(FIND).bind(name).fetch_optional::<(Vec<u8>,)>().await?.map(|(value,)| value))
}

/// Sets a value once; gives the one that stands, which may be another process's.
pub async fn establish(tx: &mut Tx, name: &str, value: &[u8]) -> Result<Vec<u8>, DbError> {
    tx.query(INSERT).bind(name).bind(value).execute().await?;
    find(tx, name).await?.ok_or_else(|| DbError::Other(format!("the setting {name} did not stay")))
}

/// Sets a value, over an earlier one.
pub async fn replace(tx: &mut Tx, name: &str, value: &[u8]) -> Result<(), DbError> {
    tx.query(REPLACE).bind(name).bind(value).execute().await?;
    Ok(())
}
