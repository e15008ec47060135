//! Orders of courts on a page: the list, and the form that takes one down from paper.

use axum::http::StatusCode;

use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::operations::court_orders::NewOrder;
use crate::operations::court_orders::OrderView;
use crate::operations::refusal::FieldFault;
use crate::text::Text;
use crate::web::lines::read_day;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub(super) court: String,
    pub(super) number: String,
    pub(super) decided_on: String,
    pub(super) shown_on: String,
    pub(super) person: String,
    pub(super) document: String,
}

impl Typed {
    pub(super) fn read(fields: &FormFields) -> Result<Self, BadForm> {
        let one = |name: &str| fields.one(name).map(|value| value.unwrap_or_default().trim().to_owned());
        Ok(Self {
            court: one("court")?,
            number: one("number")?,
            decided_on: one("decided_on")?,
            shown_on: one("shown_on")?,
            person: one("person")?,
            document: one("document")?,
        })
    }

    pub(super) fn order(&self) -> NewOrder {
        NewOrder {
            court: self.court.clone(),
            number: self.number.clone(),
            decided_on: read_day(&self.decided_on),
            shown_on: read_day(&self.shown_on),
            person: self.person.clone(),
            document: self.document.clone(),
        }
    }
}

/// One order of the list.
pub(super) struct OrderRow {
    pub(super) title: String,
    pub(super) decided_on: String,
    pub(super) shown_on: String,
    pub(super) recorded: String,
    pub(super) own: bool,
}

pub(super) fn rows(t: Text, views: &[OrderView]) -> Vec<OrderRow> {
    let row = |view: &OrderView| OrderRow {
        title: view.title.clone(),
        decided_on: read_day(&view.decided_on).map(|day| t.day_short(day)).unwrap_or_default(),
        shown_on: t.day_short(view.shown_from.day()),
        recorded: t.moment_short(view.recorded_at),
        own: view.own,
    };
    views.iter().map(row).collect()
}

/// What to correct, in words.
pub(super) fn errors(t: Text, faults: &[FieldFault]) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        errors.add(fault.field, t.get(fault.key));
    }
    errors
}

/// The status of a page with these corrections.
pub(super) const fn status(errors: &FormErrors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}
