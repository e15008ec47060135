//! `procura worker`: the jobs alone, beside gateways that run with `--no-jobs`.

use std::process::ExitCode;
use std::sync::Arc;

use tokio::sync::watch;

use crate::cli::Setup;
use crate::cli::output;
use crate::cli::reload;
use crate::jobs;
use crate::jobs::Ways;
use crate::notify::post::Post;
use crate::operations::keys;
use crate::outbound::Outbound;
use crate::server::LONGEST_CALL;
use crate::server::outbound_client;
use crate::server::serve_metrics;
use crate::server::stop_signal;

/// Runs the jobs until SIGTERM or SIGINT; at SIGHUP reads `log.filter` again. With `internal_listen` configured, serves
/// `/metrics` and `/healthz` there.
///
/// # Errors
/// When the configuration or the installation does not allow it.
pub async fn run(setup: &Setup) -> anyhow::Result<ExitCode> {
    let bench = setup.traced_bench().await?;
    reload::at_hangup(setup)?;
    keys::ensure(&bench).await.map_err(output::refused)?;
    let ways = Ways {
        post: Arc::new(Post::new(&bench.config, outbound_client()?)?),
        outbound: Outbound::new(bench.config.outbound.allow_private, bench.config.outbound.timeout)?,
        configured: Outbound::new(true, LONGEST_CALL)?,
    };
    let told = stop_signal();
    let (stop, stopped) = watch::channel(false);
    if let Some(address) = bench.config.server.internal_listen {
        serve_metrics(address, Vec::new(), stopped.clone()).await?;
    }
    let db = bench.db.clone();
    let mut jobs = tokio::spawn(jobs::run(bench, ways, stopped));
    tracing::info!(engine = db.engine(), "working");
    tokio::select! {
        () = told => {}
        ended = &mut jobs => {
            // Whoever watches this process starts it again.
            ended?;
            anyhow::bail!("the jobs ended by themselves");
        }
    }
    stop.send_replace(true);
    jobs.await?;
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
