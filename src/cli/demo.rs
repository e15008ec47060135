//! `procura demo`: everything on this machine, for a newcomer; `procura demo story` plays the main job in it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Subcommand;

use crate::cli::output;
use crate::config::Log;
use crate::config::LogFormat;
use crate::config::SystemClock;
use crate::crypto::random::SystemRandom;
use crate::demo::run;
use crate::demo::run::Demo;
use crate::demo::run::Options;
use crate::demo::story;
use crate::demo::story::report::StepReport;
use crate::server::stop_signal;
use crate::telemetry::log;

/// Options of `procura demo`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// The first of the consecutive ports; 8080 at the first start, then the port of that start.
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Where the demo keeps its files; an earlier demo there continues.
    #[arg(long, value_name = "DIR", default_value = "procura-demo")]
    data: PathBuf,
    /// An empty database, or the demo's own: `postgres://…` or `sqlite://…`; a file in DIR by default.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Log as JSON what the gateway and its counterparts say: a level, or directives such as "info,procura=debug".
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play the whole story against the running demo; the exit status is 0 only if every step held.
    Story(StoryArgs),
}

#[derive(Debug, clap::Args)]
struct StoryArgs {
    /// The directory of the running demo.
    #[arg(long, value_name = "DIR", default_value = "procura-demo")]
    data: PathBuf,
    /// Print one JSON object at the end instead of a line per step.
    #[arg(long)]
    json: bool,
}

/// Runs the demo until it is stopped, or plays the story.
///
/// # Errors
/// When the demo cannot start, or there is none to play in.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let wanted = match &args.log {
        Some(filter) => Log { format: LogFormat::Json, filter: filter.clone() },
        None => Log { format: LogFormat::Text, filter: "warn".to_owned() },
    };
    log::init(&wanted, Arc::new(SystemClock), None).context("logging cannot begin")?;
    match args.command {
        Some(Command::Story(story)) => play(&story).await,
        None => serve(args).await,
    }
}

async fn serve(args: Args) -> anyhow::Result<ExitCode> {
    let options = Options { port: args.port, dir: args.data, database: args.database };
    let stop = stop_signal();
    tokio::pin!(stop);
    let starting = run::start(&options, Arc::new(SystemClock), Arc::new(SystemRandom::new()));
    let demo = tokio::select! {
        started = starting => started?,
        () = &mut stop => return Ok(ExitCode::SUCCESS),
    };
    greet(&demo)?;
    demo.run_until(stop).await?;
    output::line("La démonstration est arrêtée. The demo has stopped.")?;
    Ok(ExitCode::SUCCESS)
}

fn greet(demo: &Demo) -> anyhow::Result<()> {
    let file = &demo.file;
    let dir = demo.dir.display();
    output::line(&format!(
        "\n  Procura est prêt. Commencez ici / Procura is ready. Start here:\n\n    {}\n\n  \
         La passerelle / the gateway        {}\n  \
         Une administration                 {}\n  \
         FranceConnect de démonstration     {}\n\n  \
         Tout jouer d’un coup / play it all:   procura demo story --data {dir}\n  \
         Arrêter / stop:                       Ctrl-C\n",
        file.portal, file.gateway, file.administration, file.franceconnect
    ))
}

async fn play(args: &StoryArgs) -> anyhow::Result<ExitCode> {
    let lines = !args.json;
    let mut tell = |step: &StepReport| {
        if lines {
            // A closed standard output must not end the story.
            drop(output::line(&step.line()));
        }
    };
    let report = story::play(&args.data, Arc::new(SystemClock), &mut tell).await?;
    if args.json {
        output::json(&report)?;
    } else {
        let held = report.steps.iter().filter(|step| step.ok).count();
        output::line(&format!("{held} of {} steps held", report.steps.len()))?;
    }
    Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
