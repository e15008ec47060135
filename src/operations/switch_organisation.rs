//! An aidant goes on in another of her organisations.

use crate::domain::ids::HabilitationId;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::operations::actors::AidantActor;
use crate::operations::bench::Bench;
use crate::operations::current;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;

/// Goes to the organisation of this habilitation; gives the habilitation to keep in the session.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not one of hers in force.
pub async fn switch_organisation(
    bench: &Bench,
    aidant: &AidantActor,
    to: HabilitationId,
    request: Option<&str>,
) -> Result<HabilitationId, Refusal> {
    if to == aidant.habilitation.id {
        return Ok(to);
    }
    let mut work = Work::begin(bench, request).await?;
    let places = current::workplaces_in(bench, &mut work.tx, aidant.account.id).await?;
    let place = places
        .into_iter()
        .find(|place| place.open && place.habilitation.id == to)
        .ok_or(Refusal::NotFound)?;
    let left = Named::new(aidant.organisation.id, aidant.organisation.name.clone());
    let event = Event::AidantOrganisationSwitched { from: Some(left) };
    let line = Line::new(event, actor(&aidant.account), aidant.data_key)
        .account(aidant.account.id)
        .organisation(&place.organisation);
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(to)
}
