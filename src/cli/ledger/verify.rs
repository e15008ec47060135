//! `procura ledger verify`: a bundle, checked with nothing but the ledger's public key.

use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;

use crate::cli::ledger::evidence::Evidence;
use crate::cli::ledger::evidence::Seen;
use crate::cli::ledger::verdict;
use crate::cli::output;
use crate::crypto::cosignature::WitnessKey;
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
    /// A witness whose cosignature on the checkpoint counts: name+hash+base64; may be given several times.
    #[arg(long = "witness", value_name = "VKEY")]
    pub(super) witnesses: Vec<WitnessKey>,
    /// How many of the witnesses must have cosigned; without it, all of them.
    #[arg(long, value_name = "K", requires = "witnesses")]
    pub(super) quorum: Option<usize>,
    /// A file of certificates (PEM): every bundle must then carry a time-stamp of an authority they lead to.
    #[arg(long, value_name = "PEM")]
    pub(super) tsa_ca: Option<PathBuf>,
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
    let evidence = Evidence::new(args)?;
    match verify(&bytes, &args.key).map(|report| (report, evidence.look(&bytes))) {
        Ok((report, Ok(seen))) => {
            holds(&report, &seen, args.json)?;
            Ok(verdict(true))
        }
        failed => {
            let findings: Vec<String> = match failed {
                Err(findings) => findings.iter().map(ToString::to_string).collect(),
                Ok((_, found)) => found.err().unwrap_or_default(),
            };
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

fn holds(report: &Report, seen: &[Seen], as_json: bool) -> anyhow::Result<()> {
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
        return output::json(&json!({ "valid": true, "lines": lines, "mandates": mandates, "seen": seen }));
    }
    for line in &report.lines {
        output::line(&format!(
            "VALID  {}  {}  {}  leaf {} of {}",
            line.at, line.kind, line.id, line.index, line.size
        ))?;
    }
    for seen in seen {
        output::line(&format!("the tree of {} was seen by {} at {}", seen.size, seen.by, seen.at))?;
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
