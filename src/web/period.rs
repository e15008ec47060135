//! The period of a professional's journal, as typed into its filter, and the page it goes on at.

use std::time::Duration;

use axum::http::StatusCode;
use serde::Deserialize;

use crate::domain::ids::CaseId;
use crate::domain::time::Instant;
use crate::http::form::FormErrors;
use crate::operations::cases::read as cases;
use crate::operations::read_journal::Journal;
use crate::operations::read_timeline::Cursor;
use crate::operations::read_timeline::Filter;
use crate::text::Text;
use crate::text::sentences::Listener;
use crate::web::lines::DayView;
use crate::web::lines::LineView;
use crate::web::lines::by_day;
use crate::web::lines::read_day;

/// The filter as typed: `from`, `to`, and `apres`, where the page before ended.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Period {
    #[serde(default)]
    pub(super) from: String,
    #[serde(default)]
    pub(super) to: String,
    #[serde(default)]
    apres: String,
}

impl Period {
    /// What it asks for, and what is to correct in it.
    pub(super) fn read(&self, t: Text) -> (Filter, FormErrors) {
        let mut errors = FormErrors::default();
        let mut day = |field: &str, typed: &str| {
            let read = read_day(typed);
            if read.is_none() && !typed.trim().is_empty() {
                errors.add(field, t.get("lines-day-wrong"));
            }
            read
        };
        let (from, to) = (day("from", &self.from), day("to", &self.to));
        (Filter { mandate: None, from, to, after: Cursor::parse(&self.apres) }, errors)
    }

    /// Whether everything is shown.
    pub(super) fn is_empty(&self) -> bool {
        self.from.is_empty() && self.to.is_empty()
    }

    fn after(&self, path: &str, cursor: Cursor) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("from", &self.from), ("to", &self.to)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("apres", &cursor.to_text());
        format!("{path}?{}", query.finish())
    }
}

/// Where a list goes on: `apres`, behind the row of that instant.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct After {
    #[serde(default)]
    apres: String,
}

impl After {
    /// As a place in a list of ledger lines.
    pub(super) fn cursor(&self) -> Option<Cursor> {
        Cursor::parse(&self.apres)
    }

    /// As a place in a list of cases.
    pub(super) fn case(&self) -> Option<cases::After> {
        let cursor = self.cursor()?;
        Some(cases::After { at: cursor.at, case: CaseId::from_uuid(cursor.entry.uuid()) })
    }

    /// The address of the rows behind this one.
    pub(super) fn link(path: &str, at: Instant, id: impl std::fmt::Display) -> String {
        format!("{path}?apres={}.{id}", at.micros())
    }
}

/// What `web/journal.html` shows: lines by day, the filter, the way to older lines.
pub(super) struct JournalView {
    /// The lines, newest first.
    pub(super) days: Vec<DayView>,
    /// The filter as typed.
    pub(super) period: Period,
    /// The page's own path, where the filter leads.
    pub(super) action: String,
    /// Where older lines are.
    pub(super) next: Option<String>,
}

impl JournalView {
    /// A page of a journal at `path`.
    pub(super) fn new(
        t: Text,
        journal: &Journal,
        period: Period,
        path: &str,
        listener: Listener<'_>,
    ) -> Self {
        let lines = journal.lines.iter().map(|line| (line.at.day(), LineView::of_line(t, line, listener)));
        Self {
            days: by_day(t, lines.collect()),
            next: journal.next.map(|next| period.after(path, next)),
            action: path.to_owned(),
            period,
        }
    }
}

/// The status of a page with these corrections.
pub(super) const fn status(errors: &FormErrors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}
/// Days chosen in the list of overlaps.
pub(super) fn overlap(days: &str) -> Option<Duration> {
    let days: u32 = days.parse().ok().filter(|days| *days <= 30)?;
    Some(Duration::from_secs(86_400) * days)
}
