//! `/structures/demande`: the form of an organisation that wants to be accepted.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::organisation_request::typed::TypedRequest;
use crate::domain::organisation_request::typed::TypedSomebody;
use crate::http::address::ClientAddress;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::organisation_requests::ask;
use crate::operations::organisation_requests::ask::Asked;
use crate::operations::refusal::Refusal;
use crate::web::organisation::FORM;
use crate::web::organisation::form;
use crate::web::organisation::form::Frame;

#[derive(Template)]
#[template(path = "web/organisation/sent.html")]
struct SentPage {
    page: Page,
}

/// The empty form.
pub(super) async fn show(reader: Reader) -> Response {
    let typed = TypedRequest { aidants: vec![TypedSomebody::default()], ..TypedRequest::default() };
    form::page(&reader, &typed, Frame { action: FORM.to_owned(), ..Frame::default() })
}

/// Checks it and mails the link that confirms it.
pub(super) async fn send(
    State(app): State<App>,
    address: ClientAddress,
    reader: Reader,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let bad = |_: BadForm| PageError::of(Trouble::BadRequest, &reader, Space::Public);
    let (typed, more) = form::read(&fields.map_err(bad)?).map_err(bad)?;
    let frame = || Frame { action: FORM.to_owned(), ..Frame::default() };
    if more {
        return Ok(form::page(&reader, &typed, frame()));
    }
    let checked = match typed.check(form::language(reader.t)) {
        Ok(checked) => checked,
        Err(faults) => return Ok(form::page(&reader, &typed, Frame { faults, ..frame() })),
    };
    let kept = |key: &str, status| {
        let notice = Some(reader.t.get(key));
        Ok(form::page(&reader, &typed, Frame { notice, status: Some(status), ..frame() }))
    };
    match ask::ask(&app.bench, &checked, &address.network(), Some(&reader.reference)).await {
        Ok(Asked::Sent) => Ok(respond::see_other("/structures/demande/envoyee")),
        Ok(Asked::SiretTaken) => kept("request-siret-taken", StatusCode::CONFLICT),
        Err(Refusal::Throttled) => kept("request-throttled", StatusCode::TOO_MANY_REQUESTS),
        Err(refusal) => Err(PageError::from_refusal(refusal, &reader, Space::Public)),
    }
}

/// What happens next.
pub(super) async fn sent(reader: Reader) -> Response {
    let view = SentPage { page: reader.page(Space::Public).titled(reader.t.get("request-sent-title")) };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}
