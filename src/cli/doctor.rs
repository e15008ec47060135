//! `procura doctor`: what this installation needs, tried one after the other, each with a plain word.

mod engine;
mod host;
mod providers;
mod reach;
mod settings;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use crate::cli::Setup;
use crate::cli::ledger_health;
use crate::cli::output;
use crate::config::Config;
use crate::config::Mail;
use crate::config::Sms;
use crate::config::SystemClock;
use crate::crypto::keys::KeyState;
use crate::crypto::keys::Purpose;
use crate::crypto::random::SystemRandom;
use crate::domain::time::Instant;
use crate::notify::mailer::Mailer;
use crate::notify::sms::SmsSender;
use crate::operations::bench::Bench;
use crate::operations::install;
use crate::operations::install::Migrate;
use crate::operations::keys;
use crate::operations::keys::KeyView;
use crate::server::outbound_client;
use crate::storage::db::Schema;

const PATIENCE: Duration = Duration::from_secs(10);

/// How one point stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// It works, and should be otherwise in production.
    Warning,
    /// It does not work.
    Failure,
}

/// One point with its finding.
#[derive(Debug, serde::Serialize)]
pub(super) struct Point {
    pub(super) point: &'static str,
    pub(super) state: State,
    pub(super) finding: String,
}

impl Point {
    pub(super) fn new(point: &'static str, state: State, finding: impl Into<String>) -> Self {
        Self { point, state, finding: finding.into() }
    }
}

/// Options of `procura doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One JSON list instead of lines.
    #[arg(long)]
    json: bool,
}

/// Tries every point; the exit status is 0 when none fails.
///
/// # Errors
/// When the configuration cannot be read, or standard output is closed.
pub async fn run(setup: &Setup, args: &Args) -> anyhow::Result<ExitCode> {
    let mut config = setup.logged_config()?;
    // The doctor looks and changes nothing.
    config.server.migrate_at_start = false;
    let mut points = vec![Point::new("configuration", State::Ok, "every key is known and fits")];
    let opened = open(&config, &mut points).await;
    if let Some(bench) = &opened {
        engine::look(bench, &mut points).await;
        keys(bench, &mut points).await;
        ledger_health::look(bench, &mut points).await;
        bench.db.close().await;
    }
    mail(&config, &mut points).await;
    sms(&config, &mut points).await;
    providers::look(&config, &mut points).await;
    reach::look(&config, PATIENCE, &mut points).await;
    settings::look(&config, &mut points);
    host::look(&config, setup.file(), &mut points);
    if args.json {
        output::json(&points)?;
    } else {
        for Point { point, state, finding } in &points {
            let word = match state {
                State::Ok => "ok      ",
                State::Warning => "WARNING ",
                State::Failure => "FAILURE ",
            };
            output::line(&format!("{word}{point}: {finding}"))?;
        }
    }
    let failed = points.iter().any(|point| point.state == State::Failure);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn open(config: &Config, points: &mut Vec<Point>) -> Option<Bench> {
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom::new()));
    match install::open(Arc::new(config.clone()), clock, random, Migrate::AsConfigured).await {
        Ok(bench) => {
            let engine = bench.db.engine();
            points.push(match bench.db.schema().await {
                Ok(Schema::Same) => {
                    Point::new("database", State::Ok, format!("{engine} answers and is at this version"))
                }
                Ok(Schema::Newer) => {
                    Point::new("database", State::Warning, "a later release migrated it: finish the upgrade")
                }
                Ok(Schema::Older) => Point::new("database", State::Failure, "run `procura migrate`"),
                Err(error) => Point::new("database", State::Failure, error.to_string()),
            });
            points.push(Point::new("master key", State::Ok, "it is the one this database was made with"));
            Some(bench)
        }
        Err(error) => {
            points.push(Point::new("database", State::Failure, format!("{:#}", anyhow::Error::new(error))));
            None
        }
    }
}

/// A token key that is used for longer should give way to the next one.
const LONG_USE: Duration = Duration::from_secs(400 * 86_400);

async fn keys(bench: &Bench, points: &mut Vec<Point>) {
    let listed = match keys::list(bench).await {
        Ok(listed) => listed,
        Err(refusal) => return points.push(Point::new("keys", State::Failure, refusal.to_string())),
    };
    let current = |key: &&KeyView| key.state == KeyState::Current;
    points.push(if !listed.iter().any(|key| key.purpose == Purpose::Ledger && current(&key)) {
        Point::new(
            "ledger key",
            State::Failure,
            "there is none: start the service once, or restore signing_keys",
        )
    } else {
        match keys::ledger_signers(bench).await {
            Ok(_) => Point::new("ledger key", State::Ok, "it opens under the master key"),
            Err(refusal) => Point::new("ledger key", State::Failure, refusal.to_string()),
        }
    });
    let tokens: Vec<&KeyView> =
        listed.iter().filter(|key| key.purpose == Purpose::Token && current(key)).collect();
    let long = |key: &&&KeyView| {
        let since = key.current_at.as_deref().and_then(Instant::parse);
        since.is_some_and(|since| bench.now().since(since) > LONG_USE)
    };
    points.push(match (tokens.len() == keys::TOKEN_ALGORITHMS.len(), tokens.iter().find(long)) {
        (false, _) => Point::new("token keys", State::Failure, "one is missing: start the service once"),
        (true, Some(key)) => Point::new(
            "token keys",
            State::Warning,
            format!(
                "{} signs since {}: run `procura keys rotate`",
                key.kid,
                key.current_at.as_deref().unwrap_or("?")
            ),
        ),
        (true, None) => Point::new("token keys", State::Ok, "one of each algorithm, none for too long"),
    });
}

async fn mail(config: &Config, points: &mut Vec<Point>) {
    points.push(match (&config.mail, Mailer::new(&config.mail)) {
        (Mail::None, _) => Point::new("mail", State::Warning, "mail.transport is none: nobody can log in"),
        (Mail::Smtp(_), Err(error)) => Point::new("mail", State::Failure, error.to_string()),
        (Mail::Smtp(_), Ok(mailer)) => match tokio::time::timeout(PATIENCE, mailer.check()).await {
            Ok(Ok(true)) => Point::new("mail", State::Ok, "the relay answers and accepts the login"),
            Ok(Ok(false)) => Point::new("mail", State::Failure, "the relay does not answer as one"),
            Ok(Err(error)) => Point::new("mail", State::Failure, format!("{:#}", anyhow::Error::new(error))),
            Err(_) => Point::new("mail", State::Failure, "the relay does not answer in time"),
        },
    });
}

async fn sms(config: &Config, points: &mut Vec<Point>) {
    let Sms::Http(gateway) = &config.sms else {
        points.push(Point::new(
            "sms",
            State::Warning,
            "sms.transport is none: no person is told by telephone",
        ));
        return;
    };
    let asked = match outbound_client() {
        Ok(client) => {
            let asked = SmsSender::new(&config.sms, client).check(PATIENCE).await;
            asked.map_err(|error| format!("{:#}", anyhow::Error::new(error)))
        }
        Err(error) => Err(error.to_string()),
    };
    points.push(match asked {
        Err(error) => Point::new("sms", State::Failure, error),
        Ok(()) if gateway.id_header.is_none() && !gateway.body.contains("{id}") => Point::new(
            "sms",
            State::Warning,
            "the gateway answers, but is not told the message's identifier: it may send one twice",
        ),
        Ok(()) => Point::new("sms", State::Ok, "the gateway answers"),
    });
}
