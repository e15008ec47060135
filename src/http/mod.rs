//! The kit for the doors: page layout, forms, answers, headers, assets.

pub mod assets;
pub mod error_page;
pub mod form;
pub mod headers;
pub mod icons;
pub mod language;
pub mod lifeline;
pub mod page;
pub mod qr;
pub mod respond;
pub mod state;

#[cfg(test)]
mod gallery;
