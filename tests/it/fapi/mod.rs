//! FAPI 2.0 Security Profile and Message Signing: a client that keeps to it, and everything that must be refused.

mod answers;
mod assertions;
pub mod client;
mod code;
mod confusion;
mod login;
mod objects;
mod possession;
mod pushed;
