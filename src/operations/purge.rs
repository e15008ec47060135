//! Drops what has served its time: sessions, links, counts, pushed requests, remembered identifiers, old messages.

use std::time::Duration;

use crate::operations::bench::Bench;
use crate::operations::import;
use crate::operations::organisation_requests;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::contacts;
use crate::storage::notices;
use crate::storage::outbox;
use crate::storage::purge;
use crate::storage::purge::Limits;
use crate::storage::readings;
use crate::storage::status;

/// For so long the page of a link that is over still says so.
const LINKS_KEPT: Duration = Duration::from_secs(90 * 86_400);
/// What was typed and never proved is given up so long after its code.
const UNPROVED_KEPT: Duration = Duration::from_secs(7 * 86_400);
/// Requests for readings; what became of them are entries.
const READINGS_KEPT: Duration = Duration::from_secs(90 * 86_400);
const DAY: Duration = Duration::from_secs(86_400);
/// The last token that names a list ends so long after the list was closed.
const LONGEST_MANDATE: Duration = Duration::from_secs(366 * 86_400);

/// Drops everything that is over; gives how many rows went.
///
/// # Errors
/// When the database refuses.
pub async fn purge(bench: &Bench) -> Result<u64, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let limits = Limits {
        now,
        requests: now.minus(DAY),
        failures: now.minus(bench.config.login.failure_window),
        choices: now.minus(DAY),
    };
    let rows = purge::drop_expired(&mut work.tx, limits).await?;
    let history = bench.config.oidc.status_history;
    let lists =
        status::drop_old(&mut work.tx, now.minus(history), now.minus(LONGEST_MANDATE + history)).await?;
    let messages = outbox::drop_old(&mut work.tx, now, now.minus(bench.config.retention.messages)).await?;
    let links = notices::drop_links(&mut work.tx, now.minus(LINKS_KEPT)).await?;
    let unproved = contacts::drop_unproved(&mut work.tx, now.minus(UNPROVED_KEPT), now).await?;
    let readings = readings::drop_before(&mut work.tx, now.minus(READINGS_KEPT)).await?;
    work.commit_without_entry(Housekeeping::Purge).await?;
    let rows = rows + import::forget(bench).await? + organisation_requests::forget::forget(bench).await?;
    Ok(rows + readings + lists + messages + links + unproved)
}
