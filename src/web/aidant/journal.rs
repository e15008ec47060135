//! `/aidant/journal`: what the aidant did, and what was decided about her, newest first.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::http::actor::Aidant;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::read_journal;
use crate::text::sentences::Listener;
use crate::web::aidant::refused;
use crate::web::period;
use crate::web::period::JournalView;
use crate::web::period::Period;

const PATH: &str = "/aidant/journal";

#[derive(Template)]
#[template(path = "web/aidant/journal.html")]
struct JournalPage {
    page: Page,
    journal: JournalView,
}

/// `GET /aidant/journal?from=…&to=…`
pub(super) async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    Query(period): Query<Period>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let (filter, errors) = period.read(t);
    let journal = read_journal::read_own(&app.bench, &aidant, filter).await.map_err(refused(&reader))?;
    let own = aidant.account.id.to_string();
    let status = period::status(&errors);
    let view = JournalPage {
        page: reader.aidant_page(&aidant).titled(t.get("aidant-journal-title")).form().with_errors(errors),
        journal: JournalView::new(t, &journal, period, PATH, Listener::Account(&own)),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}
