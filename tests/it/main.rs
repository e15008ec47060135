//! Operations and doors, tried as actors would.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]

#[macro_use]
mod world;

mod consent;
mod decision;
mod franceconnect;
mod login;
mod mandate;
mod provider;
mod schema;
mod server;
mod sessions;
