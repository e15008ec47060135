//! `procura serve`: the gateway itself.

use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::cli::Setup;
use crate::cli::reload;
use crate::config::SystemClock;
use crate::crypto::random::SystemRandom;
use crate::server::Server;
use crate::server::ServerError;
use crate::server::stop_signal;

/// Options of `procura serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Leave the jobs (ledger, mail, expiry) to `procura worker`.
    #[arg(long)]
    no_jobs: bool,
}

/// Serves until SIGTERM or SIGINT; at SIGHUP reads `log.filter` again.
///
/// # Errors
/// When the configuration, the installation or the listener does not allow it.
pub async fn run(setup: &Setup, args: Args) -> anyhow::Result<ExitCode> {
    let config = setup.traced_config()?;
    reload::at_hangup(setup)?;
    let address = config.server.listen;
    let public_url = config.server.public_url.to_string();
    let server = Server::build(config, Arc::new(SystemClock), Arc::new(SystemRandom::new())).await?;
    let listener = TcpListener::bind(address).await.map_err(|error| ServerError::Listen(address, error))?;
    tracing::info!(listen = %address, %public_url, engine = server.bench().db.engine(), "serving");
    let server = if args.no_jobs { server.without_jobs() } else { server };
    server.run(listener, stop_signal()).await?;
    Ok(ExitCode::SUCCESS)
}
