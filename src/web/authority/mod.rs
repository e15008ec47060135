//! An authority's space: cases, the trail of one person after stating a purpose, own readings.

mod case;
mod cases;
mod errors;
mod export;
mod line;
mod orders;
mod reading;
mod requests;
mod signs;
mod trail;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::http::actor::Authority;
use crate::http::actor::FreshAuthority;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::session::AuthoritySession;
use crate::http::state::App;
use crate::operations::actors::AuthorityActor;
use crate::operations::read_trail::services;
use crate::operations::refusal::Refusal;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/autorite", get(cases::show))
        .route("/autorite/signes", get(signs::list))
        .route("/autorite/signes/{id}", get(signs::show))
        .route("/autorite/journal", get(trail::show).post(trail::ask))
        .route("/autorite/journal/but", get(trail::purpose))
        .route("/autorite/journal/export", get(export::trail))
        .route("/autorite/journal/{entry}", get(line::show))
        .route("/autorite/journal/{entry}/preuve", get(line::proof))
        .route("/autorite/lectures", get(cases::readings))
        .route("/autorite/erreurs", get(errors::show))
        .route("/autorite/lectures/demandes", get(requests::list))
        .route("/autorite/lectures/demandes/{id}", post(requests::decide))
        .route("/autorite/lectures/demandes/{id}/ouvrir", post(requests::open))
        .route("/autorite/lectures/ordonnances", get(orders::show).post(orders::record))
        .route("/autorite/dossiers/{number}", get(case::show))
        .route("/autorite/dossiers/{number}/export", get(export::case))
        .route("/autorite/dossiers/{number}/repondre", post(case::answer))
        .route("/autorite/dossiers/{number}/clore", post(case::close))
        .route("/autorite/dossiers/{number}/mandat", post(case::hold))
}

/// The agent, her session, and how she reads, in one.
struct Desk {
    authority: AuthorityActor,
    session: AuthoritySession,
    reader: Reader,
    services: Option<Vec<String>>,
}

impl Desk {
    fn page(&self, title: impl Into<String>) -> Page {
        let t = self.reader.t;
        let place = match &self.services {
            None => t.get("authority-national"),
            Some(names) => names.join(", "),
        };
        self.reader.staff_page(Space::Authority, &self.authority.staff, &place).titled(title)
    }

    fn refuse(&self, refusal: Refusal) -> PageError {
        PageError::from_refusal(refusal, &self.reader, Space::Authority)
    }

    fn not_found(&self) -> PageError {
        PageError::of(Trouble::NotFound, &self.reader, Space::Authority)
    }

    fn bad_form(&self, bad: BadForm) -> PageError {
        tracing::debug!(%bad, "a form could not be read");
        PageError::of(Trouble::BadRequest, &self.reader, Space::Authority)
    }

    fn reference(&self) -> Option<&str> {
        Some(self.reader.reference.as_str())
    }
}

/// As [`Desk`], for an agent whose second factor is fresh.
struct FreshDesk(Desk);

impl FromRequestParts<App> for FreshDesk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        FreshAuthority::from_request_parts(parts, app).await?;
        Desk::from_request_parts(parts, app).await.map(Self)
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Authority(authority) = Authority::from_request_parts(parts, app).await?;
        let session =
            AuthoritySession::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let reader = Reader::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let services = services(&app.bench, &authority).await;
        let services = services.map_err(|refusal| reader.refuse(Space::Authority, refusal))?;
        Ok(Self { authority, session, reader, services })
    }
}
