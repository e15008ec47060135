//! The audit trail as pure code: entries, Merkle tree, tiles, checkpoints, bundles. The same code verifies offline.

pub mod audit;
pub mod bundle;
pub mod checkpoint;
pub mod edge;
pub mod entry;
pub mod interop;
pub mod kinds;
mod lifted;
pub mod merkle;
pub mod monitor;
pub mod packed;
pub mod proof_text;
pub mod sealed;
pub mod tiles;
pub mod values;
pub mod verify;
pub mod verify_text;
pub mod witness;
pub mod words;
