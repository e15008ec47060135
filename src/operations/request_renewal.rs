//! A referent asks that a habilitation go on beyond its end.

use crate::domain::habilitation::Standing;
use crate::domain::ids::HabilitationId;
use crate::domain::organisation::Organisation;
use crate::ledger::kinds::Event;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::held_habilitation;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::habilitations;

/// Asks for the renewal of a habilitation that ends within `habilitation.renewal_notice`.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not one of the managed organisations'; [`Refusal::Conflict`] with `renewal-early` before
/// that time, `renewal-asked` when it was asked for already, `habilitation-status` when it is over or was never given.
pub async fn request_renewal(
    bench: &Bench,
    (by, managed): (&StaffActor, &[Organisation]),
    id: HabilitationId,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let held = held_habilitation::take(&mut work, id).await?;
    if !managed.iter().any(|own| own.id == held.organisation.id) {
        return Err(Refusal::NotFound);
    }
    let now = work.now;
    if matches!(held.habilitation.standing(now), Standing::Awaited | Standing::Ended) {
        return Err(Refusal::Conflict("habilitation-status"));
    }
    let until = held.habilitation.until().ok_or(Refusal::Conflict("habilitation-status"))?;
    if until.since(now) > bench.config.habilitation.renewal_notice {
        return Err(Refusal::Conflict("renewal-early"));
    }
    if !habilitations::ask_renewal(&mut work.tx, id, now).await? {
        return Err(Refusal::Conflict("renewal-asked"));
    }
    let event = Event::HabilitationRenewalRequested { aidant: held.aidant(), ends_at: until.into() };
    let (work, _) = work.record(held.line(event, actor(&by.account))).await?;
    work.commit().await
}
