//! An operator decides on a request: accepts it with everybody it names, refuses it, or asks for changes.

use crate::domain::ids::OrganisationId;
use crate::domain::ids::OrganisationRequestId;
use crate::domain::message::RequestNews;
use crate::domain::organisation_request::RequestStep;
use crate::ledger::kinds::Event;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::enrol::NewOrganisation;
use crate::operations::enrol::operator_actor;
use crate::operations::enrol::put_organisation;
use crate::operations::newcomers;
use crate::operations::organisation_requests::Opened;
use crate::operations::organisation_requests::open;
use crate::operations::organisation_requests::save;
use crate::operations::organisation_requests::tell;
use crate::operations::refusal::Refusal;
use crate::operations::suspend::checked_reason;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::organisation_requests;

/// What an operator decides.
#[derive(Clone, Copy, Debug)]
pub enum Decision<'a> {
    /// Yes.
    Accept,
    /// No, and why.
    Refuse(&'a str),
    /// Not yet, and what to change.
    AskChanges(&'a str),
}

/// Decides on a request as it was at `seen`; gives the organisation that came of it.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `request-changed` when it is not what was seen any more: corrected, taken back
/// or decided by somebody else; [`Refusal::Invalid`] at `reason` where words are needed, at `siret` when an organisation has
/// it meanwhile.
pub async fn decide(
    bench: &Bench,
    by: &OperatorActor,
    id: OrganisationRequestId,
    seen: i64,
    decision: Decision<'_>,
    request: Option<&str>,
) -> Result<Option<OrganisationId>, Refusal> {
    let (step, news, words) = match decision {
        Decision::Accept => (RequestStep::Accept, RequestNews::Accepted, None),
        Decision::Refuse(reason) => {
            (RequestStep::Refuse, RequestNews::Refused, Some(checked_reason(reason)?))
        }
        Decision::AskChanges(reason) => {
            (RequestStep::AskChanges, RequestNews::ChangesAsked, Some(checked_reason(reason)?))
        }
    };
    let mut work = Work::begin(bench, request).await?;
    let stored = organisation_requests::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    work.now = bench.now();
    let mut opened = open(bench, &mut work.tx, stored).await?;
    if opened.request.submitted_at.is_none() {
        return Err(Refusal::NotFound);
    }
    if opened.request.version != seen {
        return Err(Refusal::Conflict("request-changed"));
    }
    let next = opened.request.state.step(step).map_err(|_| Refusal::Conflict("request-changed"))?;
    opened.request.state = next;
    opened.request.since = work.now;
    opened.request.words.clone_from(&words);
    let name = opened.request.form.name.clone();
    let event = match (decision, words) {
        (Decision::Refuse(_), Some(reason)) => Event::OrganisationRefused { name, reason },
        (Decision::AskChanges(_), Some(reason)) => Event::OrganisationRequestChangesAsked { name, reason },
        _ => return accept(work, by, opened).await.map(Some),
    };
    save(&mut work, &opened).await?;
    tell(&mut work, &opened, news).await?;
    let (recorded, _) = work.record(Line::new(event, operator_actor(by), opened.data_key)).await?;
    recorded.commit().await?;
    Ok(None)
}

/// Organisation, referent and aidants in one transaction, each with its entry and its mail.
async fn accept(
    mut work: Work<'_>,
    by: &OperatorActor,
    mut opened: Opened,
) -> Result<OrganisationId, Refusal> {
    let form = opened.request.form.clone();
    let new = NewOrganisation {
        siret: form.siret.clone(),
        name: form.name.clone(),
        address: form.address(),
        withheld_themes: [].into(),
    };
    let (organisation, key) = put_organisation(&mut work, new, Some(form.kind)).await?;
    opened.request.organisation = Some(organisation.id);
    save(&mut work, &opened).await?;
    tell(&mut work, &opened, RequestNews::Accepted).await?;
    let line = Line::new(Event::OrganisationAccepted {}, operator_actor(by), key).organisation(&organisation);
    let (mut recorded, _) = work.record(line).await?;
    recorded = newcomers::name_referent(recorded, by, &organisation, &form.referent.professional).await?;
    for aidant in &form.aidants {
        let who = (&aidant.professional, aidant.function.as_deref().unwrap_or_default());
        let line = newcomers::habilitation_line(&mut recorded, by, &organisation, who).await?;
        (recorded, _) = recorded.record(line).await?;
    }
    recorded.commit().await?;
    Ok(organisation.id)
}
