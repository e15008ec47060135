//! A mandate, or one theme of it, is ended at once: by the person without a word, by an aidant with a reason.

use std::time::Duration;

use crate::domain::ids::DataKeyId;
use crate::domain::ids::MandateId;
use crate::domain::mandate::End;
use crate::domain::mandate::EndedBy;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::message::MessageBody;
use crate::domain::organisation::Organisation;
use crate::domain::theme::Theme;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::ledger::words::Channel;
use crate::ledger::words::RevokedBy;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::draw_up_mandate::aidant_side;
use crate::operations::refusal::Refusal;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::person_actor;
use crate::storage::mandates;
use crate::storage::organisations;

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;
const NEWS_WORTH: Duration = Duration::from_secs(3 * 86_400);

/// Who ends it.
#[derive(Clone, Copy, Debug)]
pub enum Revoker<'a> {
    /// An aidant of the organisation that holds it.
    Aidant(&'a AidantActor),
    /// The person who gave it.
    Person(&'a PersonActor),
}

impl Revoker<'_> {
    fn may_see(&self, mandate: &Mandate) -> bool {
        match self {
            Self::Aidant(aidant) => mandate.terms.organisation == aidant.organisation.id,
            Self::Person(person) => {
                mandate.consent().is_some_and(|consent| consent.person == person.person.id)
            }
        }
    }

    const fn ended_by(&self) -> (EndedBy, RevokedBy) {
        match self {
            Self::Aidant(_) => (EndedBy::Aidant, RevokedBy::Aidant),
            Self::Person(_) => (EndedBy::Person, RevokedBy::Person),
        }
    }

    fn actor(&self) -> Actor {
        match self {
            Self::Aidant(aidant) => actor(&aidant.account),
            Self::Person(person) => person_actor(person.person.id),
        }
    }
}

/// Ends `theme`, or the whole mandate where there is none. An aidant gives a `reason`; a person need not.
///
/// # Errors
/// [`Refusal::NotFound`] for a mandate this one may not know of, [`Refusal::Invalid`] without or with too long a reason,
/// [`Refusal::Conflict`] when it has ended already, [`Refusal::Denied`] (written down) when the aidant may not act.
pub async fn revoke(
    bench: &Bench,
    by: Revoker<'_>,
    id: MandateId,
    theme: Option<Theme>,
    reason: Option<&str>,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let reason = checked_reason(&by, reason)?;
    let mut work = Work::begin(bench, request).await?;
    let stored = mandates::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    work.now = bench.now();
    if !by.may_see(&stored.mandate) {
        return Err(Refusal::NotFound);
    }
    let person_id =
        stored.mandate.consent().map(|consent| consent.person).ok_or(Refusal::Conflict("mandate-step"))?;
    if stored.mandate.status_at(work.now) == MandateStatus::Expired {
        return Err(Refusal::Conflict("mandate-step"));
    }
    let person = actors::person(bench, &mut work.tx, person_id).await?;
    let organisation = organisations::find(&mut work.tx, stored.mandate.terms.organisation)
        .await?
        .ok_or(Refusal::NotFound)?
        .organisation;
    let (ended_by, revoked_by) = by.ended_by();
    let end = End { at: work.now, by: ended_by };
    let ended = match theme {
        Some(theme) => stored.mandate.clone().revoke_theme(theme, end)?,
        None => stored.mandate.clone().revoke(end)?,
    };
    let events = events(&ended, theme, (revoked_by, Channel::Page), reason);
    let line = |event: Event| line(&by, &person, &organisation, id, theme, event);
    if let Revoker::Aidant(aidant) = by
        && let Err(refused) = aidant_side(&mut work, aidant, None).await?
    {
        let event =
            events.into_iter().next().ok_or_else(|| Refusal::fault("a revocation without an event"))?;
        let (recorded, _) = work.record(line(event).refused(refused.as_str())).await?;
        recorded.commit().await?;
        return Err(Refusal::Denied(refused));
    }
    mandates::save(&mut work.tx, &ended).await?;
    let whole = ended.status() == MandateStatus::Revoked;
    let news = MessageBody::MandateEnded {
        organisation: organisation.name.clone(),
        theme: theme.filter(|_| !whole),
        at: work.now,
        by_person: ended_by == EndedBy::Person,
    };
    tell(&mut work, &person, NoticeKind::End, news, NEWS_WORTH).await?;
    let mut lines = events.into_iter().map(line);
    let first = lines.next().ok_or_else(|| Refusal::fault("a revocation without an event"))?;
    let (mut recorded, _) = work.record(first).await?;
    for next in lines {
        (recorded, _) = recorded.record(next).await?;
    }
    recorded.commit().await
}

fn checked_reason(by: &Revoker<'_>, reason: Option<&str>) -> Result<Option<String>, Refusal> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        return Err(Refusal::field("reason", "mandate-error-reason-long"));
    }
    match (by, reason) {
        (Revoker::Aidant(_), None) => Err(Refusal::field("reason", "mandate-error-no-reason")),
        (_, reason) => Ok(reason.map(str::to_owned)),
    }
}

/// One event for the theme, and one for the whole mandate where that was its last theme or all of it was ended.
pub(super) fn events(
    ended: &Mandate,
    theme: Option<Theme>,
    (by, channel): (RevokedBy, Channel),
    reason: Option<String>,
) -> Vec<Event> {
    let mut events = Vec::new();
    if theme.is_some() {
        let left = ended.open_themes().into_iter().collect();
        events.push(Event::AuthorizationRevoked { by, channel, reason: reason.clone(), left });
    }
    if ended.status() == MandateStatus::Revoked {
        events.push(Event::MandateRevoked { by, channel, reason });
    }
    events
}

fn line(
    by: &Revoker<'_>,
    person: &PersonActor,
    organisation: &Organisation,
    mandate: MandateId,
    theme: Option<Theme>,
    event: Event,
) -> Line {
    let of_theme = matches!(event, Event::AuthorizationRevoked { .. });
    let data_key: DataKeyId = person.data_key;
    let mut line = Line::new(event, by.actor(), data_key)
        .person(person.person.id)
        .organisation(organisation)
        .mandate(mandate);
    if let Revoker::Aidant(aidant) = by {
        line = line.account(aidant.account.id);
    }
    match theme {
        Some(theme) if of_theme => line.theme(theme),
        _ => line,
    }
}
