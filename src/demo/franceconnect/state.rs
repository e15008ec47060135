//! What the provider remembers: browser sessions, logins under way, codes and access tokens, each for its short life.

use std::collections::HashMap;
use std::collections::HashSet;
use std::time::Duration;

use crate::domain::time::Instant;

/// How long a session lives after its last use.
pub(super) const SESSION_LIFE: Duration = Duration::from_secs(30 * 60);
/// How long a code may be redeemed.
pub(super) const CODE_LIFE: Duration = Duration::from_secs(30);
/// How long access and ID tokens live.
pub(super) const TOKEN_LIFE: Duration = Duration::from_secs(60);
const INTERACTION_LIFE: Duration = Duration::from_secs(15 * 60);

/// An authorization request that was found right.
#[derive(Clone)]
pub(super) struct AuthRequest {
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: Vec<String>,
    pub state: String,
    pub nonce: String,
    pub acr: String,
    pub acr_too_high: bool,
}

/// Somebody who logged in: the login as typed, prefix included.
#[derive(Clone)]
pub(super) struct Login {
    pub typed: String,
    pub auth_time: Instant,
}

/// One browser's session.
#[derive(Clone)]
pub(super) struct Session {
    pub login: Option<Login>,
    pub seen: Instant,
}

/// A login under way, bound to a browser session.
#[derive(Clone)]
pub(super) struct Interaction {
    pub request: AuthRequest,
    pub session: String,
    pub begun: Instant,
}

/// What a code stands for.
#[derive(Clone)]
pub(super) struct Grant {
    pub request: AuthRequest,
    pub login: Login,
    pub issued: Instant,
    pub token: Option<String>,
}

/// What an access token stands for.
#[derive(Clone)]
pub(super) struct Access {
    pub grant: Grant,
    pub issued: Instant,
}

/// Everything remembered.
#[derive(Default)]
pub(super) struct Memory {
    pub sessions: HashMap<String, Session>,
    pub interactions: HashMap<String, Interaction>,
    pub codes: HashMap<String, Grant>,
    pub tokens: HashMap<String, Access>,
    /// The `jti` of client assertions that were used.
    pub assertions: HashSet<String>,
    /// Whether the key is published no more.
    pub withdrawn: bool,
}

impl Memory {
    /// Forgets what has ended; a used code is kept for some minutes to recognise its second use.
    pub fn purge(&mut self, now: Instant) {
        self.sessions.retain(|_, session| now.since(session.seen) < SESSION_LIFE);
        self.interactions.retain(|_, interaction| now.since(interaction.begun) < INTERACTION_LIFE);
        self.codes.retain(|_, grant| now.since(grant.issued) < INTERACTION_LIFE);
        self.tokens.retain(|_, access| now.since(access.issued) < TOKEN_LIFE);
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
