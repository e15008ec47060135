//! Mandates that end soon, and which notice of it was given.

use crate::domain::ids::MandateId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    DUE = Sql::same("SELECT m.id FROM mandates m WHERE m.status IN ('active', 'suspended') AND m.valid_until >= $1 AND m.valid_until <= $2
        AND NOT EXISTS (SELECT 1 FROM end_notices n WHERE n.mandate = m.id AND n.days <= $3) ORDER BY m.id LIMIT 100");
    MARK = Sql::same("INSERT INTO end_notices (mandate, days, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
}

/// Up to a hundred mandates in force that end from `now` to `until` and whose person was not told `days` days ahead or later.
pub async fn due(tx: &mut Tx, now: Instant, until: Instant, days: i64) -> Result<Vec<MandateId>, DbError> {
    let rows = tx.query(DUE).bind(now).bind(until).bind(days).fetch_all::<(MandateId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Notes that a notice was given, or that it need not be any more; `false` when it was noted before.
pub async fn mark(tx: &mut Tx, mandate: MandateId, days: i64, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(MARK).bind(mandate).bind(days).bind(at).execute().await? == 1)
}
