//! A client's event stream (SSF 1.0 section 8.1): made, changed, switched, narrowed to subjects, tried, deleted.

use std::time::Duration;

use secrecy::ExposeSecret;
use secrecy::SecretString;
use serde_json::json;

use crate::crypto::hash::sha256;
use crate::domain::client::Client;
use crate::domain::ids::StreamId;
use crate::domain::signal::DeliveryMethod;
use crate::domain::signal::SignalKind;
use crate::domain::signal::StreamStatus;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::deliver_signals::say_of_stream;
use crate::operations::issue_client_token::is_own_token;
use crate::operations::live_token::LiveToken;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::client_actor;
use crate::storage::db::DbError;
use crate::storage::streams;

pub use crate::storage::streams::Stream;

/// The scope to change a stream.
pub const MANAGE: &str = "ssf.manage";
/// The scope to look at a stream and to take its events.
pub const READ: &str = "ssf.read";
/// How often a sign of life may be asked for.
pub const VERIFICATION_INTERVAL: Duration = Duration::from_secs(10);
/// The longest `Authorization` header, description, reason or state, in bytes.
pub const LONGEST_TEXT: usize = 1_000;

/// The label under which a stream's `Authorization` header is sealed.
pub(super) const AUTHORIZATION_LABEL: &str = "stream.authorization";
const MOST_MUTES: i64 = 10_000;
/// An alias of a mandate: 24 bytes in base64url.
const ALIAS_LENGTH: usize = 32;

/// How a receiver wants its events.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Pushed or fetched.
    pub method: DeliveryMethod,
    /// Where to push; an address that may be called. None where the receiver fetches.
    pub endpoint: Option<String>,
    /// What to send as `Authorization` when pushing.
    pub authorization: Option<SecretString>,
}

/// What is set; what is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// How to deliver.
    pub delivery: Option<Delivery>,
    /// Which kinds.
    pub events: Option<Vec<SignalKind>>,
    /// The receiver's own words; an inner `None` takes them away.
    pub description: Option<Option<String>>,
}

/// Whether a token lets its client look at its stream.
pub fn may_read(token: &LiveToken) -> bool {
    is_own_token(token, READ) || is_own_token(token, MANAGE)
}

/// Whether a token lets its client change its stream.
pub fn may_manage(token: &LiveToken) -> bool {
    is_own_token(token, MANAGE)
}

/// Makes the client's stream.
///
/// # Errors
/// [`Refusal::Conflict`] `stream-exists` when it has one.
pub async fn create(
    bench: &Bench,
    client: &Client,
    change: Change,
    reference: Option<&str>,
) -> Result<Stream, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let mut stream = Stream {
        id: StreamId::from_uuid(random_uuid(bench)),
        client: client.id.clone(),
        status: StreamStatus::Enabled,
        reason: None,
        method: DeliveryMethod::Poll,
        endpoint: None,
        sealed_header: None,
        events: SignalKind::OFFERED.to_vec(),
        description: None,
        created_at: work.now,
        verified_at: None,
    };
    apply(&mut work, &mut stream, change).await?;
    match streams::insert(&mut work.tx, &stream).await {
        Ok(()) => {}
        Err(DbError::Unique(_)) => return Err(Refusal::Conflict("stream-exists")),
        Err(error) => return Err(error.into()),
    }
    let event = Event::StreamCreated { method: stream.method.as_str().to_owned() };
    write(work, client, event).await?;
    Ok(stream)
}

/// The identifier stands in an address: nothing in it can be guessed.
fn random_uuid(bench: &Bench) -> uuid::Uuid {
    let bytes = crate::domain::ids::random_bytes::<16>(bench.random.as_ref());
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// The client's stream; with `id` only if it is that one.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn show(bench: &Bench, client: &Client, id: Option<&str>) -> Result<Stream, Refusal> {
    let stream = streams::of_client(&mut bench.db.read().await?, &client.id).await?;
    let fits = |stream: &Stream| id.is_none_or(|id| id == stream.id.to_string());
    stream.filter(fits).ok_or(Refusal::NotFound)
}

/// Changes the client's stream.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not the client's.
pub async fn change(
    bench: &Bench,
    client: &Client,
    id: &str,
    change: Change,
    reference: Option<&str>,
) -> Result<Stream, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let mut stream = take(&mut work, client, id).await?;
    let names = [
        ("delivery", change.delivery.is_some()),
        ("events_requested", change.events.is_some()),
        ("description", change.description.is_some()),
    ];
    let changed: Vec<String> =
        names.into_iter().filter(|(_, set)| *set).map(|(name, _)| name.to_owned()).collect();
    apply(&mut work, &mut stream, change).await?;
    streams::save(&mut work.tx, &stream).await?;
    write(work, client, Event::StreamChanged { changed }).await?;
    Ok(stream)
}

/// Deletes the client's stream with everything that waits in it.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not the client's.
pub async fn delete(
    bench: &Bench,
    client: &Client,
    id: &str,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let stream = take(&mut work, client, id).await?;
    streams::delete(&mut work.tx, stream.id).await?;
    write(work, client, Event::StreamDeleted {}).await
}

/// Switches the client's stream. What waits in a stream that is disabled is dropped; a paused one keeps it.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not the client's.
pub async fn set_status(
    bench: &Bench,
    client: &Client,
    id: &str,
    (status, reason): (StreamStatus, Option<String>),
    reference: Option<&str>,
) -> Result<Stream, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let mut stream = take(&mut work, client, id).await?;
    stream.status = status;
    stream.reason = reason;
    streams::save(&mut work.tx, &stream).await?;
    if status == StreamStatus::Disabled {
        streams::forget_signals(&mut work.tx, stream.id).await?;
    }
    write(work, client, Event::StreamChanged { changed: vec!["status".to_owned()] }).await?;
    Ok(stream)
}

/// Takes a mandate, by the alias this client knows it by, out of the stream (`listen` is `false`) or back into it. Whether there
/// is such a mandate is not told.
///
/// # Errors
/// [`Refusal::NotFound`] when the stream is not the client's; [`Refusal::Invalid`] for what cannot be an alias;
/// [`Refusal::Conflict`] `too-many-subjects`.
pub async fn set_subject(
    bench: &Bench,
    client: &Client,
    id: &str,
    (alias, listen): (&str, bool),
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let plain = alias.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if alias.len() != ALIAS_LENGTH || !plain {
        return Err(Refusal::field("subject", "the id of a mandate as in authorization_details"));
    }
    let mut work = Work::begin(bench, reference).await?;
    let stream = take(&mut work, client, id).await?;
    let hash = sha256(alias.as_bytes());
    if listen {
        streams::unmute(&mut work.tx, stream.id, &hash).await?;
    } else {
        if streams::mutes(&mut work.tx, stream.id).await? >= MOST_MUTES {
            return Err(Refusal::Conflict("too-many-subjects"));
        }
        streams::mute(&mut work.tx, stream.id, &hash).await?;
    }
    write(work, client, Event::StreamChanged { changed: vec!["subjects".to_owned()] }).await
}

/// Puts a verification event with this `state` into the client's stream (SSF section 8.1.4).
///
/// # Errors
/// [`Refusal::NotFound`] when it is not the client's; [`Refusal::Throttled`] less than ten seconds after the last one.
pub async fn verify(
    bench: &Bench,
    client: &Client,
    id: &str,
    state: Option<&str>,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let mut stream = take(&mut work, client, id).await?;
    let now = work.now;
    if stream.verified_at.is_some_and(|last| now.since(last) < VERIFICATION_INTERVAL) {
        return Err(Refusal::Throttled);
    }
    stream.verified_at = Some(now);
    streams::save(&mut work.tx, &stream).await?;
    let details = state.map_or_else(|| json!({}), |state| json!({ "state": state }));
    say_of_stream(&mut work, client, stream.id, SignalKind::Verification, details).await?;
    work.commit_without_entry(Housekeeping::Signals).await
}

/// The client's stream, taken to change it.
pub(super) async fn take(work: &mut Work<'_>, client: &Client, id: &str) -> Result<Stream, Refusal> {
    let stream = streams::take(&mut work.tx, &client.id).await?;
    work.now = work.bench.now();
    stream.filter(|stream| stream.id.to_string() == id).ok_or(Refusal::NotFound)
}

async fn apply(work: &mut Work<'_>, stream: &mut Stream, change: Change) -> Result<(), Refusal> {
    if let Some(delivery) = change.delivery {
        stream.method = delivery.method;
        stream.endpoint = delivery.endpoint;
        stream.sealed_header = match delivery.authorization {
            Some(header) => {
                let system = data_keys::system(work.bench);
                let key = data_keys::require(work.bench, &mut work.tx, system).await?;
                let bytes = header.expose_secret().as_bytes();
                Some(key.seal(AUTHORIZATION_LABEL, bytes, work.bench.random.as_ref())?)
            }
            None => None,
        };
    }
    if let Some(events) = change.events {
        stream.events = events;
    }
    if let Some(description) = change.description {
        stream.description = description;
    }
    Ok(())
}

async fn write(work: Work<'_>, client: &Client, event: Event) -> Result<(), Refusal> {
    let key = data_keys::system(work.bench);
    let line = Line::new(event, client_actor(client), key).client(client);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await
}
