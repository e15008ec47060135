//! Results on standard output, errors on standard error.

use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;

/// Writes one line of a result.
///
/// # Errors
/// When standard output is closed.
pub fn line(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}

/// Writes a result as one JSON object.
///
/// # Errors
/// When standard output is closed.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// Says why a command failed, with its causes, and gives the exit status 1.
pub fn failure(error: &anyhow::Error) -> ExitCode {
    // Where standard error is closed too, there is nowhere left to say so.
    drop(writeln!(std::io::stderr().lock(), "procura: {error:#}"));
    ExitCode::FAILURE
}

/// What an operation refused, in words for the command line.
pub fn refused(refusal: crate::operations::refusal::Refusal) -> anyhow::Error {
    use crate::operations::refusal::Refusal;
    match refusal {
        Refusal::Invalid(faults) => {
            let faults: Vec<String> =
                faults.iter().map(|fault| format!("{}: {}", fault.field, fault.key)).collect();
            anyhow::anyhow!("not accepted: {}", faults.join("; "))
        }
        Refusal::Fault(error) => error,
        other => anyhow::anyhow!("{other}"),
    }
}
