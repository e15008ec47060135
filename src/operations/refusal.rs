//! How an operation says no: what the actor may be told, apart from what only the log may know.

use crate::crypto::seal::SealError;
use crate::domain::decision::Reason;
use crate::domain::habilitation;
use crate::domain::mandate::WrongStep;
use crate::storage::db::DbError;

/// One field of a form or a request that does not fit; the key finds its sentence in the locales.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name.
    pub field: &'static str,
    /// The key of the sentence.
    pub key: &'static str,
}

/// Why an operation did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A rule of the product says no; its entry is written.
    #[error("refused: {0}")]
    Denied(Reason),
    /// There is no such thing, or this actor may not know of it.
    #[error("not found")]
    NotFound,
    /// It was true a moment ago, or was done already.
    #[error("not possible any more: {0}")]
    Conflict(&'static str),
    /// What was typed does not fit.
    #[error("invalid input")]
    Invalid(Vec<FieldFault>),
    /// The second factor must be given again first.
    #[error("the second factor is too old")]
    FactorNeeded,
    /// Too many attempts; try after that many seconds.
    #[error("throttled")]
    Throttled,
    /// Something is wrong on our side; logged with a reference number, never shown.
    #[error("fault: {0:#}")]
    Fault(anyhow::Error),
}

impl Refusal {
    /// A fault with a message for the log.
    pub fn fault(message: &'static str) -> Self {
        Self::Fault(anyhow::anyhow!(message))
    }

    /// One field that does not fit.
    pub fn field(field: &'static str, key: &'static str) -> Self {
        Self::Invalid(vec![FieldFault { field, key }])
    }
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<SealError> for Refusal {
    fn from(error: SealError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Self::Fault(error)
    }
}

impl From<habilitation::WrongStep> for Refusal {
    fn from(_: habilitation::WrongStep) -> Self {
        Self::Conflict("habilitation-status")
    }
}

impl From<WrongStep> for Refusal {
    fn from(_: WrongStep) -> Self {
        Self::Conflict("mandate-step")
    }
}
