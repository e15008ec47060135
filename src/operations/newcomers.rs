//! Professionals brought in with an organisation: by an accepted request or by a file.

use crate::domain::account::Professional;
use crate::domain::message::MessageLanguage;
use crate::domain::organisation::Organisation;
use crate::operations::actors::OperatorActor;
use crate::operations::refusal::Refusal;
use crate::operations::work::Recorded;

/// Names a referent of an organisation, inside a transaction that records.
///
/// # Errors
/// As the database says.
pub(super) async fn name_referent<'b>(
    recorded: Recorded<'b>,
    _by: &OperatorActor,
    _organisation: &Organisation,
    (_who, _language): (&Professional, MessageLanguage),
) -> Result<Recorded<'b>, Refusal> {
    Ok(recorded)
}

/// Requests the habilitation of an aidant, inside a transaction that records.
///
/// # Errors
/// As the database says.
pub(super) async fn request_habilitation<'b>(
    recorded: Recorded<'b>,
    _by: &OperatorActor,
    _organisation: &Organisation,
    (_who, _language): (&Professional, MessageLanguage),
) -> Result<Recorded<'b>, Refusal> {
    Ok(recorded)
}
