//! Papers as answers: rendered away from the threads that serve pages, never kept in a cache.

use axum::http::HeaderValue;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::document::Document;
use crate::document::DocumentError;
use crate::document::render;
use crate::operations::refusal::Refusal;

/// Answers `document` as a PDF file; `name` (ASCII letters, digits, `-`; no ending) is proposed where it is kept.
///
/// # Errors
/// [`Refusal::Fault`] when it cannot be rendered.
pub async fn answer(document: Document, name: &str) -> Result<Response, Refusal> {
    let bytes = bytes(document).await?;
    let disposition = format!("inline; filename=\"{name}.pdf\"");
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("inline"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// The bytes of a PDF file.
///
/// # Errors
/// [`Refusal::Fault`] when it cannot be rendered.
pub async fn bytes(document: Document) -> Result<Vec<u8>, Refusal> {
    let rendered = tokio::task::spawn_blocking(move || render(&document)).await;
    let fault = |error: DocumentError| Refusal::Fault(error.into());
    rendered.map_err(|error| Refusal::Fault(error.into()))?.map_err(fault)
}
