//! The command line: one file per command; results on standard output, logs and errors on standard error.

mod setup;
pub mod aidant;
pub mod card;
mod client;
pub mod config;
pub mod doctor;
pub mod import;
pub mod keys;
pub mod ledger;
mod ledger_health;
pub mod demo;
pub mod mandate;
pub mod migrate;
pub mod operator;
pub mod organisation;
pub mod output;
pub mod place;
mod reload;
pub mod serve;
pub mod worker;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use clap::Subcommand;

use crate::telemetry::traces;

pub use setup::Setup;

/// Delegated access with signed mandates and an audit trail anyone can verify.
#[derive(Debug, Parser)]
#[command(name = "procura", version, about, disable_help_subcommand = true)]
struct Cli {
    /// A configuration file; defaults and PROCURA__SECTION__KEY variables come on top.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the gateway.
    Serve(serve::Args),
    /// Run the jobs alone, beside gateways started with --no-jobs.
    Worker,
    /// Run the gateway and its counterparts on this machine, with sample people; or play the whole story there.
    Demo(demo::Args),
    /// Bring the database to this version.
    Migrate,
    /// Check the configuration, or print every key with its meaning.
    Config(config::Args),
    /// List, rotate and retire signing keys; change the master key.
    Keys(keys::Args),
    /// Check proofs, audit and export the ledger.
    Ledger(ledger::Args),
    /// Try everything this installation needs, and say what is missing.
    Doctor(doctor::Args),
    /// Register, list, confirm and disable clients.
    Client(client::Args),
    /// Check a signed mandate offline.
    Mandate(mandate::Args),
    /// Accept, list, suspend and restore organisations.
    Organisation(organisation::Args),
    /// Enrol aidants and referents; suspend, restore and end habilitations.
    Aidant(aidant::Args),
    /// Put code cards into the stock.
    Card(card::Args),
    /// Read in places of digital mediation.
    Place(place::Args),
    /// Enrol operators and agents of authorities.
    Operator(operator::Args),
}

/// After how many steps of tasks the runtime looks for what has come from outside and which waits are over. Its own number (61) is
/// several milliseconds where every step is a part of a page: under load nobody would be told in time.
const LOOK_UP: u32 = 5;

/// Runs the command of this process; the exit status is 0 only if it did what it was asked.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = match builder.enable_all().event_interval(LOOK_UP).build() {
        Ok(runtime) => runtime,
        Err(error) => return output::failure(&anyhow::Error::new(error)),
    };
    let ended = match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => output::failure(&error),
    };
    traces::finish();
    ended
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let setup = Setup::new(cli.config);
    match cli.command {
        Command::Serve(args) => serve::run(&setup, args).await,
        Command::Worker => worker::run(&setup).await,
        Command::Keys(args) => keys::run(&setup, args).await,
        Command::Ledger(args) => ledger::run(&setup, args).await,
        Command::Doctor(args) => doctor::run(&setup, &args).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Migrate => migrate::run(&setup).await,
        Command::Config(args) => config::run(&setup, &args),
        Command::Client(args) => client::run(&setup, args).await,
        Command::Mandate(args) => mandate::run(args),
        Command::Organisation(args) => organisation::run(&setup, args).await,
        Command::Aidant(args) => aidant::run(&setup, args).await,
        Command::Card(args) => card::run(&setup, args).await,
        Command::Place(args) => place::run(&setup, args).await,
        Command::Operator(args) => operator::run(&setup, args).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_hold_together_and_config_goes_after_any_of_them() {
        Cli::command().debug_assert();
        let cli = Cli::try_parse_from(["procura", "organisation", "list", "--config", "x.toml"])
            .expect("a command");
        assert_eq!(cli.config, Some(PathBuf::from("x.toml")));
    }
}
