//! `/autorite/lectures/ordonnances`: orders of courts; whoever records one reads nothing under it.

use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::court_orders::Recorder;
use crate::operations::refusal::FieldFault;
use crate::web::authority::Desk;
use crate::web::authority::FreshDesk;
use crate::web::court_orders;
use crate::web::court_orders::Asked;
use crate::web::court_orders::Place;
use crate::web::court_orders::TakenDown;
use crate::web::court_orders::Typed;

const PLACE: Place =
    Place { path: "/autorite/lectures/ordonnances", back: ("/autorite/lectures", "nav-authority-readings") };

async fn page(
    app: &App,
    desk: &Desk,
    typed: (&str, Typed),
    faults: &[FieldFault],
) -> Result<Response, PageError> {
    let page = desk.page(desk.reader.t.get("court-orders-authority"));
    let by = Recorder::Authority(&desk.authority);
    let shown = court_orders::show(app, (page, PLACE), by, typed, faults).await;
    shown.map_err(|refusal| desk.refuse(refusal))
}

/// The list and the form.
pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    FreshDesk(desk): FreshDesk,
) -> Result<Response, PageError> {
    page(&app, &desk, (&asked.apres, Typed::default()), &[]).await
}

/// Records one.
pub(super) async fn record(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| desk.bad_form(bad))?;
    let typed = Typed::read(&fields).map_err(|bad| desk.bad_form(bad))?;
    let by = Recorder::Authority(&desk.authority);
    let taken = court_orders::take_down(&app, by, typed, desk.reference()).await;
    match taken.map_err(|refusal| desk.refuse(refusal))? {
        TakenDown::Kept => Ok(respond::see_other(PLACE.path)),
        TakenDown::Wrong(typed, faults) => page(&app, &desk, ("", typed), &faults).await,
    }
}
