//! Operations and doors, tried as actors would.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]

#[path = "../support/mod.rs"]
mod support;

#[macro_use]
mod world;

mod aliases;
mod assertions;
mod atomic;
mod authority;
mod backchannel;
mod broker;
mod clock;
mod consent;
mod consents;
mod crash;
mod decision;
mod demo;
mod deploy;
mod doctor;
mod documents;
mod evaluation;
mod evidence;
mod examples;
mod exchange;
mod factors;
mod fapi;
mod franceconnect;
mod franceconnect_plus;
mod group_commit;
mod habilitation;
mod hostile;
mod jobs;
mod key_rotation;
mod keys;
mod ledger;
mod ledger_commands;
mod ledger_tampering;
mod life;
mod limits;
mod lines;
mod login;
mod logs;
mod mandate;
mod metadata;
mod monitor;
mod names;
mod navigation;
mod notices;
mod operator;
mod organisations;
mod peers;
mod plans;
mod proconnect;
mod provider;
mod races;
mod readiness;
mod records;
mod referent;
mod registration;
mod reload;
mod roles;
mod rolling;
mod schema;
mod server;
mod sessions;
mod signals;
mod software;
mod spaces;
mod spans;
mod status;
mod withstand;
