//! What every handler can reach, built once by the server.

use std::path::PathBuf;
use std::sync::Arc;

use crate::config::Config;
use crate::http::page::AssetLinks;
use crate::operations::bench::Bench;
use crate::outbound::Outbound;

/// The state of all routers; cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// What operations work with.
    pub bench: Bench,
    /// Stylesheets and script, with the operator's theme where there is one.
    pub links: AssetLinks,
    /// The operator's theme folder.
    pub theme: Option<Arc<PathBuf>>,
    /// The client for calls to configured identity providers: no redirects, bounded time.
    pub outbound: reqwest::Client,
    /// The client for calls to addresses that clients registered.
    pub registered: Outbound,
}

impl App {
    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.bench.config
    }
}
