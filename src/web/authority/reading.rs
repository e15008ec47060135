//! The reading under way in this session: why, what was typed, whom it means, and on whose word.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::ReadingId;
use crate::http::session::AuthoritySession;
use crate::operations::actors::AuthorityActor;
use crate::operations::bench::Bench;
use crate::operations::read_trail;
use crate::operations::read_trail::Export;
use crate::operations::read_trail::Part;
use crate::operations::read_trail::Purpose;
use crate::operations::read_trail::Query;
use crate::operations::read_trail::Search;
use crate::operations::read_trail::Trail;
use crate::operations::read_trail::Under;
use crate::operations::refusal::Refusal;
use crate::web::lines::read_day;

const KEY: &str = "reading";

/// What the agent has typed so far; kept in the session, never in an address.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Reading {
    pub(super) purpose: String,
    pub(super) purpose_case: String,
    pub(super) search: Search,
    /// Whom and what the search means, once it was looked for.
    pub(super) query: Option<Query>,
    /// The approved request that is being read.
    pub(super) request: Option<ReadingId>,
}

impl Reading {
    /// The one of this session; `None` before a purpose was stated.
    pub(super) async fn of(session: &AuthoritySession) -> Result<Option<Self>, Refusal> {
        session.read(KEY).await
    }

    /// Keeps it.
    pub(super) async fn keep(&self, session: &AuthoritySession) -> Result<(), Refusal> {
        session.write(KEY, self).await
    }

    /// The purpose, checked again.
    pub(super) async fn stated(&self, bench: &Bench, authority: &AuthorityActor) -> Result<Purpose, Refusal> {
        let case = Some(self.purpose_case.as_str()).filter(|case| !case.is_empty());
        read_trail::state_purpose(bench, authority, &self.purpose, case).await
    }

    /// Whether there is something to read.
    pub(super) const fn is_ready(&self) -> bool {
        self.query.is_some() || self.request.is_some()
    }

    /// The search with its days as the operations want them; what is no day stays as typed.
    pub(super) fn sought(&self) -> Search {
        let day = |typed: &str| read_day(typed).map_or_else(|| typed.to_owned(), |day| day.to_string());
        Search { from: day(&self.search.from), to: day(&self.search.to), ..self.search.clone() }
    }

    /// Reads a part of it.
    pub(super) async fn read(
        &self,
        bench: &Bench,
        authority: &AuthorityActor,
        part: Part,
        reference: Option<&str>,
    ) -> Result<Trail, Refusal> {
        if let Some(id) = self.request {
            return read_trail::read_trail(bench, authority, Under::Approved(id), part, reference).await;
        }
        let purpose = self.stated(bench, authority).await?;
        let query = self.query.clone().ok_or(Refusal::NotFound)?;
        read_trail::read_trail(bench, authority, Under::Own(&purpose, &query), part, reference).await
    }

    /// Exports a part of it.
    pub(super) async fn export(
        &self,
        bench: &Bench,
        authority: &AuthorityActor,
        part: Part,
        reference: Option<&str>,
    ) -> Result<Export, Refusal> {
        if let Some(id) = self.request {
            return read_trail::export_trail(bench, authority, Under::Approved(id), part, reference).await;
        }
        let purpose = self.stated(bench, authority).await?;
        let query = self.query.clone().ok_or(Refusal::NotFound)?;
        read_trail::export_trail(bench, authority, Under::Own(&purpose, &query), part, reference).await
    }
}
