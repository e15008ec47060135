//! The ledger's public, static paths (C2SP tlog-tiles).

use axum::Router;

use crate::http::state::App;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
}
