//! The person's papers: the attestation of a mandate, the statement of its end, her journal.

use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::domain::ids::MandateId;
use crate::http::errors::PageError;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::attestation;
use crate::operations::attestation::Holder;
use crate::operations::print_trail;
use crate::operations::print_trail::Days;
use crate::operations::refusal::Refusal;
use crate::operations::stopped;
use crate::web::papers;
use crate::web::papers::Place;
use crate::web::pdf;
use crate::web::person::Visit;
use crate::web::person::journal::Typed;

fn mandate_id(visit: &Visit, id: &str) -> Result<MandateId, PageError> {
    id.parse().map_err(|_| visit.not_found())
}

/// Makes a code where there is none yet, and leads to the paper.
pub(super) async fn issue(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let id = mandate_id(&visit, &id)?;
    let holder = Holder::Person(&visit.person);
    let attested =
        attestation::show(&app.bench, holder, id).await.map_err(|refusal| visit.refuse(refusal))?;
    if attested.code.is_none() {
        match attestation::issue(&app.bench, holder, id, visit.reference()).await {
            // It ended meanwhile: the paper says so.
            Ok(()) | Err(Refusal::Conflict(_)) => {}
            Err(other) => return Err(visit.refuse(other)),
        }
    }
    Ok(respond::see_other(&format!("/personne/mandats/{id}/attestation.pdf")))
}

/// The attestation as a PDF file.
pub(super) async fn attestation(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let id = mandate_id(&visit, &id)?;
    let holder = Holder::Person(&visit.person);
    let attested =
        attestation::show(&app.bench, holder, id).await.map_err(|refusal| visit.refuse(refusal))?;
    let status = attested.mandate.status_at(app.bench.now());
    let document = papers::attestation(&Place::of(&app), &attested, status);
    pdf::answer(document, "attestation").await.map_err(|refusal| visit.refuse(refusal))
}

/// The statement of revocation as a PDF file.
pub(super) async fn revocation(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let id = mandate_id(&visit, &id)?;
    let stopped = stopped::of(&app.bench, Holder::Person(&visit.person), id).await;
    let stopped = stopped.map_err(|refusal| visit.refuse(refusal))?;
    pdf::answer(papers::stopped(&stopped), "fin-de-mandat").await.map_err(|refusal| visit.refuse(refusal))
}

/// Her journal as a PDF file, for the days of the filter; days that cannot be read are left open.
pub(super) async fn statement(
    State(app): State<App>,
    Query(typed): Query<Typed>,
    visit: Visit,
) -> Result<Response, PageError> {
    let (filter, _) = typed.read(visit.reader.t);
    let days = Days { from: filter.from, to: filter.to };
    let statement = print_trail::own(&app.bench, &visit.person, days).await;
    let statement = statement.map_err(|refusal| visit.refuse(refusal))?;
    let document = papers::statement(visit.reader.t, &Place::of(&app), &statement);
    pdf::answer(document, "releve").await.map_err(|refusal| visit.refuse(refusal))
}
