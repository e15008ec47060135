//! A token of a client's own with its line: a transaction of one statement.

use crate::domain::ids::EntryId;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::raise_signals;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Recorded;
use crate::operations::work::Work;
use crate::storage::entries;
use crate::storage::tokens::StoredToken;

/// A transaction that will hold one line and its token, and nothing else.
#[must_use]
pub struct Alone<'b>(Work<'b>);

impl<'b> Alone<'b> {
    /// Begins; `request` is the reference number of the request, where there is one.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn begin(bench: &'b Bench, request: Option<&str>) -> Result<Self, Refusal> {
        Work::begin_alone(bench, request).await.map(Self)
    }

    /// The instant of what will be written.
    pub const fn now(&self) -> Instant {
        self.0.now
    }

    /// Makes the line durable together with the token that it says was issued.
    ///
    /// # Errors
    /// As [`Work::record`]; a fault for a line that does not stand alone: of a mandate, or of what clients must hear of.
    pub async fn record_token(self, line: Line, token: &StoredToken) -> Result<EntryId, Refusal> {
        let Self(mut work) = self;
        if line.mandate.is_some() {
            return Err(Refusal::fault("a line of a mandate's chain does not stand alone"));
        }
        let made = work.make(line).await?;
        if raise_signals::is_followed(&made.cause()) {
            return Err(Refusal::fault("a line that clients must hear of does not stand alone"));
        }
        entries::insert_with_token(&mut work.tx, &made.new_entry(), token).await?;
        Recorded(work).commit().await?;
        Ok(made.entry.id)
    }
}
