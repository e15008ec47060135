//! `/autorite/lectures/ordonnances`: orders of courts; whoever records one reads nothing under it.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::court_orders;
use crate::operations::court_orders::Recorder;
use crate::operations::refusal::Refusal;
use crate::web::authority::Desk;
use crate::web::court_orders::OrderRow;
use crate::web::court_orders::Typed;
use crate::web::court_orders::errors;
use crate::web::court_orders::rows;
use crate::web::court_orders::status;

const PATH: &str = "/autorite/lectures/ordonnances";

/// Where the list goes on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    apres: String,
}

#[derive(Template)]
#[template(path = "web/authority/orders.html")]
struct OrdersPage {
    page: Page,
    action: &'static str,
    rows: Vec<OrderRow>,
    typed: Typed,
    next: Option<String>,
}

async fn page(
    app: &App,
    desk: &Desk,
    (after, typed): (&str, Typed),
    wrong: FormErrors,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let by = Recorder::Authority(&desk.authority);
    let found = court_orders::list(&app.bench, by, after.parse().ok()).await;
    let (views, more) = found.map_err(|refusal| desk.refuse(refusal))?;
    let last = views.last().filter(|_| more).map(|view| view.id);
    let status = status(&wrong);
    let view = OrdersPage {
        page: desk.page(t.get("court-orders-authority")).wide().with_errors(wrong),
        action: PATH,
        rows: rows(t, &views),
        typed,
        next: last.map(|id| format!("{PATH}?apres={id}")),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// The list and the form.
pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    desk: Desk,
) -> Result<Response, PageError> {
    page(&app, &desk, (&asked.apres, Typed::default()), FormErrors::default()).await
}

/// Records one.
pub(super) async fn record(
    State(app): State<App>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| desk.bad_form(bad))?;
    let typed = Typed::read(&fields).map_err(|bad| desk.bad_form(bad))?;
    let by = Recorder::Authority(&desk.authority);
    match court_orders::record(&app.bench, by, &typed.order(), desk.reference()).await {
        Ok(_) => Ok(respond::see_other(PATH)),
        Err(Refusal::Invalid(faults)) => {
            let wrong = errors(desk.reader.t, &faults);
            page(&app, &desk, ("", typed), wrong).await
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}
