//! What most commands begin with: configuration, log, the opened installation.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use crate::config::Config;
use crate::config::SystemClock;
use crate::crypto::random::SystemRandom;
use crate::operations::bench::Bench;
use crate::operations::install;
use crate::operations::install::Migrate;
use crate::telemetry::log;

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
        log::init(&config.log, Arc::new(SystemClock)).context("logging cannot begin")?;
        Ok(config)
    }

    /// The installation of the configuration, for a command that reads or changes it.
    ///
    /// # Errors
    /// As [`Setup::logged_config`], and when the installation does not open.
    pub async fn bench(&self) -> anyhow::Result<Bench> {
        self.opened(Migrate::AsConfigured).await
    }

    /// As [`Setup::bench`], choosing whether the schema is brought up to date.
    ///
    /// # Errors
    /// As [`Setup::bench`].
    pub async fn opened(&self, migrate: Migrate) -> anyhow::Result<Bench> {
        let config = Arc::new(self.logged_config()?);
        Ok(install::open(config, Arc::new(SystemClock), Arc::new(SystemRandom::new()), migrate).await?)
    }
}
