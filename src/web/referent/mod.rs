//! The referent's space: the aidants of the organisations managed, and what was done there.

mod access;
mod activity;
mod team;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::domain::organisation::Organisation;
use crate::http::actor::FreshReferent;
use crate::http::actor::Referent;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::actors::StaffActor;
use crate::operations::refusal::Refusal;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/referent", get(team::show))
        .route("/referent/aidants/{id}/carte", get(access::cards).post(access::give))
        .route("/referent/aidants/{id}/carte/{card}", get(access::show_validate).post(access::validate))
        .route("/referent/aidants/{id}/carte/{card}/fin", post(access::put_out))
        .route("/referent/aidants/{id}/reinitialiser", get(access::show_reset).post(access::ask_reset))
        .route("/referent/activite", get(activity::first))
        .route("/referent/activite/{organisation}", get(activity::show))
}

/// The referent, the organisations managed, and how she reads, in one.
struct Desk {
    referent: StaffActor,
    organisations: Vec<Organisation>,
    reader: Reader,
}

impl Desk {
    fn page(&self, title: impl Into<String>) -> Page {
        let t = self.reader.t;
        let place = match self.organisations.as_slice() {
            [only] => only.name.clone(),
            all => t.with("referent-place", &[("count", &all.len())]),
        };
        self.reader.staff_page(Space::Referent, &self.referent, &place).titled(title)
    }

    fn whose(&self) -> (&StaffActor, &[Organisation]) {
        (&self.referent, &self.organisations)
    }

    fn reference(&self) -> Option<&str> {
        Some(self.reader.reference.as_str())
    }

    fn refuse(&self, refusal: Refusal) -> PageError {
        PageError::from_refusal(refusal, &self.reader, Space::Referent)
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Referent { actor, mut organisations } = Referent::from_request_parts(parts, app).await?;
        let reader = Reader::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        organisations.sort_by_key(|organisation| organisation.name.to_lowercase());
        Ok(Self { referent: actor, organisations, reader })
    }
}

/// As [`Desk`], for a referent whose second factor is fresh.
struct FreshDesk(Desk);

impl FromRequestParts<App> for FreshDesk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        FreshReferent::from_request_parts(parts, app).await?;
        Desk::from_request_parts(parts, app).await.map(Self)
    }
}
