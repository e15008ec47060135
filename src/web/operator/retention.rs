//! `/operateur/retention`: how long what is kept, what was dropped lately, and when the next turn is.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::time::Instant;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::apply_retention;
use crate::operations::apply_retention::Run;
use crate::operations::apply_retention::Term;
use crate::text::Text;
use crate::web::operator::Desk;

const RUNS: i64 = 14;
const DAY: u64 = 86_400;

struct TermRow {
    title: String,
    words: String,
    kept: String,
}

struct RunRow {
    day: String,
    state: String,
    dropped: Vec<String>,
}

#[derive(Template)]
#[template(path = "web/operator/retention.html")]
struct RetentionPage {
    page: Page,
    terms: Vec<TermRow>,
    runs: Vec<RunRow>,
    next: String,
}

/// `GET /operateur/retention`
pub(super) async fn show(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let t = desk.t();
    let runs = apply_retention::runs(&app.bench, RUNS).await.map_err(|refusal| desk.refuse(refusal))?;
    let terms = apply_retention::terms(&app.bench);
    let view = RetentionPage {
        page: desk.page(t.get("nav-operator-retention")).wide(),
        terms: terms.iter().map(|term| term_row(t, term)).collect(),
        next: next(t, &runs, app.bench.now()),
        runs: runs.iter().map(|run| run_row(t, run)).collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn term_row(t: Text, term: &Term) -> TermRow {
    TermRow {
        title: t.get(&format!("retention-{}", term.class)),
        words: t.get(&format!("retention-{}-words", term.class)),
        kept: span(t, term.kept),
    }
}

fn span(t: Text, span: Duration) -> String {
    let days = span.as_secs() / DAY;
    match days {
        0 => t.with("retention-hours", &[("count", &(span.as_secs() / 3_600))]),
        // Years of 365.25 days, where they are whole ones to within a day.
        days if days >= 365 && (days * 100 % 36_525 < 100 || days * 100 % 36_525 > 36_425) => {
            t.with("retention-years", &[("count", &((days * 100 + 100) / 36_525))])
        }
        days => t.with("retention-days", &[("count", &days)]),
    }
}

fn next(t: Text, runs: &[Run], now: Instant) -> String {
    let today = now.day();
    match runs.first() {
        Some(run) if run.day == today && run.ended_at.is_some() => {
            t.with("retention-next", &[("day", &t.day_long(today.plus_days(1)))])
        }
        _ => t.get("retention-next-soon"),
    }
}

fn run_row(t: Text, run: &Run) -> RunRow {
    RunRow {
        day: t.day_long(run.day),
        state: match run.ended_at {
            Some(at) => t.with("retention-ended", &[("time", &t.at(at))]),
            None => t.with("retention-begun", &[("time", &t.at(run.begun_at))]),
        },
        dropped: run
            .counts
            .iter()
            .map(|(class, count)| {
                let title = t.get(&format!("retention-{class}"));
                t.with("retention-dropped", &[("class", &title), ("count", count)])
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn terms_are_told_in_the_largest_whole_unit() {
        let t = Text::new(Language::Fr);
        let day = Duration::from_secs(DAY);
        let told: Vec<String> =
            [day * 2_192, day * 1_826, day * 30, day, Duration::from_secs(3_600), day * 366, day * 400]
                .into_iter()
                .map(|kept| span(t, kept))
                .collect();
        assert_eq!(told, ["6 ans", "5 ans", "30 jours", "1 jour", "1 heure", "1 an", "400 jours"]);
    }
}
