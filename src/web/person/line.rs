//! One line of the journal with the check of its proof, and the proof as a file.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::ids::EntryId;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::prove::Check;
use crate::operations::prove_lines;
use crate::operations::prove_lines::Proved;
use crate::operations::read_timeline::Single;
use crate::operations::read_timeline::read_line;
use crate::text::sentences::Listener;
use crate::text::themes;
use crate::web::lines::Form;
use crate::web::lines::LineView;
use crate::web::lines::proof_file;
use crate::web::person::Visit;
use crate::web::verify_kit::Kit;

/// What a link to this page may say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    fait: String,
}

#[derive(Template)]
#[template(path = "web/person/line.html")]
struct LinePage {
    page: Page,
    line: LineView,
    kind: String,
    proved: Proved,
    verdict: Verdict,
    written: String,
    checked: String,
    knots: Vec<(String, String)>,
    others: Vec<(String, String)>,
    contested_now: bool,
    suspended: bool,
    kit: Kit,
}

/// The result in the words of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Holds { index: u64, size: u64 },
    Pending,
    Erased,
    Broken,
}

impl LinePage {
    const fn holds(&self) -> bool {
        matches!(self.verdict, Verdict::Holds { .. })
    }

    fn waits(&self) -> bool {
        self.verdict == Verdict::Pending
    }

    const fn place(&self) -> (u64, u64) {
        match self.verdict {
            Verdict::Holds { index, size } => (index, size),
            Verdict::Pending | Verdict::Erased | Verdict::Broken => (0, 0),
        }
    }

    const fn verdict_key(&self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self.verdict {
            Verdict::Holds { .. } => ("", "seal", "proof-holds", "proof-holds-words"),
            Verdict::Pending => ("waiting", "clock", "proof-pending", "proof-pending-words"),
            Verdict::Erased => ("", "seal", "proof-erased", "proof-erased-words"),
            Verdict::Broken => ("stopped", "warning", "proof-broken", "proof-broken-words"),
        }
    }
}

/// The line, who acted for whom, and what was checked.
pub(super) async fn show(
    State(app): State<App>,
    Path(entry): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let id: EntryId = entry.parse().map_err(|_| visit.not_found())?;
    let single = read_line(&app.bench, &visit.person, id).await.map_err(|refusal| visit.refuse(refusal))?;
    let proved = prove_lines::prove_line(&app.bench, id).await.map_err(|refusal| visit.refuse(refusal))?;
    let verdict = match proved.check {
        Check::Holds { index, size } => Verdict::Holds { index: index + 1, size },
        Check::Pending => Verdict::Pending,
        Check::Erased => Verdict::Erased,
        Check::Broken => Verdict::Broken,
    };
    let mut line = LineView::of_group(t, &single.group, Listener::Person);
    line.case = single.case.as_ref().map(|case| case.number.clone());
    let inside = single.group.reports.iter().chain(&single.group.others);
    let view = LinePage {
        page: visit.page(t.get("proof-title")),
        kind: single.group.main.kind.clone(),
        written: t.moment(single.group.main.at),
        checked: t.moment(app.bench.now()),
        knots: knots(&visit, &single),
        others: inside.map(|other| (other.id.to_string(), t.kind_title(&other.kind))).collect(),
        contested_now: asked.fait == "contester" && line.case.is_some(),
        suspended: !single.in_force,
        kit: Kit::new(&app.bench, t).await.map_err(|refusal| visit.refuse(refusal))?,
        line,
        proved,
        verdict,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// Who acts, organisation, for whom, what, where: as far as the line says it.
fn knots(visit: &Visit, single: &Single) -> Vec<(String, String)> {
    let t = visit.reader.t;
    let Some(told) = &single.group.main.told else { return Vec::new() };
    if !matches!(told.kind.as_str(), "act.opened" | "act.refused" | "act.reported") {
        return Vec::new();
    }
    let whom = visit.person.person.identity.short_name();
    let theme = told.theme.map(|theme| themes().title(theme, t.language()).to_owned());
    let doer = told.doer.name.clone().filter(|_| told.doer.role == "aidant");
    let all = [
        ("proof-knot-who", doer),
        ("proof-knot-organisation", told.organisation.clone()),
        ("proof-knot-whom", Some(whom)),
        ("proof-knot-theme", theme),
        ("proof-knot-where", told.client.clone()),
    ];
    all.into_iter().filter_map(|(key, words)| Some((t.get(key), words?))).collect()
}

/// The proof as a file: JSON, or C2SP text with `?format=tlog-proof`.
pub(super) async fn proof(
    State(app): State<App>,
    Path(entry): Path<String>,
    Query(form): Query<Form>,
    visit: Visit,
) -> Result<Response, PageError> {
    let id: EntryId = entry.parse().map_err(|_| visit.not_found())?;
    read_line(&app.bench, &visit.person, id).await.map_err(|refusal| visit.refuse(refusal))?;
    proof_file(&app.bench, id, form).await.map_err(|refusal| visit.refuse(refusal))
}
