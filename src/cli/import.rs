//! Reading files of organisations and aidants in, and writing them out: the same checks as on the pages.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::output;
use crate::domain::import::Fault;
use crate::domain::import::FaultKind;
use crate::domain::import::ImportKind;
use crate::domain::import::MOST_BYTES;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::import;
use crate::operations::import::export::export;
use crate::text::Language;
use crate::text::Text;

const BY: OperatorActor = OperatorActor { staff: None };
/// How many lines pass between two words of progress.
const STEP: u64 = 5_000;

/// Options of an import.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// A CSV file in UTF-8, separated by semicolons or commas. Columns of organisations: siret, nom, type, adresse, and referent_prenom,
    /// referent_nom, referent_email; of aidants: siret, prenom, nom, email, fonction.
    file: PathBuf,
    /// Read the file in, all of it or nothing; without this it is only checked.
    #[arg(long)]
    apply: bool,
}

fn words(t: Text, fault: &Fault) -> String {
    let said = match fault.kind {
        FaultKind::Twice => t.with("import-fault-twice", &[("line", &fault.earlier.unwrap_or_default())]),
        kind => t.get(&format!("import-fault-{kind}")),
    };
    if fault.column.is_empty() {
        format!("line {}: {said}", fault.line)
    } else {
        format!("line {}, {}: {said}", fault.line, fault.column)
    }
}

/// Where standard error is closed, progress is told to nobody.
fn progress(done: u64, what: &str) {
    if done > 0 && done.is_multiple_of(STEP) {
        drop(writeln!(std::io::stderr().lock(), "{done} lines {what}"));
    }
}

/// Checks a file and prints everything that is wrong with it; reads it in where that is asked and nothing is.
///
/// # Errors
/// When the file cannot be read or the database refuses.
pub async fn run(bench: &Bench, kind: ImportKind, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let size = std::fs::metadata(&args.file).with_context(|| shown(&args.file))?.len();
    anyhow::ensure!(size <= MOST_BYTES as u64, "the file has more than {MOST_BYTES} bytes: cut it");
    let bytes = std::fs::read(&args.file).with_context(|| shown(&args.file))?;
    let report = import::dry_run(bench, &BY, kind, &bytes, |done| progress(done, "checked")).await;
    let report = report.map_err(output::refused)?;
    let t = Text::new(Language::En);
    for fault in &report.faults {
        output::line(&words(t, fault))?;
    }
    if !report.faults.is_empty() {
        output::line(&format!(
            "{} errors in {} lines; nothing was written",
            report.faults.len(),
            report.lines
        ))?;
        return Ok(ExitCode::FAILURE);
    }
    if !args.apply {
        output::line(&format!("{} lines without error; nothing was written (--apply does)", report.lines))?;
        return Ok(ExitCode::SUCCESS);
    }
    let done = import::apply_now(bench, &BY, kind, &bytes, |done| progress(done, "written")).await;
    let done = done.map_err(output::refused)?;
    output::line(&format!("{} lines read in", done.lines))?;
    Ok(ExitCode::SUCCESS)
}

fn shown(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}

/// Writes everything to a file that can be read in again.
///
/// # Errors
/// When the file cannot be written or the database refuses.
pub async fn write_out(bench: &Bench, kind: ImportKind, file: &Path) -> anyhow::Result<()> {
    let bytes = export(bench, &BY, kind).await.map_err(output::refused)?;
    std::fs::write(file, bytes).with_context(|| format!("{} cannot be written", file.display()))
}
