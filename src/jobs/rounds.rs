//! The rounds made every minute or so: what has come to its end is ended, what has served its time is dropped.

use std::time::Duration;

use crate::jobs::Complaint;
use crate::jobs::Shutdown;
use crate::jobs::pause;
use crate::operations;
use crate::operations::bench::Bench;

const PURGE_EVERY: Duration = Duration::from_secs(300);

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
