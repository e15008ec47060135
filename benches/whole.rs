//! How many complete delegated logins the gateway does, on each database, as one aidant after another would do them:
//! authorization request, choice of person, choice of theme, code, tokens with client authentication, userinfo.
//!
//! `make bench` runs it. The program runs in a process of its own with its counterparts; this process is the browsers and
//! the administration, on the same machine, so that both share its processors. Closed loop: every worker begins its next
//! login when the last one has ended. A login is counted only when userinfo has answered.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a measurement prints its result")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::demo::browser::Browser;
use procura::demo::client::http_client;
use procura::demo::file::Account;
use procura::demo::file::PersonLine;
use procura::domain::theme::Theme;
use serde_json::Value;
use support::Engine;
use support::Landing;
use support::Process;
use support::RunningDemo;
use tokio::task::JoinSet;
use url::Url;

const WORKERS: [usize; 3] = [1, 8, 32];
/// One for each worker: an aidant does one thing at a time.
const AIDANTS: usize = 32;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(10);
const AT_REST_AFTER: Duration = Duration::from_secs(5);
const THEME: Theme = Theme::Social;

/// What one worker needs, and what all share.
struct Track {
    http: reqwest::Client,
    token_endpoint: Url,
    userinfo_endpoint: Url,
    authorize: Url,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    persons: Vec<PersonLine>,
    aidants: Vec<Browser>,
}

/// One line of the table.
struct Measure {
    workers: usize,
    logins: usize,
    seconds: f64,
    entries: u64,
    latencies: Vec<Duration>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut engines = vec![("SQLite", Engine::Sqlite)];
    #[expect(
        clippy::disallowed_methods,
        reason = "scripts/with-postgres.sh tells of its database by the environment"
    )]
    let postgres = std::env::var_os("PROCURA_TEST_POSTGRES").is_some();
    if postgres {
        engines.push(("PostgreSQL", Engine::Postgres));
    } else {
        println!("PostgreSQL is left out: run this under scripts/with-postgres.sh");
    }
    println!(
        "Complete delegated logins; {} processors shared with the load; {} s measured after {} s",
        std::thread::available_parallelism()?,
        MEASURED.as_secs(),
        WARM_UP.as_secs()
    );
    println!(
        "{:<11} {:>7} {:>9} {:>8} {:>8} {:>10}",
        "database", "workers", "logins/s", "p50 ms", "p99 ms", "entries/s"
    );
    for (name, engine) in engines {
        measure(name, engine).await.with_context(|| format!("on {name}"))?;
    }
    Ok(())
}

async fn measure(name: &str, engine: Engine) -> Result<()> {
    let begun = Instant::now();
    let demo = RunningDemo::start(engine).await?;
    let started_in = begun.elapsed();
    let track = Arc::new(prepare(&demo).await?);
    for workers in WORKERS {
        print_line(name, &mut run(&demo, &track, workers).await?);
    }
    println!("{name:<11} demo with all its counterparts ready after {} ms", started_in.as_millis());
    alone(name, demo).await
}

/// Aidants with a session each, a mandate of every person, a client.
async fn prepare(demo: &RunningDemo) -> Result<Track> {
    let file = demo.file();
    let organisation = organisation(demo)?;
    let mut aidants = Vec::new();
    for number in 0..AIDANTS {
        let email = format!("bench-{number}@aidants.example");
        let added = demo.json(&[
            "aidant",
            "add",
            "--given-name",
            "Camille",
            "--family-name",
            &format!("Banc {number}"),
            "--email",
            &email,
            "--organisation",
            &organisation,
            "--until",
            "2099-12-31",
        ])?;
        let totp_secret = text(&added, "totp_secret")?;
        let account =
            Account { email, totp_secret, organisation: String::new(), name: String::new(), note: None };
        aidants.push(demo.aidant(&account).await?);
    }
    let persons: Vec<PersonLine> = file
        .persons
        .iter()
        .filter(|person| person.note.as_deref().is_none_or(|note| !note.contains("FranceConnect")))
        .cloned()
        .collect();
    for (number, person) in persons.iter().enumerate() {
        demo.mandate(&mut aidants[number % AIDANTS], person, &[THEME]).await?;
    }
    let landing = Landing::open()?;
    let redirect_uri = format!("{}/retour", landing.base);
    let client = demo.json(&[
        "client",
        "add",
        "--kind",
        "administration",
        "--compat",
        "--name",
        "Banc d’essai",
        "--theme",
        THEME.key(),
        "--redirect-uri",
        &redirect_uri,
    ])?;
    let http = http_client(None)?;
    let metadata: Value =
        http.get(demo.gateway("/.well-known/openid-configuration")?).send().await?.json().await?;
    let endpoint = |key: &str| -> Result<Url> { Ok(Url::parse(&text(&metadata, key)?)?) };
    Ok(Track {
        token_endpoint: endpoint("token_endpoint")?,
        userinfo_endpoint: endpoint("userinfo_endpoint")?,
        authorize: endpoint("authorization_endpoint")?,
        client_id: text(&client, "client_id")?,
        client_secret: text(&client, "client_secret")?,
        http,
        redirect_uri,
        persons,
        aidants,
    })
}

fn organisation(demo: &RunningDemo) -> Result<String> {
    let list = demo.json(&["organisation", "list"])?;
    let name = &demo.file().aidants.first().context("an aidant")?.organisation;
    let found = list.as_array().into_iter().flatten().find(|one| one["name"] == name.as_str());
    text(found.context("the first aidant's organisation")?, "id")
}

fn text(object: &Value, key: &str) -> Result<String> {
    Ok(object[key].as_str().with_context(|| format!("no {key} in {object}"))?.to_owned())
}

/// One complete delegated login.
async fn login(track: &Track, aidant: &mut Browser, person: &PersonLine, number: u64) -> Result<()> {
    let verifier = b64(&sha256(format!("{number}").as_bytes()));
    let state = format!("state-{number}");
    let mut url = track.authorize.clone();
    url.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", &track.client_id),
        ("redirect_uri", &track.redirect_uri),
        ("scope", "openid profile birth email"),
        ("state", &state),
        ("nonce", &verifier),
        ("code_challenge", &b64(&sha256(verifier.as_bytes()))),
        ("code_challenge_method", "S256"),
    ]);
    let back = RunningDemo::answer(aidant, &url, person, THEME).await?;
    let value =
        |name: &str| back.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    ensure!(value("state").as_deref() == Some(state.as_str()), "not back with the state: {back:?}");
    let code = value("code").with_context(|| format!("no code: {}", back.url))?;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", track.redirect_uri.as_str()),
        ("code_verifier", verifier.as_str()),
    ];
    let request = track.http.post(track.token_endpoint.clone()).form(&fields);
    let answer = request.basic_auth(&track.client_id, Some(&track.client_secret)).send().await?;
    let tokens: Value = answer.error_for_status()?.json().await?;
    ensure!(
        tokens["id_token"].is_string() && tokens["mandate_token"].is_string(),
        "tokens are missing: {tokens}"
    );
    let request = track.http.get(track.userinfo_endpoint.clone()).bearer_auth(text(&tokens, "access_token")?);
    let person_now: Value = request.send().await?.error_for_status()?.json().await?;
    ensure!(person_now["family_name"] == person.family_name.as_str(), "another person: {person_now}");
    Ok(())
}

async fn run(demo: &RunningDemo, track: &Arc<Track>, workers: usize) -> Result<Measure> {
    let begun = Instant::now();
    let (from, until) = (begun + WARM_UP, begun + WARM_UP + MEASURED);
    let mut set = JoinSet::new();
    for worker in 0..workers {
        let track = Arc::clone(track);
        set.spawn(async move { work(&track, worker, from, until).await });
    }
    tokio::time::sleep_until(from.into()).await;
    let before = ledger_size(demo, track).await?;
    tokio::time::sleep_until(until.into()).await;
    let after = ledger_size(demo, track).await?;
    let seconds = from.elapsed().as_secs_f64();
    let mut latencies = Vec::new();
    while let Some(done) = set.join_next().await {
        latencies.extend(done??);
    }
    Ok(Measure { workers, logins: latencies.len(), seconds, entries: after - before, latencies })
}

/// Logins one after another; how long those took that ended in the measured time.
async fn work(track: &Track, worker: usize, from: Instant, until: Instant) -> Result<Vec<Duration>> {
    let mut aidant = track.aidants[worker % track.aidants.len()].clone();
    let mut took = Vec::new();
    for turn in 0.. {
        let begun = Instant::now();
        if begun >= until {
            break;
        }
        let person = &track.persons[(worker + turn) % track.persons.len()];
        let number = u64::try_from(worker * 1_000_000 + turn)?;
        login(track, &mut aidant, person, number).await?;
        if (from..=until).contains(&Instant::now()) {
            took.push(begun.elapsed());
        }
    }
    Ok(took)
}

/// Entries under the newest signed checkpoint (C2SP tlog-checkpoint: the second line).
async fn ledger_size(demo: &RunningDemo, track: &Track) -> Result<u64> {
    let note =
        track.http.get(demo.gateway("/ledger/checkpoint")?).send().await?.error_for_status()?.text().await?;
    Ok(note.lines().nth(1).context("a checkpoint with a size")?.parse()?)
}

fn print_line(name: &str, measure: &mut Measure) {
    measure.latencies.sort_unstable();
    let at = |share: usize| {
        let index = (measure.latencies.len() * share / 100).min(measure.latencies.len().saturating_sub(1));
        measure.latencies.get(index).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    };
    #[expect(clippy::cast_precision_loss, reason = "counts of one measurement are small")]
    let (logins, entries) =
        (measure.logins as f64 / measure.seconds, measure.entries as f64 / measure.seconds);
    println!(
        "{name:<11} {:>7} {logins:>9.1} {:>8.1} {:>8.1} {entries:>10.1}",
        measure.workers,
        at(50),
        at(99)
    );
}

/// The gateway without its counterparts on the same database: start-up and memory at rest.
async fn alone(name: &str, demo: RunningDemo) -> Result<()> {
    let ready = demo.gateway("/readyz")?;
    let (dir, http) = (demo.stage.dir.clone(), http_client(None)?);
    let home = demo.stop();
    let log = home.path().join("serve.log");
    let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
    command.arg("serve").arg("--config").arg(dir.join("procura.toml"));
    let begun = Instant::now();
    let mut process = Process::start(&mut command, &log)?;
    while !http.get(ready.clone()).send().await.is_ok_and(|answer| answer.status().is_success()) {
        if process.0.try_wait()?.is_some() || begun.elapsed() > Duration::from_secs(30) {
            bail!("serve did not start: {}", std::fs::read_to_string(&log)?);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let started_in = begun.elapsed();
    tokio::time::sleep(AT_REST_AFTER).await;
    let memory = resident_kib(process.0.id())
        .map_or_else(|| "unknown".to_owned(), |kib| format!("{} MiB", kib / 1024));
    println!("{name:<11} gateway alone ready after {} ms, memory at rest {memory}", started_in.as_millis());
    Ok(())
}

/// Resident memory of a process in KiB, where the system tells (`/proc`).
fn resident_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
