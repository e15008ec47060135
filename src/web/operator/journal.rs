//! `/operateur/journal`: what operators did, and the life of the keys.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::read_journal;
use crate::text::sentences::Listener;
use crate::web::operator::Desk;
use crate::web::period;
use crate::web::period::JournalView;
use crate::web::period::Period;

const PATH: &str = "/operateur/journal";

#[derive(Template)]
#[template(path = "web/operator/journal.html")]
struct JournalPage {
    page: Page,
    journal: JournalView,
}

/// `GET /operateur/journal?from=…&to=…`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Query(period): Query<Period>,
) -> Result<Response, PageError> {
    let t = desk.t();
    let (filter, errors) = period.read(t);
    let journal = read_journal::read_operators(&app.bench, &desk.operator, filter).await;
    let journal = journal.map_err(|refusal| desk.refuse(refusal))?;
    let own = desk.operator.staff.as_ref().map(|staff| staff.account.id.to_string());
    let listener = own.as_deref().map_or(Listener::Other, Listener::Account);
    let status = period::status(&errors);
    let view = JournalPage {
        page: desk.page(t.get("operator-journal-title")).form().with_errors(errors),
        journal: JournalView::new(t, &journal, period, PATH, listener),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}
