//! Processes that are killed without notice.

use std::time::Duration;
use std::time::Instant;

use anyhow::Result;

use crate::scene::Patience;
use crate::scene::Scene;
use crate::scene::join;
use crate::table::Row;

const KILLS: u32 = 50;
const WORKER_KILLS: u32 = 10;

/// kill -9 of the whole gateway under load, again and again.
pub async fn gateway(scene: &Scene) -> Result<Row> {
    for round in 0..KILLS {
        let mut service = scene.serve().await?;
        let askers = scene.ask(&Patience::UntilItBreaks);
        tokio::time::sleep(Duration::from_millis(120 + u64::from(round * 37 % 400))).await;
        service.0.kill()?;
        service.0.wait()?;
        join(askers).await?;
    }
    scene.settle().await?;
    scene.row("gateway killed (kill -9)", KILLS, String::new()).await
}

/// Two workers beside a gateway: whichever integrates is killed, the other one goes on.
pub async fn workers(scene: &Scene) -> Result<Row> {
    let gateway = scene.start(&["serve", "--no-jobs"])?;
    let mut workers = vec![scene.start(&["worker"])?, scene.start(&["worker"])?];
    // A gateway whose ledger nobody integrates is not ready.
    scene.ready().await?;
    let load = scene.load();
    scene.grown(0, Duration::from_secs(20)).await?;
    let mut longest = Duration::ZERO;
    for _ in 0..WORKER_KILLS {
        let mut victim = workers.remove(0);
        let size = scene.size().await?;
        let begun = Instant::now();
        victim.0.kill()?;
        victim.0.wait()?;
        longest = longest.max(scene.goes_on(begun, size, Duration::from_secs(20)).await?);
        workers.push(scene.start(&["worker"])?);
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    load.end().await?;
    drop(workers);
    drop(gateway);
    scene.settle().await?;
    let note = format!("another one integrates after {:.1} s at most", longest.as_secs_f64());
    scene.row("integrating worker killed", WORKER_KILLS, note).await
}
