//! What waits to be told to clients: claimed for one receiver, signed, told by the caller, and noted.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;

use crate::crypto::seal::DataKey;
use crate::domain::client::Client;
use crate::domain::ids::ClientId;
use crate::domain::ids::SignalId;
use crate::domain::ids::StreamId;
use crate::domain::signal::SignalKind;
use crate::domain::signal::StreamStatus;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::manage_stream::AUTHORIZATION_LABEL;
use crate::operations::raise_signals::HORIZON;
use crate::operations::refusal::Refusal;
use crate::operations::signal_claims;
use crate::operations::signal_claims::Head;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::clients;
use crate::storage::signals;
use crate::storage::signals::NewSignal;
use crate::storage::signals::Waiting;
use crate::storage::streams;
use crate::text::Language;
use crate::text::Text;

/// How long a claim is held; longer than telling sixteen at once takes.
const HOLD: Duration = Duration::from_secs(30);
/// The wait after the first failure; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// How long what was told is remembered, so that the end of a session is not told twice.
const REMEMBERED: Duration = Duration::from_secs(86_400);

/// Somebody for whom something is due.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Receiver {
    /// A pushing stream.
    Stream(StreamId),
    /// A client's back-channel logout address.
    Client(ClientId),
}

/// One token for one address; it does not print what it carries.
pub struct Parcel {
    /// Which signal.
    pub id: SignalId,
    /// What it says.
    pub kind: SignalKind,
    /// To whom.
    pub client: ClientId,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// Where to.
    pub address: String,
    /// What to send as `Authorization`.
    pub authorization: Option<SecretString>,
    /// The signed token.
    pub token: String,
}

impl std::fmt::Debug for Parcel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parcel").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Everybody for whom something is due now.
///
/// # Errors
/// When the database cannot be read.
pub async fn due(bench: &Bench) -> Result<Vec<Receiver>, Refusal> {
    let mut tx = bench.db.read().await?;
    let now = bench.now();
    let streams = signals::due_streams(&mut tx, now).await?.into_iter().map(Receiver::Stream);
    let clients = signals::due_logouts(&mut tx, now).await?.into_iter().map(Receiver::Client);
    Ok(streams.chain(clients).collect())
}

/// Claims up to sixteen signals of a receiver, no two of one mandate; another process does not get them meanwhile.
///
/// # Errors
/// When the database refuses, or a key is missing.
pub async fn claim(bench: &Bench, receiver: &Receiver) -> Result<Vec<Parcel>, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let system = data_keys::system(bench);
    let key = data_keys::require(bench, &mut work.tx, system).await?;
    let now = work.now;
    let (claimed, id, address, authorization) = match receiver {
        Receiver::Stream(id) => {
            let Some(stream) = streams::find(&mut work.tx, *id).await? else { return Ok(Vec::new()) };
            let claimed = signals::claim_push(&mut work.tx, *id, now, HOLD).await?;
            let header = stream.sealed_header.map(|sealed| open_text(&key, &sealed)).transpose()?;
            (claimed, stream.client, stream.endpoint, header.map(SecretString::from))
        }
        Receiver::Client(id) => {
            let claimed = signals::claim_logout(&mut work.tx, id, now, HOLD).await?;
            let client = clients::find(&mut work.tx, id).await?;
            (
                claimed,
                id.clone(),
                client.and_then(|client| client.registration.options.backchannel_logout_uri),
                None,
            )
        }
    };
    let client = clients::find(&mut work.tx, &id).await?.ok_or(Refusal::NotFound)?;
    if address.is_none() {
        // The registration lost its address meanwhile.
        for waiting in &claimed {
            signals::done(&mut work.tx, waiting.id, now, "no-address").await?;
        }
    }
    work.commit_without_entry(Housekeeping::Signals).await?;
    let Some(address) = address else { return Ok(Vec::new()) };
    let mut parcels = Vec::with_capacity(claimed.len());
    for waiting in claimed {
        let to = (address.clone(), authorization.clone());
        parcels.push(parcel(bench, &key, &client, waiting, to).await?);
    }
    Ok(parcels)
}

async fn parcel(
    bench: &Bench,
    key: &DataKey,
    client: &Client,
    waiting: Waiting,
    (address, authorization): (String, Option<SecretString>),
) -> Result<Parcel, Refusal> {
    Ok(Parcel {
        token: token(bench, key, client, &waiting).await?,
        id: waiting.id,
        kind: waiting.kind,
        client: waiting.client,
        attempts: waiting.attempts,
        address,
        authorization,
    })
}

/// The signed token of a signal.
pub(super) async fn token(
    bench: &Bench,
    key: &DataKey,
    client: &Client,
    waiting: &Waiting,
) -> Result<String, Refusal> {
    let claims = key.open(signal_claims::SEALED_AS, &waiting.sealed)?;
    signal_claims::sign(bench, waiting.kind, client, &claims).await
}

fn open_text(key: &DataKey, sealed: &[u8]) -> Result<String, Refusal> {
    let bytes = key.open(AUTHORIZATION_LABEL, sealed)?;
    String::from_utf8(bytes.to_vec()).map_err(|error| Refusal::Fault(error.into()))
}

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The receiver took it.
    Delivered,
    /// It will never be taken: a registered error code.
    GivenUp(&'static str),
    /// It is tried again, for this reason: 1 s after the first failure, twice as long after each further one, at most 5 minutes.
    Again(String),
}

/// Notes how the attempts of one batch ended. When one that had failed before gets through, the receiver answers again, and
/// nothing that waits for it waits any longer.
///
/// # Errors
/// When the database refuses.
pub async fn note(bench: &Bench, receiver: &Receiver, ended: &[(&Parcel, Ended)]) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    for (parcel, ended) in ended {
        match ended {
            Ended::Delivered => signals::done(&mut work.tx, parcel.id, now, "delivered").await?,
            Ended::GivenUp(code) => signals::done(&mut work.tx, parcel.id, now, code).await?,
            Ended::Again(_) => {
                let due = now.plus(wait_after(parcel.attempts));
                signals::later(&mut work.tx, parcel.id, parcel.attempts, due).await?;
            }
        }
    }
    let answers_again = ended.iter().any(|(parcel, ended)| *ended == Ended::Delivered && parcel.attempts > 1);
    if let (Receiver::Stream(stream), true) = (receiver, answers_again) {
        signals::wake(&mut work.tx, *stream, now).await?;
    }
    work.commit_without_entry(Housekeeping::Signals).await
}

fn wait_after(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    FIRST_WAIT.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_WAIT)
}

/// Drops what could not be told in time and what was told long ago; gives how many were lost. A stream that lost something is told
/// so, as the next thing it hears.
///
/// # Errors
/// When the database refuses.
pub async fn drop_old(bench: &Bench) -> Result<u64, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    for id in signals::overdue(&mut work.tx, now).await? {
        tell_of_loss(&mut work, id).await?;
    }
    let lost = signals::drop_overdue(&mut work.tx, now).await?;
    signals::drop_done(&mut work.tx, now.minus(REMEMBERED)).await?;
    work.commit_without_entry(Housekeeping::Signals).await?;
    Ok(lost)
}

/// How many signals wait.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting(bench: &Bench) -> Result<i64, Refusal> {
    Ok(signals::all_waiting(&mut bench.db.read().await?).await?)
}

async fn tell_of_loss(work: &mut Work<'_>, id: StreamId) -> Result<(), Refusal> {
    let Some(stream) = streams::find(&mut work.tx, id).await? else { return Ok(()) };
    if stream.status == StreamStatus::Disabled {
        return Ok(());
    }
    tracing::warn!(stream = %stream.id, client = %stream.client, "events were not taken within three days and are dropped");
    let Some(client) = clients::find(&mut work.tx, &stream.client).await? else { return Ok(()) };
    let reason = Text::new(Language::Fr).get("signal-stream-dropped");
    let details = serde_json::json!({ "status": stream.status.as_str(), "reason": reason });
    say_of_stream(work, &client, id, SignalKind::StreamUpdated, details).await
}

/// Puts an event about the stream itself into it.
pub(super) async fn say_of_stream(
    work: &mut Work<'_>,
    client: &Client,
    stream: StreamId,
    kind: SignalKind,
    details: Value,
) -> Result<(), Refusal> {
    let system = data_keys::system(work.bench);
    let key = data_keys::require(work.bench, &mut work.tx, system).await?;
    let random = work.bench.random.as_ref();
    let id = SignalId::fresh(work.now, random);
    let issuer = work.bench.config.server.public_url.as_str();
    let head = Head { issuer, client, id, kind, now: work.now };
    let subject = signal_claims::stream_subject(&stream.to_string());
    let claims = signal_claims::event(&head, &subject, None, details);
    let sealed = key.seal(signal_claims::SEALED_AS, &serde_json::to_vec(&claims)?, random)?;
    let new = NewSignal {
        id,
        stream: Some(stream),
        client: &client.id,
        kind,
        lane: id.uuid(),
        place: 0,
        act: None,
        sealed: &sealed,
        at: work.now,
        expires_at: work.now.plus(HORIZON),
    };
    signals::insert(&mut work.tx, &new).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_five_minutes() {
        let seconds: Vec<u64> =
            [1, 2, 3, 9, 10, 1_000].into_iter().map(|n| wait_after(n).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 256, 300, 300]);
    }
}
