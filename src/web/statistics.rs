//! The page of figures, for everybody and for staff: charts that also read as tables, and the same numbers as a file.

use std::collections::BTreeMap;
use std::fmt::Write;

use askama::Template;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::departement;
use crate::domain::statistics::Measure;
use crate::domain::statistics::Month;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::http::page::Page;
use crate::http::respond;
use crate::operations::read_statistics::MONTHLY;
use crate::operations::read_statistics::Series;
use crate::operations::read_statistics::Statistics;
use crate::operations::read_statistics::sum;
use crate::text::Html;
use crate::text::Text;
use crate::text::themes;

/// The longest bar, in hundredths of the chart's width; the rest is for its number.
const LONGEST: i64 = 70;
/// Bars of the chart of départements.
const MOST_BARS: usize = 10;

/// One bar with its words.
struct Bar {
    title: String,
    count: String,
    width: i64,
    number_at: i64,
}

/// One row of a table.
struct Row {
    title: String,
    cells: Vec<String>,
}

/// One département to choose.
struct Choice {
    code: String,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "web/statistics.html")]
struct StatisticsPage {
    page: Page,
    lead: String,
    whole_months: bool,
    figures: Vec<(String, String)>,
    action: String,
    departements: Vec<Choice>,
    months_title: String,
    months_chart: Option<Html>,
    months: Vec<Row>,
    themes: Vec<Bar>,
    theme_rows: Vec<Row>,
    bars: Vec<Bar>,
    rows: Vec<Row>,
    counted: Option<String>,
}

/// What a page needs beside the figures.
pub(super) struct Frame {
    /// The page, with its title.
    pub(super) page: Page,
    /// Its own path.
    pub(super) action: &'static str,
    /// The code of a département to look at; anything else is the whole country.
    pub(super) departement: String,
    /// Whether a month that has begun is among them.
    pub(super) whole_months: bool,
    /// When it is shown.
    pub(super) now: Instant,
}

/// The page.
pub(super) fn page(frame: Frame, shown: &Statistics) -> Response {
    let t = frame.page.t;
    let place = name_of(&frame.departement);
    let empty = BTreeMap::new();
    let series = match place {
        Some(_) => shown.departements.get(&frame.departement).unwrap_or(&empty),
        None => &shown.country,
    };
    let acts = series.get(&Measure::Acts).cloned().unwrap_or_default();
    let months_title = match place {
        Some(name) => t.with("stat-months-of", &[("place", &name)]),
        None => t.get("stat-months"),
    };
    let view = StatisticsPage {
        lead: lead(t, &shown.months),
        whole_months: frame.whole_months,
        figures: figures(t, shown),
        action: frame.action.to_owned(),
        departements: choices(&frame.departement),
        months_chart: chart(t, &shown.months, &acts),
        months_title,
        months: month_rows(t, &shown.months, series),
        themes: theme_bars(t, &shown.themes),
        theme_rows: shown.themes.iter().map(|(theme, series)| theme_row(t, *theme, series)).collect(),
        bars: departement_bars(t, shown),
        rows: departement_rows(t, shown),
        counted: (!frame.whole_months).then(|| t.moment(frame.now)),
        page: frame.page.wide(),
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}

fn name_of(code: &str) -> Option<&'static str> {
    departement::name(code)
}

fn month_name(t: Text, month: Month) -> String {
    month.first_day().map_or_else(|| month.to_string(), |day| t.month_of(day))
}

fn lead(t: Text, months: &[Month]) -> String {
    let name = |month: Option<&Month>| month.map_or_else(String::new, |month| month_name(t, *month));
    t.with("stat-lead", &[("first", &name(months.first())), ("last", &name(months.last()))])
}

fn cell(t: Text, cell: Option<i64>) -> String {
    cell.map_or_else(|| t.get("stat-hidden"), |count| t.number(count))
}

/// The sum of what is shown; "at least" where something is hidden.
fn at_least(t: Text, series: &[Option<i64>]) -> String {
    match sum(series) {
        (count, true) => t.number(count),
        (0, false) => t.get("stat-hidden"),
        (count, false) => t.with("stat-at-least", &[("count", &count)]),
    }
}

fn figures(t: Text, shown: &Statistics) -> Vec<(String, String)> {
    let of = |measure: Measure| shown.country.get(&measure).cloned().unwrap_or_default();
    let organisations: Series = shown.organisations.values().copied().collect();
    vec![
        (t.get("stat-figure-acts"), at_least(t, &of(Measure::Acts))),
        (t.get("stat-figure-mandates"), at_least(t, &of(Measure::Mandates))),
        (t.get("stat-figure-orientations"), at_least(t, &of(Measure::Orientations))),
        (
            t.get("stat-figure-active"),
            if shown.active_mandates == 0 {
                t.get("stat-under-ten")
            } else {
                t.with("stat-about", &[("count", &shown.active_mandates)])
            },
        ),
        (t.get("stat-figure-organisations"), at_least(t, &organisations)),
    ]
}

fn choices(chosen: &str) -> Vec<Choice> {
    departement::ALL
        .iter()
        .map(|(code, name)| Choice {
            code: (*code).to_owned(),
            name: format!("{name} ({code})"),
            chosen: *code == chosen,
        })
        .collect()
}

/// Bars side by side, one for each month; a hidden number has none. Nothing is drawn where nothing is shown.
fn chart(t: Text, months: &[Month], series: &Series) -> Option<Html> {
    let most = series.iter().flatten().copied().max().filter(|most| *most > 0)?;
    let (bottom, height) = (244, 210);
    let mut svg = String::new();
    let described: Vec<String> = months
        .iter()
        .zip(series)
        .map(|(month, count)| format!("{} : {}", month_name(t, *month), cell(t, *count)))
        .collect();
    let label = Html::escaped(&t.with("stat-chart-label", &[("months", &described.join(", "))]));
    // Writing to a String cannot fail.
    let _ = write!(
        svg,
        r#"<svg role="img" aria-label="{label}" width="100%" height="280"><line class="chart__base" x1="0" x2="100%" y1="{bottom}" y2="{bottom}"/>"#
    );
    for (at, (month, count)) in (0_i64..).zip(months.iter().zip(series)) {
        let middle = 4 + at * 8;
        let words = Html::escaped(&short_month(t, *month));
        let every = if at % 2 == 0 { "" } else { r#" class="wide-only""# };
        let _ = write!(svg, r#"<text{every} x="{middle}%" y="268" text-anchor="middle">{words}</text>"#);
        let Some(count) = count.filter(|count| *count > 0) else { continue };
        let tall = (count * height / most).max(3);
        let top = bottom - tall;
        let left = middle - 3;
        let _ = write!(
            svg,
            r#"<rect class="chart__bar" x="{left}%" width="6%" y="{top}" height="{tall}" rx="3"/>"#
        );
        let _ = write!(
            svg,
            r#"<text class="wide-only" x="{middle}%" y="{}" text-anchor="middle">{}</text>"#,
            top - 8,
            t.number(count)
        );
    }
    svg.push_str("</svg>");
    Some(Html::trusted(svg))
}

fn short_month(t: Text, month: Month) -> String {
    month.to_string().get(5..).map_or_else(String::new, |number| t.get(&format!("stat-month-{number}")))
}

fn month_rows(t: Text, months: &[Month], series: &BTreeMap<Measure, Series>) -> Vec<Row> {
    let at = |measure: &Measure, place: usize| {
        series.get(measure).and_then(|series| series.get(place)).copied().unwrap_or(Some(0))
    };
    months
        .iter()
        .enumerate()
        .map(|(place, month)| Row {
            title: month_name(t, *month),
            cells: MONTHLY.iter().map(|measure| cell(t, at(measure, place))).collect(),
        })
        .collect()
}

fn bars(t: Text, counted: Vec<(String, Series)>, most_bars: usize) -> Vec<Bar> {
    let mut all: Vec<(String, Series, i64)> = counted
        .into_iter()
        .map(|(title, series)| {
            let (count, _) = sum(&series);
            (title, series, count)
        })
        .collect();
    all.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    all.truncate(most_bars);
    let most = all.first().map_or(1, |(_, _, count)| (*count).max(1));
    all.into_iter()
        .map(|(title, series, count)| Bar {
            title,
            count: at_least(t, &series),
            width: count * LONGEST / most,
            number_at: count * LONGEST / most + i64::from(count > 0) * 2,
        })
        .collect()
}

fn theme_bars(t: Text, shown: &BTreeMap<Theme, Series>) -> Vec<Bar> {
    let counted = shown
        .iter()
        .map(|(theme, series)| (themes().title(*theme, t.language()).to_owned(), series.clone()))
        .collect();
    bars(t, counted, Theme::ALL.len())
}

fn theme_row(t: Text, theme: Theme, series: &Series) -> Row {
    Row { title: themes().title(theme, t.language()).to_owned(), cells: vec![at_least(t, series)] }
}

fn place_name(t: Text, code: &str) -> String {
    name_of(code).map_or_else(|| t.get("stat-elsewhere"), |name| format!("{name} ({code})"))
}

/// Whether anything but nought stands there.
fn says_something(shown: &Statistics, code: &str) -> bool {
    let series = shown.departements.get(code);
    let counted =
        series.is_some_and(|all| all.values().flatten().any(|cell| cell.is_some_and(|cell| cell > 0)));
    counted || shown.organisations.get(code).is_some_and(|cell| cell.is_some_and(|cell| cell > 0))
}

fn departement_bars(t: Text, shown: &Statistics) -> Vec<Bar> {
    let acts = |all: &BTreeMap<Measure, Series>| all.get(&Measure::Acts).cloned().unwrap_or_default();
    let counted = shown
        .departements
        .iter()
        .filter(|(_, all)| sum(&acts(all)).0 > 0)
        .map(|(code, all)| (place_name(t, code), acts(all)))
        .collect();
    bars(t, counted, MOST_BARS)
}

/// Every département in which something is shown.
fn departement_rows(t: Text, shown: &Statistics) -> Vec<Row> {
    let row = |(code, all): (&String, &BTreeMap<Measure, Series>)| {
        let mut cells: Vec<String> = MONTHLY
            .iter()
            .map(|measure| at_least(t, all.get(measure).map_or(&[][..], Vec::as_slice)))
            .collect();
        cells.push(cell(t, shown.organisations.get(code).copied().unwrap_or(Some(0))));
        Row { title: place_name(t, code), cells }
    };
    shown.departements.iter().filter(|(code, _)| says_something(shown, code)).map(row).collect()
}

/// The same numbers as a file: UTF-8, commas; a hidden number is `nc`.
pub(super) fn csv(shown: &Statistics) -> Response {
    let mut text = String::from("mois,mesure,departement,demarche,nombre\r\n");
    let number = |cell: &Option<i64>| cell.map_or_else(|| "nc".to_owned(), |count| count.to_string());
    let mut line = |month: &str, measure: &str, departement: &str, theme: &str, cell: &Option<i64>| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{month},{measure},{departement},{theme},{}\r\n", number(cell));
    };
    for (measure, series) in &shown.country {
        for (month, cell) in shown.months.iter().zip(series) {
            line(&month.to_string(), measure.as_str(), "", "", cell);
        }
    }
    for (code, all) in &shown.departements {
        let code = if code.is_empty() { "inconnu" } else { code };
        for (measure, series) in all {
            for (month, cell) in shown.months.iter().zip(series) {
                line(&month.to_string(), measure.as_str(), code, "", cell);
            }
        }
    }
    for (theme, series) in &shown.themes {
        for (month, cell) in shown.months.iter().zip(series) {
            line(&month.to_string(), Measure::Acts.as_str(), "", theme.key(), cell);
        }
    }
    for (code, cell) in &shown.organisations {
        let code = if code.is_empty() { "inconnu" } else { code };
        line("", Measure::Organisations.as_str(), code, "", cell);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"procura-statistiques.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::OK, headers, text).into_response()
}
