//! Professionals brought in with an organisation: by an accepted request or by a file.

use crate::domain::account::Professional;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::ReferentKind;
use crate::operations::actors::OperatorActor;
use crate::operations::referents;
use crate::operations::refusal::Refusal;
use crate::operations::request_habilitation;
use crate::operations::request_habilitation::NewAidant;
use crate::operations::work::Line;
use crate::operations::work::Recorded;
use crate::operations::work::Work;

/// Names a referent of an organisation, inside a transaction that records.
///
/// # Errors
/// As [`referents::name`].
pub(super) async fn name_referent<'b>(
    mut recorded: Recorded<'b>,
    by: &OperatorActor,
    organisation: &Organisation,
    who: &Professional,
) -> Result<Recorded<'b>, Refusal> {
    let (_, line) =
        referents::name(&mut recorded, &by.into(), organisation, who, ReferentKind::Referent).await?;
    Ok(recorded.record(line).await?.0)
}

/// Asks for the habilitation of an aidant; the line is to be recorded in the same transaction.
///
/// # Errors
/// As [`request_habilitation::request`].
pub(super) async fn habilitation_line(
    work: &mut Work<'_>,
    by: &OperatorActor,
    organisation: &Organisation,
    (who, function): (&Professional, &str),
) -> Result<Line, Refusal> {
    let new = NewAidant { professional: who.clone(), profession: function.to_owned().into() };
    Ok(request_habilitation::request(work, &by.into(), organisation, &new).await?.1)
}
