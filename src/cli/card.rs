//! `procura card`: the stock of cards that show one-time codes.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use serde_json::json;
use zeroize::Zeroizing;

use crate::cli::Setup;
use crate::cli::output;
use crate::operations::actors::OperatorActor;
use crate::operations::cards;
use crate::operations::cards::Imported;

/// Options of `procura card`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Put the cards of a file (lines of `serial,secret_base32`) into the stock, all of them or none; prints a JSON object.
    Import {
        /// The maker's file; destroy it afterwards, it holds the secrets.
        file: PathBuf,
    },
    /// Print how many cards there are in each state as JSON.
    Count,
}

/// Runs one of the subcommands.
///
/// # Errors
/// When the file cannot be read, or it is refused.
pub async fn run(setup: &Setup, args: Args) -> anyhow::Result<ExitCode> {
    let by = OperatorActor { staff: None };
    let code = match args.command {
        Command::Import { file } => {
            let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let bytes = Zeroizing::new(bytes);
            let bench = setup.bench().await?;
            let done = cards::import(&bench, &by, &bytes, None).await.map_err(output::refused)?;
            bench.db.close().await;
            match done {
                Imported::All(count) => {
                    output::json(&json!({ "imported": count, "faults": [] }))?;
                    ExitCode::SUCCESS
                }
                Imported::Nothing(bad) => {
                    let faults: Vec<_> = bad
                        .iter()
                        .map(|bad| json!({ "line": bad.line, "serial": bad.serial, "fault": bad.key }))
                        .collect();
                    output::json(&json!({ "imported": 0, "faults": faults }))?;
                    ExitCode::FAILURE
                }
            }
        }
        Command::Count => {
            let bench = setup.bench().await?;
            let counts = cards::counts(&bench, &by).await.map_err(output::refused)?;
            bench.db.close().await;
            let counts: serde_json::Map<String, serde_json::Value> =
                counts.into_iter().map(|(state, count)| (state.to_string(), count.into())).collect();
            output::json(&counts)?;
            ExitCode::SUCCESS
        }
    };
    Ok(code)
}
