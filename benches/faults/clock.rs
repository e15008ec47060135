//! The machine's clock steps by an hour, forth and back, under everything that runs.

use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use anyhow::Result;

use crate::scene::Scene;
use crate::table::Row;

/// Hours from the true time, one after another; each is a step of one hour or two.
const STEPS: [&str; 6] = ["+3600", "+0", "-3600", "+0", "+3600", "-3600"];
const GIVEN_UP: Duration = Duration::from_secs(30);
/// Where distributions put the library.
const PLACES: [&str; 4] =
    ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];

fn library() -> Option<String> {
    let named = PLACES.iter().map(|place| format!("{place}/faketime/libfaketimeMT.so.1"));
    named.into_iter().find(|path| Path::new(path).exists())
}

/// Steps the clock under gateway and worker; where there are workers, the one that integrates is killed at each step too. `None`
/// where libfaketime is not installed.
pub async fn stepped(mut scene: Scene, workers: bool) -> Result<Option<Row>> {
    let Some(library) = library() else { return Ok(None) };
    let hands = scene.directory.path().join("clock");
    std::fs::write(&hands, "+0")?;
    scene.variables = vec![
        ("LD_PRELOAD", library),
        ("FAKETIME_TIMESTAMP_FILE", hands.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        // What measures spans goes on as on a real machine whose clock is set.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ];
    let mut running = match workers {
        true => vec![scene.start(&["serve", "--no-jobs"])?, scene.start(&["worker"])?],
        false => vec![scene.start(&["serve"])?],
    };
    scene.ready().await?;
    let load = scene.load();
    let mut size = scene.grown(0, GIVEN_UP).await?;
    let mut longest = Duration::ZERO;
    for step in STEPS {
        let begun = Instant::now();
        let aside = scene.directory.path().join("clock.new");
        std::fs::write(&aside, step)?;
        std::fs::rename(&aside, &hands)?;
        if workers {
            drop(running.pop());
            running.push(scene.start(&["worker"])?);
        }
        longest = longest.max(scene.goes_on(begun, size, GIVEN_UP).await?);
        tokio::time::sleep(Duration::from_secs(1)).await;
        size = scene.size().await?;
    }
    load.end().await?;
    drop(running);
    scene.variables.clear();
    scene.settle().await?;
    let killed = if workers { ", its worker killed each time" } else { "" };
    let note = format!("the ledger goes on after {:.1} s at most{killed}", longest.as_secs_f64());
    let times = u32::try_from(STEPS.len())?;
    scene.row("clock stepped by an hour or two", times, note).await.map(Some)
}
