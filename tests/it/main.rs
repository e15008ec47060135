//! Operations and doors, tried as actors would.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]

#[macro_use]
mod world;

mod login;
mod schema;
mod server;
mod sessions;
