//! `procura ledger bench`: how fast the ledger is written, read, proved and audited at a given size, on a throw-away database.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::bail;
use serde_json::Value;
use serde_json::json;
use tokio::task::JoinSet;

use crate::cli::output;
use crate::config::Config;
use crate::config::SystemClock;
use crate::crypto::hash::b64;
use crate::crypto::random::SystemRandom;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;
use crate::domain::time::Clock;
use crate::domain::time::Instant as Moment;
use crate::operations::audit_ledger;
use crate::operations::bench::Bench;
use crate::operations::install;
use crate::operations::install::Migrate;
use crate::operations::integrate::Turn;
use crate::operations::integrate::integrate;
use crate::operations::issue_client_token::issue_client_token;
use crate::operations::keys;
use crate::operations::measure_ledger;
use crate::operations::practice;
use crate::operations::practice::Actor;
use crate::operations::practice::Group;
use crate::operations::practice::Sample;
use crate::operations::practice::Stage;
use crate::operations::prove;
use crate::operations::read_timeline::Filter;
use crate::operations::read_timeline::read_timeline;

/// Options of `procura ledger bench`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many entries to fill the database with before measuring.
    #[arg(long, default_value_t = 100_000)]
    entries: u64,
    /// An empty database to fill; without it a SQLite file in the present folder, removed afterwards.
    #[arg(long)]
    database: Option<String>,
    /// How many writers work at once.
    #[arg(long, default_value_t = 32)]
    writers: usize,
    /// For how many seconds each kind of operation is written one by one.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// How many timelines are read and proofs made, after as many of other persons.
    #[arg(long, default_value_t = 1_000)]
    reads: usize,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// Persons whose lines are interleaved, and lines each of them gets.
const PERSONS: u64 = 1_024;
const LINES: u64 = 49;
/// How many persons of a group are read again later.
const EACH: usize = 16;
const LAG_EVERY: Duration = Duration::from_millis(100);
const INTEGRATE_EVERY: Duration = Duration::from_millis(200);

/// Runs the measurement.
///
/// # Errors
/// When the database is not empty or fails, and when what was written does not hold.
pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let directory = Directory::new()?;
    let url = match &args.database {
        Some(url) => url.clone(),
        None => format!("sqlite://{}", directory.0.join("bench.db").display()),
    };
    let founded = Arc::new(Earlier(AtomicU64::new(args.entries.saturating_add(2 * PERSONS * LINES))));
    let bench = open(&url, Arc::clone(&founded)).await?;
    let before = measure_ledger::stored_bytes(&bench).await.map_err(output::refused)?;
    let stage = practice::found(&bench, args.writers.max(1)).await.map_err(output::refused)?;
    founded.0.store(0, Ordering::Relaxed);
    let mut result = json!({ "database": bench.db.engine(), "writers": args.writers });
    let (mut people, filled) = fill(&bench, &stage, args.entries).await?;
    shuffle(&mut people, bench.random.as_ref())?;
    let stored = measure_ledger::stored_bytes(&bench).await.map_err(output::refused)?;
    result["fill"] = filled;
    result["bytes_per_entry"] = json!((stored - before) / i64::try_from(args.entries.max(1))?);
    measure_ledger::learn(&bench).await.map_err(output::refused)?;
    tell("one by one…");
    let people = Arc::new(people);
    result["acts"] = one_by_one(&bench, &stage, &people, (args, Kind::Acts)).await?;
    result["client_tokens"] = one_by_one(&bench, &stage, &people, (args, Kind::ClientTokens)).await?;
    tell("reading…");
    for (name, what, turn) in [("timeline", Read::Timeline, 1), ("inclusion_proof", Read::Proof, 2)] {
        // A gateway that has been serving: what was read before is of others, and not counted.
        reads(&bench, &people, (0, args.reads), what).await?;
        result[name] = reads(&bench, &people, (args.reads.saturating_mul(turn), args.reads), what).await?;
    }
    let begun = Instant::now();
    let report = audit_ledger::audit(&bench, false, &mut |_, _| {}).await.map_err(output::refused)?;
    result["audit"] = json!({
        "leaves": report.size,
        "seconds": round(begun.elapsed().as_secs_f64()),
        "holds": report.findings.is_empty(),
    });
    result["memory_mib"] = json!({ "now": memory("VmRSS:"), "most": memory("VmHWM:") });
    bench.db.close().await;
    print(&result, args.json)?;
    Ok(super::verdict(report.findings.is_empty()))
}

async fn open(url: &str, clock: Arc<Earlier>) -> anyhow::Result<Bench> {
    let random = Arc::new(SystemRandom::new());
    let master = b64(&random_bytes::<32>(random.as_ref()));
    let text = format!(
        "[database]\nurl = \"{url}\"\n[keys]\nmaster_key = \"{master}\"\n[operators]\ntwo_persons = false\n[ledger]\norigin = \"bench.example/ledger\"\n"
    );
    let config = Config::from_toml_str(&text).map_err(|errors| anyhow::anyhow!("{errors}"))?;
    if !measure_ledger::is_empty(url).await.map_err(output::refused)? {
        bail!("the database is not empty: a measurement fills one of its own");
    }
    let bench = install::open(Arc::new(config), clock, random, Migrate::Always).await?;
    keys::ensure(&bench).await.map_err(output::refused)?;
    Ok(bench)
}

/// Fills the database group by group, integrating as it goes.
async fn fill(bench: &Bench, stage: &Stage, entries: u64) -> anyhow::Result<(Vec<Sample>, Value)> {
    let begun = Instant::now();
    let (mut people, mut written, mut told) = (Vec::new(), 0, 0);
    // The trail of the past year, evenly.
    let mut from = bench.now().minus(Duration::from_millis(entries.saturating_add(PERSONS * LINES)));
    let mut integrating = Duration::ZERO;
    while written < entries || people.is_empty() {
        let persons = usize::try_from(PERSONS.min(entries.div_ceil(LINES + 1).next_multiple_of(64).max(64)))?;
        let mut group = Group::gather(bench, stage, persons, from).await.map_err(output::refused)?;
        while group.written() < u64::try_from(persons)? * (LINES + 1) && written + group.written() < entries {
            group.turn().await.map_err(output::refused)?;
            let turn = Instant::now();
            settle(bench).await?;
            integrating += turn.elapsed();
        }
        (written, from) = (written + group.written(), group.until());
        people.extend(group.close(EACH).await.map_err(output::refused)?);
        if written / 100_000 != told {
            told = written / 100_000;
            tell(&format!("{written} entries…"));
        }
    }
    settle(bench).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let rate = rate(written, seconds);
    Ok((
        people,
        json!({
            "entries": written, "seconds": round(seconds), "per_second": rate, "seconds_integrating": round(integrating.as_secs_f64()),
        }),
    ))
}

async fn settle(bench: &Bench) -> anyhow::Result<()> {
    while integrate(bench, "bench").await.map_err(output::refused)? != Turn::Idle {}
    Ok(())
}

#[derive(Clone, Copy)]
enum Kind {
    Acts,
    ClientTokens,
}

/// Real operations by `writers` at once, with an integrator beside them; how many entries a second, and how long until each
/// is in a signed checkpoint.
async fn one_by_one(
    bench: &Bench,
    stage: &Stage,
    people: &Arc<Vec<Sample>>,
    (args, kind): (&Args, Kind),
) -> anyhow::Result<Value> {
    let (over, entries) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let integrator = tokio::spawn(integrator(bench.clone(), Arc::clone(&over)));
    let lag = tokio::spawn(lags(bench.clone(), stage.clone(), Arc::clone(&over)));
    let begun = Instant::now();
    let until = begun + Duration::from_secs(args.seconds);
    let mut writers = JoinSet::new();
    for number in 0..args.writers {
        let (bench, stage, people, entries) =
            (bench.clone(), stage.clone(), Arc::clone(people), Arc::clone(&entries));
        writers.spawn(async move {
            let actor = Actor::new(&bench, &stage, number).await?;
            let (mut took, mut turn) = (Vec::new(), number);
            while Instant::now() < until {
                let begun = Instant::now();
                match kind {
                    Kind::Acts => {
                        let whose = &people[turn % people.len()];
                        actor.act(&bench, &stage, whose).await?;
                        entries.fetch_add(Actor::ENTRIES, Ordering::Relaxed);
                    }
                    Kind::ClientTokens => {
                        issue_client_token(&bench, &stage.client, None, None, None).await?;
                        entries.fetch_add(1, Ordering::Relaxed);
                    }
                }
                took.push(begun.elapsed());
                turn += 1_009;
            }
            Ok::<_, crate::operations::refusal::Refusal>(took)
        });
    }
    let mut took = Vec::new();
    while let Some(done) = writers.join_next().await {
        took.extend(done?.map_err(output::refused)?);
    }
    let seconds = begun.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    let lag = lag.await??;
    integrator.await??;
    let entries = entries.load(Ordering::Relaxed);
    Ok(json!({
        "entries": entries,
        "per_second": rate(entries, seconds),
        "operation_ms": spread(took),
        "in_checkpoint_ms": spread(lag),
    }))
}

async fn integrator(bench: Bench, over: Arc<AtomicBool>) -> anyhow::Result<()> {
    while !over.load(Ordering::Relaxed) {
        settle(&bench).await?;
        tokio::time::sleep(INTEGRATE_EVERY).await;
    }
    settle(&bench).await
}

/// How long an entry committed now takes until a signed checkpoint covers it.
async fn lags(bench: Bench, stage: Stage, over: Arc<AtomicBool>) -> anyhow::Result<Vec<Duration>> {
    let mut lags = Vec::new();
    while !over.load(Ordering::Relaxed) {
        issue_client_token(&bench, &stage.client, None, None, None).await.map_err(output::refused)?;
        let committed = Instant::now();
        let newest = measure_ledger::newest(&bench).await.map_err(output::refused)?;
        while !measure_ledger::is_signed(&bench, newest).await.map_err(output::refused)? {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        lags.push(committed.elapsed());
        tokio::time::sleep(LAG_EVERY).await;
    }
    Ok(lags)
}

#[derive(Clone, Copy)]
enum Read {
    Timeline,
    Proof,
}

fn shuffle(people: &mut [Sample], random: &dyn Random) -> anyhow::Result<()> {
    for last in (1..people.len()).rev() {
        let number = u64::from_be_bytes(random_bytes(random));
        people.swap(last, usize::try_from(number % (u64::try_from(last)? + 1))?);
    }
    Ok(())
}

/// Reads of `many` persons from the `first` on, one after the other, and of the same again where there are fewer.
async fn reads(
    bench: &Bench,
    people: &[Sample],
    (first, many): (usize, usize),
    what: Read,
) -> anyhow::Result<Value> {
    let mut took = Vec::with_capacity(many);
    for whose in people.iter().cycle().skip(first % people.len().max(1)).take(many) {
        let begun = Instant::now();
        match what {
            Read::Timeline => {
                let page =
                    read_timeline(bench, &whose.person, Filter::default()).await.map_err(output::refused)?;
                if page.groups.is_empty() {
                    bail!("an empty timeline");
                }
            }
            Read::Proof => {
                let line = whose.line.context("a person without a line")?;
                prove::bundle(bench, &[line]).await.map_err(output::refused)?;
            }
        }
        took.push(begun.elapsed());
    }
    Ok(spread(took))
}

fn spread(mut took: Vec<Duration>) -> Value {
    took.sort_unstable();
    let at = |share: usize| {
        let index = (took.len() * share / 100).min(took.len().saturating_sub(1));
        took.get(index).map(|one| round(one.as_secs_f64() * 1_000.0))
    };
    json!({ "many": took.len(), "p50": at(50), "p99": at(99) })
}

fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[expect(clippy::cast_precision_loss, reason = "a count of one measurement is small")]
fn rate(many: u64, seconds: f64) -> f64 {
    (many as f64 / seconds).round()
}

/// A figure of this process in MiB, where the system tells (`/proc`).
fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? / 1_024)
}

fn tell(progress: &str) {
    // Progress is for people; a closed standard error takes nothing away from the result.
    drop(writeln!(std::io::stderr().lock(), "{progress}"));
}

fn print(result: &Value, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return output::json(result);
    }
    let Some(figures) = result.as_object() else { return Ok(()) };
    figures.iter().try_for_each(|(name, value)| output::line(&format!("{name:<16} {value}")))
}

/// The system's clock, by milliseconds earlier: the made-up world is founded before the first of its lines.
#[derive(Debug)]
struct Earlier(AtomicU64);

impl Clock for Earlier {
    fn now(&self) -> Moment {
        SystemClock.now().minus(Duration::from_millis(self.0.load(Ordering::Relaxed)))
    }
}

/// A folder in the present one that goes with the measurement.
struct Directory(std::path::PathBuf);

impl Directory {
    fn new() -> anyhow::Result<Self> {
        let path = std::path::PathBuf::from(format!("procura-bench-{}", std::process::id()));
        std::fs::create_dir(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // What stays behind is a temporary file.
        drop(std::fs::remove_dir_all(&self.0));
    }
}
