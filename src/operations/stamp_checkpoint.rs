//! Sends checkpoints to a time-stamping authority (RFC 3161) and keeps its answers.

use std::time::Duration;

use crate::config::TimestampAuthority;
use crate::crypto::timestamp::StampError;
use crate::crypto::timestamp::StampRequest;
use crate::domain::time::Instant;
use crate::domain::witness::WitnessFault;
use crate::ledger::witness::log_signed;
use crate::operations::bench::Bench;
use crate::operations::evidence;
use crate::operations::evidence::TIMESTAMPS;
use crate::operations::read_ledger;
use crate::operations::refusal::Refusal;
use crate::operations::witnessing;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::cosignatures;
use crate::storage::cosignatures::CorrespondentRow;
use crate::storage::leases;
use crate::storage::timestamps;
use crate::storage::timestamps::TimestampRow;

const LEASE: &str = "timestamps";
/// Longer than one answer takes.
const LEASE_SPAN: Duration = Duration::from_secs(90);

/// One checkpoint to be stamped.
#[derive(Clone, Debug)]
pub struct Stamping {
    /// The request; its body is to be posted.
    pub request: StampRequest,
    size: u64,
    message: String,
}

/// What is to be stamped now, as the process called `holder`: the newest witnessed checkpoint where there are witnesses, else the
/// newest; `None` while the last time-stamp is younger than configured, nothing grew since, or another process does it.
///
/// # Errors
/// When the database refuses.
pub async fn due(
    bench: &Bench,
    authority: &TimestampAuthority,
    holder: &str,
) -> Result<Option<Stamping>, Refusal> {
    let mut tx = bench.db.read().await?;
    let now = bench.now();
    let known = cosignatures::correspondent(&mut tx, TIMESTAMPS).await?;
    if known.is_some_and(|row| row.next_at > now) {
        return Ok(None);
    }
    let last = timestamps::newest(&mut tx).await?;
    let head = match evidence::witnessed(bench, &mut tx).await? {
        Some(head) => Some(head),
        None => read_ledger::head(&mut tx).await?,
    };
    drop(tx);
    let grown = |size: u64| last.as_ref().is_none_or(|last| last.size.unsigned_abs() < size);
    let early = last.as_ref().is_some_and(|last| now < last.stamped_at.plus(authority.every));
    let Some(head) = head.filter(|head| !early && grown(head.size)) else { return Ok(None) };
    let mut work = Work::begin(bench, None).await?;
    let held = leases::take(&mut work.tx, LEASE, holder, now, LEASE_SPAN).await?.is_some();
    work.commit_without_entry(Housekeeping::Ledger).await?;
    if !held {
        return Ok(None);
    }
    let message = log_signed(&head.note).ok_or_else(|| Refusal::fault("a stored checkpoint is no note"))?;
    let request = StampRequest::new(message.as_bytes(), bench.random.as_ref())
        .map_err(|error| Refusal::Fault(error.into()))?;
    Ok(Some(Stamping { request, size: head.size, message }))
}

/// Keeps an answer that holds; otherwise notes the failure and gives why.
///
/// # Errors
/// When the database refuses.
pub async fn keep(
    bench: &Bench,
    authority: &TimestampAuthority,
    stamping: &Stamping,
    reply: &[u8],
) -> Result<Result<Instant, StampError>, Refusal> {
    let stamped = stamping.request.accept(reply, stamping.message.as_bytes(), &authority.roots);
    let at = match stamped {
        Ok(at) => at,
        Err(error) => {
            let fault = match error {
                StampError::Refused(_) => WitnessFault::Refused,
                StampError::Form => WitnessFault::Unreachable,
                _ => WitnessFault::Signature,
            };
            failed(bench, fault).await?;
            return Ok(Err(error));
        }
    };
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let size = i64::try_from(stamping.size).map_err(|error| Refusal::Fault(error.into()))?;
    timestamps::insert(&mut work.tx, &TimestampRow { size, reply: reply.to_vec(), stamped_at: at }).await?;
    let found = CorrespondentRow {
        name: TIMESTAMPS.to_owned(),
        size,
        failures: 0,
        fault: None,
        tried_at: now,
        next_at: now,
    };
    cosignatures::note(&mut work.tx, &found).await?;
    work.commit_without_entry(Housekeeping::Ledger).await?;
    Ok(Ok(at))
}

/// Notes that the authority did not answer, and when it is asked again.
///
/// # Errors
/// When the database refuses.
pub async fn failed(bench: &Bench, fault: WitnessFault) -> Result<(), Refusal> {
    witnessing::failed(bench, TIMESTAMPS, fault).await
}
