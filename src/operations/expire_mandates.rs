//! Mandates past their end and drafts nobody answered are written down as such.

use std::time::Duration;

use crate::domain::asking::DraftEnd;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::message::MessageBody;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::asking;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell_person;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::persons;

const NEWS_WORTH: Duration = Duration::from_secs(7 * 86_400);

/// Writes down up to a hundred ends; gives how many. Rules look at the dates themselves and never wait for this.
///
/// # Errors
/// As the database says; those written before stay.
pub async fn expire_overdue(bench: &Bench) -> Result<usize, Refusal> {
    let mut tx = bench.db.read().await?;
    let overdue = mandates::overdue(&mut tx, bench.now()).await?;
    drop(tx);
    let mut written = 0;
    for id in overdue {
        written += usize::from(end_one(bench, id).await?);
    }
    Ok(written)
}

async fn end_one(bench: &Bench, id: MandateId) -> Result<bool, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let Some(stored) = mandates::take(&mut work.tx, id).await? else { return Ok(false) };
    let now = work.now;
    let mandate = stored.mandate;
    let event = match mandate.status_at(now) {
        MandateStatus::Lapsed => match asking::end(&mut work, mandate.clone(), DraftEnd::Timeout).await {
            Ok(event) => event,
            // Another process wrote it down meanwhile.
            Err(Refusal::Conflict(_)) => return Ok(false),
            Err(other) => return Err(other),
        },
        MandateStatus::Expired => {
            let ended_at = mandate.consent().map_or(now, |consent| consent.validity.until).into();
            let Ok(expired) = mandate.clone().expire(now) else { return Ok(false) };
            mandates::save(&mut work.tx, &expired).await?;
            tell_end(&mut work, &expired).await?;
            Event::MandateExpired { ended_at }
        }
        _ => return Ok(false),
    };
    let line = line(&mut work, &mandate, event).await?;
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(true)
}

/// The person is told of an end she lived to see; of a draft that lapsed nobody is.
async fn tell_end(work: &mut Work<'_>, mandate: &Mandate) -> Result<(), Refusal> {
    let Some(consent) = mandate.consent() else { return Ok(()) };
    let organisation =
        organisations::find(&mut work.tx, mandate.terms.organisation).await?.ok_or(Refusal::NotFound)?;
    let body = MessageBody::MandateExpired {
        organisation: organisation.organisation.name,
        until: consent.validity.until,
    };
    match tell_person(work, consent.person, NoticeKind::End, body, NEWS_WORTH).await {
        // Nobody is written to who was erased.
        Ok(_) | Err(Refusal::NotFound) => Ok(()),
        Err(other) => Err(other),
    }
}

/// The line, under the person's key where there is one and it still exists.
async fn line(work: &mut Work<'_>, mandate: &Mandate, event: Event) -> Result<Line, Refusal> {
    let organisation =
        organisations::find(&mut work.tx, mandate.terms.organisation).await?.ok_or(Refusal::NotFound)?;
    let person = match mandate.consent() {
        Some(consent) => persons::find(&mut work.tx, consent.person).await?,
        None => None,
    };
    let key = match &person {
        Some(row) if data_keys::open(work.bench, &mut work.tx, row.data_key).await?.is_some() => row.data_key,
        _ => organisation.data_key,
    };
    let line =
        Line::new(event, Actor::system(), key).organisation(&organisation.organisation).mandate(mandate.id);
    Ok(match person {
        Some(row) => line.person(row.id),
        None => line,
    })
}
