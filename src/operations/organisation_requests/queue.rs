//! What waits for an operator: the requests of one state, the one that waits longest first, and one with all its facts.

use crate::domain::account::Role;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::OrganisationRequestId;
use crate::domain::organisation_request::Oddity;
use crate::domain::organisation_request::RequestState;
use crate::domain::time::Instant;
use crate::operations::actors::EMAIL_LOOKUP;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::organisation_requests::Request;
use crate::operations::organisation_requests::contact_hash;
use crate::operations::organisation_requests::open;
use crate::operations::refusal::Refusal;
use crate::storage::accounts;
use crate::storage::db::Tx;
use crate::storage::organisation_requests;
use crate::storage::organisations;

const PAGE: i64 = 25;

/// Where a page of the queue ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    since: Instant,
    id: OrganisationRequestId,
}

impl Mark {
    const FIRST: Self =
        Self { since: Instant::from_micros(0), id: OrganisationRequestId::from_uuid(uuid::Uuid::nil()) };

    /// As it stands in an address.
    pub fn to_text(self) -> String {
        format!("{}~{}", self.since.micros(), self.id)
    }

    /// Reads it back; `None` for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (since, id) = text.split_once('~')?;
        let since =
            since.parse::<i64>().ok().filter(|micros| (0..=253_402_300_799_000_000).contains(micros))?;
        Some(Self { since: Instant::from_micros(since), id: id.parse().ok()? })
    }
}

/// One page of the queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The requests.
    pub requests: Vec<Request>,
    /// Where the next page begins, when there is one.
    pub next: Option<Mark>,
}

/// One page of the requests in `state`.
///
/// # Errors
/// As the database says.
pub async fn queue(
    bench: &Bench,
    _: &OperatorActor,
    state: RequestState,
    after: Option<Mark>,
) -> Result<Queue, Refusal> {
    let mut tx = bench.db.read().await?;
    let Mark { since, id } = after.unwrap_or(Mark::FIRST);
    let mut stored = organisation_requests::queue(&mut tx, state, (since, id), PAGE + 1).await?;
    let more = stored.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    stored.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = stored.last().filter(|_| more).map(|last| Mark { since: last.since, id: last.id });
    let mut requests = Vec::with_capacity(stored.len());
    for one in stored {
        requests.push(open(bench, &mut tx, one).await?.request);
    }
    Ok(Queue { requests, next })
}

/// How many requests wait for an operator.
///
/// # Errors
/// As the database says.
pub async fn waiting(bench: &Bench, _: &OperatorActor) -> Result<i64, Refusal> {
    Ok(organisation_requests::count(&mut bench.db.read().await?, RequestState::Submitted).await?)
}

/// What an operator should look at twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// The SIRET is an organisation's already.
    SiretKnown,
    /// The referent's address is a referent's already.
    ReferentKnown,
    /// So many aidants' addresses are aidants' already: those get one more organisation.
    AidantsKnown(usize),
    /// So many other requests came from the same address.
    ContactAgain(i64),
    /// In the words themselves.
    Odd(Oddity),
}

/// A request with everything an operator looks at.
#[derive(Clone, Debug)]
pub struct Examined {
    /// The request.
    pub request: Request,
    /// What to look at twice.
    pub flags: Vec<Flag>,
}

/// One request.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or nobody confirmed it.
pub async fn examine(
    bench: &Bench,
    _: &OperatorActor,
    id: OrganisationRequestId,
) -> Result<Examined, Refusal> {
    let mut tx = bench.db.read().await?;
    let stored = organisation_requests::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let request = open(bench, &mut tx, stored).await?.request;
    if request.submitted_at.is_none() {
        return Err(Refusal::NotFound);
    }
    let flags = if request.state.is_over() { Vec::new() } else { flags(bench, &mut tx, &request).await? };
    Ok(Examined { request, flags })
}

async fn flags(bench: &Bench, tx: &mut Tx, request: &Request) -> Result<Vec<Flag>, Refusal> {
    let form = &request.form;
    let mut flags = Vec::new();
    if organisations::by_siret(tx, form.siret.as_str()).await?.is_some() {
        flags.push(Flag::SiretKnown);
    }
    if known(bench, tx, Role::Referent, form.referent.professional.email.show()).await? {
        flags.push(Flag::ReferentKnown);
    }
    let mut aidants = 0;
    for aidant in &form.aidants {
        aidants += usize::from(known(bench, tx, Role::Aidant, aidant.professional.email.show()).await?);
    }
    if aidants > 0 {
        flags.push(Flag::AidantsKnown(aidants));
    }
    let again = organisation_requests::others_of_contact(tx, &contact_hash(bench, form), request.id).await?;
    if again > 0 {
        flags.push(Flag::ContactAgain(again));
    }
    flags.extend(form.oddities().into_iter().map(Flag::Odd));
    Ok(flags)
}

async fn known(bench: &Bench, tx: &mut Tx, role: Role, email: &str) -> Result<bool, Refusal> {
    let hash = bench.lookup.hash(EMAIL_LOOKUP, email);
    Ok(accounts::find_by_email(tx, role, &hash).await?.is_some())
}

/// The request an organisation came from.
///
/// # Errors
/// As the database says.
pub async fn of_organisation(
    bench: &Bench,
    _: &OperatorActor,
    id: OrganisationId,
) -> Result<Option<OrganisationRequestId>, Refusal> {
    let mut tx = bench.db.read().await?;
    Ok(organisation_requests::of_organisation(&mut tx, id).await?.map(|stored| stored.id))
}
