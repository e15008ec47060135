//! Whoever asked follows the request by the mailed link: confirms it, corrects it, takes it back.

use crate::crypto::hash::TokenHash;
use crate::domain::message::RequestNews;
use crate::domain::organisation_request::RequestForm;
use crate::domain::organisation_request::RequestState;
use crate::domain::organisation_request::RequestStep;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::organisation_requests::Opened;
use crate::operations::organisation_requests::Request;
use crate::operations::organisation_requests::open;
use crate::operations::organisation_requests::save;
use crate::operations::organisation_requests::siret_taken;
use crate::operations::organisation_requests::tell;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::db::DbError;
use crate::storage::organisation_requests;

/// The request behind a code. Changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown code, or one whose request was forgotten.
pub async fn look(bench: &Bench, code: &str) -> Result<Request, Refusal> {
    let mut tx = bench.db.read().await?;
    let hash = TokenHash::of(code);
    let stored = organisation_requests::by_code(&mut tx, hash.as_bytes()).await?.ok_or(Refusal::NotFound)?;
    Ok(open(bench, &mut tx, stored).await?.request)
}

async fn take<'b>(
    bench: &'b Bench,
    code: &str,
    request: Option<&str>,
) -> Result<(Work<'b>, Opened), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let hash = TokenHash::of(code);
    let found =
        organisation_requests::by_code(&mut work.tx, hash.as_bytes()).await?.ok_or(Refusal::NotFound)?;
    let stored = organisation_requests::take(&mut work.tx, found.id).await?.ok_or(Refusal::NotFound)?;
    work.now = bench.now();
    let opened = open(bench, &mut work.tx, stored).await?;
    Ok((work, opened))
}

fn taken(refusal: Refusal) -> Refusal {
    match &refusal {
        Refusal::Fault(error) if matches!(error.downcast_ref::<DbError>(), Some(DbError::Unique(_))) => {
            Refusal::Conflict("request-siret-taken")
        }
        _ => refusal,
    }
}

/// The mailed link was opened and its button pressed: from now on the request waits for an operator. A second time changes
/// nothing.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `request-step` once its time has passed, `request-siret-taken` when the SIRET
/// became an organisation's or another request's meanwhile.
pub async fn confirm(bench: &Bench, code: &str, request: Option<&str>) -> Result<(), Refusal> {
    let (mut work, mut opened) = take(bench, code, request).await?;
    if opened.request.submitted_at.is_some() {
        return Ok(());
    }
    opened.request.state = opened.request.state.step(RequestStep::Confirm)?;
    let form = &opened.request.form;
    if siret_taken(&mut work.tx, form.siret.as_str(), Some(opened.request.id)).await? {
        return Err(Refusal::Conflict("request-siret-taken"));
    }
    let event = Event::OrganisationRequested {
        siret: form.siret.to_string(),
        name: form.name.clone(),
        organisation_kind: form.kind.as_str().to_owned(),
        aidants: form.aidants.len() as u64,
        charter: form.charter.clone(),
    };
    opened.request.since = work.now;
    opened.request.submitted_at = Some(work.now);
    save(&mut work, &opened).await.map_err(taken)?;
    tell(&mut work, &opened, RequestNews::Received).await?;
    finish(work, &opened, event).await
}

/// The corrected form takes the place of the one before and waits for an operator again.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `request-step` when no change was asked for, `request-siret-taken`.
pub async fn correct(
    bench: &Bench,
    code: &str,
    form: RequestForm,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let (mut work, mut opened) = take(bench, code, request).await?;
    opened.request.state = opened.request.state.step(RequestStep::Correct)?;
    if siret_taken(&mut work.tx, form.siret.as_str(), Some(opened.request.id)).await? {
        return Err(Refusal::Conflict("request-siret-taken"));
    }
    let event =
        Event::OrganisationRequestCorrected { name: form.name.clone(), aidants: form.aidants.len() as u64 };
    // The address that was confirmed stays the one written to.
    let contact = opened.request.form.contact.professional.email.clone();
    opened.request.form = form;
    opened.request.form.contact.professional.email = contact;
    opened.request.since = work.now;
    save(&mut work, &opened).await.map_err(taken)?;
    finish(work, &opened, event).await
}

/// Takes the request back.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `request-step` once it was decided.
pub async fn withdraw(bench: &Bench, code: &str, request: Option<&str>) -> Result<(), Refusal> {
    let (mut work, mut opened) = take(bench, code, request).await?;
    if opened.request.state == RequestState::Withdrawn {
        return Ok(());
    }
    opened.request.state = opened.request.state.step(RequestStep::Withdraw)?;
    opened.request.since = work.now;
    save(&mut work, &opened).await?;
    let event = Event::OrganisationRequestWithdrawn { name: opened.request.form.name.clone() };
    finish(work, &opened, event).await
}

async fn finish(work: Work<'_>, opened: &Opened, event: Event) -> Result<(), Refusal> {
    let line = Line::new(event, Actor::system(), opened.data_key);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await
}
