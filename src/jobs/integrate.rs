//! Puts new entries into the tree several times a second and keeps the newest checkpoint outside the database too.

use std::time::Duration;

use crate::crypto::random::random_token;
use crate::domain::time::Instant;
use crate::jobs::Complaint;
use crate::jobs::Shutdown;
use crate::jobs::checkpoint_file;
use crate::jobs::pause;
use crate::ledger::checkpoint::Checkpoint;
use crate::operations::bench::Bench;
use crate::operations::integrate::Turn;
use crate::operations::integrate::hand_over;
use crate::operations::integrate::integrate_behind;
use crate::operations::integrate::newest;
use crate::operations::read_ledger;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::telemetry::metrics::Gauge;

const RETRY: Duration = Duration::from_millis(500);
const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Integrates until it is time to stop. Refuses to begin when the database is behind the kept checkpoint.
pub async fn run(bench: &Bench, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("integrate");
    let mut measured = None;
    while complaint.turn(checkpoint_file::check(bench)).await.is_none() {
        // Gateways go on writing lines: that they wait is seen from outside.
        measure(bench, &mut measured).await;
        if !pause(RETRY, &mut shutdown).await {
            return;
        }
    }
    let holder = random_token(bench.random.as_ref(), 12);
    let mut signed = complaint.turn(newest(bench)).await.flatten();
    loop {
        let turn = complaint.turn(turn(bench, &holder, &mut signed)).await;
        measure(bench, &mut measured).await;
        let span = match turn {
            Some(Turn::Done { .. } | Turn::Idle) => bench.config.ledger.integrate_every,
            Some(Turn::Elsewhere) | None => RETRY,
        };
        if !pause(span, &mut shutdown).await {
            break;
        }
    }
    finish(bench, &holder, &mut complaint, &mut signed).await;
}

/// One turn: everything that waits now, batch after batch, behind the head that was `signed` here last.
async fn turn(bench: &Bench, holder: &str, signed: &mut Option<Checkpoint>) -> Result<Turn, Refusal> {
    let mut last = Turn::Idle;
    loop {
        let turn = integrate_behind(bench, holder, signed.as_ref()).await?;
        match &turn {
            Turn::Idle => return Ok(last),
            Turn::Elsewhere => return Ok(turn),
            Turn::Done { added, head, note, .. } => {
                *signed = Some(head.clone());
                metrics::count_many(Counter::LedgerIntegrated, *added);
                metrics::count(Counter::LedgerCheckpoints);
                checkpoint_file::keep(bench, note).await?;
                last = turn;
            }
        }
    }
}

/// What was committed before the stop is still put into the tree, then another process may go on.
async fn finish(bench: &Bench, holder: &str, complaint: &mut Complaint, signed: &mut Option<Checkpoint>) {
    if complaint.turn(turn(bench, holder, signed)).await.is_some() {
        complaint.turn(hand_over(bench, holder)).await;
    }
}

/// Shows how far the tree has come, unless that was done less than [`MEASURE_EVERY`] ago.
#[expect(clippy::cast_precision_loss, reason = "a gauge; no ledger has 2^53 lines")]
async fn measure(bench: &Bench, last: &mut Option<Instant>) {
    let now = bench.now();
    // A clock that was set back is no reason to wait.
    if last.is_some_and(|at| at <= now && now.since(at) < MEASURE_EVERY) {
        return;
    }
    *last = Some(now);
    if let Ok(progress) = read_ledger::progress(bench).await {
        let lag = progress.oldest.map_or(0.0, |oldest| bench.now().since(oldest).as_secs_f64());
        metrics::level(Gauge::LedgerSize, progress.size as f64);
        metrics::level(Gauge::LedgerWaiting, progress.waiting as f64);
        metrics::level(Gauge::LedgerLag, lag);
    }
}
