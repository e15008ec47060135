//! `procura ledger audit`: the whole trail, from the rows; or with `--follow` from outside.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;

use crate::cli::Setup;
use crate::cli::ledger::follow;
use crate::cli::ledger::follow::Watch;
use crate::cli::ledger::follow::span;
use crate::cli::ledger::verdict;
use crate::cli::output;
use crate::crypto::hash::b64;
use crate::crypto::note::NoteKey;
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
    /// Watch a ledger from outside instead, through its public paths: no configuration and no database. Growth on standard
    /// output and alarms on standard error, a JSON line each; exit status 1 on a fork, a shrink, a false signature, tile or leaf.
    #[arg(long, requires_all = ["url", "key", "state"], conflicts_with_all = ["payloads", "json"])]
    follow: bool,
    /// With --follow: the ledger's public address, such as https://host/ledger.
    #[arg(long, requires = "follow")]
    url: Option<String>,
    /// With --follow: the ledger's verifier key, got from somewhere else than that address.
    #[arg(long, value_name = "VKEY", requires = "follow")]
    key: Option<NoteKey>,
    /// With --follow: the verifier key before, where the ledger's was replaced at once; the kept state may still be signed by it
    #[arg(long, value_name = "VKEY", requires = "follow")]
    former_key: Option<NoteKey>,
    /// With --follow: the folder where what was seen is kept; one per monitor.
    #[arg(long, value_name = "DIR", requires = "follow")]
    state: Option<PathBuf>,
    /// With --follow: the pause between two looks.
    #[arg(long, value_name = "SPAN", default_value = "10s", value_parser = span, requires = "follow")]
    interval: Duration,
    /// With --follow: how long no checkpoint may be readable before that is an alarm.
    #[arg(long, value_name = "SPAN", default_value = "5m", value_parser = span, requires = "follow")]
    silence: Duration,
    /// With --follow: how long the ledger may go without a new line before that is an alarm; without it, for ever.
    #[arg(long, value_name = "SPAN", value_parser = span, requires = "follow")]
    still: Option<Duration>,
    /// With --follow: look once.
    #[arg(long, requires = "follow")]
    once: bool,
}

const STEP: u64 = 100_000;

/// Audits; progress on standard error.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn run(setup: &Setup, args: &Args) -> anyhow::Result<ExitCode> {
    if let (true, Some(url), Some(key), Some(state)) = (args.follow, &args.url, &args.key, &args.state) {
        let Args { interval, silence, still, once, .. } = *args;
        let former = args.former_key.as_ref();
        return follow::run(&Watch { url, key, former, state, interval, silence, still, once }).await;
    }
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
