//! Complete logins on databases that hold more and more mandates of other organisations: what one costs must not grow.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use futures_util::TryStreamExt;
use procura::config::Config;
use procura::config::SystemClock;
use procura::crypto::random::SystemRandom;
use procura::domain::ids::Random;
use procura::operations::bench::Bench;
use procura::operations::install;
use procura::operations::install::Migrate;
use procura::operations::integrate::Turn;
use procura::operations::integrate::integrate;
use procura::operations::practice;
use procura::operations::practice::Group;
use procura::operations::refusal::Refusal;

use crate::Options;
use crate::USERS;
use crate::cell::Cell;
use crate::cell::run;
use crate::drive::login::User;
use crate::name;
use crate::report::Report;
use crate::scene::Scene;

/// How many mandates each of the other organisations has.
const EACH: u32 = 64;
/// How many organisations are written at once, and after how many the ledger is integrated.
const AT_ONCE: usize = 4;
const ROUND: u32 = 1_024;

/// The login table, once for each number of mandates.
///
/// # Errors
/// When a database cannot be filled or the service does not start.
pub async fn measure(options: &Options) -> Result<()> {
    let mut report = Report::begin(options.seconds)?;
    println!("{}", Cell::head());
    for engine in options.engines() {
        for mandates in &options.filled {
            let begun = Instant::now();
            let scene = Scene::set(engine, options.meter(engine), async |config| {
                fill(config, *mandates).await.context("filling the database")
            });
            let scene = scene.await.with_context(|| format!("on {}", name(engine)))?;
            println!("({mandates} mandates more, prepared in {} s)", begun.elapsed().as_secs());
            let on = format!(
                "{} {}",
                if name(engine) == "SQLite" { "SQLite" } else { "Postgres" },
                short(*mandates)
            );
            for users in USERS {
                let workers = (0..users).map(|number| User::new(&scene.track, number)).collect();
                let cell = run(("login", &on), workers, &scene.meter, options.seconds).await;
                report.service(cell, engine);
            }
            let size = scene.audit()?;
            println!("({size} entries; the audit holds)");
        }
    }
    report.write()
}

fn short(number: u64) -> String {
    match number {
        1_000_000.. => format!("{}M", number / 1_000_000),
        1_000.. => format!("{}k", number / 1_000),
        _ => number.to_string(),
    }
}

/// Mandates in force of as many persons, in organisations of their own, each with its entry in the ledger.
async fn fill(config: &Path, mandates: u64) -> Result<()> {
    let config = Config::from_toml_str(&std::fs::read_to_string(config)?);
    let config = Arc::new(config.map_err(|errors| anyhow::anyhow!("{errors}"))?);
    let random: Arc<dyn Random> = Arc::new(SystemRandom::new());
    let bench = install::open(config, Arc::new(SystemClock), random, Migrate::AsConfigured).await?;
    let stage = practice::found(&bench, 1).await.map_err(told)?;
    let organisations = u32::try_from(mandates.div_ceil(u64::from(EACH)))?;
    let from = bench.now().minus(Duration::from_millis(mandates));
    let begun = Instant::now();
    for round in (0..organisations).step_by(usize::try_from(ROUND)?) {
        let numbers = round..organisations.min(round + ROUND);
        let groups = futures_util::stream::iter(numbers.map(Ok)).map_ok(|number| {
            let (bench, stage) = (&bench, &stage);
            async move {
                let there = stage.elsewhere(bench, number).await?;
                let from = from.plus(Duration::from_millis(u64::from(number * EACH)));
                let group = Group::gather(bench, &there, usize::try_from(EACH).unwrap_or(64), from).await?;
                group.close(64).await.map(drop)
            }
        });
        groups.try_buffer_unordered(AT_ONCE).try_for_each(|()| async { Ok(()) }).await.map_err(told)?;
        settle(&bench).await?;
        eprint_progress(round, organisations, begun);
    }
    bench.db.close().await;
    Ok(())
}

#[expect(clippy::print_stderr, reason = "progress is for people")]
fn eprint_progress(round: u32, organisations: u32, begun: Instant) {
    let done = organisations.min(round + ROUND);
    if organisations > ROUND {
        eprintln!("{} mandates after {} s…", u64::from(done) * u64::from(EACH), begun.elapsed().as_secs());
    }
}

async fn settle(bench: &Bench) -> Result<()> {
    while integrate(bench, "bench").await.map_err(told)? != Turn::Idle {}
    Ok(())
}

fn told(refusal: Refusal) -> anyhow::Error {
    anyhow::anyhow!("{refusal:?}")
}
