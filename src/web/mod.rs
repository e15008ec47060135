//! Pages per actor.

pub mod public;
