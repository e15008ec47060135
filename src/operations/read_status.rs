//! A status list as it is now, or as it was (IETF Token Status List, sections 8.1 and 8.4).

use std::sync::Arc;
use std::time::Duration;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::shared_read::SharedReads;
use crate::operations::status_index::uri_of;
use crate::storage::status;

const LONGEST_NAME: usize = 64;

/// A signed status list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedList {
    /// The token.
    pub token: Arc<[u8]>,
    /// What tells it from every other one: the beginning of its digest.
    pub tag: Arc<str>,
    /// Until when it may be believed.
    pub expires_at: Instant,
}

impl SignedList {
    /// Of its token.
    pub fn new(token: String, expires_at: Instant) -> Self {
        let tag = b64(&sha256(token.as_bytes())[..12]).into();
        Self { tag, token: token.into_bytes().into(), expires_at }
    }
}

/// The newest of each list, while it is being read; `None` where there is none, or it cannot be read.
pub type ListReads = SharedReads<String, Option<SignedList>>;

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
    let Some(time) = time else { return newest(bench, name).await?.ok_or(Refusal::NotFound) };
    // Whatever was signed within a second was there in it.
    let at = Instant::from_seconds(time).plus(Duration::from_micros(999_999));
    let list = list_at(bench, name, at).await?;
    list.filter(|list| list.expires_at.seconds() > time).ok_or(Refusal::NotFound)
}

/// The list as it is now, read once for all who ask meanwhile.
async fn newest(bench: &Bench, name: &str) -> Result<Option<SignedList>, Refusal> {
    let (own, of) = (bench.clone(), name.to_owned());
    let read = move || {
        let (bench, name) = (own.clone(), of.clone());
        async move { list_at(&bench, &name, bench.now()).await.ok().flatten() }
    };
    match bench.lists.ask(name.to_owned(), read).await.flatten() {
        Some(list) => Ok(Some(list)),
        // What went wrong is told to each.
        None => list_at(bench, name, bench.now()).await,
    }
}

async fn list_at(bench: &Bench, name: &str, at: Instant) -> Result<Option<SignedList>, Refusal> {
    let mut tx = bench.db.read().await?;
    let row = status::token_at(&mut tx, name, at).await?;
    Ok(row.map(|row| SignedList::new(row.token, row.expires_at)))
}

/// The addresses of every list (section 9.3).
///
/// # Errors
/// As the database says.
pub async fn status_list_addresses(bench: &Bench) -> Result<Vec<String>, Refusal> {
    let mut tx = bench.db.read().await?;
    Ok(status::names(&mut tx).await?.iter().map(|name| uri_of(bench, name)).collect())
}
