//! Pages per actor; a template lies beside its handler.

pub mod account;
pub mod act;
pub mod aidant;
pub mod authority;
mod badges;
mod case;
mod court_orders;
pub mod consent;
mod lines;
pub mod explanations;
pub mod integrator;
pub mod not_me;
pub mod operator;
pub mod organisation;
mod papers;
pub mod pdf;
mod period;
pub mod person;
mod places;
pub mod public;
pub mod referent;
pub mod sheet;
mod signs;
pub mod software;
mod statistics;
pub mod verifier;
mod verify_kit;
