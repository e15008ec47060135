//! Shows the newest checkpoint to the witnesses and keeps their cosignatures (C2SP tlog-witness, the log's side).

use std::time::Duration;

use crate::config::Witness;
use crate::crypto::cosignature::cosigned_at;
use crate::domain::time::Instant;
use crate::domain::witness::WitnessFault;
use crate::ledger::merkle::consistency_proof;
use crate::ledger::tiles::TileSet;
use crate::ledger::tiles::tiles_for_consistency;
use crate::ledger::witness::AddCheckpoint;
use crate::ledger::witness::with_lines;
use crate::operations::bench::Bench;
use crate::operations::read_ledger;
use crate::operations::read_ledger::Head;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::cosignatures;
use crate::storage::cosignatures::CorrespondentRow;
use crate::storage::cosignatures::CosignatureRow;
use crate::storage::db::Tx;
use crate::storage::leases;

const LEASE: &str = "witnesses";
/// Longer than one round takes: two answers of the slowest witness.
const LEASE_SPAN: Duration = Duration::from_secs(30);
/// The wait after the first failure; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// One checkpoint for one witness.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Whom it is for.
    pub witness: Witness,
    /// The size of the checkpoint.
    pub size: u64,
    /// The size the witness is thought to know.
    pub old: u64,
    /// The body of the request.
    pub body: String,
    checkpoint: String,
}

/// What is to be shown to whom now, as the process called `holder`; nothing while another process shows it.
///
/// # Errors
/// When the database refuses or a tile is missing.
pub async fn due(bench: &Bench, holder: &str) -> Result<Vec<Submission>, Refusal> {
    let mut tx = bench.db.read().await?;
    let Some(head) = read_ledger::head(&mut tx).await? else { return Ok(Vec::new()) };
    let mut submissions = Vec::new();
    for witness in &bench.config.witnesses.list {
        let known = cosignatures::correspondent(&mut tx, &witness.key.to_string()).await?;
        let waits = known.as_ref().is_some_and(|row| row.next_at > bench.now());
        let old = known.map_or(0, |row| u64::try_from(row.size).unwrap_or(0));
        // A size above ours is one the witness told us: it is asked again, so that the alarm lasts as long as its cause.
        if !waits && old != head.size {
            submissions.push(submission(&mut tx, witness, &head, old.min(head.size)).await?);
        }
    }
    drop(tx);
    if submissions.is_empty() {
        return Ok(submissions);
    }
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let held = leases::take(&mut work.tx, LEASE, holder, now, LEASE_SPAN).await?.is_some();
    work.commit_without_entry(Housekeeping::Ledger).await?;
    Ok(if held { submissions } else { Vec::new() })
}

/// Gives the work back at the end of the process, so that another one goes on at once.
///
/// # Errors
/// When the database refuses.
pub async fn hand_over(bench: &Bench, holder: &str) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    leases::give_back(&mut work.tx, LEASE, holder, now).await?;
    work.commit_without_entry(Housekeeping::Ledger).await
}

/// The same for a witness that says it knows another size; `None` when it knows more leaves than there are.
///
/// # Errors
/// As [`due`].
pub async fn again(bench: &Bench, witness: &Witness, known: u64) -> Result<Option<Submission>, Refusal> {
    let mut tx = bench.db.read().await?;
    let Some(head) = read_ledger::head(&mut tx).await?.filter(|head| head.size >= known) else {
        return Ok(None);
    };
    submission(&mut tx, witness, &head, known).await.map(Some)
}

async fn submission(tx: &mut Tx, witness: &Witness, head: &Head, old: u64) -> Result<Submission, Refusal> {
    let mut proof = Vec::new();
    if old > 0 && old < head.size {
        let mut tiles = TileSet::new(head.size);
        read_ledger::gather(tx, &mut tiles, &tiles_for_consistency(old, head.size)).await?;
        proof = consistency_proof(&tiles, old, head.size)
            .map_err(|error| Refusal::Fault(anyhow::anyhow!("no proof of consistency: {error}")))?;
    }
    let request = AddCheckpoint { old, proof, checkpoint: head.note.clone() };
    Ok(Submission {
        witness: witness.clone(),
        size: head.size,
        old,
        body: request.print(),
        checkpoint: head.note.clone(),
    })
}

/// Keeps the cosignature in a witness' answer; `false` when there is none that holds.
///
/// # Errors
/// When the database refuses.
pub async fn keep(bench: &Bench, submission: &Submission, answer: &str) -> Result<bool, Refusal> {
    let key = &submission.witness.key;
    let line =
        answer.lines().find(|line| cosigned_at(&with_lines(&submission.checkpoint, [*line]), key).is_ok());
    let Some(line) = line else { return Ok(false) };
    let seconds = cosigned_at(&with_lines(&submission.checkpoint, [line]), key)
        .map_err(|error| Refusal::Fault(error.into()))?;
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let size = i64::try_from(submission.size).map_err(|error| Refusal::Fault(error.into()))?;
    let row = CosignatureRow {
        size,
        witness: key.to_string(),
        line: line.to_owned(),
        cosigned_at: Instant::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX)),
    };
    cosignatures::insert(&mut work.tx, &row).await?;
    let found = CorrespondentRow {
        name: key.to_string(),
        size,
        failures: 0,
        fault: None,
        tried_at: now,
        next_at: now,
    };
    cosignatures::note(&mut work.tx, &found).await?;
    work.commit_without_entry(Housekeeping::Ledger).await?;
    Ok(true)
}

/// Notes that somebody who was shown a checkpoint failed, and when it is asked again.
///
/// # Errors
/// When the database refuses.
pub async fn failed(bench: &Bench, name: &str, fault: WitnessFault) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let known = cosignatures::correspondent(&mut work.tx, name).await?;
    let failures = known.as_ref().map_or(0, |row| row.failures).saturating_add(1);
    let found = CorrespondentRow {
        name: name.to_owned(),
        size: known.map_or(0, |row| row.size),
        failures,
        fault: Some(fault.as_str().to_owned()),
        tried_at: now,
        next_at: now.plus(wait(failures)),
    };
    cosignatures::note(&mut work.tx, &found).await?;
    work.commit_without_entry(Housekeeping::Ledger).await
}

fn wait(failures: i64) -> Duration {
    let doublings = u32::try_from(failures.saturating_sub(1)).unwrap_or(u32::MAX).min(16);
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_five_minutes() {
        let seconds = [1, 2, 3, 9, 10, 1_000].map(|failures| wait(failures).as_secs());
        assert_eq!(seconds, [1, 2, 4, 256, 300, 300]);
    }
}
