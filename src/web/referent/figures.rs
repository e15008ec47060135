//! `/referent/chiffres`: mandates and acts of an organisation, by aidant and month.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::ids::OrganisationId;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::team_activity;
use crate::operations::team_activity::Activity;
use crate::operations::team_activity::Month;
use crate::text::Text;
use crate::web::referent::Desk;

/// The longest bar, in percent of its place: room is left for its number.
const LONGEST: i64 = 78;

struct Bar {
    title: String,
    count: String,
    width: i64,
    number_at: i64,
}

struct Row {
    name: String,
    cells: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "web/referent/figures.html")]
struct FiguresPage {
    page: Page,
    name: String,
    others: Vec<(String, String)>,
    acts: Vec<Bar>,
    mandates: Vec<Bar>,
    months: Vec<String>,
    rows: Vec<Row>,
    total: Vec<String>,
}

/// `GET /referent/chiffres`: of the first organisation by name.
pub(super) async fn first(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let first = desk.organisations.first().map(|organisation| organisation.id);
    // Her team's page says why there is nothing.
    let Some(id) = first else { return Ok(respond::see_other("/referent")) };
    page(&app, &desk, id).await
}

/// `GET /referent/chiffres/{organisation}`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = desk.organisation(&id)?.id;
    page(&app, &desk, id).await
}

async fn page(app: &App, desk: &Desk, id: OrganisationId) -> Result<Response, PageError> {
    let t = desk.t();
    let activity = team_activity::activity(&app.bench, desk.whose(), id).await;
    let activity = activity.map_err(|refusal| desk.refuse(refusal))?;
    let (here, others): (Vec<_>, Vec<_>) = desk.organisations.iter().partition(|one| one.id == id);
    let name = here.first().map_or_else(String::new, |organisation| organisation.name.clone());
    let months: Vec<String> = activity.months.iter().map(|first| t.month_of(*first)).collect();
    let view = FiguresPage {
        page: desk.page(t.with("referent-figures-title", &[("organisation", &name)])).wide(),
        name,
        others: others
            .into_iter()
            .map(|one| (format!("/referent/chiffres/{}", one.id), one.name.clone()))
            .collect(),
        acts: bars(t, &months, &activity, |month| month.acts),
        mandates: bars(t, &months, &activity, |month| month.mandates),
        rows: activity
            .rows
            .iter()
            .map(|row| Row {
                name: row.name.show().clone(),
                cells: months.iter().cloned().zip(row.months.iter().map(|month| cell(t, *month))).collect(),
            })
            .collect(),
        total: activity.total.iter().map(|month| cell(t, *month)).collect(),
        months,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn cell(t: Text, month: Month) -> String {
    t.with("referent-figures-cell", &[("mandates", &month.mandates), ("acts", &month.acts)])
}

fn bars(t: Text, months: &[String], activity: &Activity, of: impl Fn(&Month) -> i64) -> Vec<Bar> {
    let most = activity.total.iter().map(&of).max().unwrap_or(0).max(1);
    months
        .iter()
        .zip(&activity.total)
        .map(|(title, month)| {
            let count = of(month);
            Bar {
                title: title.clone(),
                count: t.number(count),
                width: count * LONGEST / most,
                number_at: count * LONGEST / most + i64::from(count > 0) * 2,
            }
        })
        .collect()
}
