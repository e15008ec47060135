//! One line of the table: workers in a closed loop for a while, what they did and what it cost.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use std::time::Instant;

use futures_util::future::join_all;
use serde_json::Value;
use serde_json::json;

use crate::drive::wire::Trouble;
use crate::meter::Meter;
use crate::meter::Spent;

const WARM_UP: Duration = Duration::from_secs(1);
/// A worker to whom this happens so often is of no use any more.
const MOST_ERRORS: usize = 20;

/// Who does one operation after the other.
pub trait Worker {
    /// One operation, whole; it begins the next one when this one has ended.
    fn turn(&mut self) -> impl Future<Output = Result<(), Trouble>>;
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The kind of operation.
    pub what: &'static str,
    /// On what.
    pub on: String,
    /// How many workers.
    pub users: usize,
    /// Operations a second.
    pub per_second: f64,
    /// The middle latency in milliseconds.
    pub p50: f64,
    /// The latency which one of a hundred exceeded.
    pub p99: f64,
    /// Processor time an operation, in milliseconds.
    pub cost: Spent,
    /// The share of the machine that other programs used.
    pub foreign: f64,
    /// Resident memory of the service in MiB, at the end.
    pub memory: Option<u64>,
    /// How many operations failed.
    pub errors: usize,
    /// What failed first.
    pub first_error: Option<String>,
}

#[derive(Default)]
struct Tally {
    took: Vec<Duration>,
    errors: usize,
    first_error: Option<String>,
}

/// Runs these workers for `seconds` after a warm-up. Only what ended within the time counts; an error counts whenever it came.
pub async fn run<W: Worker>(
    (what, on): (&'static str, &str),
    workers: Vec<W>,
    meter: &Meter,
    seconds: u64,
) -> Cell {
    let users = workers.len();
    let begun = Instant::now();
    let (from, until) = (begun + WARM_UP, begun + WARM_UP + Duration::from_secs(seconds));
    let tally = Rc::new(RefCell::new(Tally::default()));
    let all = join_all(workers.into_iter().map(|worker| work(worker, (from, until), Rc::clone(&tally))));
    let clock = async {
        tokio::time::sleep_until(from.into()).await;
        let (before, begun) = (meter.read(), Instant::now());
        tokio::time::sleep_until(until.into()).await;
        (meter.read().since(before), begun.elapsed())
    };
    let (_, (spent, span)) = tokio::join!(all, clock);
    let mut tally = tally.take();
    tally.took.sort_unstable();
    let many = f64::from(u32::try_from(tally.took.len()).unwrap_or(u32::MAX));
    let each = |spent: f64| if many > 0.0 { spent / many } else { 0.0 };
    Cell {
        what,
        on: on.to_owned(),
        users,
        per_second: many / span.as_secs_f64(),
        p50: percentile(&tally.took, 50),
        p99: percentile(&tally.took, 99),
        cost: Spent {
            service: each(spent.service),
            database: each(spent.database),
            client: each(spent.client),
            machine: each(spent.machine),
        },
        foreign: spent.foreign(span),
        memory: meter.memory_mib(),
        errors: tally.errors,
        first_error: tally.first_error,
    }
}

/// The latency in milliseconds that `share` of a hundred stay below, of those in their order; nought where there is none.
pub fn percentile(took: &[Duration], share: usize) -> f64 {
    let index = (took.len() * share / 100).min(took.len().saturating_sub(1));
    took.get(index).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
}

async fn work<W: Worker>(mut worker: W, (from, until): (Instant, Instant), tally: Rc<RefCell<Tally>>) {
    let mut errors = 0;
    while errors < MOST_ERRORS {
        let begun = Instant::now();
        if begun >= until {
            break;
        }
        let done = worker.turn().await;
        let now = Instant::now();
        let mut tally = tally.borrow_mut();
        match done {
            Ok(()) if (from..=until).contains(&now) => tally.took.push(now - begun),
            Ok(()) => {}
            Err(trouble) => {
                errors += 1;
                tally.errors += 1;
                tally.first_error.get_or_insert_with(|| trouble.to_string());
            }
        }
    }
}

impl Cell {
    /// The head of the table.
    pub fn head() -> String {
        format!(
            "{:<24} {:<14} {:>5} {:>9} {:>8} {:>8} {:>9} {:>9} {:>9} {:>5} {:>6} {:>7} {:>7}  {}",
            "operation",
            "on",
            "users",
            "per s",
            "p50 ms",
            "p99 ms",
            "svc ms/op",
            "db ms/op",
            "load m/op",
            "MiB",
            "errors",
            "others%",
            "x peer",
            "share of the limit"
        )
    }

    /// Its line of the table.
    pub fn line(&self, ratio: Option<f64>, limit: Option<(f64, &str)>) -> String {
        let ratio = ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
        let limit =
            limit.map_or_else(String::new, |(share, name)| format!("{:.1} % of {name}", share * 100.0));
        let memory = self.memory.map_or_else(|| "-".to_owned(), |mib| mib.to_string());
        let mut line = format!(
            "{:<24} {:<14} {:>5} {:>9.1} {:>8.2} {:>8.2} {:>9.3} {:>9.3} {:>9.3} {:>5} {:>6} {:>7.0} {:>7}  {}",
            self.what,
            self.on,
            self.users,
            self.per_second,
            self.p50,
            self.p99,
            self.cost.service,
            self.cost.database,
            self.cost.client,
            memory,
            self.errors,
            self.foreign,
            ratio,
            limit
        );
        if let Some(error) = &self.first_error {
            line.push_str(&format!("\n    first error: {error}"));
        }
        line
    }

    /// As it stands in the file.
    pub fn json(&self, ratio: Option<f64>, limit: Option<(f64, &str)>) -> Value {
        json!({
            "operation": self.what,
            "on": self.on,
            "users": self.users,
            "per_second": self.per_second,
            "p50_ms": self.p50,
            "p99_ms": self.p99,
            "cpu_ms_per_operation": {
                "service": self.cost.service, "database": self.cost.database, "client": self.cost.client,
            },
            "memory_mib": self.memory,
            "errors": self.errors,
            "first_error": self.first_error,
            "cpu_of_others_percent": self.foreign,
            "ratio_to_peer": ratio,
            "share_of_limit": limit.map(|(share, name)| json!({ "share": share, "limit": name })),
        })
    }
}
