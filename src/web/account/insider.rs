//! Whoever is logged in at one of the doors, as far as her own account goes.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::account::Role;
use crate::domain::account::SecondFactor;
use crate::domain::time::Instant;
use crate::http::actor;
use crate::http::actor::Aidant;
use crate::http::actor::Authority;
use crate::http::actor::Integrator;
use crate::http::actor::LoggedIn;
use crate::http::actor::Operator;
use crate::http::actor::Referent;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::actors::AidantActor;
use crate::operations::actors::StaffActor;
use crate::operations::factors::Holder;
use crate::operations::refusal::Refusal;
use crate::web::account::door::Door;

enum Who {
    Aidant(Box<AidantActor>),
    Staff(Box<StaffActor>),
}

/// A logged-in professional of the door's role, and how she reads.
pub(super) struct Insider {
    pub(super) door: Door,
    pub(super) reader: Reader,
    who: Who,
}

impl Insider {
    pub(super) fn holder(&self) -> Holder<'_> {
        match &self.who {
            Who::Aidant(aidant) => Holder::from(&**aidant),
            Who::Staff(staff) => Holder::from(&**staff),
        }
    }

    fn factor_at(&self) -> Option<Instant> {
        match &self.who {
            Who::Aidant(aidant) => aidant.factor_at,
            Who::Staff(staff) => staff.factor_at,
        }
    }

    /// A page of her space, with her name.
    pub(super) fn page(&self, title: impl Into<String>) -> Page {
        let page = match &self.who {
            Who::Aidant(aidant) => self.reader.aidant_page(aidant),
            Who::Staff(staff) => self.reader.staff_page(
                self.door.space(),
                staff,
                self.reader.t.get(&self.door.key("place")).as_str(),
            ),
        };
        page.titled(title)
    }

    pub(super) fn refuse(&self, refusal: Refusal) -> PageError {
        PageError::from_refusal(refusal, &self.reader, self.door.space())
    }

    pub(super) fn bad_request(&self) -> PageError {
        PageError::of(Trouble::BadRequest, &self.reader, self.door.space())
    }

    pub(super) fn reference(&self) -> Option<&str> {
        Some(self.reader.reference.as_str())
    }

    /// Whether her second factor is fresh enough to change something of her account.
    pub(super) fn is_fresh(&self, app: &App) -> bool {
        let oldest = app.config().sessions.second_factor_max_age;
        self.factor_at().is_some_and(|at| app.bench.now().since(at) <= oldest)
    }

    /// Notes a fresh second factor in the session, which gets a new id.
    pub(super) async fn freshen(&self, factor_at: Instant, factor: SecondFactor) -> Result<(), Refusal> {
        let habilitation = match &self.who {
            Who::Aidant(aidant) => Some(aidant.habilitation.id),
            Who::Staff(_) => None,
        };
        let who = LoggedIn { account: self.holder().account.id, habilitation, factor_at, factor };
        actor::change(&self.door.session, who).await
    }
}

impl FromRequestParts<App> for Insider {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let door = Door::from_request_parts(parts, app).await?;
        let staff = |staff: StaffActor| Who::Staff(Box::new(staff));
        let who = match door.role {
            Role::Aidant => Who::Aidant(Box::new(Aidant::from_request_parts(parts, app).await?.0)),
            Role::Referent => staff(Referent::from_request_parts(parts, app).await?.actor),
            Role::Authority => staff(Authority::from_request_parts(parts, app).await?.0.staff),
            Role::Operator => match Operator::from_request_parts(parts, app).await?.0.staff {
                Some(operator) => staff(operator),
                None => return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
            },
            Role::Integrator => staff(Integrator::from_request_parts(parts, app).await?.0.staff),
        };
        let reader = Reader::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        Ok(Self { door, reader, who })
    }
}

/// An insider whose second factor is fresh; else she is sent to give it again.
pub(super) struct FreshInsider(pub(super) Insider);

impl FromRequestParts<App> for FreshInsider {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let insider = Insider::from_request_parts(parts, app).await?;
        if insider.is_fresh(app) {
            return Ok(Self(insider));
        }
        Err(actor::to_second_factor(parts, insider.door.space()))
    }
}
