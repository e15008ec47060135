//! The integrator's space: own services, their acts, receipts and refused calls, rotation of their secret and keys, error codes.

mod errors;
mod service;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::domain::ids::ClientId;
use crate::http::actor::Integrator;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::actors::IntegratorActor;
use crate::operations::refusal::Refusal;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/integrateur", get(service::list))
        .route("/integrateur/erreurs", get(errors::show))
        .route("/integrateur/services/{id}", get(service::show))
        .route("/integrateur/services/{id}/secret", post(service::rotate))
        .route("/integrateur/services/{id}/cles", post(service::replace_keys))
        .route("/integrateur/services/{id}/fin", post(service::end_overlap))
}

/// The integrator, and how she reads, in one.
struct Desk {
    integrator: IntegratorActor,
    reader: Reader,
}

impl Desk {
    fn page(&self, title: impl Into<String>) -> Page {
        let place = self.reader.t.get("integrator-place");
        self.reader.staff_page(Space::Integrator, &self.integrator.staff, &place).titled(title)
    }

    fn refuse(&self, refusal: Refusal) -> PageError {
        PageError::from_refusal(refusal, &self.reader, Space::Integrator)
    }

    fn bad_request(&self) -> PageError {
        PageError::of(Trouble::BadRequest, &self.reader, Space::Integrator)
    }

    fn reference(&self) -> Option<&str> {
        Some(self.reader.reference.as_str())
    }

    fn client_id(&self, text: &str) -> Result<ClientId, PageError> {
        ClientId::parse(text).ok_or_else(|| PageError::of(Trouble::NotFound, &self.reader, Space::Integrator))
    }

    /// A field of the form, trimmed; empty where it is missing.
    fn one(&self, fields: &Result<FormFields, BadForm>, name: &str) -> Result<String, PageError> {
        let fields = fields.as_ref().map_err(|_| self.bad_request())?;
        let value = fields.one(name).map_err(|_| self.bad_request())?;
        Ok(value.unwrap_or_default().trim().to_owned())
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Integrator(integrator) = Integrator::from_request_parts(parts, app).await?;
        let reader = Reader::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        Ok(Self { integrator, reader })
    }
}
