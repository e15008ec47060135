//! The audit trail as pure code: entries, Merkle tree, tiles, checkpoints, bundles. The same code verifies offline.

pub mod entry;
pub mod kinds;
pub mod merkle;
pub mod sealed;
pub mod values;
pub mod words;
