//! Sends what waits in the outbox; what fails is tried again with growing waits until it is no longer worth it.

use std::time::Duration;

use futures_util::future::join_all;

use crate::jobs::Complaint;
use crate::jobs::Shutdown;
use crate::jobs::pause;
use crate::notify::letter;
use crate::notify::mailer::Mailer;
use crate::operations::bench::Bench;
use crate::operations::deliver;
use crate::operations::deliver::Claimed;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

const EVERY: Duration = Duration::from_millis(500);
const RETRY: Duration = Duration::from_secs(5);
/// Longer than the longest delivery the configuration allows (60 s).
const HOLD: Duration = Duration::from_secs(120);

/// Delivers until it is time to stop.
pub async fn run(bench: &Bench, mailer: &Mailer, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("deliver");
    let mut sending = Complaint::new("mail");
    loop {
        let done = complaint.turn(turn(bench, mailer, &mut sending)).await;
        let span = if done.is_some() { EVERY } else { RETRY };
        if !pause(span, &mut shutdown).await {
            return;
        }
    }
}

async fn turn(bench: &Bench, mailer: &Mailer, sending: &mut Complaint) -> Result<(), Refusal> {
    while deliver::anything_due(bench).await? {
        let claimed = deliver::claim(bench, HOLD).await?;
        let results = join_all(claimed.iter().map(|claimed| send(bench, mailer, claimed))).await;
        for (claimed, result) in claimed.iter().zip(results) {
            let id = claimed.id;
            match sending.turn(std::future::ready(result)).await {
                Some(()) => deliver::done(bench, id).await?,
                None => {
                    tracing::warn!(message = %id, attempts = claimed.attempts, "a message waits for another attempt");
                    deliver::put_back(bench, claimed).await?;
                }
            }
        }
    }
    Ok(())
}

/// Sends one message. What is past its time or cannot be read any more is given up, which is no failure.
async fn send(
    bench: &Bench,
    mailer: &Mailer,
    claimed: &Claimed,
) -> Result<(), crate::notify::mailer::MailError> {
    let now = bench.now();
    let Some(message) = &claimed.message else {
        metrics::count(Counter::MessageFailed);
        tracing::error!(message = %claimed.id, "a message cannot be read any more");
        return Ok(());
    };
    if now > claimed.expires_at {
        metrics::count(Counter::MessageFailed);
        tracing::warn!(message = %claimed.id, attempts = claimed.attempts, "a message was not delivered in time");
        return Ok(());
    }
    let letter = letter::compose(&bench.config, message, now);
    let sent = mailer.send(message, &letter, claimed.id, now).await;
    metrics::count(if sent.is_ok() { Counter::MessageDelivered } else { Counter::MessageFailed });
    sent
}
