//! Operations and doors, tried as actors would.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]

#[macro_use]
mod world;

mod crash;
mod jobs;
mod keys;
mod ledger;
mod ledger_commands;
mod ledger_tampering;
mod consent;
mod decision;
mod franceconnect;
mod login;
mod mandate;
mod provider;
mod schema;
mod server;
mod sessions;
