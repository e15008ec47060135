//! Keeps the last refused calls of each client, so that whoever connects it finds them again by their reference number.

use std::time::Duration;

use crate::domain::ids::ClientId;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::client_faults;
use crate::storage::client_faults::ClientFault;

/// How many refused calls are kept for each client.
pub const KEPT: i64 = 100;

/// Anybody can name a client without proving anything: such calls are noted once in this time for each error, so that a
/// stranger neither fills the list nor makes the database write.
const UNPROVED_EVERY: Duration = Duration::from_secs(10);
const LONGEST_WORDS: usize = 200;

/// What is noted of a refused call.
#[derive(Clone, Copy, Debug)]
pub struct Noted<'a> {
    /// The path that was called, without its query.
    pub endpoint: &'a str,
    /// The registered error code.
    pub error: &'a str,
    /// What was told to the client beside it.
    pub description: &'a str,
    /// The reference number of the request.
    pub reference: &'a str,
}

/// Notes a call of `client` that was refused; `proved` when the client had shown who it is.
///
/// # Errors
/// As the database says.
pub async fn note_fault(
    bench: &Bench,
    client: &ClientId,
    proved: bool,
    noted: Noted<'_>,
) -> Result<(), Refusal> {
    if !proved {
        let since = bench.now().minus(UNPROVED_EVERY);
        let mut tx = bench.db.read().await?;
        let skip = !client_faults::is_known(&mut tx, client).await?
            || client_faults::count_since(&mut tx, client, noted.error, since).await? > 0;
        if skip {
            return Ok(());
        }
    }
    let mut work = Work::begin(bench, None).await?;
    let fault = ClientFault {
        reference: noted.reference.to_owned(),
        at: work.now,
        endpoint: noted.endpoint.to_owned(),
        error: noted.error.to_owned(),
        description: noted.description.chars().take(LONGEST_WORDS).collect(),
    };
    client_faults::insert(&mut work.tx, client, &fault, KEPT).await?;
    work.commit_without_entry(Housekeeping::ClientFault).await
}
