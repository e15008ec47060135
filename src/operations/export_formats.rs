//! Exports for the authorities' own tools: one OCSF event a line, or one FHIR bundle of audit events.

use serde_json::Value;

use crate::ledger::interop;
use crate::operations::bench::Bench;
use crate::operations::read_trail::Export;
use crate::operations::refusal::Refusal;

/// A form other tools read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OCSF 1.3.0, one JSON object a line.
    Ocsf,
    /// FHIR R5 `Bundle` of `AuditEvent`.
    Fhir,
}

/// The entries of an export as values: OCSF events, or one FHIR bundle alone.
pub fn values(bench: &Bench, export: &Export, format: Format) -> Vec<Value> {
    let origin = bench.config.ledger_origin();
    let records = export.entries.iter().map(|entry| (entry, export.place(entry.id)));
    match format {
        Format::Ocsf => {
            let product = (origin.as_str(), env!("CARGO_PKG_VERSION"));
            records.map(|(entry, index)| interop::ocsf(entry, index, product)).collect()
        }
        Format::Fhir => vec![interop::fhir_bundle(records, &origin)],
    }
}

/// The file of an export.
///
/// # Errors
/// [`Refusal::Fault`] when a value has no JSON form, which none has.
pub fn file(bench: &Bench, export: &Export, format: Format) -> Result<Vec<u8>, Refusal> {
    let mut file = Vec::new();
    for value in values(bench, export, format) {
        match format {
            Format::Ocsf => serde_json::to_writer(&mut file, &value)?,
            Format::Fhir => serde_json::to_writer_pretty(&mut file, &value)?,
        }
        file.push(b'\n');
    }
    Ok(file)
}
