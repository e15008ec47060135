//! `/aidant/mandats/{id}/attestation`: the mandate on paper, with the code that anyone can check.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::mandate::MandateStatus;
use crate::http::actor::Aidant;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::qr;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::attestation;
use crate::operations::attestation::Holder;
use crate::operations::refusal::Refusal;
use crate::operations::stopped;
use crate::text::Html;
use crate::web::aidant::mandate_id;
use crate::web::aidant::refused;
use crate::web::explanations;
use crate::web::lines::transfers;
use crate::web::papers;
use crate::web::papers::Place;
use crate::web::pdf;
use crate::web::sheet::sheet;

struct Proof {
    code: String,
    address: String,
    qr: Html,
    since: String,
}

#[derive(Template)]
#[template(path = "web/aidant/attestation.html")]
struct AttestationPage {
    page: Page,
    id: String,
    name: String,
    sheet: Html,
    explained: Html,
    approved: String,
    proof: Option<Proof>,
    living: bool,
    transfers: Vec<String>,
    declared: bool,
}

/// `GET /aidant/mandats/{id}/attestation`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let id = mandate_id(&id, &reader)?;
    let attested =
        attestation::show(&app.bench, Holder::Aidant(&aidant), id).await.map_err(refused(&reader))?;
    let status = attested.mandate.status_at(app.bench.now());
    let living = matches!(status, MandateStatus::Active | MandateStatus::Suspended);
    let proof = match attested.code.filter(|_| living) {
        Some(printed) => {
            let code = printed.code.show().clone();
            let public_url = &app.config().server.public_url;
            let target = public_url.join(&format!("/verifier?code={code}"));
            let qr = qr::svg(&target, &t.get("attestation-qr")).map_err(|error| Refusal::Fault(error.into()));
            Some(Proof {
                code,
                address: public_url.join("/verifier"),
                qr: qr.map_err(refused(&reader))?,
                since: t.with("attestation-since", &[("moment", &t.moment(printed.since))]),
            })
        }
        None => None,
    };
    let covered: Vec<_> = attested.mandate.terms.themes.iter().copied().collect();
    let name = attested.person.identity.short_name();
    let view = AttestationPage {
        transfers: transfers(t, &attested.transfers),
        page: reader.aidant_page(&aidant).titled(t.with("attestation-title", &[("name", &name)])),
        id: id.to_string(),
        approved: t
            .with("attestation-approved", &[("name", &name), ("moment", &t.moment(attested.approved_at))]),
        name,
        sheet: sheet(attested.text.show()),
        explained: explanations::beside(&reader, &covered),
        proof,
        living,
        declared: attested.mandate.terms.channel.is_declared(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// `POST /aidant/mandats/{id}/attestation`: a new code; the one before is good no more.
pub async fn issue(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = mandate_id(&id, &reader)?;
    match attestation::issue(&app.bench, Holder::Aidant(&aidant), id, Some(&reader.reference)).await {
        Ok(()) | Err(Refusal::Conflict(_)) => {
            Ok(respond::see_other(&format!("/aidant/mandats/{id}/attestation")))
        }
        Err(other) => Err(refused(&reader)(other)),
    }
}

/// `GET /aidant/mandats/{id}/attestation.pdf`: the same as a PDF file.
pub async fn paper(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = mandate_id(&id, &reader)?;
    let attested =
        attestation::show(&app.bench, Holder::Aidant(&aidant), id).await.map_err(refused(&reader))?;
    let status = attested.mandate.status_at(app.bench.now());
    let document = papers::attestation(&Place::of(&app), &attested, status);
    pdf::answer(document, "attestation").await.map_err(refused(&reader))
}

/// `GET /aidant/mandats/{id}/revocation.pdf`: the statement of revocation.
pub async fn revocation(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = mandate_id(&id, &reader)?;
    let stopped = stopped::of(&app.bench, Holder::Aidant(&aidant), id).await.map_err(refused(&reader))?;
    pdf::answer(papers::stopped(&stopped), "fin-de-mandat").await.map_err(refused(&reader))
}
