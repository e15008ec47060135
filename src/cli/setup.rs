//! What most commands begin with: configuration, log, the opened installation.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use crate::config::Config;
use crate::config::SystemClock;
use crate::crypto::random::SystemRandom;
use crate::operations::bench::Bench;
use crate::operations::install;
use crate::operations::install::Migrate;
use crate::server::outbound_client;
use crate::telemetry::log;
use crate::telemetry::traces;

/// Where the configuration is.
#[derive(Debug)]
pub struct Setup {
    file: Option<PathBuf>,
}

impl Setup {
    /// For the file named on the command line, if any.
    pub const fn new(file: Option<PathBuf>) -> Self {
        Self { file }
    }

    /// The configuration.
    ///
    /// # Errors
    /// All its faults, one line each.
    pub fn config(&self) -> anyhow::Result<Config> {
        Config::load(self.file.as_deref()).map_err(|errors| anyhow::anyhow!("{errors}"))
    }

    /// The configuration, with logging set up as it says.
    ///
    /// # Errors
    /// As [`Setup::config`], and when logging cannot begin.
    pub fn logged_config(&self) -> anyhow::Result<Config> {
        let config = self.config()?;
        self.begin_log(&config, false)?;
        Ok(config)
    }

    /// As [`Setup::logged_config`], for a process that serves: spans go to the collector, where one is configured.
    ///
    /// # Errors
    /// As [`Setup::logged_config`], and when the collector's address cannot be used.
    pub fn traced_config(&self) -> anyhow::Result<Config> {
        let config = self.config()?;
        self.begin_log(&config, true)?;
        Ok(config)
    }

    fn begin_log(&self, config: &Config, spans: bool) -> anyhow::Result<()> {
        let traces = config.traces.as_ref().filter(|_| spans);
        let beside = match traces {
            None => None,
            Some(traces) => Some(
                traces::layer(traces, outbound_client()?)
                    .context("telemetry.otlp_endpoint cannot be used")?,
            ),
        };
        log::init(&config.log, Arc::new(SystemClock), beside).context("logging cannot begin")
    }

    /// Where the configuration is, if a file was named.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The installation of the configuration, for a command that reads or changes it.
    ///
    /// # Errors
    /// As [`Setup::logged_config`], and when the installation does not open.
    pub async fn bench(&self) -> anyhow::Result<Bench> {
        self.opened(Migrate::AsConfigured).await
    }

    /// As [`Setup::bench`], for a process that serves: spans go to the collector.
    ///
    /// # Errors
    /// As [`Setup::bench`] and [`Setup::traced_config`].
    pub async fn traced_bench(&self) -> anyhow::Result<Bench> {
        open(self.traced_config()?, Migrate::AsConfigured).await
    }

    /// As [`Setup::bench`], choosing whether the schema is brought up to date.
    ///
    /// # Errors
    /// As [`Setup::bench`].
    pub async fn opened(&self, migrate: Migrate) -> anyhow::Result<Bench> {
        open(self.logged_config()?, migrate).await
    }
}

async fn open(config: Config, migrate: Migrate) -> anyhow::Result<Bench> {
    Ok(install::open(Arc::new(config), Arc::new(SystemClock), Arc::new(SystemRandom::new()), migrate).await?)
}
