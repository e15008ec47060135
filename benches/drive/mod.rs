//! What plays the users for a measurement or a fault: a light HTTP/1.1 client that keeps real cookies, reads real forms and
//! follows real redirects, and complete delegated logins made with it.
//!
//! A program that uses it also declares `mod support` (tests/support).

pub mod forms;
pub mod login;
pub mod prepare;
pub mod visitor;
pub mod wire;
