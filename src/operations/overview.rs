//! What a person sees of her mandates: who may act for her, for what, until when, and what was done last.

use crate::domain::case::Case;
use crate::domain::decision::Blocks;
use crate::domain::habilitation::Standing;
use crate::domain::ids::MandateId;
use crate::domain::mandate::HoldCause;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::organisation::Organisation;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::holds;
use crate::operations::lines::Line;
use crate::operations::lines::Opener;
use crate::operations::refusal::Refusal;
use crate::storage::accounts;
use crate::storage::cases;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::persons;
use crate::storage::persons::BlockTarget;
use crate::storage::trails;

/// One mandate of the person.
#[derive(Clone, Debug)]
pub struct Held {
    /// The mandate.
    pub mandate: Mandate,
    /// Where it is now.
    pub status: MandateStatus,
    /// Who holds it.
    pub organisation: Organisation,
    /// Names of those who can act under it today.
    pub aidants: Vec<String>,
    /// Who drew it up.
    pub drafted_by: String,
    /// The newest act under it.
    pub last_act: Option<Line>,
    /// The newest case opened about it.
    pub case: Option<Case>,
    /// Why it is held, where it is: each cause once.
    pub held_by: Vec<HoldCause>,
    /// What of it the person has barred.
    pub blocks: Blocks,
}

/// The person's mandates, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_person(bench: &Bench, person: &PersonActor) -> Result<Vec<Held>, Refusal> {
    let mut tx = bench.db.read().await?;
    let stored = mandates::of_person(&mut tx, person.person.id).await?;
    let mut all = Vec::with_capacity(stored.len());
    for stored in stored {
        all.push(held(bench, &mut tx, person, stored.mandate).await?);
    }
    Ok(all)
}

/// One mandate of the person with the text she approved.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not hers.
pub async fn one(
    bench: &Bench,
    person: &PersonActor,
    id: MandateId,
) -> Result<(Held, Option<String>), Refusal> {
    let mut tx = bench.db.read().await?;
    let stored = mandates::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let hers = stored.mandate.consent().is_some_and(|consent| consent.person == person.person.id);
    if !hers {
        return Err(Refusal::NotFound);
    }
    let text = text(bench, &mut tx, id).await?;
    Ok((held(bench, &mut tx, person, stored.mandate).await?, text))
}

/// The exact text that was approved.
async fn text(bench: &Bench, tx: &mut Tx, id: MandateId) -> Result<Option<String>, Refusal> {
    let Some(consent) = mandates::consent(tx, id).await? else { return Ok(None) };
    let Some(key) = data_keys::open(bench, tx, consent.data_key).await? else { return Ok(None) };
    let bytes = key.open("consent.text", &consent.sealed_text)?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|error| Refusal::Fault(error.into()))?;
    Ok(Some(text))
}

async fn held(bench: &Bench, tx: &mut Tx, person: &PersonActor, mandate: Mandate) -> Result<Held, Refusal> {
    let now = bench.now();
    let organisation = organisations::find(tx, mandate.terms.organisation)
        .await?
        .ok_or_else(|| Refusal::fault("a mandate names an organisation that is not there"))?
        .organisation;
    let blocks = persons::blocks(tx, person.person.id).await?;
    let barred = |target: BlockTarget| blocks.iter().any(|(known, _)| *known == target);
    let mut aidants = Vec::new();
    for habilitation in accounts::habilitations_of(tx, organisation.id).await? {
        if habilitation.standing(now) == Standing::InForce
            && !barred(BlockTarget::Account(habilitation.account))
        {
            let (account, _) = actors::account(bench, tx, habilitation.account).await?;
            aidants.push(account.professional.full_name());
        }
    }
    let (drafted_by, _) = actors::account(bench, tx, mandate.terms.drafted_by).await?;
    let last_act = match trails::last_act(tx, mandate.id).await? {
        Some(entry) => match entries::find(tx, entry).await? {
            Some(stored) => Some(Opener::new(bench).open(tx, stored).await?),
            None => None,
        },
        None => None,
    };
    let mut cases = cases::of_person(tx, person.person.id).await?;
    cases.retain(|case| case.mandate == mandate.id);
    Ok(Held {
        status: mandate.status_at(now),
        aidants,
        drafted_by: drafted_by.professional.full_name(),
        last_act,
        case: cases.into_iter().next(),
        held_by: holds::causes_in(tx, mandate.id).await?,
        blocks: Blocks { aidant: false, organisation: barred(BlockTarget::Organisation(organisation.id)) },
        organisation,
        mandate,
    })
}
