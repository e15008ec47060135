//! What a database holds, whoever put it there.

use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    RELATIONS = Sql::two(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name",
        "SELECT c.relname::text FROM pg_catalog.pg_class c
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
           AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
         ORDER BY c.relname",
    );
    COUNT_SETTINGS = Sql::same("SELECT COUNT(*) FROM settings");
}

/// The names of all tables and views, those of the engine and of its extensions aside.
pub async fn relations(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    Ok(tx.query(RELATIONS).fetch_all::<(String,)>().await?.into_iter().map(|(name,)| name).collect())
}

/// Whether no process of ours ever started on this database: the first start writes settings before anything else.
pub async fn never_started(tx: &mut Tx) -> Result<bool, DbError> {
    Ok(tx.query(COUNT_SETTINGS).fetch_one::<(i64,)>().await?.0 == 0)
}
