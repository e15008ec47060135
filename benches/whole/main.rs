//! How fast the whole service is, what it costs, and beside it in the same run another provider and the machine's limits.
//!
//! `make bench` runs it. The service runs in a process of its own; this process is the browsers and the administrations, on one
//! thread, on the same machine, so that both share its processors. Closed loop: every user begins the next operation when the
//! last one has ended. Connections are kept alive, nothing is compressed, there is no TLS. `BENCH_SECONDS` says how long each
//! line is measured. `--filled N` measures logins alone, on a database that holds N more mandates (several: `--filled 1000,100000`).
//! `--overload` measures what is served when ten and forty times as many ask as two processors carry.
//! `--only WORDS` measures the operations whose name begins so, `--on postgres` or `--on sqlite` on one database.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a measurement prints its result")]

mod cell;
#[path = "../drive/mod.rs"]
#[expect(dead_code, reason = "the faults use the rest of it")]
mod drive;
mod filled;
mod limits;
mod meter;
mod micro;
mod overload;
mod peer;
mod report;
mod scene;
#[expect(dead_code, reason = "shared with the tests, which use more of it")]
#[path = "../../tests/support/mod.rs"]
mod support;
mod workers;

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use anyhow::Context;
use anyhow::Result;
use cell::Cell;
use cell::run;
use drive::login::Track;
use drive::login::User;
use limits::Limits;
use meter::Meter;
use peer::Peer;
use report::Report;
use scene::Scene;
use serde_json::json;
use support::Engine;
use workers::Exchanger;
use workers::FapiUser;
use workers::Fetcher;
use workers::Introspector;
use workers::Presented;
use workers::Reader;

/// How many users at once do complete logins.
pub const USERS: [usize; 3] = [1, 8, 32];
/// How many connections the other operations have.
const CONNECTIONS: [usize; 2] = [8, 32];
const SECONDS: u64 = 5;

/// What was asked for.
struct Options {
    seconds: u64,
    filled: Vec<u64>,
    micro_only: bool,
    overload: bool,
    only: Option<String>,
    on: Option<String>,
    cluster: Option<String>,
    database: Option<PathBuf>,
}

#[expect(clippy::disallowed_methods, reason = "make and scripts/with-postgres.sh tell by the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Options {
    fn read(words: &[String]) -> Result<Self> {
        let after = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1));
        let filled = after("--filled").map_or(Ok(Vec::new()), |list| {
            list.split(',').map(|number| number.replace('_', "").parse()).collect()
        });
        let seconds = variable("BENCH_SECONDS").map_or(Ok(SECONDS), |text| text.parse());
        Ok(Self {
            seconds: seconds.context("BENCH_SECONDS is a whole number of seconds")?.max(1),
            filled: filled.context("--filled takes numbers of mandates")?,
            micro_only: words.iter().any(|word| word == "--micro"),
            overload: words.iter().any(|word| word == "--overload"),
            only: after("--only").cloned(),
            on: after("--on").cloned(),
            cluster: variable("PROCURA_TEST_POSTGRES"),
            database: variable("PROCURA_POSTGRES_DATA").map(PathBuf::from),
        })
    }

    fn engines(&self) -> Vec<Engine> {
        let all = if self.cluster.is_some() {
            vec![Engine::Sqlite, Engine::Postgres]
        } else {
            vec![Engine::Sqlite]
        };
        let asked = |engine: &Engine| {
            self.on.as_ref().is_none_or(|on| name(*engine).to_lowercase().starts_with(&on.to_lowercase()))
        };
        all.into_iter().filter(asked).collect()
    }

    /// How many connections an operation is measured with, one line each: none when it was not asked for.
    fn loads(&self, what: &str, all: &[usize]) -> Vec<usize> {
        if self.only.as_ref().is_none_or(|only| what.starts_with(only)) { all.to_vec() } else { Vec::new() }
    }

    fn meter(&self, engine: Engine) -> Meter {
        Meter { service: None, database: self.database.clone().filter(|_| engine == Engine::Postgres) }
    }
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [first, address] = words.as_slice()
        && first == limits::CONSTANT
    {
        return limits::serve_constant(address);
    }
    let options = Options::read(&words)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        if options.micro_only {
            return micro::measure().await.map(drop);
        }
        if options.cluster.is_none() {
            println!("PostgreSQL is left out: run this under scripts/with-postgres.sh");
        }
        if options.overload {
            return overload::measure(&options).await;
        }
        if options.filled.is_empty() { everything(&options).await } else { filled::measure(&options).await }
    })
}

async fn everything(options: &Options) -> Result<()> {
    let mut report = Report::begin(options.seconds)?;
    println!("\nThe machine's limits");
    let limits = Limits::find(options.cluster.as_deref(), options.seconds.min(3)).await?;
    report.limits(&limits);
    println!("\n{}", Cell::head());
    match Peer::start().await? {
        Some(peer) => other_provider(&peer, options, &mut report).await?,
        None => println!("the Node provider is left out: scripts/need.sh bench installs it"),
    }
    for engine in options.engines() {
        let begun = std::time::Instant::now();
        let scene = Scene::set(engine, options.meter(engine), async |_| Ok(())).await;
        let scene = scene.with_context(|| format!("on {}", name(engine)))?;
        println!("({} prepared in {} s)", name(engine), begun.elapsed().as_secs());
        service(&scene, engine, options, &mut report).await?;
        at_rest(scene, engine, &mut report).await?;
    }
    if options.only.is_none() {
        println!("\nIn this process, one thread, microseconds of processor time");
        report.micro(micro::measure().await?);
    }
    report.write()
}

/// How a database is called.
pub fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}

async fn other_provider(peer: &Peer, options: &Options, report: &mut Report) -> Result<()> {
    let seconds = options.seconds;
    let on = ("login", "Node, memory");
    for users in options.loads("login", &USERS) {
        let workers = (0..users).map(|number| peer.user(number)).collect();
        report.peer(run(on, workers, &peer.meter, seconds).await);
    }
    let token = peer.user(USERS.len()).login().await?;
    for users in options.loads("introspection", &CONNECTIONS) {
        let asks = |_| Introspector::new(peer.wire(), "/token/introspection", &peer::basic(), &token);
        let workers = (0..users).map(asks).collect();
        report.peer(run(("introspection", on.1), workers, &peer.meter, seconds).await);
    }
    Ok(())
}

async fn service(scene: &Scene, engine: Engine, options: &Options, report: &mut Report) -> Result<()> {
    let seconds = options.seconds;
    let (track, meter, on) = (&scene.track, &scene.meter, name(engine));
    let person = |visitors: usize, path: &'static str, words: &'static str, jars: &[_]| -> Vec<Reader> {
        let jar = |number: usize| jars.get(number % jars.len().max(1)).cloned().unwrap_or_default();
        (0..visitors).map(|number| Reader::new(track, jar(number), path, words)).collect()
    };
    for users in options.loads("login", &USERS) {
        let workers = (0..users).map(|number| User::new(track, number)).collect();
        report.service(run(("login", on), workers, meter, seconds).await, engine);
    }
    for users in options.loads("login, PAR and DPoP", &CONNECTIONS) {
        let workers = (0..users).map(|number| FapiUser::new(track, &scene.fapi, number)).collect();
        report.service(run(("login, PAR and DPoP", on), workers, meter, seconds).await, engine);
    }
    for users in options.loads("token exchange", &CONNECTIONS) {
        // An access token lives for some minutes: fresh ones for each line.
        let presented = Presented::gather(track, &scene.software).await?;
        let workers = (0..users).map(|_| Exchanger::new(track, presented.clone())).collect();
        report.service(run(("token exchange", on), workers, meter, seconds).await, engine);
    }
    for users in options.loads("introspection", &CONNECTIONS) {
        let token = User::new(track, 0).login().await?.access;
        let asks = |_| Introspector::new(track.wire(), "/oauth/introspect", &track.client.basic, &token);
        let workers = (0..users).map(asks).collect();
        report.service(run(("introspection", on), workers, meter, seconds).await, engine);
    }
    for users in options.loads("aidant's home", &CONNECTIONS) {
        let workers = person(users, "/aidant", "<main", &track.aidants);
        report.service(run(("aidant's home", on), workers, meter, seconds).await, engine);
    }
    for users in options.loads("person's timeline", &CONNECTIONS) {
        let workers = person(users, "/personne/journal", "<main", std::slice::from_ref(&scene.person));
        report.service(run(("person's timeline", on), workers, meter, seconds).await, engine);
    }
    // The first list is begun with the first token.
    User::new(track, 0).login().await?;
    let list = status_list(track).await?;
    for (what, path, accept, begins) in [
        ("status list", list.as_str(), "application/statuslist+jwt", "ey"),
        ("JWKS", "/oauth/jwks", "application/json", "{\"keys\":["),
    ] {
        for users in options.loads(what, &CONNECTIONS) {
            let workers =
                (0..users).map(|_| Fetcher::new(track.wire(), path, accept, begins)).collect::<Vec<_>>();
            report.service(run((what, on), workers, meter, seconds).await, engine);
        }
    }
    Ok(())
}

/// The path of the first status list.
async fn status_list(track: &Track) -> Result<String> {
    let lists = track.wire().get("/status", &[]).await?.must(200, "/status")?.json()?;
    let first = lists["status_lists"][0].as_str().context("a status list")?;
    Ok(url::Url::parse(first)?.path().to_owned())
}

/// Start, memory, mail and the ledger after all of it.
async fn at_rest(scene: Scene, engine: Engine, report: &mut Report) -> Result<()> {
    let (ready, rest) = (scene.ready_in.as_millis(), scene.at_rest.unwrap_or(0));
    let most = scene.meter.peak_mib().unwrap_or(0);
    let mails = scene.mails.load(Ordering::Relaxed);
    let seen = scene.ledger_size().await?;
    let size = scene.audit()?;
    println!(
        "({}: ready after {ready} ms; {rest} MiB at rest, {most} MiB at most; {mails} mails sent; \
         {size} entries, {seen} of them published at the end of the load; the audit holds)",
        name(engine)
    );
    report.facts(
        name(engine),
        json!({
            "ready_ms": u64::try_from(ready)?, "memory_at_rest_mib": rest, "memory_most_mib": most, "mails": mails,
            "entries": size, "audit_holds": true,
        }),
    );
    Ok(())
}
