//! `procura ledger verify`: a bundle, checked with nothing but the ledger's public key.

use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;

use crate::cli::ledger::verdict;
use crate::cli::output;
use crate::crypto::note::NoteKey;
use crate::ledger::verify::Report;
use crate::ledger::verify::verify;

/// Options of `procura ledger verify`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file of one or several bundles; `-` reads standard input.
    file: PathBuf,
    /// The ledger's verifier key: name+hash+base64.
    #[arg(long, value_name = "VKEY")]
    key: NoteKey,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// Checks the file.
///
/// # Errors
/// When it cannot be read.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let bytes = read(&args.file)?;
    match verify(&bytes, &args.key) {
        Ok(report) => {
            holds(&report, args.json)?;
            Ok(verdict(true))
        }
        Err(findings) => {
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            if args.json {
                output::json(&json!({ "valid": false, "findings": findings }))?;
            } else {
                for finding in findings {
                    output::line(&format!("INVALID  {finding}"))?;
                }
            }
            Ok(verdict(false))
        }
    }
}

fn holds(report: &Report, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let lines: Vec<_> = report
            .lines
            .iter()
            .map(|line| {
                json!({ "id": line.id, "at": line.at, "kind": line.kind, "index": line.index, "size": line.size })
            })
            .collect();
        let mandates: Vec<_> = report
            .mandates
            .iter()
            .map(
                |stretch| json!({ "mandate": stretch.mandate, "first": stretch.first, "last": stretch.last }),
            )
            .collect();
        return output::json(&json!({ "valid": true, "lines": lines, "mandates": mandates }));
    }
    for line in &report.lines {
        output::line(&format!(
            "VALID  {}  {}  {}  leaf {} of {}",
            line.at, line.kind, line.id, line.index, line.size
        ))?;
    }
    for stretch in &report.mandates {
        output::line(&format!(
            "mandate {}: lines {} to {} without a gap",
            stretch.mandate, stretch.first, stretch.last
        ))?;
    }
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
        return Ok(bytes);
    }
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}
