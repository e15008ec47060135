//! The mandates of a suspended organisation are held, and let go when it is restored: one transaction for each.
//!
//! The suspension itself takes effect at once, since every decision looks at the organisation. What follows here is what
//! persons and administrations see of each mandate; it goes on where it stopped, whoever does it and however often.

use crate::domain::ids::DataKeyId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Hold;
use crate::domain::mandate::HoldCause;
use crate::domain::mandate::Mandate;
use crate::domain::organisation::OrganisationStatus;
use crate::ledger::entry::Actor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::holds;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::holds as stored_holds;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::persons;

/// How many mandates one round looks at.
const BATCH: i64 = 100;
const SUSPENDED: &str = "organisation_suspended";
const RESTORED: &str = "organisation_restored";

/// Holds or lets go up to a hundred mandates of `organisation`, or of all; gives how many were written.
///
/// # Errors
/// As the database says; those written before stay.
pub async fn follow(bench: &Bench, organisation: Option<OrganisationId>) -> Result<usize, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut concerned = stored_holds::to_hold(&mut tx, organisation, BATCH).await?;
    concerned.extend(stored_holds::to_release(&mut tx, organisation, BATCH).await?);
    drop(tx);
    let mut written = 0;
    for id in concerned {
        written += usize::from(follow_one(bench, id).await?);
    }
    Ok(written)
}

async fn follow_one(bench: &Bench, id: MandateId) -> Result<bool, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let Some(stored) = mandates::take(&mut work.tx, id).await? else { return Ok(false) };
    let mandate = stored.mandate;
    let organisation = organisations::find_shared(&mut work.tx, mandate.terms.organisation)
        .await?
        .ok_or_else(|| Refusal::fault("a mandate names an organisation that is not there"))?;
    work.now = bench.now();
    let mut event = None;
    // A mandate that went to another organisation is let go by the one it had.
    for (hold, _) in stored_holds::of(&mut work.tx, id).await? {
        let own = hold.source == organisation.organisation.id.uuid();
        let suspended = organisation.organisation.status == OrganisationStatus::Suspended;
        if hold.cause == HoldCause::Organisation && !(own && suspended) {
            event = holds::lift(&mut work, &mandate, hold, RESTORED).await?;
        }
    }
    if organisation.organisation.status == OrganisationStatus::Suspended {
        let hold = Hold { cause: HoldCause::Organisation, source: organisation.organisation.id.uuid() };
        event = holds::put(&mut work, &mandate, hold, SUSPENDED).await?;
    }
    let Some(event) = event else { return Ok(false) };
    let (key, person) = sealed_under(&mut work, &mandate, &organisation).await?;
    let line = Line::new(event, Actor::system(), key).organisation(&organisation.organisation).mandate(id);
    let line = match person {
        Some(person) => line.person(person),
        None => line,
    };
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(true)
}

/// The key of a line the system writes about a mandate, and the person it is about: hers where it still exists.
///
/// # Errors
/// As the database says.
pub(super) async fn sealed_under(
    work: &mut Work<'_>,
    mandate: &Mandate,
    organisation: &StoredOrganisation,
) -> Result<(DataKeyId, Option<PersonId>), Refusal> {
    let Some(consent) = mandate.consent() else { return Ok((organisation.data_key, None)) };
    let Some(row) = persons::find(&mut work.tx, consent.person).await? else {
        return Ok((organisation.data_key, None));
    };
    let living = data_keys::open(work.bench, &mut work.tx, row.data_key).await?.is_some();
    Ok((if living { row.data_key } else { organisation.data_key }, Some(row.id)))
}
