//! The aidant's space: today's work, persons, mandates from draft to paper.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use axum::routing::post;

use crate::domain::ids::MandateId;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::refusal::Refusal;

mod asked;
pub mod attestation;
pub mod case;
pub mod charter;
pub mod habilitations;
pub mod code;
pub mod error;
pub mod handover;
pub mod home;
pub mod journal;
pub mod mandate;
pub mod new_mandate;
pub mod orientation;
pub mod paper_code;
pub mod persons;
pub mod revoke;
pub mod rows;
pub mod statement;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/aidant", get(home::show))
        .route("/aidant/personnes", get(persons::show))
        .route("/aidant/personnes/{id}/code-papier", get(paper_code::show).post(paper_code::issue))
        .route("/aidant/releve", get(statement::show).post(statement::print))
        .route("/aidant/journal", get(journal::show))
        .route("/aidant/journal/{entry}/erreur", get(error::show).post(error::declare))
        .route("/aidant/dossiers/{number}", get(case::show))
        .route("/aidant/habilitations", get(habilitations::show))
        .route("/aidant/charte", get(charter::current))
        .route("/aidant/charte/{id}", get(charter::show).post(charter::sign))
        .route("/aidant/mandats/nouveau", get(new_mandate::show).post(new_mandate::draw_up))
        .route("/aidant/mandats/{id}", get(mandate::show))
        .route("/aidant/mandats/{id}/abandonner", post(mandate::abandon))
        .route("/aidant/mandats/{id}/code", get(code::show).post(code::answer))
        .route("/aidant/mandats/{id}/renvoyer", post(handover::send))
        .route("/aidant/mandats/{id}/revoquer", get(revoke::show).post(revoke::revoke))
        .route("/aidant/mandats/{id}/orientation", get(orientation::show).post(orientation::note))
        .route("/aidant/mandats/{id}/orientations/{orientation}", get(orientation::sheet))
        .route("/aidant/mandats/{id}/orientations/{orientation}/fiche.pdf", get(orientation::paper))
        .route("/aidant/mandats/{id}/attestation", get(attestation::show).post(attestation::issue))
        .route("/aidant/mandats/{id}/attestation.pdf", get(attestation::paper))
        .route("/aidant/mandats/{id}/revocation.pdf", get(attestation::revocation))
}

fn refused(reader: &Reader) -> impl Fn(Refusal) -> PageError + '_ {
    |refusal| PageError::from_refusal(refusal, reader, Space::Aidant)
}

/// The mandate of the address; what is no identifier is no page.
fn mandate_id(Path(id): &Path<String>, reader: &Reader) -> Result<MandateId, PageError> {
    id.parse().map_err(|_| PageError::of(Trouble::NotFound, reader, Space::Aidant))
}

fn bad_form(reader: &Reader) -> impl Fn(BadForm) -> PageError + '_ {
    |_| PageError::of(Trouble::BadRequest, reader, Space::Aidant)
}

fn form(form: Result<FormFields, BadForm>, reader: &Reader) -> Result<FormFields, PageError> {
    form.map_err(bad_form(reader))
}
