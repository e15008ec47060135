//! The reading under way in this session: why, of whom, and which lines.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::PersonId;
use crate::http::form::FormErrors;
use crate::http::session::AuthoritySession;
use crate::operations::actors::AuthorityActor;
use crate::operations::bench::Bench;
use crate::operations::read_trail;
use crate::operations::read_trail::Purpose;
use crate::operations::read_trail::TrailFilter;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::lines::read_day;

const KEY: &str = "reading";

/// What the agent has typed so far; kept in the session, never in an address.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Reading {
    pub(super) purpose: String,
    pub(super) purpose_case: String,
    pub(super) found: Option<PersonId>,
    pub(super) person: String,
    pub(super) aidant: String,
    pub(super) organisation: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kind: String,
    pub(super) case: String,
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

    /// The lines asked for, and what of it cannot be read.
    pub(super) fn filter(&self, t: Text) -> (TrailFilter, FormErrors) {
        let mut errors = FormErrors::default();
        let mut day = |field: &str, typed: &str| {
            let read = read_day(typed);
            if read.is_none() && !typed.trim().is_empty() {
                errors.add(field, t.get("lines-day-wrong"));
            }
            read
        };
        let (from, to) = (day("from", &self.from), day("to", &self.to));
        let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let filter = TrailFilter {
            aidant: typed(&self.aidant),
            organisation: self.organisation.parse().ok(),
            from,
            to,
            kind: typed(&self.kind),
            case: typed(&self.case),
            line: None,
        };
        (filter, errors)
    }
}
