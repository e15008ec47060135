//! How far one consent has come in this browser: kept in a session of its own, which dies with the answer.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::PersonId;
use crate::domain::private::Private;
use crate::http::session::ConsentSession;
use crate::oidc::relying_party::FlowState;
use crate::operations::decide_mandate::Evidence;
use crate::operations::identify_person::Expected;
use crate::operations::refusal::Refusal;

const KEY: &str = "consent";

/// One consent in this browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// The code of its link.
    pub code: Private<String>,
    /// How far it has come.
    pub stage: Stage,
}

/// How far a consent has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Stage {
    /// Continued here; nobody is identified.
    Open,
    /// The person is at the identity provider.
    Away {
        /// The login there.
        login: FlowState,
        /// The random part of its nonce.
        nonce_random: Private<String>,
    },
    /// Identified; her session at the provider is being ended.
    Leaving(Known),
    /// Another person than the expected one said who she is; her session at the provider is being ended.
    LeavingMistaken {
        /// What the provider wants to see for that.
        id_token: Private<String>,
        /// The `state` that its logout brings back.
        logout_state: Private<String>,
        /// Who was expected.
        #[serde(default)]
        expected: Expected,
    },
    /// Another person was expected: that is all there is to tell.
    Mistaken {
        /// Who.
        #[serde(default)]
        expected: Expected,
    },
    /// She is known by declaration and may read and answer by her code.
    ByCode,
    /// She may read and answer.
    Reading(Known),
}

/// What is known once the person has said who she is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Known {
    /// Who.
    pub person: PersonId,
    /// What proves it.
    pub evidence: Evidence,
    /// The `state` that the provider's logout brings back.
    pub logout_state: Private<String>,
    /// The digest of the text shown last, hexadecimal.
    pub shown: Option<String>,
}

/// The consent under way in this browser.
///
/// # Errors
/// A fault of the session.
pub async fn under_way(session: &ConsentSession) -> Result<Option<Flow>, Refusal> {
    session.read(KEY).await
}

/// The consent of this code, where it is the one under way.
///
/// # Errors
/// A fault of the session.
pub async fn of_code(session: &ConsentSession, code: &str) -> Result<Option<Flow>, Refusal> {
    Ok(under_way(session).await?.filter(|flow| flow.code.show() == code))
}

/// Writes how far it has come.
///
/// # Errors
/// A fault of the session.
pub async fn keep(session: &ConsentSession, flow: &Flow) -> Result<(), Refusal> {
    session.write(KEY, flow).await
}

/// Makes room for the consent of `code`: another one under way here is left, and a session known before opens nothing.
///
/// # Errors
/// A fault of the session.
pub async fn begin(session: &ConsentSession, code: &str) -> Result<Flow, Refusal> {
    if let Some(flow) = of_code(session, code).await? {
        return Ok(flow);
    }
    if under_way(session).await?.is_some() {
        session.flush().await?;
    } else {
        session.begin().await?;
    }
    Ok(Flow { code: Private::new(code.to_owned()), stage: Stage::Open })
}
