//! `procura migrate`: brings the database to this version.

use std::process::ExitCode;

use crate::cli::Setup;
use crate::cli::output;
use crate::operations::install::Migrate;

/// Migrates, and fixes what a first start fixes.
///
/// # Errors
/// When the database cannot be migrated.
pub async fn run(setup: &Setup) -> anyhow::Result<ExitCode> {
    let bench = setup.opened(Migrate::Always).await?;
    output::line("the database is up to date")?;
    bench.db.close().await;
    Ok(ExitCode::SUCCESS)
}
