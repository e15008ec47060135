//! What is kept in the session between asking a browser for a passkey and its answer: for five minutes, for one answer.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::time::Instant;
use crate::http::session::Session;
use crate::operations::refusal::Refusal;

const LONGEST: Duration = Duration::from_secs(300);

/// What an answer will be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Logging in.
    Login,
    /// The second factor again.
    Check,
    /// A new key.
    Making,
}

impl Purpose {
    const fn key(self) -> &'static str {
        match self {
            Self::Login => "passkey_login",
            Self::Check => "passkey_check",
            Self::Making => "passkey_making",
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    what: T,
    at: Instant,
}

/// Keeps it; what was kept for the same purpose is forgotten.
pub(super) async fn keep<T: Serialize>(
    session: &Session,
    purpose: Purpose,
    what: T,
    at: Instant,
) -> Result<(), Refusal> {
    session.write(purpose.key(), &Kept { what, at }).await
}

/// Takes it out, whether the answer will hold or not; `None` where nothing was asked, or too long ago.
pub(super) async fn take<T: DeserializeOwned>(
    session: &Session,
    purpose: Purpose,
    now: Instant,
) -> Result<Option<T>, Refusal> {
    let kept: Option<Kept<T>> = session.read(purpose.key()).await?;
    if kept.is_some() {
        session.remove(purpose.key()).await?;
    }
    Ok(kept.filter(|kept| now.since(kept.at) < LONGEST).map(|kept| kept.what))
}
