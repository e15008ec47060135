//! Sends what waits in the outbox; what fails is tried again with growing waits until it is no longer worth it.

use std::time::Duration;

use futures_util::future::join_all;
use tracing::Instrument;

use crate::jobs::Complaint;
use crate::jobs::Shutdown;
use crate::jobs::pause;
use crate::notify::post::Post;
use crate::notify::post::PostError;
use crate::operations::bench::Bench;
use crate::operations::deliver;
use crate::operations::deliver::Claimed;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::telemetry::metrics::Gauge;

const EVERY: Duration = Duration::from_millis(500);
const RETRY: Duration = Duration::from_secs(5);
/// In how many turns the outbox is counted once.
const COUNTED_EVERY: u32 = 10;
/// Longer than the longest delivery the configuration allows (60 s).
const HOLD: Duration = Duration::from_secs(120);

/// Delivers until it is time to stop.
pub async fn run(bench: &Bench, post: &Post, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("deliver");
    let mut sending = Complaint::new("mail");
    let mut turns: u32 = 0;
    loop {
        let done = complaint.turn(turn(bench, post, &mut sending)).await;
        if turns.is_multiple_of(COUNTED_EVERY) {
            complaint.turn(count_waiting(bench)).await;
        }
        turns = turns.wrapping_add(1);
        let span = if done.is_some() { EVERY } else { RETRY };
        if !pause(span, &mut shutdown).await {
            return;
        }
    }
}

async fn turn(bench: &Bench, post: &Post, sending: &mut Complaint) -> Result<(), Refusal> {
    while deliver::anything_due(bench).await? {
        let claimed = deliver::claim(bench, HOLD).await?;
        // Each is noted as soon as it has left: a slow one beside it, or the end of this process, sends none twice.
        for (sent, noted) in join_all(claimed.iter().map(|claimed| deliver_one(bench, post, claimed))).await {
            sending.turn(std::future::ready(sent)).await;
            noted?;
        }
    }
    Ok(())
}

async fn count_waiting(bench: &Bench) -> Result<(), Refusal> {
    #[expect(clippy::cast_precision_loss, reason = "a gauge; nothing waits 2^53 times")]
    let waiting = deliver::waiting(bench).await? as f64;
    metrics::level(Gauge::OutboxWaiting, waiting);
    Ok(())
}

async fn deliver_one(
    bench: &Bench,
    post: &Post,
    claimed: &Claimed,
) -> (Result<(), PostError>, Result<(), Refusal>) {
    let sent = send(bench, post, claimed).await;
    let noted = match &sent {
        Ok(()) => deliver::done(bench, claimed.id).await,
        Err(_) => {
            tracing::warn!(outbox = %claimed.id, attempts = claimed.attempts, "a message waits for another attempt");
            deliver::put_back(bench, claimed).await
        }
    };
    (sent, noted)
}

/// Sends one message. What is past its time or cannot be read any more is given up, which is no failure.
async fn send(bench: &Bench, post: &Post, claimed: &Claimed) -> Result<(), PostError> {
    let now = bench.now();
    let Some(message) = &claimed.message else {
        metrics::count(Counter::MessageFailed);
        tracing::error!(outbox = %claimed.id, "a message cannot be read any more");
        return Ok(());
    };
    if now > claimed.expires_at {
        metrics::count(Counter::MessageFailed);
        tracing::warn!(outbox = %claimed.id, attempts = claimed.attempts, "a message was not delivered in time");
        return Ok(());
    }
    let span = tracing::debug_span!("deliver", outbox = %claimed.id, otel.kind = "producer");
    let sent = post.send(&bench.config, message, claimed.id, now).instrument(span).await;
    metrics::count(if sent.is_ok() { Counter::MessageDelivered } else { Counter::MessageFailed });
    sent
}
