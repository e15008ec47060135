//! `POST /api/v1/acts/{txn}/receipts`: an administration reports what was done during an act.

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ids::EntryId;
use crate::domain::receipt::Receipt;
use crate::domain::receipt::ReceiptKind;
use crate::domain::time::Instant;
use crate::http::bearer::Bearer;
use crate::http::bearer::insufficient;
use crate::http::errors::ApiError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::ledger::values::Digest;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::report_receipt::may_report;
use crate::operations::report_receipt::report_receipt;

const KEY: &str = "idempotency-key";
/// The largest report, in bytes.
const MOST_BYTES: usize = 16 * 1024;

/// What was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReceiptIn {
    /// One of `submitted`, `consulted`, `changed`, `paid`, `other`.
    #[schema(example = "submitted", pattern = "^(submitted|consulted|changed|paid|other)$")]
    kind: String,
    /// What, in the administration's words, as the person will read it; one line.
    #[schema(example = "Déclaration de ressources 2026", min_length = 1, max_length = 200)]
    label: String,
    /// The administration's own reference of it; one line.
    #[schema(min_length = 1, max_length = 100)]
    reference: Option<String>,
    /// When it was done (RFC 3339); the moment of the report where it is left out.
    #[schema(format = DateTime)]
    at: Option<String>,
}

/// Where the report stands in the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReceiptOut {
    /// The entry `act.reported`.
    entry: String,
    /// Its leaf hash in the ledger, base64url of 32 bytes: the mandate's newest line. Whoever keeps it can be shown later, with
    /// `procura ledger verify FILE --mandate-head`, that a person's file leaves out no line of the mandate up to here.
    #[schema(example = "mZ1kD0bT3o4kqE8rWkTq0m3mWn5o3kE1m2cX0S0tq9U", min_length = 43, max_length = 43)]
    chain: String,
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// `urn:procura:problem:` and the kind: `token`, `scope`, `not-found`, `invalid`, `conflict`, `media-type`,
    /// `too-large`, `unavailable`, `fault`.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in words.
    title: String,
    /// The status of the answer.
    status: u16,
    /// What is wrong with this request: for `conflict` one of `idempotency-key-reused`, `act-not-reportable`,
    /// `too-many-receipts`.
    detail: Option<String>,
    /// The reference number of the request, also in the logs.
    reference: Option<String>,
}

/// Reports what was done during an act.
///
/// With the act's access token, or with the client's own token (`client_credentials`, scope `receipts`), also after the
/// act. It becomes a line that the person and the aidant see beside the act.
#[utoipa::path(
    post,
    path = "/api/v1/acts/{txn}/receipts",
    tag = "receipts",
    params(
        ("txn" = String, Path, pattern = "^[0-9a-f-]{36}$", description = "The claim `txn` of the act's tokens"),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255,
            description = "Printable ASCII without spaces, chosen by the client; the same report under the same key is written once"),
    ),
    request_body(content = ReceiptIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Written", body = ReceiptOut),
        (status = 200, description = "The same report was written before under this key", body = ReceiptOut),
        (status = 400, description = "Something does not fit", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No active access token", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "A token that may not report", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such act of this client or token", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Another report under the same key, an act without tokens, or too many reports", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "More than 16 KiB", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; the same request may succeed later", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn report(
    State(app): State<App>,
    Path(txn): Path<String>,
    Bearer(token): Bearer,
    reader: Reader,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let reference = reader.reference;
    if !may_report(&token) {
        return insufficient(&reference);
    }
    let refuse = |refusal: &Refusal| ApiError::from_refusal(refusal, &reference).into_response();
    let Ok(txn) = txn.parse::<EntryId>() else { return refuse(&Refusal::NotFound) };
    let (key, receipt) = match read(&headers, &body, app.bench.now()) {
        Ok(read) => read,
        Err(problem) => return problem.reference(reference).into_response(),
    };
    match report_receipt(&app.bench, &token, (txn, &key), &receipt, Some(&reference)).await {
        Ok(reported) => {
            let status = if reported.new { StatusCode::CREATED } else { StatusCode::OK };
            let (entry, chain) = (reported.entry.to_string(), Digest::from(reported.chain).to_string());
            let out = Json(ReceiptOut { entry, chain });
            (status, [(header::CACHE_CONTROL, "no-store")], out).into_response()
        }
        Err(refusal) => refuse(&refusal),
    }
}

fn read(headers: &HeaderMap, body: &Bytes, now: Instant) -> Result<(String, Receipt), ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let title = "The body is not application/json";
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title));
    }
    if body.len() > MOST_BYTES {
        return Err(ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "The report is larger than 16 KiB",
        ));
    }
    let invalid = |detail: String| {
        ApiError::new(StatusCode::BAD_REQUEST, "invalid", "The request does not fit").detail(detail)
    };
    let typed: ReceiptIn = serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))?;
    let mut faults = Vec::new();
    let mut keys = headers.get_all(KEY).iter();
    let key = match (keys.next().and_then(|value| value.to_str().ok()), keys.next()) {
        (Some(key), None) => key.to_owned(),
        _ => {
            faults.push(FieldFault { field: "Idempotency-Key", key: "needed once" });
            String::new()
        }
    };
    let kind = ReceiptKind::parse(&typed.kind);
    if kind.is_none() {
        faults.push(FieldFault { field: "kind", key: "submitted, consulted, changed, paid or other" });
    }
    let at = typed.at.as_deref().map_or(Some(now), Instant::parse);
    if at.is_none() {
        faults.push(FieldFault { field: "at", key: "an RFC 3339 instant" });
    }
    match (kind, at) {
        (Some(kind), Some(at)) if faults.is_empty() => {
            Ok((key, Receipt { kind, label: typed.label, reference: typed.reference, at }))
        }
        _ => {
            let words: Vec<String> =
                faults.iter().map(|fault| format!("{}: {}", fault.field, fault.key)).collect();
            Err(invalid(words.join("; ")))
        }
    }
}
