//! `procura ledger`: check a proof, compare two checkpoints, audit the whole trail, export it.
//!
//! `verify` and `consistency` need neither configuration nor network: the same code runs at whoever doubts.

mod audit;
mod bench;
mod consistency;
mod evidence;
mod export;
mod follow;
mod new_origin;
mod tiles;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

use crate::cli::Setup;

/// Options of `procura ledger`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a bundle offline: payload, commitment, place in the tree, signature, gaps.
    Verify(verify::Args),
    /// Check that the ledger of a newer checkpoint only grew out of that of an older one.
    Consistency(consistency::Args),
    /// Make the tree again from the rows and compare it with tiles and checkpoints; or watch a ledger from outside (--follow).
    Audit(audit::Args),
    /// Write leaves, tiles and checkpoint as files (C2SP tlog-tiles).
    Export(export::Args),
    /// Fill a throw-away database and measure writing, reading, proving and auditing.
    Bench(bench::Args),
    /// Print the verifier key of this ledger.
    Key,
    /// After a loss, go on under another name whose first line names the last head under the name before.
    NewOrigin(new_origin::Args),
    /// Print whom a verifier should ask for: the ledger's keys, its witnesses, how many of them are enough (C2SP tlog-policy).
    Policy,
}

/// Runs one of the subcommands; the exit status is 0 only when what was checked holds.
///
/// # Errors
/// When it cannot be checked at all.
pub async fn run(setup: &Setup, args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Verify(args) => verify::run(&args),
        Command::Consistency(args) => consistency::run(&args).await,
        Command::Audit(args) => audit::run(setup, &args).await,
        Command::Export(args) => export::run(setup, &args).await,
        Command::Bench(args) => bench::run(&args).await,
        Command::Key => export::key(setup).await,
        Command::NewOrigin(args) => new_origin::run(setup, &args).await,
        Command::Policy => export::policy(setup).await,
    }
}

/// 0 when it holds, 1 when not.
fn verdict(holds: bool) -> ExitCode {
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
