//! Files that operators brought are checked, and read in once confirmed.

use std::time::Duration;

use crate::jobs::Complaint;
use crate::jobs::Shutdown;
use crate::jobs::pause;
use crate::operations::bench::Bench;
use crate::operations::import::work_one;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Does the work of each file in turn, until it is time to stop.
pub async fn run(bench: &Bench, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("imports");
    loop {
        let more = complaint.turn(Box::pin(work_one(bench))).await.unwrap_or(false);
        if !pause(if more { Duration::ZERO } else { LOOK_EVERY }, &mut shutdown).await {
            return;
        }
    }
}
