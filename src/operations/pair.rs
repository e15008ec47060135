//! The person elsewhere types the six digits that the aidant told her by voice: three tries, then the draft is dead.

use crate::domain::asking::DraftEnd;
use crate::domain::ids::PersonId;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::asking;
use crate::operations::asking::Judged;
use crate::operations::bench::Bench;
use crate::operations::consent_link;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::organisations;
use crate::storage::persons;

/// The word of the pairing code in the ledger.
const WORD: &str = "pairing";

/// Judges the code that this person typed in the browser that holds the link. A wrong one is written down, and so is the end
/// of the draft after the last try.
///
/// # Errors
/// As [`consent_link::take_held`]; [`Refusal::NotFound`] for another person than the one who said who she is there.
pub async fn pair(
    bench: &Bench,
    (link, browser): (&str, &[u8; 32]),
    person: PersonId,
    code: &str,
    request: Option<&str>,
) -> Result<Judged, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let (mandate, _) = consent_link::take_held(&mut work, link, browser).await?;
    let Some(mut asking) = asking::find(bench, &mut work.tx, mandate.id).await? else {
        return Err(Refusal::NotFound);
    };
    if asking.row.person != Some(person) || mandate.terms.channel.is_declared() {
        return Err(Refusal::NotFound);
    }
    if asking.row.confirmed_at.is_some() {
        return Ok(Judged::Right);
    }
    // Not erased while this is under way.
    persons::hold_shared(&mut work.tx, person).await?;
    let actor = actors::person(bench, &mut work.tx, person).await?;
    let organisation = organisations::find(&mut work.tx, mandate.terms.organisation)
        .await?
        .ok_or(Refusal::NotFound)?
        .organisation;
    let (id, drafter) = (mandate.id, mandate.terms.drafted_by);
    let line = |event| {
        Line::new(event, person_actor(person), actor.data_key)
            .person(person)
            .organisation(&organisation)
            .account(drafter)
            .mandate(id)
    };
    let judged = asking.judge(bench, code);
    if judged == Judged::Right {
        asking.row.confirmed_at = Some(work.now);
    }
    let left = asking.left();
    asking::save(&mut work, asking).await?;
    let wrong = Event::MandateCodeRefused { code: WORD.to_owned(), left };
    let recorded = match judged {
        Judged::Right => work.record(line(Event::MandatePaired {})).await?.0,
        Judged::Wrong { .. } => work.record(line(wrong).refused("wrong_code")).await?.0,
        Judged::Dead => {
            let lapsed = asking::end(&mut work, mandate, DraftEnd::Pairing).await?;
            let (recorded, _) = work.record(line(wrong).refused("wrong_code")).await?;
            recorded.record(line(lapsed)).await?.0
        }
    };
    recorded.commit().await?;
    Ok(judged)
}
