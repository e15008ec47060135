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
