//! Requests that served their time are forgotten: their key is destroyed, and with it what their lines in the ledger say.

use std::time::Duration;

use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::data_keys;
use crate::storage::organisation_requests;

/// How long a form that nobody confirmed is kept.
pub const UNCONFIRMED_KEPT: Duration = Duration::from_secs(30 * 86_400);
/// How long a refused or withdrawn request is kept.
pub const REFUSED_KEPT: Duration = Duration::from_secs(365 * 86_400);

/// Forgets up to a hundred requests; gives how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget(bench: &Bench) -> Result<u64, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let over =
        organisation_requests::over(&mut work.tx, now.minus(UNCONFIRMED_KEPT), now.minus(REFUSED_KEPT))
            .await?;
    for (id, key) in &over {
        organisation_requests::delete(&mut work.tx, *id).await?;
        data_keys::destroy(&mut work.tx, *key).await?;
    }
    work.commit_without_entry(Housekeeping::Purge).await?;
    Ok(over.len() as u64)
}
