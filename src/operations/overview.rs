//! What a person sees of her mandates: who may act for her, for what, until when, and what was done last.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::domain::case::Case;
use crate::domain::decision::Blocks;
use crate::domain::habilitation::Standing;
use crate::domain::ids::AccountId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
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
use crate::storage::mandates::StoredMandate;
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
    let mut overview = Overview::begin(bench, &mut tx, person.person.id).await?;
    let mut all = Vec::with_capacity(stored.len());
    for stored in stored {
        all.push(overview.held(&mut tx, stored.mandate).await?);
    }
    Ok(all)
}

/// The person's mandates, newest first, each with the name of the organisation that holds it: what a list to choose from needs.
///
/// # Errors
/// As the database says.
pub async fn named(bench: &Bench, person: &PersonActor) -> Result<Vec<(Mandate, String)>, Refusal> {
    let mut tx = bench.db.read().await?;
    let stored = mandates::of_person(&mut tx, person.person.id).await?;
    let mut names: HashMap<OrganisationId, String> = HashMap::new();
    let mut all = Vec::with_capacity(stored.len());
    for StoredMandate { mandate, .. } in stored {
        let id = mandate.terms.organisation;
        let name = match names.entry(id) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(place) => place.insert(organisation(&mut tx, id).await?.name).clone(),
        };
        all.push((mandate, name));
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
    let mut overview = Overview::begin(bench, &mut tx, person.person.id).await?;
    Ok((overview.held(&mut tx, stored.mandate).await?, text))
}

/// The exact text that was approved.
async fn text(bench: &Bench, tx: &mut Tx, id: MandateId) -> Result<Option<String>, Refusal> {
    let Some(consent) = mandates::consent(tx, id).await? else { return Ok(None) };
    let Some(key) = data_keys::open(bench, tx, consent.data_key).await? else { return Ok(None) };
    let bytes = key.open("consent.text", &consent.sealed_text)?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|error| Refusal::Fault(error.into()))?;
    Ok(Some(text))
}

/// Reads mandates of one person; what several of them share is read once.
struct Overview<'a> {
    bench: &'a Bench,
    /// What she has barred.
    barred: Vec<BlockTarget>,
    /// Newest first.
    cases: Vec<Case>,
    opener: Opener<'a>,
    organisations: HashMap<OrganisationId, Holder>,
    names: HashMap<AccountId, String>,
}

/// An organisation that holds mandates of hers.
#[derive(Clone)]
struct Holder {
    organisation: Organisation,
    /// Names of those who can act for her today.
    aidants: Vec<String>,
}

impl<'a> Overview<'a> {
    async fn begin(bench: &'a Bench, tx: &mut Tx, person: PersonId) -> Result<Self, Refusal> {
        Ok(Self {
            bench,
            barred: persons::blocks(tx, person).await?.into_iter().map(|(target, _)| target).collect(),
            cases: cases::of_person(tx, person).await?,
            opener: Opener::new(bench),
            organisations: HashMap::new(),
            names: HashMap::new(),
        })
    }

    async fn held(&mut self, tx: &mut Tx, mandate: Mandate) -> Result<Held, Refusal> {
        let Holder { organisation, aidants } = self.holder(tx, mandate.terms.organisation).await?;
        let last_act = match trails::last_act(tx, mandate.id).await? {
            Some(entry) => match entries::find(tx, entry).await? {
                Some(stored) => Some(self.opener.open(tx, stored).await?),
                None => None,
            },
            None => None,
        };
        let barred = self.barred.contains(&BlockTarget::Organisation(organisation.id));
        Ok(Held {
            status: mandate.status_at(self.bench.now()),
            aidants,
            drafted_by: self.name(tx, mandate.terms.drafted_by).await?,
            last_act,
            case: self.cases.iter().find(|case| case.mandate == mandate.id).cloned(),
            held_by: holds::causes_in(tx, mandate.id).await?,
            blocks: Blocks { aidant: false, organisation: barred },
            organisation,
            mandate,
        })
    }

    async fn holder(&mut self, tx: &mut Tx, id: OrganisationId) -> Result<Holder, Refusal> {
        if let Some(known) = self.organisations.get(&id) {
            return Ok(known.clone());
        }
        let now = self.bench.now();
        let organisation = organisation(tx, id).await?;
        let mut aidants = Vec::new();
        for habilitation in accounts::habilitations_of(tx, id).await? {
            let barred = self.barred.contains(&BlockTarget::Account(habilitation.account));
            if habilitation.standing(now) == Standing::InForce && !barred {
                aidants.push(self.name(tx, habilitation.account).await?);
            }
        }
        let holder = Holder { organisation, aidants };
        self.organisations.insert(id, holder.clone());
        Ok(holder)
    }

    async fn name(&mut self, tx: &mut Tx, id: AccountId) -> Result<String, Refusal> {
        if let Some(known) = self.names.get(&id) {
            return Ok(known.clone());
        }
        let (account, _) = actors::account(self.bench, tx, id).await?;
        let name = account.professional.full_name();
        self.names.insert(id, name.clone());
        Ok(name)
    }
}

async fn organisation(tx: &mut Tx, id: OrganisationId) -> Result<Organisation, Refusal> {
    let found = organisations::find(tx, id).await?;
    let found = found.ok_or_else(|| Refusal::fault("a mandate names an organisation that is not there"))?;
    Ok(found.organisation)
}
