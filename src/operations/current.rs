//! Who a session stands for now: read anew at each request, so that a suspension or a switch holds at once.

use crate::domain::account::AccountStatus;
use crate::domain::account::Role;
use crate::domain::account::SecondFactor;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::Standing;
use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::PersonId;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::IntegratorActor;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::PersonActor;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::accounts;
use crate::storage::accounts::AccountRow;
use crate::storage::db::Tx;
use crate::storage::organisations;
use crate::storage::workplaces;

/// One organisation an aidant may work in, with what her habilitation there is worth.
#[derive(Clone, Debug)]
pub struct Workplace {
    /// Her habilitation.
    pub habilitation: Habilitation,
    /// The organisation.
    pub organisation: Organisation,
    /// Whether acts are possible there now, as far as habilitation and organisation go.
    pub open: bool,
}

/// The aidant of a session, with her own code as second factor unless the caller knows of another; `None` when the account may not log in any more, or the habilitation is not hers.
///
/// # Errors
/// As the database says.
pub async fn aidant(
    bench: &Bench,
    id: AccountId,
    habilitation: HabilitationId,
    factor_at: Option<Instant>,
) -> Result<Option<AidantActor>, Refusal> {
    let mut tx = bench.db.look().await?;
    let Some(place) = workplaces::find(&mut tx, id, habilitation).await? else { return Ok(None) };
    let Some(staff) = opened(bench, &mut tx, &place.account, Role::Aidant, factor_at).await? else {
        return Ok(None);
    };
    Ok(Some(AidantActor {
        account: staff.account,
        data_key: staff.data_key,
        organisation: place.organisation.organisation,
        organisation_key: place.organisation.data_key,
        habilitation: place.habilitation,
        factor_at,
        factor: SecondFactor::OwnCode,
        several: place.several,
    }))
}

/// The organisations an aidant has or had a habilitation in, the newest of each: those in force first, then those that wait
/// for her signature.
///
/// # Errors
/// As the database says.
pub async fn workplaces(bench: &Bench, id: AccountId) -> Result<Vec<Workplace>, Refusal> {
    let mut tx = bench.db.read().await?;
    workplaces_in(bench, &mut tx, id).await
}

/// As [`workplaces`], inside a transaction.
pub(super) async fn workplaces_in(
    bench: &Bench,
    tx: &mut Tx,
    id: AccountId,
) -> Result<Vec<Workplace>, Refusal> {
    let now = bench.now();
    let mut all: Vec<Workplace> = Vec::new();
    for habilitation in accounts::habilitations(tx, id).await?.into_iter().rev() {
        if all.iter().any(|known| known.organisation.id == habilitation.organisation) {
            continue;
        }
        if let Some(stored) = organisations::find(tx, habilitation.organisation).await? {
            let open = habilitation.standing(now) == Standing::InForce
                && stored.organisation.status == OrganisationStatus::Active;
            all.push(Workplace { habilitation, organisation: stored.organisation, open });
        }
    }
    all.reverse();
    all.sort_by_key(|place| match place.habilitation.standing(now) {
        _ if place.open => 0,
        Standing::Unsigned => 1,
        Standing::InForce | Standing::Suspended => 2,
        Standing::Awaited => 3,
        Standing::Ended => 4,
    });
    Ok(all)
}

/// The referent, agent or operator of a session; `None` when the account may not log in any more.
///
/// # Errors
/// As the database says.
pub async fn staff(
    bench: &Bench,
    id: AccountId,
    role: Role,
    factor_at: Option<Instant>,
) -> Result<Option<StaffActor>, Refusal> {
    let mut tx = bench.db.read().await?;
    active(bench, &mut tx, id, role, factor_at).await
}

/// A referent with the organisations that account manages.
///
/// # Errors
/// As the database says.
pub async fn referent(
    bench: &Bench,
    id: AccountId,
    factor_at: Option<Instant>,
) -> Result<Option<(StaffActor, Vec<Organisation>)>, Refusal> {
    let mut tx = bench.db.read().await?;
    let Some(staff) = active(bench, &mut tx, id, Role::Referent, factor_at).await? else { return Ok(None) };
    let mut managed = Vec::new();
    for organisation in accounts::referent_of(&mut tx, id).await? {
        managed.extend(organisations::find(&mut tx, organisation).await?.map(|stored| stored.organisation));
    }
    Ok(Some((staff, managed)))
}

/// An agent of an authority with its competence.
///
/// # Errors
/// As the database says.
pub async fn authority(
    bench: &Bench,
    id: AccountId,
    factor_at: Option<Instant>,
) -> Result<Option<AuthorityActor>, Refusal> {
    let mut tx = bench.db.read().await?;
    let Some(staff) = active(bench, &mut tx, id, Role::Authority, factor_at).await? else { return Ok(None) };
    let Some(row) = accounts::find(&mut tx, id).await? else { return Ok(None) };
    let competence = accounts::competence(&mut tx, &row).await?;
    Ok(Some(AuthorityActor { staff, competence }))
}

/// An operator.
///
/// # Errors
/// As the database says.
pub async fn operator(
    bench: &Bench,
    id: AccountId,
    factor_at: Option<Instant>,
) -> Result<Option<OperatorActor>, Refusal> {
    Ok(staff(bench, id, Role::Operator, factor_at).await?.map(|staff| OperatorActor { staff: Some(staff) }))
}

/// An integrator with the clients looked after.
///
/// # Errors
/// As the database says.
pub async fn integrator(
    bench: &Bench,
    id: AccountId,
    factor_at: Option<Instant>,
) -> Result<Option<IntegratorActor>, Refusal> {
    let mut tx = bench.db.read().await?;
    let Some(staff) = active(bench, &mut tx, id, Role::Integrator, factor_at).await? else { return Ok(None) };
    let clients = accounts::clients(&mut tx, id).await?;
    Ok(Some(IntegratorActor { staff, clients }))
}

/// The person of a session; `None` once she was erased.
///
/// # Errors
/// As the database says.
pub async fn person(bench: &Bench, id: PersonId) -> Result<Option<PersonActor>, Refusal> {
    let mut tx = bench.db.read().await?;
    match actors::person(bench, &mut tx, id).await {
        Ok(person) => Ok(Some(person)),
        Err(Refusal::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

async fn active(
    bench: &Bench,
    tx: &mut Tx,
    id: AccountId,
    role: Role,
    factor_at: Option<Instant>,
) -> Result<Option<StaffActor>, Refusal> {
    match accounts::find(tx, id).await? {
        Some(row) => opened(bench, tx, &row, role, factor_at).await,
        None => Ok(None),
    }
}

/// Who an account stands for, where it has this role and may be logged in with a factor of that instant.
async fn opened(
    bench: &Bench,
    tx: &mut Tx,
    row: &AccountRow,
    role: Role,
    factor_at: Option<Instant>,
) -> Result<Option<StaffActor>, Refusal> {
    let over = row.sessions_from.zip(factor_at).is_some_and(|(from, at)| at < from);
    if row.role != role || row.status != AccountStatus::Active || over {
        return Ok(None);
    }
    let account = actors::open_account(bench, tx, row).await?;
    Ok(Some(StaffActor { account, data_key: row.data_key, factor_at }))
}
