//! Lines of the ledger as pages show them, whoever reads.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::ids::EntryId;
use crate::domain::time::Day;
use crate::operations::bench::Bench;
use crate::operations::contest_line::is_contestable;
use crate::operations::declare_error::is_declarable;
use crate::operations::lines::Group;
use crate::operations::lines::Line;
use crate::operations::merge_organisations::Transfer;
use crate::operations::prove_lines;
use crate::operations::prove_lines::Bundle;
use crate::operations::refusal::Refusal;
use crate::text::Html;
use crate::text::Text;
use crate::text::sentences::Listener;
use crate::text::sentences::THROUGH_BROKER;
use crate::text::sentences::Told;
use crate::text::sentences::mark;

/// A line gets its place in the tree within a second; a page asked for at once waits for it a little.
const PATIENCE: Duration = Duration::from_millis(100);
const TRIES: usize = 30;

/// One line with what stands below it.
pub(super) struct LineView {
    /// Its identifier.
    pub(super) id: String,
    /// `noun.verb`.
    pub(super) kind: String,
    /// When it was written, milliseconds since the Unix epoch.
    pub(super) at_ms: i64,
    /// Whether its contents are still there to be proved.
    pub(super) provable: bool,
    /// The short name of its kind.
    pub(super) title: String,
    /// `""` (an act), `refused`, `read`, `approved`.
    pub(super) mark: &'static str,
    /// The icon of the mark.
    pub(super) icon: &'static str,
    /// The whole sentence; that it was erased, where it was.
    pub(super) sentence: Html,
    /// Day and hour, short, to tell links apart.
    pub(super) moment: String,
    /// Day alone, for tables.
    pub(super) day: String,
    /// Hour alone, for tables.
    pub(super) hour: String,
    /// Whether something was refused.
    pub(super) refused: bool,
    /// Whether an authority read.
    pub(super) read: bool,
    /// What the reader gave as purpose, or another reason in somebody's words.
    pub(super) words: String,
    /// What the administration reported: by whom and when, what.
    pub(super) reports: Vec<(String, String)>,
    /// Whether a report is to be expected and has not come: the administration's name.
    pub(super) no_report: Option<String>,
    /// Whether it can be contested.
    pub(super) contestable: bool,
    /// Whether its aidant may declare an error about it.
    pub(super) declarable: bool,
    /// The number of the case opened about it.
    pub(super) case: Option<String>,
}

/// The lines of one day.
pub(super) struct DayView {
    /// `j1`, `j2`, … as anchors.
    pub(super) id: String,
    /// `Mercredi 3 mars 2027`.
    pub(super) heading: String,
    /// Its lines, newest first.
    pub(super) lines: Vec<LineView>,
}

impl LineView {
    /// A line alone.
    pub(super) fn of_line(t: Text, line: &Line, listener: Listener<'_>) -> Self {
        let refused =
            line.is_refused() || line.kind.ends_with(".refused") || line.kind.ends_with("login_refused");
        let (mark, icon) = mark(&line.kind, refused);
        let told = line.told.as_ref();
        let sentence =
            told.map_or_else(|| Html::escaped(&t.get("ledger-erased")), |told| said(t, told, listener));
        let read = line.kind.starts_with("trail.");
        let words = told.filter(|_| read).map(|told| reading_words(t, told)).unwrap_or_default();
        Self {
            id: line.id.to_string(),
            kind: line.kind.clone(),
            at_ms: line.at.millis(),
            provable: told.is_some(),
            title: t.kind_title(&line.kind),
            mark,
            icon,
            sentence,
            moment: t.moment_short(line.at),
            day: t.day_short(line.at.day()),
            hour: t.at(line.at),
            refused,
            read,
            words,
            reports: Vec::new(),
            no_report: None,
            contestable: is_contestable(&line.kind, line.mandate),
            declarable: is_declarable(&line.kind, line.mandate) && listener.is(line.account),
            case: None,
        }
    }

    /// A line with the reports of its act.
    pub(super) fn of_group(t: Text, group: &Group, listener: Listener<'_>) -> Self {
        let mut view = Self::of_line(t, &group.main, listener);
        view.reports = group.reports.iter().map(|report| report_words(t, report)).collect();
        let told = group.main.told.as_ref();
        let through_broker = told.is_some_and(|told| told.details.word.as_deref() == Some(THROUGH_BROKER));
        if group.main.kind == "act.opened" && view.reports.is_empty() && !through_broker {
            view.no_report = told.and_then(|told| told.client.clone());
        }
        view
    }
}

/// Why somebody read, who approved it, and under which order of a court.
fn reading_words(t: Text, told: &Told) -> String {
    let details = &told.details;
    let approved = details.subject.as_ref().filter(|_| told.kind != "trail.printed");
    let about_request = told.kind.starts_with("trail.reading_");
    [
        details.words.clone(),
        approved.filter(|_| !about_request).map(|name| t.with("lines-approved-by", &[("name", name)])),
        details.reference.as_ref().map(|order| t.with("lines-court-order", &[("order", order)])),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ")
}

/// The sentence of a line; where it tells a deed that was refused, that it was.
fn said(t: Text, told: &Told, listener: Listener<'_>) -> Html {
    let sentence = t.sentence(told, listener);
    match &told.refused {
        Some(reason) if !told.kind.ends_with("refused") => {
            t.html("lines-tried", &[("sentence", &sentence), ("reason", &t.refusal_reason(reason))])
        }
        _ => sentence,
    }
}

/// Who reported when, and what.
fn report_words(t: Text, report: &Line) -> (String, String) {
    let Some(told) = &report.told else { return (t.moment(report.at), t.get("ledger-erased")) };
    let client = told.client.clone().unwrap_or_default();
    let from = t.with("lines-report-from", &[("client", &client), ("moment", &t.moment(report.at))]);
    let details = &told.details;
    let kind = t.receipt_kind(details.word.as_deref().unwrap_or_default());
    let label = details.label.clone().unwrap_or_default();
    let words = match &details.reference {
        Some(reference) => {
            t.with("lines-report-reference", &[("kind", &kind), ("label", &label), ("reference", reference)])
        }
        None => t.with("lines-report", &[("kind", &kind), ("label", &label)]),
    };
    (from, words)
}

/// Groups lines that are in order of time by day.
pub(super) fn by_day(t: Text, lines: Vec<(Day, LineView)>) -> Vec<DayView> {
    let mut days: Vec<(Day, DayView)> = Vec::new();
    for (day, line) in lines {
        match days.last_mut() {
            Some((last, view)) if *last == day => view.lines.push(line),
            _ => {
                let id = format!("j{}", days.len() + 1);
                days.push((day, DayView { id, heading: t.day_heading(day), lines: vec![line] }));
            }
        }
    }
    days.into_iter().map(|(_, view)| view).collect()
}

/// A day as people type it: `03/03/2027`, `3.3.2027`, or `2027-03-03`.
pub(super) fn read_day(typed: &str) -> Option<Day> {
    let typed = typed.trim();
    Day::parse(typed).or_else(|| {
        let parts: Vec<&str> = typed.split(['/', '.', ' ']).collect();
        let [day, month, year] = parts.as_slice() else { return None };
        Day::new(year.parse().ok().filter(|year| *year > 999)?, month.parse().ok()?, day.parse().ok()?)
    })
}

/// A JSON file to keep.
pub(super) fn download(name: &str, file: Vec<u8>) -> Response {
    download_as(name, "application/json", file)
}

/// A file of this type to keep.
pub(super) fn download_as(name: &str, kind: &str, file: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::OK, headers, file).into_response()
}

/// In which form one proof is given: `?format=tlog-proof` for the C2SP text, else JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Format {
    #[default]
    Json,
    TlogProof,
}

/// The file of one proof; waits a moment for a line that was only just written.
pub(super) async fn file_when_ready(bench: &Bench, id: EntryId) -> Result<Vec<u8>, Refusal> {
    prove_lines::as_json(&one_when_ready(bench, id).await?)
}

async fn one_when_ready(bench: &Bench, id: EntryId) -> Result<Bundle, Refusal> {
    for _ in 0..TRIES {
        match prove_lines::one(bench, id).await {
            Err(Refusal::Conflict("proof-pending")) => tokio::time::sleep(PATIENCE).await,
            done => return done,
        }
    }
    prove_lines::one(bench, id).await
}

/// The file of one proof in this form, as an answer.
pub(super) async fn proof_file(bench: &Bench, id: EntryId, form: Form) -> Result<Response, Refusal> {
    let bundle = one_when_ready(bench, id).await?;
    Ok(match form.format {
        Format::Json => download(&format!("procura-preuve-{id}.json"), prove_lines::as_json(&bundle)?),
        Format::TlogProof => {
            let text = prove_lines::as_text(&bundle)?;
            download_as(&format!("procura-preuve-{id}.txt"), "text/plain; charset=utf-8", text.into_bytes())
        }
    })
}

/// Where a mandate went since it was signed, one sentence a move.
pub(super) fn transfers(t: Text, moved: &[Transfer]) -> Vec<String> {
    let line = |one: &Transfer| {
        let date = t.day_long(one.at.day());
        t.with("transfer-words", &[("from", &one.from), ("to", &one.to), ("date", &date)])
    };
    moved.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let third = Day::parse("2027-03-03");
        for typed in ["2027-03-03", "03/03/2027", " 3/3/2027 ", "3.3.2027", "03 03 2027"] {
            assert_eq!(read_day(typed), third, "{typed}");
        }
        for typed in ["", "3/3/27", "31/02/2027", "demain", "2027/03/03"] {
            assert_eq!(read_day(typed), None, "{typed}");
        }
    }
}
