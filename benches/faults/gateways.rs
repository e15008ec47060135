//! Gateways behind a reverse proxy, one after the other killed or stopped while people log in.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use anyhow::Result;
use anyhow::ensure;

use crate::house::House;
use crate::logins::AIDANTS;
use crate::logins::Book;
use crate::logins::Crowd;
use crate::logins::kind;
use crate::logins::logged_out;
use crate::scene::held;
use crate::support::Engine;
use crate::support::PROGRAM;
use crate::table::Row;

const ROUNDS: u32 = 8;
/// From the kill until everything that was in the killed process' hands has failed.
const AFTERMATH: Duration = Duration::from_secs(2);
const BREATH: Duration = Duration::from_millis(1_500);
/// How long builds of two releases serve beside each other.
const BESIDE: Duration = Duration::from_secs(5);

/// kill -9: no login may fail but those that the killed process was answering.
pub async fn killed() -> Result<Row> {
    let mut house = House::open(Engine::Postgres, 2).await?;
    let crowd = Crowd::begin(&house.track, Duration::ZERO);
    let mut spans = Vec::new();
    for round in 0..ROUNDS {
        tokio::time::sleep(BREATH).await;
        let number = usize::try_from(round)? % 2;
        let begun = Instant::now();
        house.gateways[number].kill();
        spans.push((begun, begun + AFTERMATH));
        tokio::time::sleep(AFTERMATH).await;
        house.gateways[number].start()?;
        house.gateway_ready(number).await?;
    }
    tokio::time::sleep(BREATH).await;
    let (book, unexplained, in_hand) = ended(&house, crowd, &spans).await?;
    ensure!(in_hand <= AIDANTS * usize::try_from(ROUNDS)?, "{in_hand} logins failed: more than were in hand");
    let mut kinds = BTreeMap::<String, u32>::new();
    for (_, trouble) in held(&book.failed).iter() {
        *kinds.entry(kind(trouble)).or_default() += 1;
    }
    let note =
        format!("{in_hand} logins failed, all in the killed process' hands {kinds:?}; no session lost");
    house.row("two gateways killed in turn", ROUNDS, &book.done, &unexplained, note).await
}

/// SIGTERM, as a rolling upgrade does it: no login fails at all.
pub async fn rolled() -> Result<Row> {
    let mut house = House::open(Engine::Postgres, 2).await?;
    let crowd = Crowd::begin(&house.track, Duration::ZERO);
    let mut longest = Duration::ZERO;
    for round in 0..ROUNDS {
        tokio::time::sleep(BREATH).await;
        let number = usize::try_from(round)? % 2;
        longest = longest.max(house.gateways[number].leave().await?);
        house.gateways[number].start()?;
        house.gateway_ready(number).await?;
        if round % 4 == 3
            && let Some(worker) = &mut house.worker
        {
            worker.leave().await?;
            worker.start()?;
        }
    }
    tokio::time::sleep(BREATH).await;
    let (book, unexplained, _) = ended(&house, crowd, &[]).await?;
    let note =
        format!("no login failed, no session lost; a gateway leaves within {:.1} s", longest.as_secs_f64());
    house.row("gateways and worker rolled (SIGTERM)", ROUNDS, &book.done, &unexplained, note).await
}

/// A release takes the place of the one before, at noon: it migrates while those gateways serve, then both serve beside each
/// other, then it serves alone. No login fails, and what either wrote holds.
pub async fn upgraded(former: &Path) -> Result<Row> {
    let mut house = House::of(former, Engine::Postgres, 2).await?;
    let crowd = Crowd::begin(&house.track, Duration::ZERO);
    tokio::time::sleep(BESIDE).await;
    let begun = Instant::now();
    let mut migrate = Command::new(PROGRAM);
    migrate.arg("migrate").arg("--config").arg(house.config()).stdin(Stdio::null());
    let migrated = tokio::task::spawn_blocking(move || migrate.output()).await??;
    ensure!(migrated.status.success(), "not migrated: {}", String::from_utf8_lossy(&migrated.stderr));
    let took = begun.elapsed();
    tokio::time::sleep(BESIDE).await;
    for number in 0..house.gateways.len() {
        house.gateways[number].leave().await?;
        house.gateways[number].program = PROGRAM.into();
        house.gateways[number].start()?;
        house.gateway_ready(number).await?;
        tokio::time::sleep(BESIDE).await;
    }
    if let Some(worker) = &mut house.worker {
        worker.leave().await?;
        worker.program = PROGRAM.into();
        worker.start()?;
    }
    tokio::time::sleep(BESIDE).await;
    let (book, unexplained, _) = ended(&house, crowd, &[]).await?;
    let note =
        format!("no login failed, no session lost; migrated under load within {:.1} s", took.as_secs_f64());
    house.row("upgraded from the release before", 1, &book.done, &unexplained, note).await
}

/// What became of the crowd's logins: those that failed outside of all these spans or with their session, and how many inside.
async fn ended(
    house: &House,
    crowd: Crowd,
    spans: &[(Instant, Instant)],
) -> Result<(Arc<Book>, Vec<String>, usize)> {
    let book = crowd.end().await?;
    let (mut unexplained, explained) = book.unexplained(spans);
    let out = logged_out(&house.track).await?;
    unexplained.extend((0..out).map(|_| "a session is lost".to_owned()));
    Ok((book, unexplained, explained))
}
