//! `procura place`: places of digital mediation from the national open data.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use serde_json::json;

use crate::cli::Setup;
use crate::cli::output;
use crate::operations::actors::OperatorActor;
use crate::operations::import_places;
use crate::operations::import_places::BadLine;
use crate::operations::import_places::ImportOptions;

/// Bad lines printed; a longer list is cut and counted.
const MOST_SHOWN: usize = 1_000;

/// Options of `procura place`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read in a file of the schema "Lieux de médiation numérique" (CSV or JSON; examples: config/lieux.example.*). A place that
    /// the file no longer names is marked as removed. Prints one JSON object; the exit status is 0 only if it was read in.
    Import {
        /// The file.
        file: PathBuf,
        /// Say what would change, and every bad line; change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Leave bad lines out; without it a file with one bad line is refused as a whole.
        #[arg(long)]
        skip_bad: bool,
        /// The file names some places only: those it does not name stay.
        #[arg(long)]
        partial: bool,
    },
}

/// Runs one of the subcommands.
///
/// # Errors
/// When it is refused.
pub async fn run(setup: &Setup, args: Args) -> anyhow::Result<ExitCode> {
    let Command::Import { file, dry_run, skip_bad, partial } = args.command;
    let bytes = tokio::fs::read(&file).await.with_context(|| file.display().to_string())?;
    let read = import_places::read_file(&bytes)?;
    let options = ImportOptions { skip_bad, partial };
    let bench = setup.bench().await?;
    let refused = !read.bad.is_empty() && !skip_bad || read.places.is_empty();
    let changes = if dry_run || refused {
        import_places::try_import(&bench, &read, options).await.map_err(output::refused)?
    } else {
        let by = OperatorActor { staff: None };
        import_places::import(&bench, &by, &read, options, None).await.map_err(output::refused)?
    };
    bench.db.close().await;
    let shown: Vec<_> = read.bad.iter().take(MOST_SHOWN).map(bad_line).collect();
    output::json(&json!({
        "imported": !dry_run && !refused,
        "changes": changes,
        "bad_lines": shown,
        "bad_lines_not_shown": read.bad.len().saturating_sub(MOST_SHOWN),
    }))?;
    Ok(if refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn bad_line(bad: &BadLine) -> serde_json::Value {
    let faults: Vec<String> =
        bad.faults.iter().map(|fault| format!("{}: {}", fault.field, fault.what)).collect();
    json!({ "line": bad.line, "id": bad.id, "faults": faults })
}
