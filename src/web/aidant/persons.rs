//! `/aidant/personnes`: everyone who gave the organisation a mandate, found by name.

use askama::Template;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::actor::Aidant;
use crate::http::errors::PageError;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::aidant_mandates;
use crate::web::aidant::bad_form;
use crate::web::aidant::refused;
use crate::web::aidant::rows;
use crate::web::aidant::rows::Row;

const LONGEST_QUERY: usize = 100;

#[derive(Template)]
#[template(path = "web/aidant/persons.html")]
struct Persons {
    page: Page,
    query: String,
    rows: Vec<Row>,
    organisation: String,
}

/// `GET /aidant/personnes?nom=…`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let t = reader.t;
    let fields = FormFields::parse(query.unwrap_or_default().as_bytes()).map_err(bad_form(&reader))?;
    let query: String = fields
        .one("nom")
        .map_err(bad_form(&reader))?
        .unwrap_or_default()
        .chars()
        .take(LONGEST_QUERY)
        .collect();
    let today = app.bench.now().day();
    let views = aidant_mandates::all(&app.bench, &aidant).await.map_err(refused(&reader))?;
    let found = views.iter().filter(|view| match &view.person {
        Some(person) => aidant_mandates::found_by(person, &query),
        None => query.trim().is_empty(),
    });
    let mut rows: Vec<Row> = found.filter_map(|view| rows::row(t, view, today)).collect();
    rows.sort_by_key(|row| row.name.to_lowercase());
    let view = Persons {
        page: reader.aidant_page(&aidant).titled(t.get("nav-aidant-persons")).wide(),
        query,
        rows,
        organisation: aidant.organisation.name.clone(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}
