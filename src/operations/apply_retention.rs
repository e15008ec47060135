//! What has reached the end of its term is dropped, once a day, a batch in a transaction; each batch is an entry.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::erase_person;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::db::DbError;
use crate::storage::db::Tx;
use crate::storage::retention;

/// Rows of each class dropped in one transaction.
const BATCH: i64 = 2_000;

/// How much of each class was dropped.
pub type Counts = BTreeMap<String, u64>;

/// A class with its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its key, as entries and pages know it.
    pub class: &'static str,
    /// How long it is kept.
    pub kept: Duration,
}

/// One day's turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The day.
    pub day: Day,
    /// When it began.
    pub begun_at: Instant,
    /// When nothing was left; `None` while it goes on.
    pub ended_at: Option<Instant>,
    /// What it dropped.
    pub counts: Counts,
}

/// Every class with its term, as configured. Counted figures name nobody and are kept for ever.
pub fn terms(bench: &Bench) -> Vec<Term> {
    let set = &bench.config.retention;
    [
        ("payloads", set.payloads),
        ("erasure", set.erasure),
        ("persons", set.persons),
        ("drafts", set.drafts),
        ("tokens", set.tokens),
        ("messages", set.messages),
        ("orientations", set.orientations),
        ("signs", set.signs),
        ("throttles", bench.config.login.failure_window),
    ]
    .into_iter()
    .map(|(class, kept)| Term { class, kept })
    .collect()
}

/// The newest turns.
///
/// # Errors
/// As the database says.
pub async fn runs(bench: &Bench, most: i64) -> Result<Vec<Run>, Refusal> {
    let mut tx = bench.db.read().await?;
    let rows = retention::runs(&mut tx, most).await?;
    rows.into_iter()
        .map(|row| {
            let day = Day::parse(&row.day).ok_or_else(|| DbError::Inconsistent {
                table: "retention_runs",
                column: "day",
                row: row.day.clone(),
            })?;
            let counts = serde_json::from_str(&row.counts)?;
            Ok(Run { day, begun_at: row.begun_at, ended_at: row.ended_at, counts })
        })
        .collect()
}

/// Makes today's turn, unless it was made. Gives what it dropped; `None` when there was nothing to do.
///
/// # Errors
/// As the database says; what was dropped before stays so, and the turn goes on at the next call.
pub async fn apply(bench: &Bench) -> Result<Option<Counts>, Refusal> {
    let mut all = Counts::new();
    let mut turn = Turn { begun: false, after: Uuid::nil() };
    loop {
        match batch(bench, &mut turn).await? {
            Batch::Over => return Ok(turn.begun.then_some(all)),
            Batch::Dropped(counts) => {
                turn.begun = true;
                let empty = counts.values().all(|count| *count == 0);
                add(&mut all, counts);
                if empty {
                    return Ok(Some(all));
                }
            }
        }
    }
}

/// How far today's turn came in this process; another one begins at the oldest line again.
struct Turn {
    begun: bool,
    /// Up to which line contents were looked at.
    after: Uuid,
}

enum Batch {
    /// Today's turn was made.
    Over,
    /// So much went; nought is the end of the turn.
    Dropped(Counts),
}

fn add(sum: &mut Counts, counts: Counts) {
    for (class, count) in counts {
        *sum.entry(class).or_default() += count;
    }
}

async fn batch(bench: &Bench, turn: &mut Turn) -> Result<Batch, Refusal> {
    // Persons first, each in a transaction of its own: the turn counts them, their own entries say so.
    let erased = if turn.begun { 0 } else { erase_person::erase_due(bench).await? };
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let day = now.day().to_string();
    let Some(before) = retention::take(&mut work.tx, &day, now).await? else { return Ok(Batch::Over) };
    let mut dropped = drop_batch(bench, &mut work.tx, turn, now).await?;
    let mut sum: Counts = serde_json::from_str(&before)?;
    if erased > 0 {
        add(&mut sum, Counts::from([("persons".to_owned(), erased)]));
    }
    add(&mut sum, dropped.clone());
    dropped.retain(|_, count| *count > 0);
    sum.retain(|_, count| *count > 0);
    let over = dropped.is_empty();
    retention::note(&mut work.tx, &day, &serde_json::to_string(&sum)?, over.then_some(now)).await?;
    if over {
        work.commit_without_entry(Housekeeping::Purge).await?;
        return Ok(Batch::Dropped(Counts::new()));
    }
    let key = data_keys::system(bench);
    let event = Event::RetentionApplied { dropped: dropped.clone() };
    let (work, _) = work.record(Line::new(event, Actor::system(), key)).await?;
    work.commit().await?;
    Ok(Batch::Dropped(dropped))
}

async fn drop_batch(bench: &Bench, tx: &mut Tx, turn: &mut Turn, now: Instant) -> Result<Counts, Refusal> {
    let set = &bench.config.retention;
    let (payloads, last) = retention::drop_payloads(tx, turn.after, now.minus(set.payloads), BATCH).await?;
    turn.after = last;
    let gone = [
        ("payloads", payloads),
        ("drafts", retention::drop_drafts(tx, now.minus(set.drafts), BATCH).await?),
        ("tokens", retention::drop_tokens(tx, now.minus(set.tokens), BATCH).await?),
        ("orientations", retention::drop_orientations(tx, now.minus(set.orientations), BATCH).await?),
        ("signs", retention::drop_signs(tx, now.minus(set.signs), BATCH).await?),
    ];
    Ok(gone.into_iter().map(|(class, count)| (class.to_owned(), count)).collect())
}
