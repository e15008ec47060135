//! `/operateur/import`: a file of organisations or aidants is checked line by line, then read in all at once.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::import::Fault;
use crate::domain::import::FaultKind;
use crate::domain::import::ImportKind;
use crate::domain::import::ImportState;
use crate::domain::import::harmless;
use crate::domain::organisation_profile::OrganisationKind;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::http::upload::Upload;
use crate::operations::import;
use crate::operations::import::export::export;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::operator::Choice;
use crate::web::operator::Desk;
use crate::web::period::status;

const HERE: &str = "/operateur/import";
const FAULTS_SHOWN: i64 = 200;

struct Row {
    title: String,
    words: String,
    href: String,
}

struct Columns {
    title: String,
    needed: String,
    more: String,
    example: &'static str,
}

#[derive(Template)]
#[template(path = "web/operator/import.html")]
struct FormPage {
    page: Page,
    kinds: Vec<Choice>,
    columns: Vec<Columns>,
    types: Vec<(&'static str, String)>,
    rows: Vec<Row>,
}

struct FaultRow {
    line: u64,
    column: String,
    words: String,
}

#[derive(Template)]
#[template(path = "web/operator/import_one.html")]
struct OnePage {
    page: Page,
    here: String,
    state: &'static str,
    title: String,
    since: String,
    lines: String,
    faults: String,
    clean: bool,
    rows: Vec<FaultRow>,
    next: Option<String>,
    denied: bool,
}

fn kind_words(t: Text, kind: ImportKind) -> String {
    t.get(&format!("import-kind-{kind}"))
}

fn fault_words(t: Text, fault: &Fault) -> String {
    let earlier = fault.earlier.unwrap_or_default();
    match fault.kind {
        FaultKind::Twice => t.with("import-fault-twice", &[("line", &earlier)]),
        kind => t.get(&format!("import-fault-{kind}")),
    }
}

fn columns(t: Text, kind: ImportKind) -> Columns {
    Columns {
        title: kind_words(t, kind),
        needed: kind.columns().join(" ; "),
        more: kind.more_columns().join(" ; "),
        example: match kind {
            ImportKind::Organisations => {
                "73282932000074;CCAS de Dijon;ccas;1 place de la Mairie, 21000 Dijon"
            }
            ImportKind::Aidants => {
                "73282932000074;Amélie;Durand;amelie.durand@ccas.example;Travailleuse sociale"
            }
        },
    }
}

/// The form, and the files brought before.
pub(super) async fn form(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    form_page(&app, &desk, FormErrors::default(), None).await
}

async fn form_page(
    app: &App,
    desk: &Desk,
    errors: FormErrors,
    chosen: Option<ImportKind>,
) -> Result<Response, PageError> {
    let t = desk.t();
    let newest = import::newest(&app.bench, &desk.operator).await.map_err(|refusal| desk.refuse(refusal))?;
    let status = status(&errors);
    let view = FormPage {
        page: desk.page(t.get("operator-import-title")).with_errors(errors),
        kinds: ImportKind::ALL
            .iter()
            .map(|kind| Choice {
                value: kind.as_str().to_owned(),
                words: kind_words(t, *kind),
                chosen: chosen == Some(*kind),
            })
            .collect(),
        columns: ImportKind::ALL.iter().map(|kind| columns(t, *kind)).collect(),
        types: OrganisationKind::ALL
            .iter()
            .map(|kind| {
                let key = format!("organisation-kind-{}", kind.as_str().replace('_', "-"));
                (kind.as_str(), t.get(&key))
            })
            .collect(),
        rows: newest
            .iter()
            .map(|one| Row {
                title: format!("{} - {}", kind_words(t, one.kind), t.moment(one.created_at)),
                words: t.get(&format!("import-state-{}", one.state)),
                href: format!("{HERE}/{}", one.id),
            })
            .collect(),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Keeps the file to be checked.
pub(super) async fn upload(
    State(app): State<App>,
    desk: Desk,
    sent: Result<Upload, BadForm>,
) -> Result<Response, PageError> {
    let t = desk.t();
    let wrong = |field: &str, target: &str, key: &str| {
        let mut errors = FormErrors::default();
        errors.add_at(field, target, t.get(key));
        errors
    };
    let sent = match sent {
        Ok(sent) => sent,
        Err(BadForm::TooLarge) => {
            return form_page(&app, &desk, wrong("file", "file", "import-fault-large"), None).await;
        }
        Err(_) => return Err(desk.bad_request()),
    };
    let kind = sent.text("kind").map_err(|_| desk.bad_request())?;
    let Some(kind) = ImportKind::parse(&kind) else {
        let errors = wrong("kind", "kind-organisations", "import-fault-kind-missing");
        return form_page(&app, &desk, errors, None).await;
    };
    let file = sent.one("file").map_err(|_| desk.bad_request())?.cloned().unwrap_or_default();
    match import::upload(&app.bench, &desk.operator, kind, &file).await {
        Ok(id) => Ok(respond::see_other(&format!("{HERE}/{id}"))),
        Err(Refusal::Invalid(faults)) => {
            let large = faults.iter().any(|fault| fault.key == "large");
            let key = if large { "import-fault-large" } else { "import-fault-file-missing" };
            form_page(&app, &desk, wrong("file", "file", key), Some(kind)).await
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

/// Behind which fault the page begins: `apres`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    apres: String,
}

/// Where a file stands, and what is wrong with it.
pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    one_page(&app, &desk, &id, &asked, false).await
}

async fn one_page(
    app: &App,
    desk: &Desk,
    id: &str,
    asked: &Asked,
    denied: bool,
) -> Result<Response, PageError> {
    let t = desk.t();
    let import = desk.id(id)?;
    let refuse = |refusal| desk.refuse(refusal);
    let stored = import::show(&app.bench, &desk.operator, import).await.map_err(refuse)?;
    let after = asked.apres.parse().unwrap_or(0);
    let mut faults = match stored.state {
        ImportState::Checked => import::faults(&app.bench, &desk.operator, import, after, FAULTS_SHOWN + 1)
            .await
            .map_err(refuse)?,
        _ => Vec::new(),
    };
    let shown = usize::try_from(FAULTS_SHOWN).unwrap_or(usize::MAX);
    let more = faults.len() > shown;
    faults.truncate(shown);
    let here = format!("{HERE}/{id}");
    let next = faults.last().filter(|_| more).map(|(n, _)| format!("{here}?apres={n}"));
    let since = app.bench.now().since(stored.since).as_secs();
    let status = if denied { StatusCode::CONFLICT } else { StatusCode::OK };
    let view = OnePage {
        page: desk.page(t.get("import-one-title")).wide(),
        state: stored.state.as_str(),
        title: format!("{} - {}", kind_words(t, stored.kind), t.moment(stored.created_at)),
        since: t.with("import-since", &[("seconds", &since)]),
        lines: t.with("import-lines", &[("count", &stored.lines.max(stored.seen))]),
        faults: t.with("import-faults", &[("count", &stored.faults)]),
        clean: stored.faults == 0,
        rows: faults
            .into_iter()
            .map(|(_, fault)| FaultRow {
                line: fault.line,
                words: fault_words(t, &fault),
                column: fault.column,
            })
            .collect(),
        next,
        denied,
        here,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Reads the file in.
pub(super) async fn apply(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let done = import::confirm(&app.bench, &desk.operator, desk.id(&id)?).await;
    after(&app, &desk, &id, done).await
}

/// Puts it aside.
pub(super) async fn put_aside(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let done = import::put_aside(&app.bench, &desk.operator, desk.id(&id)?).await;
    after(&app, &desk, &id, done).await
}

async fn after(app: &App, desk: &Desk, id: &str, done: Result<(), Refusal>) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(respond::see_other(&format!("{HERE}/{id}"))),
        Err(Refusal::Conflict(_)) => one_page(app, desk, id, &Asked::default(), true).await,
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

fn sheet(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, bytes).into_response()
}

/// Everything wrong with a file, as a file.
pub(super) async fn faults(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let t = desk.t();
    let import = desk.id(&id)?;
    let refuse = |refusal| desk.refuse(refusal);
    import::show(&app.bench, &desk.operator, import).await.map_err(refuse)?;
    let quoted = |words: &str| format!("\"{}\"", harmless(words).replace('"', "\"\""));
    let mut text = format!(
        "\u{feff}{};{};{}\r\n",
        quoted(&t.get("import-col-line")),
        quoted(&t.get("import-col-column")),
        quoted(&t.get("import-col-fault"))
    );
    let mut after = 0;
    loop {
        let batch = import::faults(&app.bench, &desk.operator, import, after, 5_000).await.map_err(refuse)?;
        let Some((last, _)) = batch.last() else { break };
        after = *last;
        for (_, fault) in &batch {
            text +=
                &format!("{};{};{}\r\n", fault.line, quoted(&fault.column), quoted(&fault_words(t, fault)));
        }
    }
    Ok(sheet("erreurs.csv", text.into_bytes()))
}

/// Every organisation, as a file.
pub(super) async fn organisations(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    download(&app, &desk, ImportKind::Organisations, "structures.csv").await
}

/// Every aidant with her place, as a file.
pub(super) async fn aidants(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    download(&app, &desk, ImportKind::Aidants, "aidants.csv").await
}

async fn download(app: &App, desk: &Desk, kind: ImportKind, name: &str) -> Result<Response, PageError> {
    let bytes = export(&app.bench, &desk.operator, kind).await.map_err(|refusal| desk.refuse(refusal))?;
    Ok(sheet(name, bytes))
}
