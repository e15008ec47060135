//! Who works where: the aidants of an organisation with what their habilitation is worth now.

use crate::domain::account::Account;
use crate::domain::account::Role;
use crate::domain::account::normal_email;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::Standing;
use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::actors::EMAIL_LOOKUP;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::held_habilitation::Shown;
use crate::operations::held_habilitation::shown;
use crate::operations::invite;
use crate::operations::refusal::Refusal;
use crate::storage::accounts as storage;
use crate::storage::db::Tx;
use crate::storage::habilitations;
use crate::storage::habilitations::Listed;
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
    /// Who she is, as her organisation may see it.
    pub shown: Shown,
    /// Since when a renewal waits for an operator.
    pub renewal_requested_at: Option<Instant>,
    /// When she was last written to about the request.
    pub invited_at: Option<Instant>,
    /// Since when the habilitation is known.
    pub created_at: Instant,
}

/// An organisation with its aidants, by name.
#[derive(Clone, Debug)]
pub struct Team {
    /// The organisation.
    pub organisation: Organisation,
    /// Its aidants, those whose habilitation is over included; at most [`TEAM_PAGE`].
    pub members: Vec<Member>,
    /// Where the next page begins.
    pub next: Option<HabilitationId>,
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

/// As many aidants as one page of a team holds; [`ONE_MORE`] is read.
pub const TEAM_PAGE: usize = 50;

/// The first page of each team of a referent, by the organisations managed.
///
/// # Errors
/// As the database says.
pub async fn managed(bench: &Bench, (_, own): (&StaffActor, &[Organisation])) -> Result<Vec<Team>, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut teams = Vec::with_capacity(own.len());
    for organisation in own {
        teams.push(team(bench, &mut tx, organisation.clone(), None).await?);
    }
    teams.sort_by_key(|team| team.organisation.name.to_lowercase());
    Ok(teams)
}

/// A page of the team of one managed organisation.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not among them.
pub async fn managed_one(
    bench: &Bench,
    (_, own): (&StaffActor, &[Organisation]),
    id: OrganisationId,
    after: Option<HabilitationId>,
) -> Result<Team, Refusal> {
    let organisation = own.iter().find(|one| one.id == id).ok_or(Refusal::NotFound)?;
    let mut tx = bench.db.read().await?;
    team(bench, &mut tx, organisation.clone(), after).await
}

/// One aidant of a managed organisation.
///
/// # Errors
/// [`Refusal::NotFound`] when the habilitation is none of theirs.
pub async fn managed_member(
    bench: &Bench,
    (_, own): (&StaffActor, &[Organisation]),
    id: HabilitationId,
) -> Result<(Organisation, Member), Refusal> {
    let mut tx = bench.db.read().await?;
    let listed = habilitations::listed(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let organisation = own.iter().find(|one| one.id == listed.habilitation.organisation);
    let organisation = organisation.ok_or(Refusal::NotFound)?.clone();
    Ok((organisation, member(bench, &mut tx, listed).await?))
}

/// Every organisation, by name.
///
/// # Errors
/// As the database says.
pub async fn organisations(bench: &Bench, _: &OperatorActor) -> Result<Vec<Organisation>, Refusal> {
    let mut tx = bench.db.read().await?;
    let all = organisations::every(&mut tx).await?;
    Ok(all.into_iter().map(|stored| stored.organisation).collect())
}

/// One organisation.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn organisation(
    bench: &Bench,
    _: &OperatorActor,
    id: OrganisationId,
) -> Result<Organisation, Refusal> {
    let mut tx = bench.db.read().await?;
    Ok(organisations::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?.organisation)
}

/// One habilitation with its organisation and what stands beside it.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn listed(
    bench: &Bench,
    _: &OperatorActor,
    id: HabilitationId,
) -> Result<(Organisation, Member), Refusal> {
    let mut tx = bench.db.read().await?;
    let listed = habilitations::listed(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    with_organisations(bench, &mut tx, vec![listed]).await?.pop().ok_or(Refusal::NotFound)
}

/// A page of all aidants, newest habilitation first, with the organisation of each.
///
/// # Errors
/// As the database says.
pub async fn newest(
    bench: &Bench,
    _: &OperatorActor,
    after: Option<HabilitationId>,
) -> Result<(Vec<(Organisation, Member)>, Option<HabilitationId>), Refusal> {
    let mut tx = bench.db.read().await?;
    let (listed, next) = cut(habilitations::newest(&mut tx, after, ONE_MORE).await?);
    Ok((with_organisations(bench, &mut tx, listed).await?, next))
}

/// The account of the aidant with this address.
///
/// # Errors
/// As the database says.
pub async fn by_email(bench: &Bench, _: &OperatorActor, email: &str) -> Result<Option<AccountId>, Refusal> {
    let Some(email) = normal_email(email) else { return Ok(None) };
    let mut tx = bench.db.read().await?;
    let hash = bench.lookup.hash(EMAIL_LOOKUP, &email);
    let row = storage::find_by_email(&mut tx, Role::Aidant, &hash).await?;
    Ok(row.map(|row| row.id))
}

/// Every team, by the organisation's name.
///
/// # Errors
/// As the database says.
pub async fn every(bench: &Bench, _: &OperatorActor) -> Result<Vec<Team>, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut teams = Vec::new();
    for stored in organisations::every(&mut tx).await? {
        teams.push(team(bench, &mut tx, stored.organisation, None).await?);
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
    team(bench, &mut tx, stored.organisation, None).await
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
    for habilitation in habilitations::of_account(&mut tx, id).await?.into_iter().rev() {
        places.push(place(bench, &mut tx, habilitation).await?);
    }
    Ok((account, places))
}

async fn place(bench: &Bench, tx: &mut Tx, habilitation: Habilitation) -> Result<Place, Refusal> {
    let stored = organisations::find(tx, habilitation.organisation).await?.ok_or(Refusal::NotFound)?;
    let standing = habilitation.standing(bench.now());
    Ok(Place { organisation: stored.organisation, habilitation, standing })
}

/// A page and one more, which tells whether another follows.
pub(super) const ONE_MORE: i64 = 51;

/// The page of what was read with one more, and where the next begins.
pub(super) fn cut(mut listed: Vec<Listed>) -> (Vec<Listed>, Option<HabilitationId>) {
    let more = listed.len() > TEAM_PAGE;
    listed.truncate(TEAM_PAGE);
    let next = listed.last().filter(|_| more).map(|last| last.habilitation.id);
    (listed, next)
}

/// One listed habilitation, opened.
pub(super) async fn member(bench: &Bench, tx: &mut Tx, listed: Listed) -> Result<Member, Refusal> {
    let (account, key) = actors::account(bench, tx, listed.habilitation.account).await?;
    let asked = invite::open_asked(bench, tx, key, listed.asked.as_deref()).await?;
    Ok(Member {
        standing: listed.habilitation.standing(bench.now()),
        shown: shown(&listed.habilitation, &account, asked),
        account,
        habilitation: listed.habilitation,
        renewal_requested_at: listed.renewal_requested_at,
        invited_at: listed.invited_at,
        created_at: listed.created_at,
    })
}

/// Listed habilitations, each with its organisation.
pub(super) async fn with_organisations(
    bench: &Bench,
    tx: &mut Tx,
    listed: Vec<Listed>,
) -> Result<Vec<(Organisation, Member)>, Refusal> {
    let mut all = Vec::with_capacity(listed.len());
    for one in listed {
        let stored =
            organisations::find(tx, one.habilitation.organisation).await?.ok_or(Refusal::NotFound)?;
        all.push((stored.organisation, member(bench, tx, one).await?));
    }
    Ok(all)
}

async fn team(
    bench: &Bench,
    tx: &mut Tx,
    organisation: Organisation,
    after: Option<HabilitationId>,
) -> Result<Team, Refusal> {
    let (listed, next) = cut(habilitations::team(tx, organisation.id, after, ONE_MORE).await?);
    let mut members = Vec::with_capacity(listed.len());
    for one in listed {
        members.push(member(bench, tx, one).await?);
    }
    members.sort_by_key(|member| member.shown.name.show().to_lowercase());
    Ok(Team { organisation, members, next })
}
