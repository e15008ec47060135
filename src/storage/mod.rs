//! Two databases behind one SQL text: rows in, domain values out, nothing decided here.

pub mod accounts;
pub mod acts;
pub mod clients;
pub mod contents;
pub mod data_keys;
pub mod db;
pub mod entries;
pub mod mandates;
pub mod organisations;
pub mod logins;
pub mod outbox;
pub mod persons;
pub mod sessions;
pub mod settings;
pub mod tokens;
pub mod types;
