//! The person's space: her mandates, her timeline, its proofs.

mod case;
mod contacts;
mod contest;
mod data;
mod export;
mod home;
mod journal;
mod leave;
mod line;
mod login;
mod mandate;
mod notices;
mod orientations;
mod own_papers;
mod paper;
mod settings;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::http::actor::Person;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::gate;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::actors::PersonActor;
use crate::operations::refusal::Refusal;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/personne/connexion", get(login::show).post(login::begin))
        .route("/personne/franceconnect/retour", get(login::finish).layer(from_fn(gate::aside)))
        .route("/personne/franceconnect/sortie", get(login::after_logout))
        .route("/personne/deconnexion", post(login::leave))
        .route("/personne/connexion/papier", get(paper::ask).post(paper::begin))
        .route("/personne/connexion/papier/sms", get(paper::ask_sms).post(paper::finish))
        .route("/personne", get(home::show))
        .route("/personne/mandats/{id}", get(mandate::show))
        .route("/personne/mandats/{id}/preuve", get(mandate::proofs))
        .route("/personne/mandats/{id}/revoquer", get(mandate::ask).post(mandate::revoke))
        .route("/personne/mandats/{id}/attestation", post(own_papers::issue))
        .route("/personne/mandats/{id}/attestation.pdf", get(own_papers::attestation))
        .route("/personne/mandats/{id}/revocation.pdf", get(own_papers::revocation))
        .route("/personne/journal", get(journal::show))
        .route("/personne/journal.pdf", get(own_papers::statement))
        .route("/personne/journal/preuves", get(journal::proofs))
        .route("/personne/journal/{entry}", get(line::show))
        .route("/personne/journal/{entry}/preuve", get(line::proof))
        .route("/personne/journal/{entry}/contester", get(contest::ask).post(contest::contest))
        .route("/personne/donnees", get(data::show))
        .route("/personne/donnees.json", get(export::json))
        .route("/personne/donnees.pdf", get(export::paper))
        .route("/personne/donnees.schema.json", get(export::schema))
        .route("/personne/donnees/effacer", get(data::ask).post(data::erase))
        .route("/personne/donnees/garder", post(data::keep))
        .route("/personne/donnees/effacees", get(data::erased))
        .route("/personne/orientations", get(orientations::show))
        .route("/personne/orientations/{id}/fiche.pdf", get(orientations::paper))
        .route("/personne/dossiers/{number}", get(case::show).post(case::add))
        .route("/personne/structures/{id}/arreter", get(leave::ask).post(leave::end))
        .route("/personne/avis", get(notices::show).post(notices::choose))
        .route("/personne/coordonnees", get(contacts::list))
        .route("/personne/coordonnees/ajouter", get(contacts::ask).post(contacts::add))
        .route("/personne/coordonnees/{id}/confirmer", get(contacts::ask_code).post(contacts::confirm))
        .route("/personne/coordonnees/{id}/retirer", get(contacts::ask_removal).post(contacts::remove))
        .route("/personne/reglages", get(settings::show))
        .route("/personne/reglages/bloquer", post(settings::block))
        .route("/personne/reglages/debloquer", post(settings::unblock))
}

/// The person, and how she reads, in one.
struct Visit {
    person: PersonActor,
    reader: Reader,
}

impl Visit {
    fn page(&self, title: impl Into<String>) -> Page {
        self.reader.person_page(&self.person).titled(title).form()
    }

    fn refuse(&self, refusal: Refusal) -> PageError {
        PageError::from_refusal(refusal, &self.reader, Space::Person)
    }

    fn not_found(&self) -> PageError {
        PageError::of(Trouble::NotFound, &self.reader, Space::Person)
    }

    fn bad_form(&self, bad: BadForm) -> PageError {
        tracing::debug!(%bad, "a form could not be read");
        PageError::of(Trouble::BadRequest, &self.reader, Space::Person)
    }

    fn reference(&self) -> Option<&str> {
        Some(self.reader.reference.as_str())
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Person(person) = Person::from_request_parts(parts, app).await?;
        let reader = Reader::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        Ok(Self { person, reader })
    }
}
