//! An aidant sends the link, or the code, once more: to the same address, in the place of the one before.

use std::time::Duration;

use crate::crypto::hash::TokenHash;
use crate::crypto::random::random_digits;
use crate::domain::asking::CODE_DIGITS;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Channel;
use crate::domain::mandate::MandateStatus;
use crate::ledger::kinds::Event;
use crate::operations::actors::AidantActor;
use crate::operations::ask_person;
use crate::operations::asking;
use crate::operations::bench::Bench;
use crate::operations::draw_up_mandate::aidant_side;
use crate::operations::draw_up_mandate::fresh_link;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::mandates;
use crate::storage::persons;

/// Between two times.
pub const PAUSE: Duration = Duration::from_secs(60);
/// As often as something is sent for one draft, the first time included.
pub const MOST: i64 = 6;

/// Sends a fresh link (and by SMS a fresh code); those before open nothing any more. Tries that were used stay used.
///
/// # Errors
/// [`Refusal::NotFound`] for another organisation's, [`Refusal::Throttled`] too soon or too often, [`Refusal::Conflict`] once
/// the draft is over, the person has said yes, or nothing is sent for it; [`Refusal::Denied`] (written down).
pub async fn send_again(
    bench: &Bench,
    aidant: &AidantActor,
    id: MandateId,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let mandate = mandates::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    if mandate.terms.organisation != aidant.organisation.id {
        return Err(Refusal::NotFound);
    }
    let channel = mandate.terms.channel;
    let open = mandate.status_at(work.now) == MandateStatus::AwaitingConsent;
    if !open || !matches!(channel, Channel::Remote | Channel::Sms) {
        return Err(Refusal::Conflict("mandate-step"));
    }
    let mut asking = asking::require(bench, &mut work.tx, id).await?;
    if channel == Channel::Sms && asking.row.confirmed_at.is_some() {
        return Err(Refusal::Conflict("mandate-step"));
    }
    let soon = asking.row.sent_at.is_some_and(|at| work.now.since(at) < PAUSE);
    if soon || asking.row.sent >= MOST {
        return Err(Refusal::Throttled);
    }
    let key = asking.row.data_key;
    let person = match asking.row.person.filter(|_| channel.is_declared()) {
        Some(person) => persons::find(&mut work.tx, person).await?.map(|row| row.id),
        None => None,
    };
    let line = |event| {
        let line = Line::new(event, actor(&aidant.account), key)
            .account(aidant.account.id)
            .organisation(&aidant.organisation)
            .mandate(id);
        match person {
            Some(person) => line.person(person),
            None => line,
        }
    };
    if let Err(reason) = aidant_side(&mut work, aidant, Some(&mandate.terms.themes)).await? {
        let event = Event::MandateSentAgain { way: channel.as_str().to_owned() };
        let (recorded, _) = work.record(line(event).refused(reason.as_str())).await?;
        recorded.commit().await?;
        return Err(Refusal::Denied(reason));
    }
    let link = fresh_link(&mut work, aidant).await?;
    let hash = TokenHash::of(link.code.show());
    let expires_at = match &mandate.life {
        crate::domain::mandate::Life::AwaitingConsent { lapses_at } => *lapses_at,
        _ => return Err(Refusal::Conflict("mandate-step")),
    };
    mandates::renew_link(&mut work.tx, id, hash.as_bytes(), &link.sealed, expires_at).await?;
    let way = if channel == Channel::Sms {
        let code = random_digits(bench.random.as_ref(), CODE_DIGITS);
        ask_person::send_code(&mut work, aidant, &mandate, &mut asking, &code, &link.code).await?;
        "sms".to_owned()
    } else {
        asking.row.confirmed_at = None;
        ask_person::send_link(&mut work, aidant, &mut asking, &link.code).await?
    };
    asking::save(&mut work, asking).await?;
    let (recorded, _) = work.record(line(Event::MandateSentAgain { way })).await?;
    recorded.commit().await
}
