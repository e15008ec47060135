//! `procura mandate verify`: checks a signed mandate with nothing but the issuer's public keys, and a status list.

use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::cli::output;
use crate::config::SystemClock;
use crate::crypto::jwk::JwkSet;
use crate::crypto::status_list::StatusReference;
use crate::crypto::status_list::look_up;
use crate::domain::client::MANDATE_TYPE;
use crate::domain::status::StatusValue;
use crate::domain::time::Clock;
use crate::domain::time::Instant;
use crate::operations::mandate_token::read_mandate;

/// Options of `procura mandate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a mandate token offline, JWT or SD-JWT VC: signature, type, dates, form, status. Needs no configuration and no network.
    Verify(Verify),
}

#[derive(Debug, clap::Args)]
struct Verify {
    /// The token, or a file that holds it, or - for standard input.
    token: String,
    /// The issuer's public keys, as /oauth/jwks gives them.
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
    /// The status list it names, as downloaded from the address in the token: whether the mandate was ended or suspended.
    #[arg(long, value_name = "FILE")]
    status: Option<PathBuf>,
    /// The issuer it must come from.
    #[arg(long)]
    issuer: Option<String>,
    /// The client it must be made for.
    #[arg(long)]
    audience: Option<String>,
    /// Judge the dates as of this instant (RFC 3339) instead of now.
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
}

/// Runs the subcommand: a JSON object with `valid` and the claims or the reason; exit status 1 when it is not valid.
///
/// # Errors
/// When a file cannot be read.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Command::Verify(verify) = args.command;
    let at = match &verify.at {
        Some(text) => Instant::parse(text).context("--at is no RFC 3339 instant")?,
        None => SystemClock.now(),
    };
    let token = read_token(&verify.token)?;
    let keys =
        std::fs::read(&verify.jwks).with_context(|| format!("{} cannot be read", verify.jwks.display()))?;
    let keys: JwkSet = serde_json::from_slice(&keys).context("the key file is not a JWKS")?;
    let list = match &verify.status {
        Some(file) => Some(
            std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?,
        ),
        None => None,
    };
    let (issuer, audience) = (verify.issuer.as_deref(), verify.audience.as_deref());
    let verdict = check(token.trim(), &keys, at, issuer, audience).and_then(|claims| match &list {
        Some(list) => Ok((Some(check_status(&claims, list.trim(), &keys, at)?), claims)),
        None => Ok((None, claims)),
    });
    match verdict {
        Ok((Some(status), claims)) => {
            let note = "signature, form, dates and status hold; a later change stands in a later list";
            output::json(&json!({ "valid": true, "status": status, "claims": claims, "note": note }))?;
            Ok(ExitCode::SUCCESS)
        }
        Ok((None, claims)) => {
            output::json(&json!({ "valid": true, "claims": claims, "note": NOTE }))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(reason) => {
            output::json(&json!({ "valid": false, "reason": reason }))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

const NOTE: &str = "signature, form and dates hold; whether the mandate was ended since is in its status list (--status) or told by introspection";

/// What the status list says of a token whose `claims` were checked before, as of `at`: its value and its dates.
///
/// # Errors
/// One sentence: the list says nothing, or the mandate was ended or is suspended.
pub fn check_status(
    claims: &Map<String, Value>,
    list: &str,
    keys: &JwkSet,
    at: Instant,
) -> Result<Value, String> {
    let reference = StatusReference::of(claims).ok_or("the token names no status list")?;
    let looked = look_up(list, keys, &reference, at).map_err(|error| error.to_string())?;
    match StatusValue::from_code(looked.value) {
        Some(StatusValue::Valid) => Ok(json!({
            "value": StatusValue::Valid,
            "list": reference.uri,
            "index": reference.idx,
            "as_of": looked.issued_at.to_text(),
            "good_until": looked.expires_at.map(Instant::to_text),
        })),
        Some(StatusValue::Invalid) => Err("the mandate, or a theme the token names, was ended".to_owned()),
        Some(StatusValue::Suspended) => Err("the mandate is suspended".to_owned()),
        None => Err(format!("the status list holds the unknown value {}", looked.value)),
    }
}

/// The claims of a mandate token that holds at `at`, or why it does not.
///
/// # Errors
/// One sentence for the operator.
pub fn check(
    token: &str,
    keys: &JwkSet,
    at: Instant,
    issuer: Option<&str>,
    audience: Option<&str>,
) -> Result<Map<String, Value>, String> {
    let claims = read_mandate(token, keys)?;
    let number =
        |name: &str| claims.get(name).and_then(Value::as_i64).ok_or(format!("the claim {name} is missing"));
    if number("nbf")? > at.seconds() {
        return Err("the mandate has not begun".to_owned());
    }
    if number("exp")? < at.seconds() {
        return Err("the mandate has ended".to_owned());
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if issuer.is_some_and(|issuer| text("iss") != Some(issuer)) {
        return Err("the token comes from another issuer".to_owned());
    }
    if audience.is_some_and(|audience| text("aud") != Some(audience)) {
        return Err("the token is made for another client".to_owned());
    }
    let detail = claims.get("authorization_details").and_then(|details| details.get(0));
    if detail.and_then(|detail| detail.get("type")).and_then(Value::as_str) != Some(MANDATE_TYPE) {
        return Err("the token describes no mandate".to_owned());
    }
    Ok(claims)
}

/// A token given as text, as a file that holds it, or on standard input.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn read_token(named: &str) -> anyhow::Result<String> {
    if named == "-" {
        return std::io::read_to_string(std::io::stdin()).context("standard input cannot be read");
    }
    let path = Path::new(named);
    if named.len() < 1_024 && path.is_file() {
        return std::fs::read_to_string(path).with_context(|| format!("{named} cannot be read"));
    }
    Ok(named.to_owned())
}
