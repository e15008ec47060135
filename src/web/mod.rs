//! Pages per actor; a template lies beside its handler.

pub mod account;
pub mod act;
pub mod aidant;
pub mod authority;
mod badges;
pub mod consent;
mod lines;
pub mod integrator;
pub mod operator;
pub mod pdf;
mod period;
pub mod person;
pub mod public;
pub mod referent;
pub mod sheet;
pub mod software;
pub mod verifier;
