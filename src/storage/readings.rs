//! Readings that wait for a second agent, orders of courts, and the readings made under them.

use crate::domain::ids::AccountId;
use crate::domain::ids::CourtOrderId;
use crate::domain::ids::EntryId;
use crate::domain::ids::PersonId;
use crate::domain::ids::ReadingId;
use crate::domain::reading::ReadingLife;
use crate::domain::reading::ReadingRequest;
use crate::domain::reading::ReadingStatus;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    ASK = Sql::same("INSERT INTO reading_requests (id, asked_by, asked_at, expires_at, status, sealed) VALUES ($1, $2, $3, $4, $5, $6)");
    TAKE = Sql::same("UPDATE reading_requests SET status = status WHERE id = $1
        RETURNING id, asked_by, asked_at, expires_at, status, decided_by, decided_at, opened_at, sealed");
    SAVE = Sql::same("UPDATE reading_requests SET status = $2, decided_by = $3, decided_at = $4, opened_at = $5, sealed = $6 WHERE id = $1");
    LIST = Sql::same("SELECT id, asked_by, asked_at, expires_at, status, decided_by, decided_at, opened_at, sealed FROM reading_requests
        WHERE asked_at >= $1 ORDER BY asked_at DESC, id DESC LIMIT $2");
    DROP_REQUESTS = Sql::same("DELETE FROM reading_requests WHERE asked_at < $1");
    ADD_ORDER = Sql::same("INSERT INTO court_orders (id, recorded_by, recorded_at, shown_from, sealed) VALUES ($1, $2, $3, $4, $5)");
    ORDER = Sql::same("SELECT id, recorded_by, recorded_at, shown_from, sealed FROM court_orders WHERE id = $1");
    ORDERS = Sql::same("SELECT id, recorded_by, recorded_at, shown_from, sealed FROM court_orders
        WHERE recorded_at < $1 OR (recorded_at = $1 AND id < $2) ORDER BY recorded_at DESC, id DESC LIMIT $3");
    ADD_READING = Sql::same("INSERT INTO court_readings (entry, court_order, shown_from) VALUES ($1, $2, $3)");
    DUE = Sql::same("SELECT c.entry AS entry, r.person AS person FROM court_readings c JOIN entry_refs r ON r.entry = c.entry
        WHERE c.told_at IS NULL AND c.shown_from <= $1 ORDER BY c.shown_from, c.entry LIMIT 100");
    TOLD = Sql::same("UPDATE court_readings SET told_at = $2 WHERE entry = $1 AND told_at IS NULL");
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ReadingId,
    asked_by: AccountId,
    asked_at: Instant,
    expires_at: Instant,
    status: ReadingStatus,
    decided_by: Option<AccountId>,
    decided_at: Option<Instant>,
    opened_at: Option<Instant>,
    sealed: Vec<u8>,
}

/// A request as stored; what was asked is sealed.
#[derive(Clone, Debug)]
pub struct StoredReading {
    /// The request.
    pub request: ReadingRequest,
    /// Sealed JSON of what was asked.
    pub sealed: Vec<u8>,
}

impl TryFrom<Row> for StoredReading {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let missing = |column: &'static str| DbError::Inconsistent {
            table: "reading_requests",
            column,
            row: row.id.to_string(),
        };
        let decided = || {
            let by = row.decided_by.ok_or_else(|| missing("decided_by"))?;
            Ok::<_, DbError>((by, row.decided_at.ok_or_else(|| missing("decided_at"))?))
        };
        let life = match row.status {
            ReadingStatus::Waiting => ReadingLife::Waiting,
            ReadingStatus::Approved => {
                let (by, at) = decided()?;
                ReadingLife::Approved { by, at, opened_at: row.opened_at }
            }
            ReadingStatus::Refused => {
                let (by, at) = decided()?;
                ReadingLife::Refused { by, at }
            }
        };
        let request = ReadingRequest {
            id: row.id,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
            expires_at: row.expires_at,
            life,
        };
        Ok(Self { request, sealed: row.sealed })
    }
}

/// An order of a court as stored; what stands on it is sealed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredOrder {
    /// Its identifier.
    pub id: CourtOrderId,
    /// Whose account recorded it; `None` for the command line.
    pub recorded_by: Option<AccountId>,
    /// When.
    pub recorded_at: Instant,
    /// From when on the person sees readings under it.
    pub shown_from: Instant,
    /// Sealed [`crate::domain::court_order::CourtOrder`] as JSON.
    pub sealed: Vec<u8>,
}

/// Adds a request.
pub async fn ask(tx: &mut Tx, stored: &StoredReading) -> Result<(), DbError> {
    let request = &stored.request;
    tx.query(ASK)
        .bind(request.id)
        .bind(request.asked_by)
        .bind(request.asked_at)
        .bind(request.expires_at)
        .bind(request.status())
        .bind(&stored.sealed)
        .execute()
        .await?;
    Ok(())
}

/// A request, held until the transaction ends.
pub async fn take(tx: &mut Tx, id: ReadingId) -> Result<Option<StoredReading>, DbError> {
    tx.query(TAKE).bind(id).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// Writes where a request is. It was taken before.
pub async fn save(tx: &mut Tx, stored: &StoredReading) -> Result<(), DbError> {
    let request = &stored.request;
    let (by, at, opened) = match request.life {
        ReadingLife::Waiting => (None, None, None),
        ReadingLife::Approved { by, at, opened_at } => (Some(by), Some(at), opened_at),
        ReadingLife::Refused { by, at } => (Some(by), Some(at), None),
    };
    tx.query(SAVE)
        .bind(request.id)
        .bind(request.status())
        .bind(by)
        .bind(at)
        .bind(opened)
        .bind(&stored.sealed)
        .execute()
        .await?;
    Ok(())
}

/// The requests since then, newest first.
pub async fn list(tx: &mut Tx, since: Instant, most: i64) -> Result<Vec<StoredReading>, DbError> {
    let rows = tx.query(LIST).bind(since).bind(most).fetch_all::<Row>().await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Drops the requests from before then.
pub async fn drop_before(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.query(DROP_REQUESTS).bind(before).execute().await
}

/// Adds an order.
pub async fn add_order(tx: &mut Tx, order: &StoredOrder) -> Result<(), DbError> {
    tx.query(ADD_ORDER)
        .bind(order.id)
        .bind(order.recorded_by)
        .bind(order.recorded_at)
        .bind(order.shown_from)
        .bind(&order.sealed)
        .execute()
        .await?;
    Ok(())
}

/// One order.
pub async fn order(tx: &mut Tx, id: CourtOrderId) -> Result<Option<StoredOrder>, DbError> {
    tx.query(ORDER).bind(id).fetch_optional().await
}

/// Orders recorded before the one of that instant, newest first.
pub async fn orders(
    tx: &mut Tx,
    (at, id): (Instant, CourtOrderId),
    most: i64,
) -> Result<Vec<StoredOrder>, DbError> {
    tx.query(ORDERS).bind(at).bind(id).bind(most).fetch_all().await
}

/// Notes that a reading was made under an order.
pub async fn add_reading(
    tx: &mut Tx,
    entry: EntryId,
    order: CourtOrderId,
    shown_from: Instant,
) -> Result<(), DbError> {
    tx.query(ADD_READING).bind(entry).bind(order).bind(shown_from).execute().await?;
    Ok(())
}

/// Readings whose day has come and that nobody told of yet, with whom they are about; a hundred at most.
pub async fn due(tx: &mut Tx, now: Instant) -> Result<Vec<(EntryId, Option<PersonId>)>, DbError> {
    tx.query(DUE).bind(now).fetch_all().await
}

/// Notes that it was told; `false` when it was before.
pub async fn mark_told(tx: &mut Tx, entry: EntryId, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(TOLD).bind(entry).bind(at).execute().await? == 1)
}
