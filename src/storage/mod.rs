//! Two databases behind one SQL text: rows in, domain values out, nothing decided here.

pub mod account_subjects;
pub mod accounts;
pub mod acts;
pub mod attestations;
pub mod cases;
pub mod clients;
pub mod contents;
pub mod data_keys;
pub mod db;
pub mod entries;
pub mod keys;
pub mod leases;
pub mod ledger;
pub mod ledger_audit;
pub mod logins;
pub mod mandates;
pub mod organisations;
pub mod outbox;
pub mod persons;
pub mod purge;
pub mod receipts;
pub mod sessions;
pub mod settings;
pub mod tokens;
pub mod trails;
pub mod types;
