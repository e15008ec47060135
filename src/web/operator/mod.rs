//! The operator's space: clients, organisations, aidants, what operators did, and figures.

mod account;
mod aidants;
mod cards;
mod client_form;
mod client_new;
mod clients;
mod confirmation;
mod figures;
mod habilitation;
mod habilitations;
mod home;
mod import;
mod journal;
pub(crate) mod merge;
mod orders;
mod organisations;
mod persons;
mod referents;
mod requests;
mod resets;
mod retention;
mod signs;
mod statement;
mod statistics;

use std::str::FromStr;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::domain::import::MOST_BYTES;
use crate::http::actor::FreshOperator;
use crate::http::actor::Operator;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::actors::OperatorActor;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::text::Text;

/// The largest form with a file: the file and what stands around it.
pub const MOST_UPLOADED: usize = MOST_BYTES + 4_096;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new()
        .route("/operateur", get(home::show))
        .route("/operateur/demandes", get(requests::list))
        .route("/operateur/demandes/{id}", get(requests::show))
        .route("/operateur/demandes/{id}/accepter", post(requests::accept))
        .route("/operateur/demandes/{id}/refuser", post(requests::refuse))
        .route("/operateur/demandes/{id}/changements", post(requests::ask_changes))
        .route("/operateur/import/structures.csv", get(import::organisations))
        .route("/operateur/import/aidants.csv", get(import::aidants))
        .route("/operateur/import/{id}", get(import::show))
        .route("/operateur/import/{id}/erreurs.csv", get(import::faults))
        .route("/operateur/import/{id}/appliquer", post(import::apply))
        .route("/operateur/import/{id}/abandonner", post(import::put_aside))
        .route("/operateur/structures", get(organisations::list))
        .route("/operateur/structures/nouvelle", get(organisations::form).post(organisations::add))
        .route("/operateur/structures/{id}", get(organisations::show))
        .route("/operateur/structures/{id}/suspendre", post(organisations::suspend))
        .route("/operateur/structures/{id}/retablir", post(organisations::restore))
        .route("/operateur/structures/{id}/fusionner", get(merge::show).post(merge::propose))
        .route("/operateur/structures/{id}/fusionner/confirmer", post(merge::confirm))
        .route("/operateur/structures/{id}/fusionner/retirer", post(merge::withdraw))
        .route("/operateur/structures/{id}/referents", get(referents::show).post(referents::appoint))
        .route("/operateur/structures/{id}/referents/{account}", get(referents::one).post(referents::change))
        .route("/operateur/comptes/{id}/suspendre", post(account::suspend))
        .route("/operateur/comptes/{id}/retablir", post(account::restore))
        .route("/operateur/habilitations", get(habilitations::show))
        .route("/operateur/aidants", get(aidants::list))
        .route("/operateur/aidants/nouveau", get(aidants::form).post(aidants::add))
        .route("/operateur/aidants/{id}", get(account::show).post(account::habilitate))
        .route("/operateur/aidants/habilitations/{id}", get(habilitation::show).post(habilitation::change))
        .route("/operateur/personnes", get(persons::form).post(persons::search))
        .route("/operateur/personnes/{id}", get(persons::show).post(persons::record))
        .route("/operateur/personnes/{id}/mandats/{mandate}", post(persons::hold))
        .route("/operateur/personnes/{id}/courriers/{record}", get(confirmation::show))
        .route("/operateur/personnes/{id}/courriers/{record}/pdf", get(confirmation::paper))
        .route("/operateur/administrations", get(clients::list))
        .route("/operateur/administrations/nouvelle", get(client_new::form).post(client_new::add))
        .route("/operateur/administrations/{id}", get(clients::show))
        .route("/operateur/administrations/{id}/confirmer", post(clients::confirm))
        .route("/operateur/administrations/{id}/desactiver", post(clients::disable))
        .route(
            "/operateur/administrations/{id}/changer",
            get(client_new::change_form).post(client_new::change),
        )
        .route("/operateur/administrations/{id}/changement/confirmer", post(clients::confirm_change))
        .route("/operateur/administrations/{id}/changement/retirer", post(clients::withdraw_change))
        .route("/operateur/administrations/{id}/secret", post(clients::rotate))
        .route("/operateur/administrations/{id}/secret/fin", post(clients::end_overlap))
        .route("/operateur/cartes", get(cards::show).post(cards::import))
        .route("/operateur/cartes/retrait", post(cards::withdraw))
        .route("/operateur/reinitialisations", get(resets::list))
        .route("/operateur/reinitialisations/nouvelle", get(resets::form).post(resets::ask))
        .route("/operateur/reinitialisations/{id}/confirmer", post(resets::confirm))
        .route("/operateur/reinitialisations/{id}/refuser", post(resets::refuse))
        .route("/operateur/journal", get(journal::show))
        .route("/operateur/releve", get(statement::form).post(statement::print))
        .route("/operateur/ordonnances", get(orders::show).post(orders::record))
        .route("/operateur/chiffres", get(figures::show))
        .route("/operateur/statistiques", get(statistics::show))
        .route("/operateur/statistiques.csv", get(statistics::csv))
        .route("/operateur/retention", get(retention::show))
        .route("/operateur/signes", get(signs::list))
        .route("/operateur/signes/{id}", get(signs::show).post(signs::review))
}

/// The one route that takes a file; it has a body limit of its own.
pub fn uploads() -> Router<App> {
    Router::new()
        .route("/operateur/import", get(import::form).post(import::upload))
        .layer(DefaultBodyLimit::max(MOST_UPLOADED))
}

/// The operator, and how she reads, in one.
struct Desk {
    operator: OperatorActor,
    reader: Reader,
}

impl Desk {
    fn t(&self) -> Text {
        self.reader.t
    }

    fn page(&self, title: impl Into<String>) -> Page {
        let page = match &self.operator.staff {
            Some(staff) => self.reader.staff_page(Space::Operator, staff, &self.t().get("operator-place")),
            None => self.reader.page(Space::Operator),
        };
        page.titled(title)
    }

    fn refuse(&self, refusal: Refusal) -> PageError {
        PageError::from_refusal(refusal, &self.reader, Space::Operator)
    }

    fn bad_request(&self) -> PageError {
        PageError::of(Trouble::BadRequest, &self.reader, Space::Operator)
    }

    fn reference(&self) -> Option<&str> {
        Some(self.reader.reference.as_str())
    }

    /// The identifier in an address; what is none is no page.
    fn id<T: FromStr>(&self, text: &str) -> Result<T, PageError> {
        text.parse().map_err(|_| PageError::of(Trouble::NotFound, &self.reader, Space::Operator))
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
        let Operator(operator) = Operator::from_request_parts(parts, app).await?;
        let reader = Reader::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        Ok(Self { operator, reader })
    }
}

/// As [`Desk`], for an operator whose second factor is fresh: what cannot be undone asks for it again.
struct FreshDesk(Desk);

impl FromRequestParts<App> for FreshDesk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        FreshOperator::from_request_parts(parts, app).await?;
        Desk::from_request_parts(parts, app).await.map(Self)
    }
}

/// One choice of a list.
struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

impl Choice {
    /// Attributes of its radio button.
    const fn radio(&self) -> &'static str {
        if self.chosen { "required checked" } else { "required" }
    }

    /// Attributes of its checkbox.
    const fn tick(&self) -> &'static str {
        if self.chosen { "checked" } else { "" }
    }
}

/// What to correct, in words: `operator-fault-email-taken`.
fn errors(t: Text, faults: &[FieldFault]) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        let key = match fault.key {
            "too-long" => "operator-fault-too-long".to_owned(),
            key => format!("operator-fault-{}-{key}", fault.field.replace('_', "-")),
        };
        errors.add(fault.field, t.get(&key));
    }
    errors
}
