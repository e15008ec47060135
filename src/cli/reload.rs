//! SIGHUP: the parts of the configuration that a running process takes anew. So far `log.filter`; keys and clients need no
//! signal, since they are read from the database.

use std::path::PathBuf;

use crate::cli::Setup;
use crate::config::Config;
use crate::telemetry::log;

/// Reads the configuration again at each SIGHUP; one that does not hold changes nothing. Ends with the process.
///
/// # Errors
/// When the signal cannot be listened for.
pub(super) fn at_hangup(setup: &Setup) -> std::io::Result<()> {
    let mut hangups = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
    let file = setup.file().map(PathBuf::from);
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            take(file.clone()).await;
        }
    });
    Ok(())
}

async fn take(file: Option<PathBuf>) {
    // The files of the secrets are read too.
    let read = tokio::task::spawn_blocking(move || Config::load(file.as_deref()));
    match read.await {
        Ok(Ok(config)) => match log::set_filter(&config.log.filter) {
            Ok(true) => tracing::info!(filter = %config.log.filter, "the configuration was read again"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the configuration was not taken"),
        },
        Ok(Err(errors)) => tracing::error!(problem = %errors, "the configuration was not taken"),
        Err(error) => tracing::error!(%error, "the configuration was not taken"),
    }
}
