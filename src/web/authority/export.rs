//! What an agent takes along: lines with their proofs, a paper, or events for other tools.

use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;

use crate::http::errors::PageError;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::export_formats;
use crate::operations::export_formats::Format;
use crate::operations::prove_lines;
use crate::operations::read_trail::Export;
use crate::operations::read_trail::Part;
use crate::operations::read_trail::case_file;
use crate::operations::refusal::Refusal;
use crate::text::Language;
use crate::text::Text;
use crate::web::authority::Desk;
use crate::web::authority::FreshDesk;
use crate::web::authority::reading::Reading;
use crate::web::lines::download;
use crate::web::papers;
use crate::web::papers::Trailed;
use crate::web::pdf;

/// The form asked for: `preuves` (without any), `pdf`, `ocsf` or `fhir`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    format: String,
}

/// The lines of the reading under way; the export is a line itself.
pub(super) async fn trail(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    FreshDesk(desk): FreshDesk,
) -> Result<Response, PageError> {
    let refuse = |refusal: Refusal| desk.refuse(refusal);
    let reading = Reading::of(&desk.session).await.map_err(refuse)?;
    let Some(reading) = reading.filter(Reading::is_ready) else {
        return Ok(respond::see_other("/autorite/journal"));
    };
    let exported = reading.export(&app.bench, &desk.authority, Part::default(), desk.reference()).await;
    let export = exported.map_err(refuse)?;
    answer(&app, &desk, &asked, (&export, None)).await.map_err(refuse)
}

/// The file of a case; the export is a line itself.
pub(super) async fn case(
    State(app): State<App>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
    FreshDesk(desk): FreshDesk,
) -> Result<Response, PageError> {
    let refuse = |refusal: Refusal| desk.refuse(refusal);
    let file = case_file::export_case(&app.bench, &desk.authority, &number, desk.reference()).await;
    let file = file.map_err(refuse)?;
    let number = file.view.case.number.clone();
    answer(&app, &desk, &asked, (&file.export, Some(&number))).await.map_err(refuse)
}

async fn answer(
    app: &App,
    desk: &Desk,
    asked: &Asked,
    (export, case): (&Export, Option<&str>),
) -> Result<Response, Refusal> {
    let name = case.map_or_else(|| "procura-export".to_owned(), |number| format!("procura-dossier-{number}"));
    match asked.format.as_str() {
        "pdf" => {
            let account = &desk.authority.staff.account;
            let trailed = Trailed { reader: account.professional.full_name(), case };
            let document = papers::trail(Text::new(Language::Fr), export, &trailed);
            pdf::answer(document, &name).await
        }
        "ocsf" => Ok(file(
            &format!("{name}.ocsf.jsonl"),
            export_formats::file(&app.bench, export, Format::Ocsf)?,
            "application/x-ndjson",
        )),
        "fhir" => Ok(file(
            &format!("{name}.fhir.json"),
            export_formats::file(&app.bench, export, Format::Fhir)?,
            "application/fhir+json",
        )),
        _ => {
            let proofs = prove_lines::file_of(&app.bench, &export.provable()).await?;
            Ok(download(&format!("{name}.json"), proofs))
        }
    }
}

fn file(name: &str, bytes: Vec<u8>, kind: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}
