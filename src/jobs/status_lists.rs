//! Builds the status lists, so that a change stands in them within the time the configuration says.

use crate::jobs::Complaint;
use crate::jobs::Shutdown;
use crate::jobs::pause;
use crate::operations::bench::Bench;
use crate::operations::status_lists::rebuild;
use crate::operations::status_lists::turn_every;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// Builds until it is time to stop.
pub async fn run(bench: &Bench, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("status-lists");
    loop {
        let signed = complaint.turn(rebuild(bench)).await.unwrap_or_default();
        for _ in 0..signed {
            metrics::count(Counter::StatusListSigned);
        }
        if !pause(turn_every(bench), &mut shutdown).await {
            return;
        }
    }
}
