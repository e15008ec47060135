//! What every handler can reach, built once by the server.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::Config;
use crate::http::page::AssetLinks;
use crate::operations::bench::Bench;
use crate::outbound::Outbound;

/// The state of all routers: one for all, handed from layer to layer.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

/// What is in it.
#[derive(Debug)]
pub struct Parts {
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

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// The state made of these.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.bench.config
    }
}
