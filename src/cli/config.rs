//! `procura config`: what the configuration means.

use std::process::ExitCode;

use clap::Subcommand;

use crate::cli::Setup;
use crate::cli::output;
use crate::config::schema;

/// Options of `procura config`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say whether the configuration holds; each fault on a line.
    Check,
    /// Print every key with its meaning as a JSON Schema.
    Schema,
}

/// Checks or describes the configuration.
///
/// # Errors
/// The configuration's faults.
pub fn run(setup: &Setup, args: &Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Check => {
            setup.config()?;
            output::line("the configuration holds")?;
        }
        Command::Schema => output::line(schema().trim_end())?,
    }
    Ok(ExitCode::SUCCESS)
}
