//! Procura: an aidant acts for a person under a signed mandate, and every act leaves a line anyone can verify.
//!
//! The rooms, in the order in which a request falls through the house. A room uses only the doors that
//! `tests/architecture.rs` lists for it.

#![forbid(unsafe_code)]

/// JSON for systems, and the ledger's public paths.
pub mod api;
/// The command line.
pub mod cli;
/// What was typed, and what it means; the only room that reads the environment.
pub mod config;
/// Keys, signatures, encryption at rest, second factor, per-client aliases.
pub mod crypto;
/// The counterparts for a newcomer, and the story.
pub mod demo;
/// Papers as accessible PDF: blocks in, tagged pages out.
pub mod document;
/// Pure values and rules: time, ids, themes, mandates, the decision.
pub mod domain;
/// The kit for the doors: state, sessions, actors, forms, errors, page layout.
pub mod http;
/// Work that happens by itself: integrate the ledger, deliver messages, expire, purge.
pub mod jobs;
/// The audit trail as pure code: entries, Merkle tree, tiles, checkpoints, bundles; the same code verifies offline.
pub mod ledger;
/// Mail: texts and SMTP.
pub mod notify;
/// OpenID Connect: Procura as provider, and as relying party of identity providers.
pub mod oidc;
/// One file per verb: each is one transaction of decision, change, entry and messages to send.
pub mod operations;
/// Calls to addresses that clients registered, never into the gateway's own network.
pub mod outbound;
/// Builds the state, mounts the routers, stops gracefully.
pub mod server;
/// Two databases behind one SQL text.
pub mod storage;
/// Logs, metrics, redaction.
pub mod telemetry;
/// Every word a user reads, by key.
pub mod text;
/// Pages per actor.
pub mod web;
