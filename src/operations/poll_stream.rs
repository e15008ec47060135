//! Events fetched by their receiver (RFC 8936): what it took is noted, what waits is offered.

use crate::domain::client::Client;
use crate::domain::ids::SignalId;
use crate::domain::signal::DeliveryMethod;
use crate::domain::signal::StreamStatus;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::deliver_signals::token;
use crate::operations::manage_stream::show;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::signals;

/// What is offered: signed events by their `jti`, and whether there is more.
#[derive(Debug, Default)]
pub struct Offer {
    /// The events; no two of one mandate, so that a later one follows only when the earlier one was taken.
    pub events: Vec<(SignalId, String)>,
    /// More wait than are offered.
    pub more: bool,
}

/// Notes which events the receiver took, and which it refused with which code. Those of other streams and unknown ones are left
/// alone. Gives how many were taken and refused.
///
/// # Errors
/// [`Refusal::NotFound`] when the stream is not the client's, or pushes.
pub async fn take(
    bench: &Bench,
    client: &Client,
    id: &str,
    taken: &[String],
    refused: &[(String, String)],
) -> Result<(u64, u64), Refusal> {
    let stream = fetched(bench, client, id).await?;
    if taken.is_empty() && refused.is_empty() {
        return Ok((0, 0));
    }
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let (mut took, mut gave_up) = (0, 0);
    for signal in taken.iter().filter_map(|id| id.parse().ok()) {
        took += u64::from(signals::taken(&mut work.tx, signal, stream.id, now, "delivered").await?);
    }
    for (signal, error) in refused {
        let Ok(signal) = signal.parse() else { continue };
        gave_up += u64::from(signals::taken(&mut work.tx, signal, stream.id, now, error).await?);
    }
    work.commit_without_entry(Housekeeping::Signals).await?;
    Ok((took, gave_up))
}

/// Up to `most` of the events that wait, oldest first. Nothing is offered by a stream that is not enabled.
///
/// # Errors
/// [`Refusal::NotFound`] when the stream is not the client's, or pushes.
pub async fn offer(bench: &Bench, client: &Client, id: &str, most: usize) -> Result<Offer, Refusal> {
    let stream = fetched(bench, client, id).await?;
    if stream.status != StreamStatus::Enabled {
        return Ok(Offer::default());
    }
    let mut tx = bench.db.read().await?;
    let now = bench.now();
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let heads = signals::heads(&mut tx, stream.id, now, limit).await?;
    let waiting = signals::waiting(&mut tx, stream.id, now).await?;
    let more = waiting > i64::try_from(heads.len()).unwrap_or(i64::MAX);
    if heads.is_empty() {
        return Ok(Offer { events: Vec::new(), more });
    }
    let system = data_keys::system(bench);
    let key = data_keys::require(bench, &mut tx, system).await?;
    drop(tx);
    let mut events = Vec::with_capacity(heads.len());
    for waiting in &heads {
        events.push((waiting.id, token(bench, &key, client, waiting).await?));
    }
    Ok(Offer { events, more })
}

async fn fetched(
    bench: &Bench,
    client: &Client,
    id: &str,
) -> Result<crate::storage::streams::Stream, Refusal> {
    let stream = show(bench, client, Some(id)).await?;
    if stream.method == DeliveryMethod::Poll { Ok(stream) } else { Err(Refusal::NotFound) }
}
