//! The doors with two factors: the same steps, each with its own words, addresses and session.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::account::Role;
use crate::http::page::Space;
use crate::http::session::Jar;
use crate::http::session::Session;
use crate::http::session::Sessions;

/// No answer to a typed pair comes sooner, so that its time does not tell a known address from an unknown one.
pub(super) const NEUTRAL_TIME: Duration = Duration::from_millis(250);

/// One of the doors, with this browser's session at it.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub(super) role: Role,
    pub(super) session: Session,
}

/// The space behind a role's door.
pub(super) const fn space(role: Role) -> Space {
    match role {
        Role::Aidant => Space::Aidant,
        Role::Referent => Space::Referent,
        Role::Authority => Space::Authority,
        Role::Operator => Space::Operator,
        Role::Integrator => Space::Integrator,
    }
}

impl Door {
    pub(super) const fn space(&self) -> Space {
        space(self.role)
    }

    /// An address below this door.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", self.space().home())
    }

    /// The key of this door's own words.
    pub(super) fn key(&self, what: &str) -> String {
        format!("account-{}-{what}", self.role)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Door {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let missing = || StatusCode::INTERNAL_SERVER_ERROR.into_response();
        let role = parts.extensions.get::<Role>().copied().ok_or_else(missing)?;
        let sessions =
            Sessions::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let session = sessions.of(Jar::of(role)).map_err(|_| missing())?;
        Ok(Self { role, session })
    }
}
