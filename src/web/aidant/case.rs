//! `/aidant/dossiers/{number}`: the case about an act of hers, as the aidant concerned may read it.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::actor::Aidant;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::cases;
use crate::text::sentences::Listener;
use crate::web::aidant::refused;
use crate::web::case::CaseFace;

#[derive(Template)]
#[template(path = "web/aidant/case.html")]
struct CasePage {
    page: Page,
    face: CaseFace,
    contested: String,
}

/// The page.
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    Path(number): Path<String>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let view = cases::read::of_aidant(&app.bench, &aidant, &number).await.map_err(refused(&reader))?;
    let own = aidant.account.id.to_string();
    let page = CasePage {
        page: reader
            .aidant_page(&aidant)
            .titled(t.with("case-title", &[("number", &view.case.number)]))
            .form(),
        face: CaseFace::new(t, &view, Listener::Account(&own)),
        contested: view.case.entry.to_string(),
    };
    Ok(respond::html(StatusCode::OK, &page, &page.page.csp()))
}
