//! What was done in the person's name, by day, with its filter and the file of all proofs.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::http::errors::PageError;
use crate::http::form::FormErrors;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::overview;
use crate::operations::prove_lines;
use crate::operations::prove_lines::MOST_PROOFS;
use crate::operations::read_timeline;
use crate::operations::read_timeline::Cursor;
use crate::operations::read_timeline::Filter;
use crate::text::Text;
use crate::text::sentences::Listener;
use crate::web::lines::DayView;
use crate::web::lines::LineView;
use crate::web::lines::by_day;
use crate::web::lines::download;
use crate::web::lines::read_day;
use crate::web::person::Visit;
use crate::web::verify_kit::Kit;

/// The filter as typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    mandate: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    apres: String,
}

impl Typed {
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
        let filter =
            Filter { mandate: self.mandate.parse().ok(), from, to, after: Cursor::parse(&self.apres) };
        (filter, errors)
    }

    fn query(&self, after: Option<Cursor>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("mandate", &self.mandate), ("from", &self.from), ("to", &self.to)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(cursor) = after {
            query.append_pair("apres", &cursor.to_text());
        }
        query.finish()
    }

    fn is_empty(&self) -> bool {
        self.mandate.is_empty() && self.from.is_empty() && self.to.is_empty()
    }
}

#[derive(Template)]
#[template(path = "web/person/journal.html")]
struct JournalPage {
    page: Page,
    days: Vec<DayView>,
    typed: Typed,
    mandates: Vec<(String, String, bool)>,
    next: Option<String>,
    proofs: String,
    paper: String,
    kit: Kit,
}

/// The timeline.
pub(super) async fn show(
    State(app): State<App>,
    Query(typed): Query<Typed>,
    visit: Visit,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let (filter, errors) = typed.read(t);
    let timeline = read_timeline::read_timeline(&app.bench, &visit.person, filter).await;
    let timeline = timeline.map_err(|refusal| visit.refuse(refusal))?;
    let mut lines = Vec::with_capacity(timeline.groups.len());
    for group in &timeline.groups {
        let mut line = LineView::of_group(t, group, Listener::Person);
        let case = timeline.cases.iter().find(|case| case.entry == group.main.id);
        line.case = case.map(|case| case.number.clone());
        lines.push((group.main.at.day(), line));
    }
    let held = overview::named(&app.bench, &visit.person).await.map_err(|refusal| visit.refuse(refusal))?;
    let mandates = held.iter().map(|(mandate, organisation)| {
        let id = mandate.id.to_string();
        let until = mandate.consent().map(|consent| consent.validity.until.day());
        let until = until.map_or_else(String::new, |day| t.until(day));
        let words = t.with("person-filter-mandate", &[("organisation", organisation), ("until", &until)]);
        let chosen = id == typed.mandate;
        (id, words, chosen)
    });
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = JournalPage {
        page: visit.page(t.get("nav-person-journal")).with_errors(errors),
        days: by_day(t, lines),
        mandates: mandates.collect(),
        kit: Kit::new(&app.bench, t).await.map_err(|refusal| visit.refuse(refusal))?,
        next: timeline.next.map(|next| format!("/personne/journal?{}", typed.query(Some(next)))),
        proofs: format!("/personne/journal/preuves?{}", typed.query(None)),
        paper: format!(
            "/personne/journal.pdf?{}",
            Typed { mandate: String::new(), ..typed.clone() }.query(None)
        ),
        typed,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// One file with the proofs of every line of the filter, newest first.
pub(super) async fn proofs(
    State(app): State<App>,
    Query(typed): Query<Typed>,
    visit: Visit,
) -> Result<Response, PageError> {
    let (filter, _) = typed.read(visit.reader.t);
    let ids = read_timeline::line_ids(&app.bench, &visit.person, filter, MOST_PROOFS).await;
    let ids = ids.map_err(|refusal| visit.refuse(refusal))?;
    let file = prove_lines::file_of(&app.bench, &ids).await.map_err(|refusal| visit.refuse(refusal))?;
    Ok(download("procura-journal.json", file))
}
