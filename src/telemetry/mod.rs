//! Logs, metrics, spans, reference numbers, and the net that keeps personal data and secrets out of all of them.

pub mod log;
pub mod metrics;
pub mod redact;
pub mod reference;
pub mod traces;
