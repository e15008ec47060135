//! `procura ledger audit`: the whole trail, from the rows.

use std::io::Write;
use std::process::ExitCode;

use serde_json::json;

use crate::cli::Setup;
use crate::cli::ledger::verdict;
use crate::cli::output;
use crate::crypto::hash::b64;
use crate::jobs::checkpoint_file;
use crate::operations::audit_ledger::Finding;
use crate::operations::audit_ledger::audit;

/// Options of `procura ledger audit`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Also open each payload, compare it with its leaf and follow each mandate's chain.
    #[arg(long)]
    payloads: bool,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

const STEP: u64 = 100_000;

/// Audits; progress on standard error.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn run(setup: &Setup, args: &Args) -> anyhow::Result<ExitCode> {
    let bench = setup.bench().await?;
    let mut told = 0;
    let mut progress = |what: &'static str, seen: u64| {
        if seen / STEP != told {
            told = seen / STEP;
            // Progress is for people; a closed standard error takes nothing away from the result.
            drop(writeln!(std::io::stderr().lock(), "{seen} {what}…"));
        }
    };
    let mut report = audit(&bench, args.payloads, &mut progress).await.map_err(output::refused)?;
    let kept = checkpoint_file::compare(&bench).await.map_err(output::refused)?;
    report.findings.extend(kept.map(Finding::Kept));
    bench.db.close().await;
    let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    if args.json {
        output::json(&json!({
            "holds": findings.is_empty(),
            "size": report.size,
            "root": b64(&report.root),
            "checkpoints": report.checkpoints,
            "payloads": report.payloads,
            "findings": findings,
        }))?;
        return Ok(verdict(findings.is_empty()));
    }
    output::line(&format!("{} leaves, root {}", report.size, b64(&report.root)))?;
    output::line(&format!("{} checkpoints compared", report.checkpoints))?;
    if let Some(payloads) = report.payloads {
        output::line(&format!(
            "{} payloads opened, {} erased, {} mandates followed",
            payloads.opened, payloads.erased, payloads.mandates
        ))?;
    }
    for finding in &findings {
        output::line(&format!("BROKEN  {finding}"))?;
    }
    output::line(if findings.is_empty() { "the ledger holds" } else { "the ledger does not hold" })?;
    Ok(verdict(findings.is_empty()))
}
