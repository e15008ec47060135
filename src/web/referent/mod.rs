// NOTE TO s5 FROM THE LEAD: operator, referent and /aidant/journal are being written by another engineer on branch s8 right now. Leave these files alone (git checkout them), finish receipts, verifier, authority, their tests and screenshots, then report.
//! The referent's space: the aidants of the organisation.

use axum::Router;

use crate::http::state::App;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
}
