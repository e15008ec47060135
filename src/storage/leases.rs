//! Leases: which process does a piece of work now, with an epoch that grows each time another one takes over.

use std::time::Duration;

use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    TAKE = Sql::same("INSERT INTO leases (name, holder, epoch, expires_at) VALUES ($1, $2, 1, $4)
        ON CONFLICT (name) DO UPDATE SET
          epoch = CASE WHEN leases.holder = excluded.holder THEN leases.epoch ELSE leases.epoch + 1 END,
          holder = excluded.holder, expires_at = excluded.expires_at
        WHERE leases.holder = excluded.holder OR leases.expires_at <= $3 OR leases.expires_at > $5
        RETURNING epoch");
    GIVE_BACK = Sql::same("UPDATE leases SET expires_at = $3 WHERE name = $1 AND holder = $2");
}

/// Takes or renews a lease for `span` and locks it until the transaction ends; gives its epoch, `None` while another
/// holder has it. What is written in the same transaction is written by the one holder of that epoch.
///
/// A lease that ends later than twice `span` from now was taken by a clock that ran ahead: nobody waits for it.
pub async fn take(
    tx: &mut Tx,
    name: &str,
    holder: &str,
    now: Instant,
    span: Duration,
) -> Result<Option<i64>, DbError> {
    let row = tx
        .query(TAKE)
        .bind(name)
        .bind(holder)
        .bind(now)
        .bind(now.plus(span))
        .bind(now.plus(span.saturating_mul(2)));
    Ok(row.fetch_optional::<(i64,)>().await?.map(|(epoch,)| epoch))
}

/// Gives a lease back, so that another process need not wait for its end.
pub async fn give_back(tx: &mut Tx, name: &str, holder: &str, now: Instant) -> Result<(), DbError> {
    tx.query(GIVE_BACK).bind(name).bind(holder).bind(now).execute().await?;
    Ok(())
}
