//! The part of `procura doctor` that looks at the ledger.

use std::time::Duration;

use crate::cli::doctor::Point;
use crate::cli::doctor::State;
use crate::jobs::checkpoint_file;
use crate::operations::bench::Bench;
use crate::operations::read_ledger;

const LATE: Duration = Duration::from_secs(5);

/// Adds what it finds.
pub(super) async fn look(bench: &Bench, points: &mut Vec<Point>) {
    points.push(head(bench).await);
    points.push(waiting(bench).await);
    points.push(kept(bench).await);
    points.push(Point::new(
        "witness",
        State::Warning,
        "no witness cosigns the checkpoints: the trail is only as trustworthy as the operator, unless someone keeps and compares them",
    ));
}

async fn head(bench: &Bench) -> Point {
    match read_ledger::latest(bench).await {
        Ok(Some(head)) if head.at > bench.now().plus(LATE) => {
            Point::new("ledger", State::Failure, "the newest checkpoint lies in the future: a clock is wrong")
        }
        Ok(Some(head)) => {
            Point::new("ledger", State::Ok, format!("{} leaves in a signed checkpoint", head.size))
        }
        Ok(None) => Point::new("ledger", State::Warning, "no checkpoint yet: the service has not run"),
        Err(refusal) => Point::new("ledger", State::Failure, refusal.to_string()),
    }
}

async fn waiting(bench: &Bench) -> Point {
    match read_ledger::progress(bench).await {
        Ok(progress) if progress.oldest.is_some_and(|oldest| bench.now().since(oldest) > LATE) => Point::new(
            "integrator",
            State::Failure,
            format!(
                "{} entries wait for their place, some for more than 5 s: is it running?",
                progress.waiting
            ),
        ),
        Ok(_) => Point::new("integrator", State::Ok, "nothing waits too long"),
        Err(refusal) => Point::new("integrator", State::Failure, refusal.to_string()),
    }
}

async fn kept(bench: &Bench) -> Point {
    if bench.config.ledger.checkpoint_file.is_none() {
        return Point::new(
            "kept checkpoint",
            State::Warning,
            "ledger.checkpoint_file is empty: a restored older backup would not be noticed",
        );
    }
    match checkpoint_file::compare(bench).await {
        Ok(None) => Point::new("kept checkpoint", State::Ok, "the database continues it"),
        Ok(Some(behind)) => Point::new("kept checkpoint", State::Failure, behind.to_string()),
        Err(refusal) => Point::new("kept checkpoint", State::Failure, refusal.to_string()),
    }
}
