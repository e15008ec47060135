//! An aidant signs the charter of aidants for her work in one organisation.

use crate::crypto::hash::sha256;
use crate::domain::habilitation::CHARTER;
use crate::domain::habilitation::Charter;
use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::ledger::kinds::Event;
use crate::operations::actors::AidantActor;
use crate::operations::bench::Bench;
use crate::operations::held_habilitation;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::habilitations;

/// Signs the charter of today, as it was shown: its digest stands in the entry.
///
/// # Errors
/// [`Refusal::NotFound`] when the habilitation is not hers; [`Refusal::Conflict`] with `habilitation-status` when it is signed,
/// over, or not accepted yet.
pub async fn sign_charter(
    bench: &Bench,
    aidant: &AidantActor,
    id: HabilitationId,
    text: &str,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let held = held_habilitation::take(&mut work, id).await?;
    let own: AccountId = aidant.account.id;
    if held.account.id != own {
        return Err(Refusal::NotFound);
    }
    let charter = Charter { version: CHARTER.to_owned(), signed_at: work.now };
    let signed = held.habilitation.clone().sign_charter(charter)?;
    habilitations::save(&mut work.tx, &signed).await?;
    let event = Event::HabilitationCharterSigned {
        aidant: held.aidant(),
        version: CHARTER.to_owned(),
        text_digest: sha256(text.as_bytes()).into(),
    };
    let (work, _) = work.record(held.line(event, actor(&aidant.account))).await?;
    work.commit().await
}
