//! The counterparts for a newcomer, each a real HTTP server, and the browser that plays the story.

pub mod browser;
pub mod client;
pub mod mailbox;
