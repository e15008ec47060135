//! What the broker remembers: browser sessions, logins under way, codes, access tokens and logouts, each for its short life.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Map;
use serde_json::Value;

use crate::domain::time::Instant;

/// How long a session lives after its last use.
pub(super) const SESSION_LIFE: Duration = Duration::from_secs(30 * 60);
/// How long a code may be redeemed.
pub(super) const CODE_LIFE: Duration = Duration::from_secs(30);
/// How long access and ID tokens live.
pub(super) const TOKEN_LIFE: Duration = Duration::from_secs(60);
const INTERACTION_LIFE: Duration = Duration::from_secs(40 * 60);

/// A service's request that was found right.
#[derive(Clone)]
pub(super) struct ServiceRequest {
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: Vec<String>,
    pub state: String,
    pub nonce: String,
}

/// Somebody whose identity the provider gave.
#[derive(Clone)]
pub(super) struct Login {
    /// Claims of userinfo, checked.
    pub identity: Map<String, Value>,
    /// The delegation labels of this login.
    pub labels: Vec<String>,
    /// The provider's ID token, for logout.
    pub id_token: String,
}

/// One browser's session.
#[derive(Clone)]
pub(super) struct Session {
    pub login: Option<Login>,
    pub seen: Instant,
}

/// What was sent to the identity provider and must come back.
#[derive(Clone)]
pub(super) struct Sent {
    pub state: String,
    pub nonce: String,
}

/// A login under way, bound to a browser session.
#[derive(Clone)]
pub(super) struct Interaction {
    pub request: ServiceRequest,
    pub session: String,
    pub begun: Instant,
    pub sent: Option<Sent>,
    /// What the provider answered instead of a login.
    pub failed: Option<String>,
}

/// What a code stands for.
#[derive(Clone)]
pub(super) struct Grant {
    pub request: ServiceRequest,
    pub login: Login,
    pub issued: Instant,
    pub used: bool,
}

/// A logout under way: where the browser goes once the provider sent it back.
#[derive(Clone)]
pub(super) struct Logout {
    pub session: String,
    pub back: String,
    pub state: String,
    pub begun: Instant,
}

/// Everything remembered.
#[derive(Default)]
pub(super) struct Memory {
    pub sessions: HashMap<String, Session>,
    pub interactions: HashMap<String, Interaction>,
    pub codes: HashMap<String, Grant>,
    pub tokens: HashMap<String, Grant>,
    pub logouts: HashMap<String, Logout>,
}

impl Memory {
    /// Forgets what has ended.
    pub fn purge(&mut self, now: Instant) {
        self.sessions.retain(|_, session| now.since(session.seen) < SESSION_LIFE);
        self.interactions.retain(|_, interaction| now.since(interaction.begun) < INTERACTION_LIFE);
        self.codes.retain(|_, grant| now.since(grant.issued) < INTERACTION_LIFE);
        self.tokens.retain(|_, grant| now.since(grant.issued) < TOKEN_LIFE);
        self.logouts.retain(|_, logout| now.since(logout.begun) < INTERACTION_LIFE);
    }

    /// The live session of this id; using it makes it live longer.
    pub fn session(&mut self, id: &str, now: Instant) -> Option<&mut Session> {
        let session = self.sessions.get_mut(id)?;
        if now.since(session.seen) >= SESSION_LIFE {
            return None;
        }
        session.seen = now;
        Some(session)
    }
}
