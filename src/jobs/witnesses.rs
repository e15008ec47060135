//! Shows the ledger's head to those outside: witnesses that cosign it, and an authority that time-stamps it. Whatever they do,
//! nothing of the gateway waits for them.

use std::time::Duration;

use futures_util::future::join_all;

use crate::config::TimestampAuthority;
use crate::crypto::random::random_token;
use crate::domain::witness::WitnessFault;
use crate::jobs::Complaint;
use crate::jobs::Shutdown;
use crate::jobs::pause;
use crate::operations::bench::Bench;
use crate::operations::evidence;
use crate::operations::refusal::Refusal;
use crate::operations::stamp_checkpoint;
use crate::operations::witnessing;
use crate::operations::witnessing::Submission;
use crate::outbound::Outbound;
use crate::outbound::OutboundError;
use crate::outbound::Reply;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::telemetry::metrics::Gauge;

/// The longest answer of a witness that is read.
const LONGEST_ANSWER: usize = 16 * 1024;
/// The longest time-stamp, with its certificates.
const LONGEST_STAMP: usize = 64 * 1024;
/// How often it is looked whether a time-stamp is due.
const LOOK_FOR_STAMPS: Duration = Duration::from_secs(1);

/// Shows checkpoints to the configured witnesses until it is time to stop; ends at once where there are none.
pub async fn run(bench: &Bench, outbound: &Outbound, mut shutdown: Shutdown) {
    if bench.config.witnesses.list.is_empty() {
        return;
    }
    let holder = random_token(bench.random.as_ref(), 12);
    let mut complaint = Complaint::new("witnesses");
    loop {
        complaint.turn(round(bench, outbound, &holder)).await;
        if !pause(bench.config.witnesses.every, &mut shutdown).await {
            break;
        }
    }
    complaint.turn(witnessing::hand_over(bench, &holder)).await;
}

/// Shows what is due to all at once; a slow witness holds nobody longer than its own time-out.
///
/// # Errors
/// When the database refuses.
pub async fn round(bench: &Bench, outbound: &Outbound, holder: &str) -> Result<(), Refusal> {
    let submissions = witnessing::due(bench, holder).await?;
    let shown = join_all(submissions.into_iter().map(|submission| show(bench, outbound, submission))).await;
    for done in shown {
        done?;
    }
    measure(bench).await
}

#[expect(clippy::cast_precision_loss, reason = "gauges; no ledger has 2^53 lines")]
async fn measure(bench: &Bench) -> Result<(), Refusal> {
    let standing = evidence::standing(bench).await?;
    let well = standing.witnesses.iter().filter(|one| one.fault.is_none() && one.tried_at.is_some()).count();
    metrics::level(Gauge::LedgerWitnessed, standing.witnessed.map_or(0.0, |(size, _)| size as f64));
    metrics::level(Gauge::WitnessesWell, well as f64);
    Ok(())
}

/// What an answer comes to.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// Signature lines.
    Lines(String),
    /// The size it knows instead.
    Knows(u64),
    /// None of it.
    Fault(WitnessFault),
}

async fn show(bench: &Bench, outbound: &Outbound, first: Submission) -> Result<(), Refusal> {
    let mut submission = first;
    let mut corrected = false;
    let fault = loop {
        match judge(ask(bench, outbound, &submission).await) {
            Answer::Lines(lines) if witnessing::keep(bench, &submission, &lines).await? => {
                metrics::count(Counter::WitnessCosigned);
                return Ok(());
            }
            Answer::Lines(_) => break WitnessFault::Signature,
            Answer::Knows(known) if known == submission.old && known == submission.size => {
                break WitnessFault::Fork;
            }
            // It may have been shown another checkpoint meanwhile; but a size it told itself is not wrong twice.
            Answer::Knows(_) if corrected => break WitnessFault::Refused,
            Answer::Knows(known) => match witnessing::again(bench, &submission.witness, known).await? {
                Some(next) => submission = next,
                None => break WitnessFault::Ahead,
            },
            Answer::Fault(fault) => break fault,
        }
        corrected = true;
    };
    metrics::count(Counter::WitnessFailed);
    let name = submission.witness.key.name();
    if fault.is_alarm() {
        tracing::error!(witness = name, %fault, "a witness does not accept that the ledger only grew");
    } else {
        tracing::info!(witness = name, %fault, "a witness did not cosign");
    }
    witnessing::failed(bench, &submission.witness.key.to_string(), fault).await
}

async fn ask(bench: &Bench, outbound: &Outbound, submission: &Submission) -> Result<Reply, OutboundError> {
    let address = format!("{}/add-checkpoint", submission.witness.address);
    let headers = [("content-type", "text/plain; charset=utf-8")];
    let body = submission.body.clone().into_bytes();
    let asked = outbound.post(&address, &headers, body, LONGEST_ANSWER);
    tokio::time::timeout(bench.config.witnesses.timeout, asked).await.map_err(|_| OutboundError::Timeout)?
}

fn judge(answer: Result<Reply, OutboundError>) -> Answer {
    let reply = match answer {
        Ok(reply) => reply,
        Err(OutboundError::Timeout) => return Answer::Fault(WitnessFault::Silent),
        Err(_) => return Answer::Fault(WitnessFault::Unreachable),
    };
    let text = String::from_utf8(reply.body).unwrap_or_default();
    match reply.status {
        200 => Answer::Lines(text),
        409 => match text.strip_suffix('\n').unwrap_or(&text).parse() {
            Ok(size) => Answer::Knows(size),
            Err(_) => Answer::Fault(WitnessFault::Refused),
        },
        403 => Answer::Fault(WitnessFault::Untrusted),
        404 => Answer::Fault(WitnessFault::UnknownLog),
        422 => Answer::Fault(WitnessFault::Proof),
        _ => Answer::Fault(WitnessFault::Refused),
    }
}

/// Has checkpoints time-stamped until it is time to stop; ends at once where no authority is configured.
pub async fn stamps(bench: &Bench, outbound: &Outbound, mut shutdown: Shutdown) {
    let Some(authority) = bench.config.timestamps.clone() else { return };
    let holder = random_token(bench.random.as_ref(), 12);
    let mut complaint = Complaint::new("time-stamps");
    loop {
        complaint.turn(stamp(bench, outbound, &authority, &holder)).await;
        if !pause(LOOK_FOR_STAMPS, &mut shutdown).await {
            return;
        }
    }
}

/// One time-stamp, if one is due.
///
/// # Errors
/// When the database refuses.
pub async fn stamp(
    bench: &Bench,
    outbound: &Outbound,
    authority: &TimestampAuthority,
    holder: &str,
) -> Result<(), Refusal> {
    let Some(stamping) = stamp_checkpoint::due(bench, authority, holder).await? else { return Ok(()) };
    let headers =
        [("content-type", "application/timestamp-query"), ("accept", "application/timestamp-reply")];
    let asked = outbound.post(&authority.url, &headers, stamping.request.body.clone(), LONGEST_STAMP);
    let answer = tokio::time::timeout(authority.timeout, asked).await.map_err(|_| OutboundError::Timeout);
    let fault = match answer.and_then(|answer| answer) {
        Ok(reply) if reply.status == 200 => {
            match stamp_checkpoint::keep(bench, authority, &stamping, &reply.body).await? {
                Ok(_) => metrics::count(Counter::TimestampTaken),
                Err(error) => {
                    metrics::count(Counter::TimestampFailed);
                    tracing::warn!(%error, "a time-stamp was not accepted");
                }
            }
            return Ok(());
        }
        Ok(_) => WitnessFault::Refused,
        Err(OutboundError::Timeout) => WitnessFault::Silent,
        Err(_) => WitnessFault::Unreachable,
    };
    metrics::count(Counter::TimestampFailed);
    tracing::info!(%fault, "the time-stamping authority did not answer");
    stamp_checkpoint::failed(bench, fault).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_its_meaning() {
        let reply = |status, body: &str| {
            judge(Ok(Reply { status, content_type: None, body: body.as_bytes().to_vec() }))
        };
        assert_eq!(reply(200, "— w s\n"), Answer::Lines("— w s\n".to_owned()));
        assert_eq!(reply(409, "70\n"), Answer::Knows(70));
        assert_eq!(reply(409, "seventy"), Answer::Fault(WitnessFault::Refused));
        assert_eq!(reply(404, ""), Answer::Fault(WitnessFault::UnknownLog));
        assert_eq!(reply(403, ""), Answer::Fault(WitnessFault::Untrusted));
        assert_eq!(reply(422, ""), Answer::Fault(WitnessFault::Proof));
        assert_eq!(reply(302, ""), Answer::Fault(WitnessFault::Refused));
        assert_eq!(judge(Err(OutboundError::Timeout)), Answer::Fault(WitnessFault::Silent));
        assert_eq!(judge(Err(OutboundError::TooLong)), Answer::Fault(WitnessFault::Unreachable));
    }
}
