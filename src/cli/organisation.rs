//! `procura organisation`: accept, list, suspend, restore.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use serde_json::json;

use crate::cli::Setup;
use crate::cli::import;
use crate::cli::import::ImportArgs;
use crate::cli::output;
use crate::domain::ids::OrganisationId;
use crate::domain::import::ImportKind;
use crate::domain::organisation::Siret;
use crate::domain::theme::Theme;
use crate::operations::actors::OperatorActor;
use crate::operations::enrol;
use crate::operations::enrol::NewOrganisation;
use crate::operations::suspend;
use crate::storage::organisations;

/// Options of `procura organisation`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a file of organisations, line by line, and read it in with --apply.
    Import(ImportArgs),
    /// Write every organisation to a file.
    Export {
        /// The file.
        file: PathBuf,
    },
    /// Accept an organisation; prints a JSON object with its id.
    Add {
        /// Its SIRET, 14 digits.
        #[arg(long)]
        siret: String,
        /// Its name, as mandates show it.
        #[arg(long)]
        name: String,
        /// Its postal address, on one line.
        #[arg(long)]
        address: String,
        /// A theme it does not do; may be repeated.
        #[arg(long, value_name = "THEME")]
        without_theme: Vec<String>,
    },
    /// Print every organisation as JSON.
    List,
    /// Let none of its aidants act.
    Suspend {
        /// Its id.
        id: OrganisationId,
        /// Why; it stands in the ledger.
        #[arg(long)]
        reason: String,
    },
    /// Let its aidants act again.
    Restore {
        /// Its id.
        id: OrganisationId,
    },
}

/// Runs one of the subcommands.
///
/// # Errors
/// When it is refused.
pub async fn run(setup: &Setup, args: Args) -> anyhow::Result<ExitCode> {
    let bench = setup.bench().await?;
    let by = OperatorActor { staff: None };
    match args.command {
        Command::Import(args) => {
            let code = import::run(&bench, ImportKind::Organisations, &args).await?;
            bench.db.close().await;
            return Ok(code);
        }
        Command::Export { file } => import::write_out(&bench, ImportKind::Organisations, &file).await?,
        Command::Add { siret, name, address, without_theme } => {
            let siret = Siret::parse(&siret).context("this is not a SIRET")?;
            let withheld_themes = without_theme
                .iter()
                .map(|key| Theme::parse(key).with_context(|| format!("there is no theme \"{key}\"")))
                .collect::<anyhow::Result<BTreeSet<_>>>()?;
            let new = NewOrganisation { siret, name, address, withheld_themes };
            let id = enrol::enrol_organisation(&bench, &by, new, None).await.map_err(output::refused)?;
            output::json(&json!({ "organisation": id }))?;
        }
        Command::List => {
            let mut tx = bench.db.read().await?;
            let all: Vec<_> = organisations::every(&mut tx)
                .await?
                .into_iter()
                .map(|stored| stored.organisation)
                .map(|one| json!({ "id": one.id, "siret": one.siret.as_str(), "name": one.name, "status": one.status }))
                .collect();
            output::json(&all)?;
        }
        Command::Suspend { id, reason } => {
            suspend::suspend_organisation(&bench, &by, id, &reason, None).await.map_err(output::refused)?;
        }
        Command::Restore { id } => {
            suspend::restore_organisation(&bench, &by, id, None).await.map_err(output::refused)?;
        }
    }
    bench.db.close().await;
    Ok(ExitCode::SUCCESS)
}
