//! `procura ledger verify`: a bundle, checked with nothing but the ledger's public key.

use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use anyhow::bail;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::cli::ledger::evidence::Evidence;
use crate::cli::ledger::evidence::Seen;
use crate::cli::ledger::verdict;
use crate::cli::mandate::read_token;
use crate::cli::output;
use crate::crypto::cosignature::WitnessKey;
use crate::crypto::hash::unb64;
use crate::crypto::jwk::JwkSet;
use crate::crypto::note::NoteKey;
use crate::domain::time::Instant;
use crate::ledger::verify::Head;
use crate::ledger::verify::Report;
use crate::ledger::verify::verify_up_to;
use crate::ledger::verify_text::Beside;
use crate::ledger::verify_text::Standing;
use crate::ledger::verify_text::verify_text;
use crate::operations::mandate_token::read_mandate;

/// Options of `procura ledger verify`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file of one or several bundles, or a C2SP tlog-proof; `-` reads standard input.
    file: PathBuf,
    /// The ledger's verifier key: name+hash+base64.
    #[arg(long, value_name = "VKEY")]
    key: NoteKey,
    /// The newest line of a mandate as somebody else knows it, the value `chain` of a mandate token or of the answer to a report:
    /// the file must hold every line of that mandate up to it.
    #[arg(long, value_name = "[N:]HASH", allow_hyphen_values = true)]
    mandate_head: Vec<Head>,
    /// A mandate token (or a file that holds it) whose `chain` the file must reach.
    #[arg(long)]
    token: Vec<String>,
    /// The issuer's public keys, to check the signature of each --token too.
    #[arg(long, value_name = "FILE", requires = "token")]
    jwks: Option<PathBuf>,
    /// For a bare tlog-proof: the file of the leaf it is a proof of.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["payload", "mandate_head", "token"])]
    leaf: Option<PathBuf>,
    /// For a bare tlog-proof: the file of the payload it is a proof of, with --k.
    #[arg(long, value_name = "FILE", requires = "k", conflicts_with_all = ["mandate_head", "token"])]
    payload: Option<PathBuf>,
    /// The commitment key of --payload, base64url.
    #[arg(long, value_name = "K", requires = "payload", allow_hyphen_values = true)]
    k: Option<String>,
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
    if args.leaf.is_some() || args.payload.is_some() {
        return bare(args, &bytes, &evidence);
    }
    let mut heads = args.mandate_head.clone();
    for token in &args.token {
        heads.push(head_of(&read_token(token)?, args.jwks.as_deref())?);
    }
    match verify_up_to(&bytes, &args.key, &heads).map(|report| (report, evidence.look(&bytes))) {
        Ok((report, Ok(seen))) => {
            holds(&report, &seen, args.json)?;
            Ok(verdict(true))
        }
        Ok((_, Err(missing))) => fails(&missing, args.json),
        Err(findings) => fails(&findings.iter().map(ToString::to_string).collect::<Vec<_>>(), args.json),
    }
}

fn fails(findings: &[String], as_json: bool) -> anyhow::Result<ExitCode> {
    if as_json {
        output::json(&json!({ "valid": false, "findings": findings }))?;
    } else {
        for finding in findings {
            output::line(&format!("INVALID  {finding}"))?;
        }
    }
    Ok(verdict(false))
}

fn bare(args: &Args, bytes: &[u8], evidence: &Evidence) -> anyhow::Result<ExitCode> {
    let read = |file: &Option<PathBuf>| file.as_deref().map(read).transpose();
    let (leaf, payload) = (read(&args.leaf)?, read(&args.payload)?);
    let beside = match (&leaf, &payload, &args.k) {
        (Some(leaf), ..) => Beside::Leaf(leaf),
        (None, Some(payload), Some(k)) => Beside::Payload(payload, k),
        _ => bail!("--payload needs --k"),
    };
    match verify_text(bytes, &beside, &args.key) {
        Ok(Standing { id, at_ms, index, size }) => {
            let seen = match evidence.look(bytes) {
                Ok(seen) => seen,
                Err(missing) => return fails(&missing, args.json),
            };
            let at = Instant::from_millis(at_ms).to_text();
            if args.json {
                output::json(
                    &json!({ "valid": true, "id": id, "at": at, "index": index, "size": size, "payload": payload.is_some(), "seen": seen }),
                )?;
            } else {
                let what = if payload.is_some() { "payload and place" } else { "place of a leaf" };
                output::line(&format!("VALID  {at}  {what}  {id}  leaf {index} of {size}"))?;
            }
            Ok(verdict(true))
        }
        Err(wrong) => fails(&[wrong.to_string()], args.json),
    }
}

/// The head a mandate token names, its signature checked where there are keys.
fn head_of(token: &str, jwks: Option<&Path>) -> anyhow::Result<Head> {
    let token = token.trim();
    let claims: Map<String, Value> = match jwks {
        Some(file) => {
            let keys = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
            let keys: JwkSet = serde_json::from_slice(&keys).context("the key file is not a JWKS")?;
            read_mandate(token, &keys)
                .map_err(|reason| anyhow::anyhow!("the token does not hold: {reason}"))?
        }
        None => {
            let claims = token.split('.').nth(1).and_then(unb64).context("--token is no mandate token")?;
            serde_json::from_slice(&claims).context("--token is no mandate token")?
        }
    };
    let chain = claims.get("chain").and_then(Value::as_str).context("the token has no claim chain")?;
    chain.parse().map_err(|form| anyhow::anyhow!("the claim chain: {form}"))
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
        let heads: Vec<_> =
            report.heads.iter().map(|head| json!({ "mandate": head.mandate, "n": head.n })).collect();
        return output::json(
            &json!({ "valid": true, "lines": lines, "mandates": mandates, "heads": heads, "seen": seen }),
        );
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
    for head in &report.heads {
        output::line(&format!(
            "mandate {}: the head asked for is line {}, all before it are here",
            head.mandate, head.n
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
