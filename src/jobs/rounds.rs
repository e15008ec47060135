//! The rounds made every minute or so: what has come to its end is ended, what has served its time is dropped.

use std::time::Duration;

use crate::jobs::Complaint;
use crate::jobs::Shutdown;
use crate::jobs::pause;
use crate::operations;
use crate::operations::bench::Bench;

const EXPIRE_EVERY: Duration = Duration::from_secs(30);
const HABILITATIONS_EVERY: Duration = Duration::from_secs(60);
const PURGE_EVERY: Duration = Duration::from_secs(300);
const RETAIN_EVERY: Duration = Duration::from_secs(900);
const NAMES_EVERY: Duration = Duration::from_secs(60);
const COUNT_EVERY: Duration = Duration::from_secs(300);

/// Writes down mandates that reached their end and drafts nobody answered, until it is time to stop.
pub async fn expire(bench: &Bench, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("expire");
    loop {
        let written = complaint.turn(operations::expire_mandates::expire_overdue(bench)).await;
        let more = written.is_some_and(|written| written > 0);
        if !pause(if more { Duration::ZERO } else { EXPIRE_EVERY }, &mut shutdown).await {
            return;
        }
    }
}

/// Writes down habilitations that reached their end and announces those that end soon, until it is time to stop.
pub async fn habilitations(bench: &Bench, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("habilitations");
    loop {
        let turn = async {
            let ended = operations::end_habilitations::end_overdue(bench).await?;
            let told = operations::end_habilitations::announce_ends(bench).await?;
            Ok::<_, operations::refusal::Refusal>(ended + told)
        };
        let more = complaint.turn(turn).await.is_some_and(|written| written > 0);
        if !pause(if more { Duration::ZERO } else { HABILITATIONS_EVERY }, &mut shutdown).await {
            return;
        }
    }
}

/// Holds the mandates of suspended organisations, lets go those of restored ones, tells persons of ends that are near and of
/// readings under a court's order whose day has come, until it is time to stop.
pub async fn follow(bench: &Bench, mut shutdown: Shutdown) {
    let mut holds = Complaint::new("organisation holds");
    let mut ends = Complaint::new("notices of ends");
    let mut readings = Complaint::new("notices of readings under a court's order");
    loop {
        let held = holds.turn(operations::organisation_holds::follow(bench, None)).await;
        let told = ends.turn(operations::notify_ends::notify_ends(bench)).await;
        let read = readings.turn(operations::court_orders::tell_due(bench)).await;
        let more = [held, told, read].into_iter().flatten().any(|done| done > 0);
        if !pause(if more { Duration::ZERO } else { EXPIRE_EVERY }, &mut shutdown).await {
            return;
        }
    }
}

/// Drops what is over, until it is time to stop.
pub async fn purge(bench: &Bench, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("purge");
    loop {
        if let Some(gone) = complaint.turn(operations::purge::purge(bench)).await {
            tracing::debug!(gone, "rows that served their time were dropped");
        }
        if !pause(PURGE_EVERY, &mut shutdown).await {
            return;
        }
    }
}

/// Erases whoever is due, and once a day drops what has reached the end of its term, until it is time to stop.
pub async fn retain(bench: &Bench, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("retain");
    loop {
        if let Some(Some(dropped)) = complaint.turn(operations::apply_retention::apply(bench)).await {
            tracing::info!(?dropped, "the terms of retention were applied");
        }
        if !pause(RETAIN_EVERY, &mut shutdown).await {
            return;
        }
    }
}

/// Keeps by which names persons and professionals are found, where that was not done when they were stored, until it is time
/// to stop.
pub async fn names(bench: &Bench, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("names");
    loop {
        let more = complaint.turn(operations::names::index(bench)).await.is_some_and(|done| done > 0);
        if !pause(if more { Duration::ZERO } else { NAMES_EVERY }, &mut shutdown).await {
            return;
        }
    }
}

/// Counts what was done and looks for signs of abuse, until it is time to stop.
pub async fn count(bench: &Bench, mut shutdown: Shutdown) {
    let mut folding = Complaint::new("statistics");
    let mut watching = Complaint::new("signs");
    loop {
        let more = folding.turn(operations::fold_statistics::fold(bench)).await.is_some_and(|more| more);
        if !more {
            watching.turn(operations::watch_signs::watch(bench)).await;
        }
        if !pause(if more { Duration::ZERO } else { COUNT_EVERY }, &mut shutdown).await {
            return;
        }
    }
}
