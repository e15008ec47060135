//! Reads everything the decision looks at, in the order that keeps two transactions from passing each other.

use crate::domain::act::Act;
use crate::domain::act::Opened;
use crate::domain::client::Client;
use crate::domain::decision::Blocks;
use crate::domain::decision::Question;
use crate::domain::decision::Reason;
use crate::domain::decision::decide;
use crate::domain::habilitation::Habilitation;
use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Consent;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::actors::PersonActor;
use crate::operations::actors::opened;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::accounts::AccountRow;
use crate::storage::acts;
use crate::storage::acts::StoredAct;
use crate::storage::circumstances;
use crate::storage::circumstances::Circumstances;
use crate::storage::circumstances::Given;
use crate::storage::circumstances::Named;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::mandates::StoredMandate;
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
    /// The act itself, where it is there already: taken and read with the others.
    pub act: Option<ActId>,
}

impl Parties {
    const fn named(&self) -> Named<'_> {
        Named {
            mandate: self.mandate,
            habilitation: self.habilitation,
            organisation: self.organisation,
            account: self.account,
            client: &self.client,
            act: self.act,
        }
    }
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
    /// The aidant, sealed.
    pub account: AccountRow,
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
    /// The act, where it is among the parties.
    pub act: Option<StoredAct>,
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
    let named = parties.named();
    if hold == Hold::Taken && !circumstances::hold(tx, &named).await? {
        // Without person there is nothing to hold but the mandate and the act: the decision refuses.
        mandates::take(tx, parties.mandate).await?;
        if let Some(act) = parties.act {
            acts::take(tx, act).await?;
        }
    }
    let (found, act) = Box::pin(circumstances::read(tx, &named)).await?.ok_or(Refusal::NotFound)?;
    if hold == Hold::Seen && found.habilitation.account != parties.account {
        return Err(Refusal::NotFound);
    }
    // What was waited for may have taken its time: the instant of the decision follows every change it has seen.
    let now = if hold == Hold::Taken { bench.now() } else { now };
    let weighed = weigh_found(bench, tx, (now, parties.theme), found, factor_was_fresh).await?;
    Ok(Weighed { act, ..weighed })
}

/// Takes and reads the parties of the act that a client presents the code of, and decides again on its theme; `None` where the client
/// got no such code, or nothing can come of it.
///
/// # Errors
/// As [`weigh`].
pub(super) async fn weigh_code(
    bench: &Bench,
    tx: &mut Tx,
    code_hash: &[u8; 32],
    client: &ClientId,
) -> Result<Option<(Weighed, Act, Opened)>, Refusal> {
    let taken = Box::pin(circumstances::take_by_code(tx, code_hash, client)).await?;
    let Some((found, StoredAct { act, .. })) = taken else { return Ok(None) };
    let Some(opened) = act.opened().cloned() else { return Ok(None) };
    let weighed = weigh_found(bench, tx, (bench.now(), opened.theme), found, true).await?;
    Ok(Some((weighed, act, opened)))
}

/// Decides on what was read, for a theme, as of `now`.
///
/// # Errors
/// [`Refusal::NotFound`] when the person was erased.
pub(super) async fn weigh_found(
    bench: &Bench,
    tx: &mut Tx,
    (now, theme): (Instant, Theme),
    found: Circumstances,
    factor_was_fresh: bool,
) -> Result<Weighed, Refusal> {
    let Circumstances { given, habilitation, organisation, account, client } = found;
    let Given { mandate, person, blocks } = given;
    let person = match person {
        Some(row) => Some(opened(bench, tx, &row).await?.ok_or(Refusal::NotFound)?),
        None => None,
    };
    let has_email = person.as_ref().is_some_and(|person| person.person.identity.email.is_some());
    let verdict = decide(&Question {
        now,
        client: &client,
        account: account.status,
        habilitation: &habilitation,
        organisation: &organisation.organisation,
        mandate: Some(&mandate.mandate),
        theme,
        blocks,
        has_email,
        factor_was_fresh,
    });
    Ok(Weighed { client, account, organisation, habilitation, mandate, person, verdict, at: now, act: None })
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
