//! The part of `procura doctor` that looks at the ledger.

use std::time::Duration;

use crate::cli::doctor::Point;
use crate::cli::doctor::State;
use crate::domain::witness::WitnessFault;
use crate::jobs::checkpoint_file;
use crate::operations::bench::Bench;
use crate::operations::evidence;
use crate::operations::evidence::Standing;
use crate::operations::read_ledger;

/// A head that enough witnesses saw may be so much older than the newest.
const UNSEEN: Duration = Duration::from_secs(60);
const LATE: Duration = Duration::from_secs(5);

/// Adds what it finds.
pub(super) async fn look(bench: &Bench, points: &mut Vec<Point>) {
    points.push(head(bench).await);
    points.push(waiting(bench).await);
    points.push(kept(bench).await);
    match evidence::standing(bench).await {
        Ok(standing) => {
            points.push(witnesses(&standing));
            points.extend(standing.stamps.then(|| timestamps(bench, &standing)));
        }
        Err(refusal) => points.push(Point::new("witness", State::Failure, refusal.to_string())),
    }
}

fn witnesses(standing: &Standing) -> Point {
    if standing.quorum == 0 {
        return Point::new(
            "witness",
            State::Warning,
            "no witness cosigns the checkpoints: the trail is only as trustworthy as the operator, unless someone keeps and compares them",
        );
    }
    let (asked, all) = (standing.quorum, standing.witnesses.len());
    let failing: Vec<String> =
        standing.witnesses.iter().filter_map(|one| Some(format!("{} ({})", one.name, one.fault?))).collect();
    let alarm = standing.witnesses.iter().any(|one| one.fault.is_some_and(WitnessFault::is_alarm));
    let held = match standing.witnessed {
        Some((size, at)) => {
            format!("{asked} of {all} cosigned the tree of {size} signed at {}", at.to_text())
        }
        None => format!("no checkpoint has {asked} of {all} cosignatures"),
    };
    let finding = if failing.is_empty() { held } else { format!("{held}; not well: {}", failing.join(", ")) };
    let state = match (alarm, standing.is_witnessed(UNSEEN), failing.is_empty()) {
        (true, ..) => State::Failure,
        (false, true, true) => State::Ok,
        _ => State::Warning,
    };
    Point::new("witness", state, finding)
}

fn timestamps(bench: &Bench, standing: &Standing) -> Point {
    let every = bench.config.timestamps.as_ref().map_or(Duration::ZERO, |authority| authority.every);
    let fault = standing.stamp_fault.map_or_else(String::new, |fault| format!("; the last attempt: {fault}"));
    match &standing.stamped {
        None => Point::new("time-stamps", State::Warning, format!("none was taken yet{fault}")),
        Some(stamped) => {
            let late = standing.signed_at.is_some_and(|at| at > stamped.at.plus(every.saturating_mul(2)));
            let state = if late || standing.stamp_fault.is_some() { State::Warning } else { State::Ok };
            let finding = format!("the tree of {} at {}{fault}", stamped.size, stamped.at.to_text());
            Point::new("time-stamps", state, finding)
        }
    }
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
    let Some(path) = &bench.config.ledger.checkpoint_file else {
        return Point::new(
            "kept checkpoint",
            State::Warning,
            "ledger.checkpoint_file is empty: a restored older backup would not be noticed",
        );
    };
    match checkpoint_file::compare(bench).await {
        Ok(None) => {}
        Ok(Some(behind)) => return Point::new("kept checkpoint", State::Failure, behind.to_string()),
        Err(refusal) => return Point::new("kept checkpoint", State::Failure, refusal.to_string()),
    }
    let size = std::fs::read_to_string(path).ok().and_then(|note| note.lines().nth(1)?.parse::<u64>().ok());
    match (size, read_ledger::latest(bench).await) {
        (None, Ok(Some(_))) => Point::new(
            "kept checkpoint",
            State::Warning,
            "the file is not there: an older backup would not be noticed",
        ),
        (Some(size), Ok(Some(head))) if size < head.size && bench.now().since(head.at) > UNSEEN => {
            Point::new(
                "kept checkpoint",
                State::Warning,
                format!("the file stopped at {size} leaves, the database has {}: is it written?", head.size),
            )
        }
        _ => Point::new("kept checkpoint", State::Ok, "the database continues it"),
    }
}
