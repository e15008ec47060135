//! The referent's space: the aidants of the organisations managed, and what was done there.

mod activity;
mod cases;
mod consents;
mod ending;
mod team;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::domain::organisation::Organisation;
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
        .route("/referent/mandats", get(consents::list))
        .route("/referent/mandats/{id}", get(consents::show).post(consents::decide))
        .route("/referent/mandats/{id}/lettre", post(consents::letter))
        .route("/referent/activite", get(activity::first))
        .route("/referent/activite/{organisation}", get(activity::show))
        .route("/referent/dossiers", get(cases::first))
        .route("/referent/dossiers/structure/{organisation}", get(cases::of_place))
        .route("/referent/dossiers/erreurs/{organisation}", get(cases::errors))
        .route("/referent/dossiers/{number}", get(cases::show).post(cases::answer))
        .route("/referent/mandats/{organisation}/arreter", get(ending::ask).post(ending::end))
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
