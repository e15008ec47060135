//! Procura: an aidant acts for a person under a signed mandate, and every act leaves a line anyone can verify.
//!
//! The rooms, in the order in which a request falls through the house. A room uses only the doors that
//! `tests/architecture.rs` lists for it.

/// Pure values and rules: time, ids, themes, mandates, the decision.
pub mod domain;
/// Keys, signatures, encryption at rest, second factor, per-client aliases.
pub mod crypto;
/// The audit trail as pure code: entries, Merkle tree, tiles, checkpoints, bundles; the same code verifies offline.
pub mod ledger;
/// What was typed, and what it means; the only room that reads the environment.
pub mod config;
/// Every word a user reads, by key.
pub mod text;
/// Two databases behind one SQL text.
pub mod storage;
/// One file per verb: each is one transaction of decision, change, entry and messages to send.
pub mod operations;
/// Logs, metrics, redaction.
pub mod telemetry;
/// Mail and SMS: texts and transports.
pub mod notify;
/// The kit for the doors: state, sessions, actors, forms, errors, page layout.
pub mod http;
/// OpenID Connect: Procura as provider, and as relying party of identity providers.
pub mod oidc;
/// Pages per actor.
pub mod web;
/// JSON for systems, and the ledger's public paths.
pub mod api;
/// Work that happens by itself: integrate the ledger, deliver messages, expire, purge.
pub mod jobs;
/// Builds the state, mounts the routers, stops gracefully.
pub mod server;
/// The counterparts for a newcomer, and the story.
pub mod demo;
/// The command line.
pub mod cli;
