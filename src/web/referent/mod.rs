//! The referent's space: the aidants of the organisations managed, who manages them, and what was done there.

mod access;
mod activity;
mod merge;
mod cases;
mod consents;
mod ending;
mod figures;
mod invite;
mod leave;
pub(in crate::web) mod in_charge;
pub(in crate::web) mod member;
pub(in crate::web) mod referents;
mod team;
mod themes;
pub(in crate::web) mod told;

use std::str::FromStr;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::http::actor::FreshReferent;
use crate::http::actor::Referent;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::actors::StaffActor;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::text::Text;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/referent", get(team::show))
        .route("/referent/structures/{id}/fusion", get(merge::show))
        .route("/referent/structures/{id}/fusion/confirmer", post(merge::confirm))
        .route("/referent/structures/{id}/fusion/refuser", post(merge::refuse))
        .route("/referent/structures/{id}", get(team::one))
        .route("/referent/structures/{id}/demarches", get(themes::show).post(themes::change))
        .route("/referent/structures/{id}/referents", get(referents::show).post(referents::appoint))
        .route("/referent/structures/{id}/referents/{account}", get(in_charge::show).post(in_charge::change))
        .route("/referent/structures/{id}/quitter", get(leave::show).post(leave::leave))
        .route("/referent/aidants/nouveau", get(invite::show).post(invite::invite))
        .route("/referent/aidants/{id}", get(member::show).post(member::change))
        .route("/referent/aidants/{id}/relancer", post(member::invite_again))
        .route("/referent/aidants/{id}/renouvellement", post(member::request_renewal))
        .route("/referent/mandats", get(consents::list))
        .route("/referent/mandats/{id}", get(consents::show).post(consents::decide))
        .route("/referent/mandats/{id}/lettre", post(consents::letter))
        .route("/referent/aidants/{id}/carte", get(access::cards).post(access::give))
        .route("/referent/aidants/{id}/carte/{card}", get(access::show_validate).post(access::validate))
        .route("/referent/aidants/{id}/carte/{card}/fin", post(access::put_out))
        .route("/referent/aidants/{id}/reinitialiser", get(access::show_reset).post(access::ask_reset))
        .route("/referent/activite", get(activity::first))
        .route("/referent/activite/{organisation}", get(activity::show))
        .route("/referent/dossiers", get(cases::first))
        .route("/referent/dossiers/structure/{organisation}", get(cases::of_place))
        .route("/referent/dossiers/erreurs/{organisation}", get(cases::errors))
        .route("/referent/dossiers/{number}", get(cases::show).post(cases::answer))
        .route("/referent/mandats/{organisation}/arreter", get(ending::ask).post(ending::end))
        .route("/referent/chiffres", get(figures::first))
        .route("/referent/chiffres/{organisation}", get(figures::show))
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

    fn t(&self) -> Text {
        self.reader.t
    }

    fn refuse(&self, refusal: Refusal) -> PageError {
        PageError::from_refusal(refusal, &self.reader, Space::Referent)
    }

    fn bad_request(&self) -> PageError {
        PageError::of(Trouble::BadRequest, &self.reader, Space::Referent)
    }

    fn reference(&self) -> Option<&str> {
        Some(self.reader.reference.as_str())
    }

    /// Whose operations these are.
    fn whose(&self) -> (&StaffActor, &[Organisation]) {
        (&self.referent, self.organisations.as_slice())
    }

    /// The identifier in an address; what is none is no page.
    fn id<T: FromStr>(&self, text: &str) -> Result<T, PageError> {
        text.parse().map_err(|_| PageError::of(Trouble::NotFound, &self.reader, Space::Referent))
    }

    /// One of the organisations managed; any other is no page.
    fn organisation(&self, text: &str) -> Result<&Organisation, PageError> {
        let id: OrganisationId = self.id(text)?;
        let found = self.organisations.iter().find(|one| one.id == id);
        found.ok_or_else(|| PageError::of(Trouble::NotFound, &self.reader, Space::Referent))
    }

    fn fields(&self, fields: Result<FormFields, BadForm>) -> Result<FormFields, PageError> {
        fields.map_err(|bad| {
            tracing::debug!(%bad, "a form could not be read");
            self.bad_request()
        })
    }

    /// A field that stands once, trimmed; empty where it is missing.
    fn one(&self, fields: &FormFields, name: &str) -> Result<String, PageError> {
        let value = fields.one(name).map_err(|_| self.bad_request())?;
        Ok(value.unwrap_or_default().trim().to_owned())
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

/// What to correct, in words: `referent-fault-email-already-here`.
pub(in crate::web) fn errors(t: Text, faults: &[FieldFault]) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        let key = match fault.key {
            "too-long" => "referent-fault-too-long".to_owned(),
            key => format!("referent-fault-{}-{key}", fault.field.replace('_', "-")),
        };
        errors.add(fault.field, t.get(&key));
    }
    errors
}
