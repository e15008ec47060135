//! Who works where: the aidants of an organisation with what their habilitation is worth now.

use crate::domain::account::Account;
use crate::domain::account::Role;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::Standing;
use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::operations::actors;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::accounts;
use crate::storage::db::Tx;
use crate::storage::organisations;

/// One aidant of an organisation.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who it is.
    pub account: Account,
    /// The habilitation, the newest there.
    pub habilitation: Habilitation,
    /// What it is worth now.
    pub standing: Standing,
}

/// An organisation with its aidants, by name.
#[derive(Clone, Debug)]
pub struct Team {
    /// The organisation.
    pub organisation: Organisation,
    /// Its aidants, those whose habilitation is over included.
    pub members: Vec<Member>,
}

/// One habilitation with the organisation it is for.
#[derive(Clone, Debug)]
pub struct Place {
    /// The organisation.
    pub organisation: Organisation,
    /// The habilitation.
    pub habilitation: Habilitation,
    /// What it is worth now.
    pub standing: Standing,
}

/// The teams of a referent, by the organisations managed.
///
/// # Errors
/// As the database says.
pub async fn managed(bench: &Bench, (_, own): (&StaffActor, &[Organisation])) -> Result<Vec<Team>, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut teams = Vec::with_capacity(own.len());
    for organisation in own {
        teams.push(team(bench, &mut tx, organisation.clone()).await?);
    }
    teams.sort_by_key(|team| team.organisation.name.to_lowercase());
    Ok(teams)
}

/// Every team, by the organisation's name.
///
/// # Errors
/// As the database says.
pub async fn every(bench: &Bench, _: &OperatorActor) -> Result<Vec<Team>, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut teams = Vec::new();
    for stored in organisations::every(&mut tx).await? {
        teams.push(team(bench, &mut tx, stored.organisation).await?);
    }
    teams.sort_by_key(|team| team.organisation.name.to_lowercase());
    Ok(teams)
}

/// One team.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown organisation.
pub async fn of_organisation(bench: &Bench, _: &OperatorActor, id: OrganisationId) -> Result<Team, Refusal> {
    let mut tx = bench.db.read().await?;
    let stored = organisations::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    team(bench, &mut tx, stored.organisation).await
}

/// An aidant with every habilitation she has or had, newest first.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such aidant.
pub async fn aidant(
    bench: &Bench,
    _: &OperatorActor,
    id: AccountId,
) -> Result<(Account, Vec<Place>), Refusal> {
    let mut tx = bench.db.read().await?;
    let (account, _) = actors::account(bench, &mut tx, id).await?;
    if account.role != Role::Aidant {
        return Err(Refusal::NotFound);
    }
    let mut places = Vec::new();
    for habilitation in accounts::habilitations(&mut tx, id).await?.into_iter().rev() {
        places.push(place(bench, &mut tx, habilitation).await?);
    }
    Ok((account, places))
}

/// One habilitation, with whose it is.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn habilitation(
    bench: &Bench,
    _: &OperatorActor,
    id: HabilitationId,
) -> Result<(Account, Place), Refusal> {
    let mut tx = bench.db.read().await?;
    let habilitation = accounts::find_habilitation(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let (account, _) = actors::account(bench, &mut tx, habilitation.account).await?;
    Ok((account, place(bench, &mut tx, habilitation).await?))
}

async fn place(bench: &Bench, tx: &mut Tx, habilitation: Habilitation) -> Result<Place, Refusal> {
    let stored = organisations::find(tx, habilitation.organisation).await?.ok_or(Refusal::NotFound)?;
    let standing = habilitation.standing(bench.now());
    Ok(Place { organisation: stored.organisation, habilitation, standing })
}

async fn team(bench: &Bench, tx: &mut Tx, organisation: Organisation) -> Result<Team, Refusal> {
    let now = bench.now();
    let mut members: Vec<Member> = Vec::new();
    for habilitation in accounts::habilitations_of(tx, organisation.id).await?.into_iter().rev() {
        if members.iter().any(|known| known.account.id == habilitation.account) {
            continue;
        }
        let (account, _) = actors::account(bench, tx, habilitation.account).await?;
        members.push(Member { account, standing: habilitation.standing(now), habilitation });
    }
    members.sort_by_key(|member| member.account.professional.full_name().to_lowercase());
    Ok(Team { organisation, members })
}
