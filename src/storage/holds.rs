//! What holds a mandate: several causes at once, each with its source.

use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::mandate::Hold;
use crate::domain::mandate::HoldCause;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    ADD = Sql::same("INSERT INTO mandate_holds (mandate, cause, source, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
    REMOVE = Sql::same("DELETE FROM mandate_holds WHERE mandate = $1 AND cause = $2 AND source = $3");
    OF = Sql::same("SELECT cause, source, since FROM mandate_holds WHERE mandate = $1 ORDER BY since, cause, source");
    TO_HOLD = Sql::same("SELECT m.id FROM organisations o JOIN mandates m ON m.organisation = o.id
        WHERE o.status = 'suspended' AND m.status IN ('active', 'suspended') AND (o.id = $1 OR $1 IS NULL)
          AND NOT EXISTS (SELECT 1 FROM mandate_holds h WHERE h.mandate = m.id AND h.cause = 'organisation' AND h.source = o.id)
        ORDER BY m.id LIMIT $2");
    TO_RELEASE = Sql::same("SELECT h.mandate FROM mandate_holds h JOIN organisations o ON o.id = h.source
        JOIN mandates m ON m.id = h.mandate
        WHERE h.cause = 'organisation' AND (o.status <> 'suspended' OR m.organisation <> o.id) AND (o.id = $1 OR $1 IS NULL)
        ORDER BY h.mandate LIMIT $2");
}

#[derive(sqlx::FromRow)]
struct Row {
    cause: HoldCause,
    source: uuid::Uuid,
    since: Instant,
}

/// Holds a mandate; `false` when this held it before.
pub async fn add(tx: &mut Tx, mandate: MandateId, hold: Hold, since: Instant) -> Result<bool, DbError> {
    Ok(tx.query(ADD).bind(mandate).bind(hold.cause).bind(hold.source).bind(since).execute().await? == 1)
}

/// Holds it no longer; `false` when this did not hold it.
pub async fn remove(tx: &mut Tx, mandate: MandateId, hold: Hold) -> Result<bool, DbError> {
    Ok(tx.query(REMOVE).bind(mandate).bind(hold.cause).bind(hold.source).execute().await? == 1)
}

/// Everything that holds a mandate, oldest first.
pub async fn of(tx: &mut Tx, mandate: MandateId) -> Result<Vec<(Hold, Instant)>, DbError> {
    let rows = tx.query(OF).bind(mandate).fetch_all::<Row>().await?;
    Ok(rows.into_iter().map(|row| (Hold { cause: row.cause, source: row.source }, row.since)).collect())
}

/// Mandates in force whose organisation is suspended and that it does not hold yet, by identifier; of one organisation, or of
/// all.
pub async fn to_hold(
    tx: &mut Tx,
    organisation: Option<OrganisationId>,
    most: i64,
) -> Result<Vec<MandateId>, DbError> {
    let rows = tx.query(TO_HOLD).bind(organisation).bind(most).fetch_all::<(MandateId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Mandates that an organisation holds which is not suspended any more, or which they have left, by identifier; of one organisation, or of all.
pub async fn to_release(
    tx: &mut Tx,
    organisation: Option<OrganisationId>,
    most: i64,
) -> Result<Vec<MandateId>, DbError> {
    let rows = tx.query(TO_RELEASE).bind(organisation).bind(most).fetch_all::<(MandateId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
