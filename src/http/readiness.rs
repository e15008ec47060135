//! `/healthz` and `/readyz`: whether this process lives, and whether requests may be sent here.

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::http::drain::Drain;
use crate::http::state::App;
use crate::operations::keys;
use crate::operations::read_ledger;

/// A part that does not answer within this time counts as failing; who asks waits a few seconds at most.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/healthz`: this process answers. It asks nobody, so that an orchestrator does not kill it for what another fails at.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `/readyz`: `ready`, or 503 and one word for each part that keeps requests away: `leaving`, `database`, `keys`, `ledger`.
pub async fn readyz(State(app): State<App>, Extension(drain): Extension<Drain>) -> impl IntoResponse {
    let failing = failing(&app, &drain).await;
    if failing.is_empty() {
        return (StatusCode::OK, "ready\n".to_owned());
    }
    (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {}\n", failing.join(", ")))
}

async fn failing(app: &App, drain: &Drain) -> Vec<&'static str> {
    let mut failing = Vec::new();
    if drain.is_leaving() {
        failing.push("leaving");
    }
    let bench = &app.bench;
    let database = tokio::time::timeout(PATIENCE, async { bench.db.read().await.map(drop) }).await;
    if !matches!(database, Ok(Ok(()))) {
        // What stands in the database cannot be judged either.
        failing.push("database");
        return failing;
    }
    let keys = tokio::time::timeout(PATIENCE, async {
        let signers = keys::ledger_signers(bench).await?;
        keys::jwks(bench).await.map(|tokens| !signers.is_empty() && !tokens.keys.is_empty())
    });
    if !matches!(keys.await, Ok(Ok(true))) {
        failing.push("keys");
    }
    let ledger = tokio::time::timeout(PATIENCE, read_ledger::progress(bench)).await;
    let in_time = ledger.is_ok_and(|progress| {
        progress.is_ok_and(|progress| {
            let late = |oldest| bench.now().since(oldest) > bench.config.ledger.ready_lag;
            progress.size > 0 && !progress.oldest.is_some_and(late)
        })
    });
    if !in_time {
        failing.push("ledger");
    }
    failing
}
