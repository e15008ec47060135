//! An aidant gives a draft up before the person has answered.

use crate::domain::asking::DraftEnd;
use crate::domain::ids::MandateId;
use crate::operations::actors::AidantActor;
use crate::operations::asking;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::mandates;

/// Gives the draft up; its link opens nothing any more.
///
/// # Errors
/// [`Refusal::NotFound`] for another organisation's, [`Refusal::Conflict`] once the person has decided.
pub async fn abandon(
    bench: &Bench,
    aidant: &AidantActor,
    id: MandateId,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let stored = mandates::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    if stored.mandate.terms.organisation != aidant.organisation.id {
        return Err(Refusal::NotFound);
    }
    let event = asking::end(&mut work, stored.mandate, DraftEnd::Abandoned).await?;
    let line = Line::new(event, actor(&aidant.account), aidant.organisation_key)
        .account(aidant.account.id)
        .organisation(&aidant.organisation)
        .mandate(id);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await
}
