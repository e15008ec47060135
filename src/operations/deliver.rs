//! The outbox, one message at a time: claimed, sent by the caller, then noted as sent or put back for later.

use std::time::Duration;

use crate::domain::ids::MessageId;
use crate::domain::message::Message;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::outbox;

/// The wait after the first failure; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// A message claimed by this process.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Its identifier.
    pub id: MessageId,
    /// What to send; `None` when it cannot be read any more.
    pub message: Option<Message>,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// After this instant it is no longer worth sending.
    pub expires_at: Instant,
}

/// Claims up to twenty due messages for `hold`, which must be longer than sending them takes.
///
/// # Errors
/// When the database refuses.
pub async fn claim(bench: &Bench, hold: Duration) -> Result<Vec<Claimed>, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let system = data_keys::system(bench);
    let key = data_keys::require(bench, &mut work.tx, system).await?;
    let now = work.now;
    let waiting = outbox::claim(&mut work.tx, now, hold).await?;
    work.commit_without_entry(Housekeeping::Outbox).await?;
    let open = |sealed: &[u8]| {
        let bytes = key.open("outbox.message", sealed).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let claimed = waiting.into_iter().map(|row| Claimed {
        message: open(&row.sealed),
        id: row.id,
        attempts: row.attempts,
        expires_at: row.expires_at,
    });
    Ok(claimed.collect())
}

/// How many messages wait to be sent.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting(bench: &Bench) -> Result<i64, Refusal> {
    Ok(outbox::waiting(&mut bench.db.read().await?).await?)
}

/// Whether anything is due.
///
/// # Errors
/// When the database cannot be read.
pub async fn anything_due(bench: &Bench) -> Result<bool, Refusal> {
    let mut tx = bench.db.read().await?;
    Ok(outbox::any_due(&mut tx, bench.now()).await?)
}

/// Notes that a message left, or was given up.
///
/// # Errors
/// When the database refuses.
pub async fn done(bench: &Bench, id: MessageId) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    outbox::sent(&mut work.tx, id, now).await?;
    work.commit_without_entry(Housekeeping::Outbox).await
}

/// Puts a message back: 5 s after the first failure, twice as long after each further one, at most 15 minutes.
///
/// # Errors
/// When the database refuses.
pub async fn put_back(bench: &Bench, claimed: &Claimed) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let due = work.now.plus(wait_after(claimed.attempts));
    outbox::later(&mut work.tx, claimed.id, due).await?;
    work.commit_without_entry(Housekeeping::Outbox).await
}

fn wait_after(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    FIRST_WAIT.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let seconds: Vec<u64> = [1, 2, 3, 8, 9, 1_000].into_iter().map(|n| wait_after(n).as_secs()).collect();
        assert_eq!(seconds, [5, 10, 20, 640, 900, 900]);
    }
}
