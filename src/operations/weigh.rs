//! Reads everything the decision looks at, in the order that keeps two transactions from passing each other.

use crate::domain::account::AccountStatus;
use crate::domain::client::Client;
use crate::domain::decision::Blocks;
use crate::domain::decision::Question;
use crate::domain::decision::Reason;
use crate::domain::decision::decide;
use crate::domain::habilitation::Habilitation;
use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Consent;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::actors::PersonActor;
use crate::operations::actors::person;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::accounts;
use crate::storage::clients;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::mandates::StoredMandate;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::persons;
use crate::storage::persons::BlockTarget;

/// Who and what an act joins.
#[derive(Clone, Debug)]
pub struct Parties {
    /// The client.
    pub client: ClientId,
    /// The aidant.
    pub account: AccountId,
    /// The organisation she acts in.
    pub organisation: OrganisationId,
    /// Her habilitation there.
    pub habilitation: HabilitationId,
    /// The mandate.
    pub mandate: MandateId,
    /// The theme.
    pub theme: Theme,
}

/// Whether what is read may still change before the transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Taken or shared: for a transaction that writes.
    Taken,
    /// Only looked at: for an answer about this very instant.
    Seen,
}

/// What was read, and what the decision said.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// The client.
    pub client: Client,
    /// The organisation.
    pub organisation: StoredOrganisation,
    /// The habilitation.
    pub habilitation: Habilitation,
    /// The mandate.
    pub mandate: StoredMandate,
    /// The person, where she gave a consent.
    pub person: Option<PersonActor>,
    /// Allowed, or why not.
    pub verdict: Result<(), Reason>,
    /// When that was decided: with everything held, where it is held.
    pub at: Instant,
}

impl Weighed {
    /// Person and consent of a mandate that was allowed.
    ///
    /// # Errors
    /// A fault where the mandate has neither, which an allowed act excludes.
    pub fn agreed(&self) -> Result<(&PersonActor, &Consent), Refusal> {
        self.person
            .as_ref()
            .zip(self.mandate.mandate.consent())
            .ok_or_else(|| Refusal::fault("an allowed act without person or consent"))
    }
}

/// Reads the parties (the mandate first) and decides, as of `now` or, where they are held, of the instant they are.
///
/// # Errors
/// [`Refusal::NotFound`] when one of them is not there.
pub async fn weigh(
    bench: &Bench,
    tx: &mut Tx,
    now: Instant,
    parties: &Parties,
    hold: Hold,
    factor_was_fresh: bool,
) -> Result<Weighed, Refusal> {
    let taken = hold == Hold::Taken;
    let mandate = if taken {
        mandates::take(tx, parties.mandate).await?
    } else {
        mandates::find(tx, parties.mandate).await?
    }
    .ok_or(Refusal::NotFound)?;
    let habilitation = habilitation(tx, parties, taken).await?.ok_or(Refusal::NotFound)?;
    let organisation = if taken {
        organisations::find_shared(tx, parties.organisation).await?
    } else {
        organisations::find(tx, parties.organisation).await?
    }
    .ok_or(Refusal::NotFound)?;
    let account = account_status(tx, parties.account, taken).await?.ok_or(Refusal::NotFound)?;
    let consent_of = mandate.mandate.consent().map(|consent| consent.person);
    if let (true, Some(id)) = (taken, consent_of) {
        persons::hold_shared(tx, id).await?;
    }
    let blocks = match consent_of {
        Some(id) => blocks(tx, id, parties).await?,
        None => Blocks::default(),
    };
    let client = if taken {
        clients::find_shared(tx, &parties.client).await?
    } else {
        clients::find(tx, &parties.client).await?
    }
    .ok_or(Refusal::NotFound)?;
    // What was waited for may have taken its time: the instant of the decision follows every change it has seen.
    let now = if taken { bench.now() } else { now };
    let person = match consent_of {
        Some(id) => Some(person(bench, tx, id).await?),
        None => None,
    };
    let has_email = person.as_ref().is_some_and(|person| person.person.identity.email.is_some());
    let verdict = decide(&Question {
        now,
        client: &client,
        account,
        habilitation: &habilitation,
        organisation: &organisation.organisation,
        mandate: Some(&mandate.mandate),
        theme: parties.theme,
        blocks,
        has_email,
        factor_was_fresh,
    });
    Ok(Weighed { client, organisation, habilitation, mandate, person, verdict, at: now })
}

/// What a person has blocked of these parties.
///
/// # Errors
/// As the database says.
pub async fn blocks(tx: &mut Tx, person: PersonId, parties: &Parties) -> Result<Blocks, Refusal> {
    let blocked = persons::blocks(tx, person).await?;
    let has = |target: BlockTarget| blocked.iter().any(|(known, _)| *known == target);
    Ok(Blocks {
        aidant: has(BlockTarget::Account(parties.account)),
        organisation: has(BlockTarget::Organisation(parties.organisation)),
    })
}

async fn habilitation(tx: &mut Tx, parties: &Parties, taken: bool) -> Result<Option<Habilitation>, Refusal> {
    if taken {
        return Ok(accounts::habilitation_shared(tx, parties.habilitation).await?);
    }
    let all = accounts::habilitations(tx, parties.account).await?;
    Ok(all.into_iter().find(|one| one.id == parties.habilitation))
}

async fn account_status(tx: &mut Tx, id: AccountId, taken: bool) -> Result<Option<AccountStatus>, Refusal> {
    if taken {
        return Ok(accounts::status_shared(tx, id).await?);
    }
    Ok(accounts::find(tx, id).await?.map(|row| row.status))
}
