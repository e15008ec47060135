//! Event streams of clients, and the subjects they do not want to hear of.

use crate::domain::ids::ClientId;
use crate::domain::ids::MandateId;
use crate::domain::ids::StreamId;
use crate::domain::signal::DeliveryMethod;
use crate::domain::signal::SignalKind;
use crate::domain::signal::StreamStatus;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

macro_rules! stream_where {
    ($condition:literal) => {
        concat!(
            "SELECT id, client, status, reason, method, endpoint, sealed_header, events, description, created_at, verified_at
             FROM signal_streams WHERE ",
            $condition
        )
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO signal_streams (id, client, status, reason, method, endpoint, sealed_header, events, description,
        created_at, verified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
    OF_CLIENT = Sql::same(stream_where!("client = $1"));
    FIND = Sql::same(stream_where!("id = $1"));
    TAKE = Sql::same("UPDATE signal_streams SET status = status WHERE client = $1 RETURNING id");
    CONCERNED = Sql::same(stream_where!("status <> 'disabled' AND EXISTS
        (SELECT 1 FROM tokens WHERE tokens.mandate = $1 AND tokens.client = signal_streams.client) ORDER BY id"));
    SAVE = Sql::same("UPDATE signal_streams SET status = $2, reason = $3, method = $4, endpoint = $5, sealed_header = $6, events = $7,
        description = $8, verified_at = $9 WHERE id = $1");
    DELETE = Sql::same("DELETE FROM signal_streams WHERE id = $1");
    DELETE_SIGNALS = Sql::same("DELETE FROM signals WHERE stream = $1");
    MUTE = Sql::same("INSERT INTO signal_mutes (stream, subject_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    UNMUTE = Sql::same("DELETE FROM signal_mutes WHERE stream = $1 AND subject_hash = $2");
    MUTES = Sql::same("SELECT COUNT(*) FROM signal_mutes WHERE stream = $1");
    MUTED = Sql::same("SELECT stream FROM signal_mutes WHERE stream = $1 AND subject_hash = $2");
}

/// One stream.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its identifier.
    pub id: StreamId,
    /// Whose it is; a client has one at most.
    pub client: ClientId,
    /// Whether it delivers.
    pub status: StreamStatus,
    /// Why, as whoever set the status said.
    pub reason: Option<String>,
    /// How it delivers.
    pub method: DeliveryMethod,
    /// Where to push.
    pub endpoint: Option<String>,
    /// What to send as `Authorization` when pushing, sealed under the system's key.
    pub sealed_header: Option<Vec<u8>>,
    /// What the receiver asked for.
    pub events: Vec<SignalKind>,
    /// The receiver's own words.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// When verification was asked for last.
    pub verified_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: StreamId,
    client: ClientId,
    status: StreamStatus,
    reason: Option<String>,
    method: DeliveryMethod,
    endpoint: Option<String>,
    sealed_header: Option<Vec<u8>>,
    events: String,
    description: Option<String>,
    created_at: Instant,
    verified_at: Option<Instant>,
}

impl From<Row> for Stream {
    fn from(row: Row) -> Self {
        Self {
            events: row.events.split(' ').filter_map(SignalKind::parse).collect(),
            id: row.id,
            client: row.client,
            status: row.status,
            reason: row.reason,
            method: row.method,
            endpoint: row.endpoint,
            sealed_header: row.sealed_header,
            description: row.description,
            created_at: row.created_at,
            verified_at: row.verified_at,
        }
    }
}

fn words(events: &[SignalKind]) -> String {
    events.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" ")
}

/// Adds a stream.
///
/// # Errors
/// [`DbError::Unique`] when the client has one.
pub async fn insert(tx: &mut Tx, stream: &Stream) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(stream.id)
        .bind(stream.client.clone())
        .bind(stream.status)
        .bind(stream.reason.clone())
        .bind(stream.method)
        .bind(stream.endpoint.clone())
        .bind(stream.sealed_header.clone())
        .bind(words(&stream.events))
        .bind(stream.description.clone())
        .bind(stream.created_at)
        .bind(stream.verified_at)
        .execute()
        .await?;
    Ok(())
}

/// The client's stream, where it has one.
pub async fn of_client(tx: &mut Tx, client: &ClientId) -> Result<Option<Stream>, DbError> {
    Ok(tx.query(OF_CLIENT).bind(client.clone()).fetch_optional::<Row>().await?.map(Into::into))
}

/// One stream.
pub async fn find(tx: &mut Tx, id: StreamId) -> Result<Option<Stream>, DbError> {
    Ok(tx.query(FIND).bind(id).fetch_optional::<Row>().await?.map(Into::into))
}

/// Takes the client's stream to change it.
pub async fn take(tx: &mut Tx, client: &ClientId) -> Result<Option<Stream>, DbError> {
    match tx.query(TAKE).bind(client.clone()).fetch_optional::<(StreamId,)>().await? {
        Some((id,)) => find(tx, id).await,
        None => Ok(None),
    }
}

/// The streams, not disabled, of every client that ever got a token under this mandate.
pub async fn concerned(tx: &mut Tx, mandate: MandateId) -> Result<Vec<Stream>, DbError> {
    let rows = tx.query(CONCERNED).bind(mandate).fetch_all::<Row>().await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Writes everything of a stream that can change.
pub async fn save(tx: &mut Tx, stream: &Stream) -> Result<(), DbError> {
    tx.query(SAVE)
        .bind(stream.id)
        .bind(stream.status)
        .bind(stream.reason.clone())
        .bind(stream.method)
        .bind(stream.endpoint.clone())
        .bind(stream.sealed_header.clone())
        .bind(words(&stream.events))
        .bind(stream.description.clone())
        .bind(stream.verified_at)
        .execute()
        .await?;
    Ok(())
}

/// Drops what waits in a stream.
pub async fn forget_signals(tx: &mut Tx, id: StreamId) -> Result<u64, DbError> {
    tx.query(DELETE_SIGNALS).bind(id).execute().await
}

/// Drops a stream with all that waits in it.
pub async fn delete(tx: &mut Tx, id: StreamId) -> Result<(), DbError> {
    forget_signals(tx, id).await?;
    tx.query(DELETE).bind(id).execute().await?;
    Ok(())
}

/// No more events of the subject with this hash.
pub async fn mute(tx: &mut Tx, id: StreamId, subject_hash: &[u8]) -> Result<(), DbError> {
    tx.query(MUTE).bind(id).bind(subject_hash).execute().await?;
    Ok(())
}

/// Events of the subject with this hash again.
pub async fn unmute(tx: &mut Tx, id: StreamId, subject_hash: &[u8]) -> Result<(), DbError> {
    tx.query(UNMUTE).bind(id).bind(subject_hash).execute().await?;
    Ok(())
}

/// How many subjects a stream does not hear of.
pub async fn mutes(tx: &mut Tx, id: StreamId) -> Result<i64, DbError> {
    Ok(tx.query(MUTES).bind(id).fetch_one::<(i64,)>().await?.0)
}

/// Whether a stream does not hear of the subject with this hash.
pub async fn is_muted(tx: &mut Tx, id: StreamId, subject_hash: &[u8]) -> Result<bool, DbError> {
    let row = tx.query(MUTED).bind(id).bind(subject_hash);
    Ok(row.fetch_optional::<(StreamId,)>().await?.is_some())
}
