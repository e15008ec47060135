//! Dropping what has reached the end of its term, a batch at a time, and the note of each day's turn.

use uuid::Uuid;

use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

/// That no open case needs the line `r`.
macro_rules! held_by_nobody {
    () => {
        "NOT EXISTS (SELECT 1 FROM cases c WHERE c.status <> 'closed' AND (c.mandate = r.mandate OR c.person = r.person OR c.entry = r.entry))"
    };
}

statements! {
    BEGIN = Sql::same("INSERT INTO retention_runs (day, begun_at, counts) VALUES ($1, $2, '{}') ON CONFLICT DO NOTHING");
    TAKE = Sql::same("UPDATE retention_runs SET day = day WHERE day = $1 AND ended_at IS NULL RETURNING counts");
    NOTE = Sql::same("UPDATE retention_runs SET counts = $2, ended_at = $3 WHERE day = $1");
    RUNS = Sql::same("SELECT day, begun_at, ended_at, counts FROM retention_runs ORDER BY day DESC LIMIT $1");
    OLD_CONTENTS = Sql::same(concat!(
        "DELETE FROM ledger_payloads WHERE entry IN (SELECT l.entry FROM ledger_payloads l JOIN entry_refs r ON r.entry = l.entry WHERE l.entry < $1 AND ",
        held_by_nobody!(),
        " ORDER BY l.entry LIMIT $2)"
    ));
    CONTENTS = Sql::same(concat!(
        "SELECT r.entry FROM entry_refs r WHERE r.entry > $1 AND r.entry < $2 AND r.sealed IS NOT NULL AND ",
        held_by_nobody!(),
        " ORDER BY r.entry LIMIT $3"
    ));
    DROP_CONTENTS = Sql::same(concat!(
        "UPDATE entry_refs AS r SET data_key = NULL, sealed = NULL WHERE r.entry > $1 AND r.entry <= $2 AND r.sealed IS NOT NULL AND ",
        held_by_nobody!()
    ));
    DRAFTS = Sql::same("DELETE FROM consent_links WHERE code_hash IN (SELECT k.code_hash FROM consent_links k JOIN mandates m ON m.id = k.mandate
        WHERE m.status IN ('refused', 'lapsed') AND m.ended_at < $1 LIMIT $2)");
    TOKENS = Sql::same("DELETE FROM tokens WHERE jti IN (SELECT t.jti FROM tokens t LEFT JOIN mandates m ON m.id = t.mandate
        WHERE t.expires_at < $1 AND (t.mandate IS NULL OR (m.status IN ('revoked', 'expired') AND COALESCE(m.ended_at, m.valid_until) < $1)
            OR (t.kind = 'access' AND EXISTS (SELECT 1 FROM tokens o WHERE o.mandate = t.mandate AND o.client = t.client AND o.expires_at > t.expires_at)))
        ORDER BY t.expires_at LIMIT $2)");
    ORIENTATIONS = Sql::same("DELETE FROM orientations WHERE id IN (SELECT o.id FROM orientations o WHERE o.created_at < $1
        AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.status <> 'closed' AND c.mandate = o.mandate) ORDER BY o.created_at LIMIT $2)");
    SIGNS = Sql::same("DELETE FROM signs WHERE id IN (SELECT id FROM signs WHERE status = 'closed' AND reviewed_at < $1 LIMIT $2)");
}

/// One day's turn.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RunRow {
    /// The day in Paris, `YYYY-MM-DD`.
    pub day: String,
    /// When it began.
    pub begun_at: Instant,
    /// When nothing was left to drop; `None` while it goes on.
    pub ended_at: Option<Instant>,
    /// What was dropped, by class, as JSON.
    pub counts: String,
}

/// Begins the turn of a day, unless it was begun; takes it, unless it is over. Gives what it has dropped so far.
pub async fn take(tx: &mut Tx, day: &str, at: Instant) -> Result<Option<String>, DbError> {
    tx.query(BEGIN).bind(day).bind(at).execute().await?;
    Ok(tx.query(TAKE).bind(day).fetch_optional::<(String,)>().await?.map(|(counts,)| counts))
}

/// Notes what a turn has dropped, and whether it is over.
pub async fn note(tx: &mut Tx, day: &str, counts: &str, ended_at: Option<Instant>) -> Result<(), DbError> {
    tx.query(NOTE).bind(day).bind(counts).bind(ended_at).execute().await?;
    Ok(())
}

/// The newest turns.
pub async fn runs(tx: &mut Tx, most: i64) -> Result<Vec<RunRow>, DbError> {
    tx.query(RUNS).bind(most).fetch_all().await
}

/// The first identifier of its kind (UUID version 7) that an instant can have.
fn first_id(at: Instant) -> Uuid {
    let millis = u64::try_from(at.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// Drops contents of lines behind `after` that were written before `before`, except those an open case holds; gives how many,
/// and behind which line to go on. Leaves, order and proofs stay.
pub async fn drop_payloads(
    tx: &mut Tx,
    after: Uuid,
    before: Instant,
    most: i64,
) -> Result<(u64, Uuid), DbError> {
    let old = tx.query(OLD_CONTENTS).bind(first_id(before)).bind(most).execute().await?;
    let found = tx.query(CONTENTS).bind(after).bind(first_id(before)).bind(most);
    let Some((last,)) = found.fetch_all::<(Uuid,)>().await?.pop() else { return Ok((old, after)) };
    let dropped = tx.query(DROP_CONTENTS).bind(after).bind(last).execute().await?;
    Ok((old + dropped, last))
}

/// Drops the links of drafts that were refused or lapsed before `before`.
pub async fn drop_drafts(tx: &mut Tx, before: Instant, most: i64) -> Result<u64, DbError> {
    tx.query(DRAFTS).bind(before).bind(most).execute().await
}

/// Drops tokens that ended before `before`. The newest of each mandate and client stays while the mandate lives: by it one
/// knows whom to tell of the mandate's end.
pub async fn drop_tokens(tx: &mut Tx, before: Instant, most: i64) -> Result<u64, DbError> {
    tx.query(TOKENS).bind(before).bind(most).execute().await
}

/// Drops orientations noted before `before`.
pub async fn drop_orientations(tx: &mut Tx, before: Instant, most: i64) -> Result<u64, DbError> {
    tx.query(ORIENTATIONS).bind(before).bind(most).execute().await
}

/// Drops signs that were closed before `before`.
pub async fn drop_signs(tx: &mut Tx, before: Instant, most: i64) -> Result<u64, DbError> {
    tx.query(SIGNS).bind(before).bind(most).execute().await
}
