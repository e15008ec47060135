//! The counterparts for a newcomer, each a real HTTP server, and the browser that plays the story.

pub mod administration;
pub mod broker;
pub mod browser;
pub mod client;
pub mod counterparts;
pub mod file;
pub mod franceconnect;
pub mod look;
pub mod mailbox;
pub mod mark;
pub mod people;
pub mod portal;
pub mod ports;
pub mod proconnect;
pub mod run;
pub mod seeding;
pub mod settings;
pub mod story;
pub mod witness;
