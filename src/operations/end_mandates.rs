//! Several mandates are ended together: all a person gave to an organisation, or all an aidant drew up there.

use crate::domain::ids::AccountId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::End;
use crate::domain::mandate::EndedBy;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::message::MessageBody;
use crate::domain::organisation::Organisation;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::ledger::words::Channel;
use crate::ledger::words::RevokedBy;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::find_person;
use crate::operations::refusal::Refusal;
use crate::operations::revoke_mandate::events;
use crate::operations::suspend::checked_reason;
use crate::operations::tell;
use crate::operations::tell::NoticeKind;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::person_actor;
use crate::storage::mandates;
use crate::storage::organisations;

const NEWS_WORTH: std::time::Duration = std::time::Duration::from_secs(3 * 86_400);

/// Whether a mandate can still be ended.
pub fn is_living(mandate: &Mandate, now: Instant) -> bool {
    matches!(mandate.status_at(now), MandateStatus::Active | MandateStatus::Suspended)
}

/// The lines of ending `theme` of a mandate taken in this transaction, or all of it; its new state is saved. The lines
/// still want their mandate's person and organisation.
pub(super) async fn end_one(
    work: &mut Work<'_>,
    mandate: &Mandate,
    theme: Option<Theme>,
    (ended_by, by, channel): (EndedBy, RevokedBy, Channel),
    reason: Option<&str>,
) -> Result<Vec<Event>, Refusal> {
    let end = End { at: work.now, by: ended_by };
    let ended = match theme {
        Some(theme) => mandate.clone().revoke_theme(theme, end)?,
        None => mandate.clone().revoke(end)?,
    };
    mandates::save(&mut work.tx, &ended).await?;
    Ok(events(&ended, theme, (by, channel), reason.map(str::to_owned)))
}

/// Takes the living mandates among these, in the order in which everybody takes several.
pub(super) async fn take_living(
    work: &mut Work<'_>,
    mut ids: Vec<MandateId>,
) -> Result<Vec<Mandate>, Refusal> {
    ids.sort();
    let mut taken = Vec::with_capacity(ids.len());
    for id in ids {
        taken.extend(mandates::take(&mut work.tx, id).await?.map(|stored| stored.mandate));
    }
    work.now = work.bench.now();
    taken.retain(|mandate| is_living(mandate, work.now));
    Ok(taken)
}

/// The person ends every mandate she gave to an organisation; gives how many.
///
/// # Errors
/// [`Refusal::Conflict`] with `nothing-to-end` where none is in force.
pub async fn end_with_organisation(
    bench: &Bench,
    person: &PersonActor,
    organisation: OrganisationId,
    request: Option<&str>,
) -> Result<usize, Refusal> {
    let by = (EndedBy::Person, RevokedBy::Person);
    let doer = person_actor(person.person.id);
    end_of_person(bench, person, &[organisation], (doer, by, None), request).await
}

/// A referent ends every mandate that a person gave to one of the organisations looked after; gives how many.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason, or at `family_name` when nobody is meant, or several are; [`Refusal::Conflict`] with
/// `nothing-to-end`.
pub async fn end_of_person_by_referent(
    bench: &Bench,
    (referent, organisations): (&StaffActor, &[OrganisationId]),
    (family_name, birthdate): (&str, &str),
    reason: &str,
    request: Option<&str>,
) -> Result<usize, Refusal> {
    let reason = checked_reason(reason)?;
    let found = find_person::among(bench, organisations, family_name, birthdate).await?;
    let [only] = found.as_slice() else {
        let key = if found.is_empty() { "person-unknown" } else { "person-several" };
        return Err(Refusal::field("family_name", key));
    };
    let by = (EndedBy::Organisation, RevokedBy::Organisation);
    end_of_person(bench, only, organisations, (actor(&referent.account), by, Some(&reason)), request).await
}

async fn end_of_person(
    bench: &Bench,
    person: &PersonActor,
    places: &[OrganisationId],
    (doer, (ended_by, revoked_by), reason): (Actor, (EndedBy, RevokedBy), Option<&str>),
    request: Option<&str>,
) -> Result<usize, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let hers = mandates::of_person(&mut work.tx, person.person.id).await?;
    let wanted = hers
        .iter()
        .filter(|stored| places.contains(&stored.mandate.terms.organisation))
        .map(|stored| stored.mandate.id)
        .collect();
    let taken = take_living(&mut work, wanted).await?;
    let mut lines = Vec::new();
    for mandate in &taken {
        let organisation = organisations::find(&mut work.tx, mandate.terms.organisation)
            .await?
            .ok_or(Refusal::NotFound)?
            .organisation;
        let by = (ended_by, revoked_by, Channel::Page);
        for event in end_one(&mut work, mandate, None, by, reason).await? {
            lines.push(
                Line::new(event, doer.clone(), person.data_key)
                    .person(person.person.id)
                    .organisation(&organisation)
                    .mandate(mandate.id),
            );
        }
        tell(&mut work, person, &organisation, ended_by == EndedBy::Person).await?;
    }
    let mut lines = lines.into_iter();
    let first = lines.next().ok_or(Refusal::Conflict("nothing-to-end"))?;
    let (mut recorded, _) = work.record(first).await?;
    for line in lines {
        recorded = recorded.record(line).await?.0;
    }
    recorded.commit().await?;
    Ok(taken.len())
}

async fn tell(
    work: &mut Work<'_>,
    person: &PersonActor,
    organisation: &Organisation,
    by_person: bool,
) -> Result<(), Refusal> {
    let body = MessageBody::MandateEnded {
        organisation: organisation.name.clone(),
        theme: None,
        at: work.now,
        by_person,
    };
    tell::tell(work, person, NoticeKind::End, body, NEWS_WORTH).await.map(drop)
}

/// A referent ends every mandate that an aidant drew up in an organisation looked after, one transaction for each; gives
/// how many. What was ended before an interruption stays ended, and the same order goes on with the others.
///
/// # Errors
/// [`Refusal::NotFound`] for an organisation that is not looked after; [`Refusal::Invalid`] without a reason;
/// [`Refusal::Conflict`] with `nothing-to-end`.
pub async fn end_of_aidant(
    bench: &Bench,
    (referent, organisations): (&StaffActor, &[OrganisationId]),
    (organisation, aidant): (OrganisationId, AccountId),
    reason: &str,
    request: Option<&str>,
) -> Result<usize, Refusal> {
    let reason = checked_reason(reason)?;
    if !organisations.contains(&organisation) {
        return Err(Refusal::NotFound);
    }
    let mut tx = bench.db.read().await?;
    let drawn_up = mandates::drawn_up_by(&mut tx, organisation, aidant).await?;
    drop(tx);
    let mut ended = 0;
    for id in drawn_up {
        ended += usize::from(end_by_referent(bench, referent, organisation, id, &reason, request).await?);
    }
    if ended == 0 { Err(Refusal::Conflict("nothing-to-end")) } else { Ok(ended) }
}

/// Who drew up mandates of an organisation that are in force or held, by name.
///
/// # Errors
/// As the database says.
pub async fn drafters(
    bench: &Bench,
    organisation: OrganisationId,
) -> Result<Vec<(AccountId, String)>, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut all = Vec::new();
    for id in mandates::drafters(&mut tx, organisation).await? {
        let (account, _) = actors::account(bench, &mut tx, id).await?;
        all.push((id, account.professional.full_name()));
    }
    all.sort_by_key(|(_, name)| name.to_lowercase());
    Ok(all)
}

async fn end_by_referent(
    bench: &Bench,
    referent: &StaffActor,
    organisation: OrganisationId,
    id: MandateId,
    reason: &str,
    request: Option<&str>,
) -> Result<bool, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let taken = take_living(&mut work, vec![id]).await?;
    let Some(mandate) = taken.first().filter(|mandate| mandate.terms.organisation == organisation) else {
        return Ok(false);
    };
    let person: Option<PersonId> = mandate.consent().map(|consent| consent.person);
    let person = actors::person(bench, &mut work.tx, person.ok_or(Refusal::NotFound)?).await?;
    let place = organisations::find(&mut work.tx, organisation).await?.ok_or(Refusal::NotFound)?;
    let by = (EndedBy::Organisation, RevokedBy::Organisation, Channel::Page);
    let events = end_one(&mut work, mandate, None, by, Some(reason)).await?;
    tell(&mut work, &person, &place.organisation, false).await?;
    let event = events.into_iter().next().ok_or_else(|| Refusal::fault("an end without an event"))?;
    let line = Line::new(event, actor(&referent.account), person.data_key)
        .person(person.person.id)
        .organisation(&place.organisation)
        .mandate(id);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(true)
}
