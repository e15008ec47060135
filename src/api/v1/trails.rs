//! `/api/v1/trails`: an administration's own system reads what was done at its services, for a stated purpose.

use axum::Json;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::v1::receipts::Problem;
use crate::domain::time::Day;
use crate::http::bearer::Bearer;
use crate::http::bearer::insufficient;
use crate::http::errors::ApiError;
use crate::http::form::FormFields;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::export_formats;
use crate::operations::export_formats::Format;
use crate::operations::prove_lines;
use crate::operations::read_timeline::Cursor;
use crate::operations::read_trail::Export;
use crate::operations::read_trail::systems;
use crate::operations::read_trail::systems::Asked;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;

const USUAL: u32 = 50;
/// What may be asked, each once.
const NAMES: [&str; 13] = [
    "purpose", "case", "client", "sub", "actor", "siret", "txn", "kind", "from", "to", "cursor", "limit",
    "format",
];

/// The form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Json,
    Bundle,
    Tools(Format),
}

/// One page of lines.
#[derive(Serialize, ToSchema)]
pub(super) struct TrailOut {
    /// The lines, newest first; a line whose contents were erased is left out.
    entries: Vec<EntryOut>,
    /// The value of `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One line: the entry as it stands in the ledger.
#[derive(Serialize, ToSchema)]
pub(super) struct EntryOut {
    /// Its place in the ledger's tree; absent until it has one, within a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    /// The entry, as its proof holds it.
    entry: Value,
}

/// Reads the trail of the acts at one of the administration's services.
///
/// With the system's own token (`client_credentials`, scope `trails`). Each answer is an entry on the journal of everybody
/// it is about, with the purpose; she is told. `format` is `json`, `bundle` (the proofs, for `procura ledger verify`), `ocsf`
/// (OCSF 1.3.0, one event a line) or `fhir` (a FHIR R5 bundle of `AuditEvent`); in the last three `Link: <…>; rel="next"` leads on.
#[utoipa::path(
    get,
    path = "/api/v1/trails",
    tag = "trails",
    params(
        ("purpose" = String, Query, min_length = 10, max_length = 500, description = "Why, as the person will read it; one sentence"),
        ("case" = Option<String>, Query, description = "Number of a case: the lines of its act"),
        ("client" = Option<String>, Query, description = "Which of the administration's services; needed where it has several"),
        ("sub" = Option<String>, Query, description = "The person, as the service's tokens name her"),
        ("actor" = Option<String>, Query, description = "The aidant, as `act.sub` of the service's tokens names her"),
        ("siret" = Option<String>, Query, description = "The organisation"),
        ("txn" = Option<String>, Query, description = "The act, as `txn` of the service's tokens names it"),
        ("kind" = Option<String>, Query, description = "One kind of entry, such as `act.opened`"),
        ("from" = Option<String>, Query, description = "First day, YYYY-MM-DD"),
        ("to" = Option<String>, Query, description = "Last day, YYYY-MM-DD"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "How many at most; 50 where it is left out"),
        ("format" = Option<String>, Query, description = "json, bundle, ocsf or fhir"),
    ),
    responses(
        (status = 200, description = "One page", body = TrailOut),
        (status = 400, description = "Something does not fit, or no purpose", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No active access token", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "A token that may not read trails", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such person, aidant, act or case at this administration", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; the same request may succeed later", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn read(
    State(app): State<App>,
    Bearer(token): Bearer,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Response {
    let reference = reader.reference;
    if !systems::may_read(&token) {
        return insufficient(&reference);
    }
    let refuse = |refusal: &Refusal| ApiError::from_refusal(refusal, &reference).into_response();
    let query = query.unwrap_or_default();
    let (asked, shape) = match parsed(&query) {
        Ok(parsed) => parsed,
        Err(refusal) => return refuse(&refusal),
    };
    let export = match systems::read(&app.bench, &token, &asked, Some(&reference)).await {
        Ok(export) => export,
        Err(refusal) => return refuse(&refusal),
    };
    match answer(&app, &export, shape, &query).await {
        Ok(response) => response,
        Err(refusal) => refuse(&refusal),
    }
}

async fn answer(app: &App, export: &Export, shape: Shape, query: &str) -> Result<Response, Refusal> {
    let (kind, body) = match shape {
        Shape::Json => {
            let entries = export.entries.iter().map(|entry| {
                Ok(EntryOut { index: export.place(entry.id), entry: serde_json::to_value(entry)? })
            });
            let entries = entries.collect::<Result<_, Refusal>>()?;
            let page = TrailOut { entries, next: export.trail.next.map(Cursor::to_text) };
            return Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)).into_response());
        }
        Shape::Bundle => ("application/json", prove_lines::file_of(&app.bench, &export.provable()).await?),
        Shape::Tools(format) => {
            let kind = match format {
                Format::Ocsf => "application/x-ndjson",
                Format::Fhir => "application/fhir+json",
            };
            (kind, export_formats::file(&app.bench, export, format)?)
        }
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")];
    let mut response = (StatusCode::OK, headers, body).into_response();
    if let Some(next) = export.trail.next {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        let kept = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
        pairs.extend_pairs(kept).append_pair("cursor", &next.to_text());
        let address = app.config().server.public_url.join("/api/v1/trails");
        let link = format!("<{address}?{}>; rel=\"next\"", pairs.finish());
        if let Ok(link) = header::HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

/// What a query asks for.
fn parsed(query: &str) -> Result<(Asked, Shape), Refusal> {
    let once = || Refusal::field("query", "each parameter once, in UTF-8");
    let fields = FormFields::parse(query.as_bytes()).map_err(|_| once())?;
    let unknown =
        url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| !NAMES.contains(&name.as_ref()));
    let mut faults = Vec::new();
    if unknown {
        faults.push(FieldFault { field: "query", key: "a parameter that is not known" });
    }
    let one = |name: &str| -> Result<Option<String>, Refusal> {
        let value = fields.one(name).map_err(|_| once())?;
        Ok(value.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned))
    };
    let mut wrong = |holds: bool, field: &'static str, key: &'static str| {
        if !holds {
            faults.push(FieldFault { field, key });
        }
    };
    let (from, to) = (one("from")?, one("to")?);
    let day = |text: &Option<String>| text.as_deref().map(Day::parse);
    wrong(day(&from) != Some(None), "from", "a day, YYYY-MM-DD");
    wrong(day(&to) != Some(None), "to", "a day, YYYY-MM-DD");
    let txn = one("txn")?.map(|text| text.parse().ok());
    wrong(txn != Some(None), "txn", "as txn of a token");
    let after = one("cursor")?.map(|text| Cursor::parse(&text));
    wrong(after != Some(None), "cursor", "next of the page before");
    let limit = one("limit")?.map_or(Some(USUAL), |text| text.parse().ok());
    wrong(limit.is_some(), "limit", "1 to 100");
    let shape = match one("format")?.as_deref() {
        None | Some("json") => Some(Shape::Json),
        Some("bundle") => Some(Shape::Bundle),
        Some("ocsf") => Some(Shape::Tools(Format::Ocsf)),
        Some("fhir") => Some(Shape::Tools(Format::Fhir)),
        Some(_) => None,
    };
    wrong(shape.is_some(), "format", "json, bundle, ocsf or fhir");
    let (Some(limit), Some(shape), true) = (limit, shape, faults.is_empty()) else {
        return Err(Refusal::Invalid(faults));
    };
    let asked = Asked {
        purpose: one("purpose")?.unwrap_or_default(),
        case: one("case")?,
        client: one("client")?,
        sub: one("sub")?,
        actor: one("actor")?,
        siret: one("siret")?,
        txn: txn.flatten(),
        kind: one("kind")?,
        from: day(&from).flatten(),
        to: day(&to).flatten(),
        after: after.flatten(),
        limit,
        exported: shape != Shape::Json,
    };
    Ok((asked, shape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_whole_or_not_at_all() {
        let (asked, shape) =
            parsed("purpose=Contr%C3%B4le+annuel&from=2027-03-01&limit=10&format=ocsf").expect("a query");
        assert_eq!((asked.purpose.as_str(), asked.limit, asked.exported), ("Contrôle annuel", 10, true));
        assert_eq!((asked.from, shape), (Day::parse("2027-03-01"), Shape::Tools(Format::Ocsf)));
        let (asked, shape) = parsed("purpose=abc").expect("the operation judges the purpose");
        assert_eq!((asked.limit, asked.exported, shape), (50, false, Shape::Json));
        for (wrong, field) in [
            ("from=hier", "from"),
            ("txn=7", "txn"),
            ("cursor=x", "cursor"),
            ("limit=x", "limit"),
            ("format=xml", "format"),
            ("person=Jeanne", "query"),
            ("purpose=a&purpose=b", "query"),
        ] {
            let Err(Refusal::Invalid(faults)) = parsed(wrong) else { panic!("{wrong}") };
            assert_eq!(faults[0].field, field, "{wrong}");
        }
    }
}
