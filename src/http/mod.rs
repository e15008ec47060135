//! The kit for the doors: page layout, forms, answers, headers, assets.

pub mod actor;
pub mod address;
pub mod assets;
pub mod bearer;
pub mod csrf;
pub mod dpop;
pub mod drain;
pub mod error_page;
pub mod errors;
pub mod form;
pub mod gate;
pub mod guard;
pub mod headers;
pub mod icons;
pub mod language;
pub mod lifeline;
pub mod pace;
pub mod page;
pub mod qr;
pub mod reader;
pub mod readiness;
pub mod respond;
pub mod serving;
pub mod session;
mod session_store;
pub mod space;
pub mod state;
pub mod upload;

#[cfg(test)]
mod gallery;
