//! A status list as it is now, or as it was (IETF Token Status List, sections 8.1 and 8.4).

use std::time::Duration;

use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::status_index::uri_of;
use crate::storage::status;

const LONGEST_NAME: usize = 64;

/// A signed status list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedList {
    /// The token.
    pub token: String,
    /// Until when it may be believed.
    pub expires_at: Instant,
}

/// The list of this name: the newest, or the one that held in the second `time`.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such list, or nothing is known of that time: it lies ahead, before the list, or
/// further back than the history goes.
pub async fn read_status_list(bench: &Bench, name: &str, time: Option<i64>) -> Result<SignedList, Refusal> {
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Err(Refusal::NotFound);
    }
    let now = bench.now();
    if time.is_some_and(|time| time > now.seconds()) {
        return Err(Refusal::NotFound);
    }
    // Whatever was signed within a second was there in it.
    let at = time.map_or(now, |time| Instant::from_seconds(time).plus(Duration::from_micros(999_999)));
    let mut tx = bench.db.read().await?;
    let row = status::token_at(&mut tx, name, at).await?.ok_or(Refusal::NotFound)?;
    if time.is_some_and(|time| row.expires_at.seconds() <= time) {
        return Err(Refusal::NotFound);
    }
    Ok(SignedList { token: row.token, expires_at: row.expires_at })
}

/// The addresses of every list (section 9.3).
///
/// # Errors
/// As the database says.
pub async fn status_list_addresses(bench: &Bench) -> Result<Vec<String>, Refusal> {
    let mut tx = bench.db.read().await?;
    Ok(status::names(&mut tx).await?.iter().map(|name| uri_of(bench, name)).collect())
}
