//! Orders of courts on a page: the list, and the form that takes one down from paper.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::court_orders;
use crate::operations::court_orders::NewOrder;
use crate::operations::court_orders::OrderView;
use crate::operations::court_orders::Recorder;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::lines::read_day;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    court: String,
    number: String,
    decided_on: String,
    shown_on: String,
    person: String,
    document: String,
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

    fn order(&self) -> NewOrder {
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
struct OrderRow {
    title: String,
    decided_on: String,
    shown_on: String,
    recorded: String,
    own: bool,
}

fn rows(t: Text, views: &[OrderView]) -> Vec<OrderRow> {
    let row = |view: &OrderView| OrderRow {
        title: view.title.clone(),
        decided_on: read_day(&view.decided_on).map(|day| t.day_short(day)).unwrap_or_default(),
        shown_on: t.day_short(view.shown_from.day()),
        recorded: t.moment_short(view.recorded_at),
        own: view.own,
    };
    views.iter().map(row).collect()
}

/// Where the list goes on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    pub(super) apres: String,
}

/// Where the page stands in a space.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Its own path.
    pub(super) path: &'static str,
    /// The page before it, and the key of that one's name.
    pub(super) back: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "web/court_orders.html")]
struct OrdersPage {
    page: Page,
    place: Place,
    rows: Vec<OrderRow>,
    typed: Typed,
    next: Option<String>,
}

/// What an order was taken down as, or what is to be corrected in it.
pub(super) enum TakenDown {
    Kept,
    Wrong(Typed, Vec<FieldFault>),
}

/// Takes an order down as it was typed.
pub(super) async fn take_down(
    app: &App,
    by: Recorder<'_>,
    typed: Typed,
    reference: Option<&str>,
) -> Result<TakenDown, Refusal> {
    match court_orders::record(&app.bench, by, &typed.order(), reference).await {
        Ok(_) => Ok(TakenDown::Kept),
        Err(Refusal::Invalid(faults)) => Ok(TakenDown::Wrong(typed, faults)),
        Err(refusal) => Err(refusal),
    }
}

/// The list behind `after` with the form as typed, and what is to be corrected in it.
pub(super) async fn show(
    app: &App,
    (page, place): (Page, Place),
    by: Recorder<'_>,
    (after, typed): (&str, Typed),
    faults: &[FieldFault],
) -> Result<Response, Refusal> {
    let (views, more) = court_orders::list(&app.bench, by, after.parse().ok()).await?;
    let last = views.last().filter(|_| more).map(|view| view.id);
    let mut wrong = FormErrors::default();
    for fault in faults {
        wrong.add(fault.field, page.t.get(fault.key));
    }
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = OrdersPage {
        rows: rows(page.t, &views),
        page: page.wide().with_errors(wrong),
        place,
        typed,
        next: last.map(|id| format!("{}?apres={id}", place.path)),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}
