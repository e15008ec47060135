//! Which of our own things an alias that was given to a sector stands for; only a keyed hash of the alias is kept.

use uuid::Uuid;

use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    REMEMBER = Sql::same("INSERT INTO client_aliases (sector, kind, alias_hash, target) VALUES ($1, $2, $3, $4), ($1, $5, $6, $7), ($1, $8, $9, $10)
        ON CONFLICT DO NOTHING");
    FIND = Sql::same("SELECT target FROM client_aliases WHERE sector = $1 AND kind = $2 AND alias_hash = $3");
    FORGET = Sql::same("DELETE FROM client_aliases WHERE target = $1");
}

/// Remembers for what three aliases of a token stand (kind, hash, target); once is enough.
pub async fn remember(
    tx: &mut Tx,
    sector: &str,
    aliases: &[(&str, [u8; 32], Uuid); 3],
) -> Result<(), DbError> {
    let mut query = tx.query(REMEMBER).bind(sector);
    for (kind, hash, target) in aliases {
        query = query.bind(*kind).bind(&hash[..]).bind(*target);
    }
    query.execute().await?;
    Ok(())
}

/// For what an alias stands; `None` where that sector never got it.
pub async fn find(
    tx: &mut Tx,
    sector: &str,
    kind: &str,
    alias_hash: &[u8; 32],
) -> Result<Option<Uuid>, DbError> {
    let row = tx.query(FIND).bind(sector).bind(kind).bind(&alias_hash[..]);
    Ok(row.fetch_optional::<(Uuid,)>().await?.map(|(target,)| target))
}

/// Forgets every alias of one of our things.
pub async fn forget(tx: &mut Tx, target: Uuid) -> Result<u64, DbError> {
    tx.query(FORGET).bind(target).execute().await
}
