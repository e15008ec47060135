//! `procura ledger new-origin`: after a loss, the ledger goes on under another name.

use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use anyhow::bail;

use crate::cli::Setup;
use crate::cli::output;
use crate::jobs::checkpoint_file;
use crate::operations::keys;
use crate::operations::open_origin::open_origin;
use crate::operations::refusal::Refusal;
use crate::text::Language;
use crate::text::Text;

/// Options of `procura ledger new-origin`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The last signed checkpoint, as it was kept outside the database; it is kept further, under its name with `.lost` behind.
    #[arg(long, value_name = "CHECKPOINT")]
    kept: PathBuf,
    /// The new name; without it, the next number behind the first name.
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
}

/// Opens the new name; prints what was lost and the first checkpoint.
///
/// # Errors
/// When nothing was lost, or the integrator runs.
pub(super) async fn run(setup: &Setup, args: &Args) -> anyhow::Result<ExitCode> {
    let kept = std::fs::read_to_string(&args.kept)
        .with_context(|| format!("{} cannot be read", args.kept.display()))?;
    let bench = setup.bench().await?;
    keys::ensure(&bench).await.map_err(output::refused)?;
    let opened = match open_origin(&bench, &kept, args.origin.as_deref()).await {
        Err(Refusal::Conflict(key)) => bail!("{}", Text::new(Language::En).get(key)),
        opened => opened.map_err(output::refused)?,
    };
    put_aside(&args.kept)?;
    checkpoint_file::keep(&bench, &opened.checkpoint).await.map_err(output::refused)?;
    bench.db.close().await;
    output::json(&opened)?;
    Ok(ExitCode::SUCCESS)
}

/// The old head is evidence, and its file is about to be written again.
fn put_aside(kept: &Path) -> anyhow::Result<()> {
    let mut aside = kept.as_os_str().to_owned();
    aside.push(".lost");
    std::fs::copy(kept, &aside).with_context(|| format!("{} cannot be kept", kept.display()))?;
    Ok(())
}
