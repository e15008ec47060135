//! Two organisations become one: proposed by an operator, confirmed by another one or by a referent of the one that closes.

mod unite;

use std::time::Duration;

use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::mandate::MandateStatus;
use crate::domain::message::Address;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::operations::actors;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::enrol::operator_actor;
use crate::operations::refusal::Refusal;
use crate::operations::register_client::signature;
use crate::operations::suspend::checked_reason;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::accounts;
use crate::storage::db::DbError;
use crate::storage::db::Tx;
use crate::storage::organisation_merges;
use crate::storage::organisation_merges::WaitingMerge;

pub use crate::storage::organisation_merges::Transfer;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
const MAIL_WORTH: Duration = Duration::from_secs(7 * 86_400);
/// The operator who asked may not confirm.
const SAME_OPERATOR: &str = "merge-same-operator";

/// What a merger moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Mandates in force or held.
    pub mandates: u64,
    /// Habilitations.
    pub habilitations: u64,
    /// Drafts that lapsed.
    pub drafts: u64,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// It waits for a second person.
    Waits,
    /// One person is enough here, and it is done.
    Done(Moved),
}

/// Who confirms.
#[derive(Clone, Copy, Debug)]
pub enum Confirmer<'a> {
    /// Another operator than the one who asked.
    Operator(&'a OperatorActor),
    /// A referent, with the organisations managed.
    Referent(&'a StaffActor, &'a [Organisation]),
}

impl Confirmer<'_> {
    fn actor(&self) -> Actor {
        match self {
            Self::Operator(operator) => operator_actor(operator),
            Self::Referent(staff, _) => actor(&staff.account),
        }
    }
}

/// What a merger would change, before anybody confirms it.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The organisation that would be closed.
    pub absorbed: Organisation,
    /// The one that would take over.
    pub target: Organisation,
    /// Mandates that would move.
    pub mandates: i64,
    /// Drafts that would lapse.
    pub drafts: i64,
    /// Habilitations that would move or end.
    pub habilitations: usize,
    /// Themes the one that stays would withhold from then on.
    pub withheld: Vec<Theme>,
}

/// A merger that waits, with what it would change.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What it would change.
    pub preview: Preview,
    /// Why.
    pub reason: String,
    /// When it was asked.
    pub asked_at: Instant,
    /// Whether this reader asked, and so may not confirm.
    pub own: bool,
}

async fn existing(tx: &mut Tx, id: OrganisationId) -> Result<StoredOrganisation, Refusal> {
    organisations::find(tx, id).await?.ok_or(Refusal::NotFound)
}

fn may_merge(absorbed: &Organisation, target: &Organisation) -> Result<(), Refusal> {
    if absorbed.id == target.id {
        return Err(Refusal::field("target", "same"));
    }
    if target.status != OrganisationStatus::Active {
        return Err(Refusal::field("target", "closed"));
    }
    if absorbed.status == OrganisationStatus::Merged {
        return Err(Refusal::Conflict("merge-done"));
    }
    Ok(())
}

/// What merging `absorbed` into `target` would change.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] at `target`; [`Refusal::Conflict`] `merge-done`.
pub async fn preview(
    bench: &Bench,
    _: &OperatorActor,
    absorbed: OrganisationId,
    target: OrganisationId,
) -> Result<Preview, Refusal> {
    let preview = preview_in(&mut bench.db.read().await?, absorbed, target).await?;
    may_merge(&preview.absorbed, &preview.target)?;
    Ok(preview)
}

async fn preview_in(
    tx: &mut Tx,
    absorbed: OrganisationId,
    target: OrganisationId,
) -> Result<Preview, Refusal> {
    let absorbed = existing(tx, absorbed).await?.organisation;
    let target = existing(tx, target).await?.organisation;
    let counts = organisation_merges::count_held(tx, absorbed.id).await?;
    let sum = |wanted: [MandateStatus; 2]| {
        counts.iter().filter(|(status, _)| wanted.contains(status)).map(|(_, count)| count).sum()
    };
    let all = accounts::habilitations_of(tx, absorbed.id).await?;
    Ok(Preview {
        mandates: sum([MandateStatus::Active, MandateStatus::Suspended]),
        drafts: sum([MandateStatus::Draft, MandateStatus::AwaitingConsent]),
        habilitations: all.iter().filter(|one| unite::lives(one)).count(),
        withheld: absorbed.withheld_themes.difference(&target.withheld_themes).copied().collect(),
        absorbed,
        target,
    })
}

/// Asks for a merger; where one person is enough (`operators.two_persons = false`) it is done at once.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] at `target` or `reason`; [`Refusal::Conflict`] `merge-waits` when one waits
/// already, `merge-done`.
pub async fn propose(
    bench: &Bench,
    by: &OperatorActor,
    (absorbed, target): (OrganisationId, OrganisationId),
    reason: &str,
    request: Option<&str>,
) -> Result<Proposed, Refusal> {
    let reason = checked_reason(reason)?;
    let mut work = Work::begin(bench, request).await?;
    let goes = existing(&mut work.tx, absorbed).await?;
    let stays = existing(&mut work.tx, target).await?.organisation;
    may_merge(&goes.organisation, &stays)?;
    if !bench.config.operators.two_persons {
        return unite::unite(work, operator_actor(by), absorbed, target).await.map(Proposed::Done);
    }
    let merge = WaitingMerge {
        absorbed,
        target,
        reason: reason.clone(),
        asked_by: signature(by),
        asked_at: work.now,
    };
    organisation_merges::put(&mut work.tx, &merge).await.map_err(|error| match error {
        DbError::Unique(_) => Refusal::Conflict("merge-waits"),
        other => other.into(),
    })?;
    tell_referents(&mut work, &goes.organisation, &stays).await?;
    let event = Event::OrganisationMergeAsked { target: named(&stays), reason };
    let line = Line::new(event, operator_actor(by), goes.data_key).organisation(&goes.organisation);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(Proposed::Waits)
}

async fn tell_referents(
    work: &mut Work<'_>,
    absorbed: &Organisation,
    target: &Organisation,
) -> Result<(), Refusal> {
    for id in organisation_merges::referents(&mut work.tx, absorbed.id).await? {
        let (account, _) = actors::account(work.bench, &mut work.tx, id).await?;
        let message = Message {
            to: Address::Email(account.professional.email.clone()),
            name: account.professional.full_name().into(),
            language: MessageLanguage::French,
            body: MessageBody::MergeAsked {
                organisation: absorbed.name.clone(),
                target: target.name.clone(),
                path: format!("/referent/structures/{}/fusion", absorbed.id),
            },
        };
        work.send(&message, MAIL_WORTH).await?;
    }
    Ok(())
}

/// A second person agrees to the merger into `shown`: everything moves in one transaction.
///
/// # Errors
/// [`Refusal::NotFound`] also for a referent of another organisation; [`Refusal::Conflict`] `merge-none` when nothing waits,
/// or a merger into another one than was shown, `merge-same-operator` (written) for the one who asked; [`Refusal::Invalid`] at `target` when that one closed meanwhile.
pub async fn confirm(
    bench: &Bench,
    by: Confirmer<'_>,
    (absorbed, shown): (OrganisationId, OrganisationId),
    request: Option<&str>,
) -> Result<Moved, Refusal> {
    if let Confirmer::Referent(_, own) = by
        && !own.iter().any(|organisation| organisation.id == absorbed)
    {
        return Err(Refusal::NotFound);
    }
    let mut work = Work::begin(bench, request).await?;
    let goes = existing(&mut work.tx, absorbed).await?;
    let waiting = organisation_merges::find(&mut work.tx, absorbed).await?;
    let waiting = waiting.ok_or(Refusal::Conflict("merge-none"))?;
    if let Confirmer::Operator(operator) = by
        && bench.config.operators.two_persons
        && waiting.asked_by == signature(operator)
    {
        let stays = existing(&mut work.tx, waiting.target).await?.organisation;
        let event = Event::OrganisationMerged { target: named(&stays), mandates: 0, habilitations: 0 };
        let line = Line::new(event, by.actor(), goes.data_key).organisation(&goes.organisation);
        let (recorded, _) = work.record(line.refused(SAME_OPERATOR)).await?;
        recorded.commit().await?;
        return Err(Refusal::Conflict(SAME_OPERATOR));
    }
    if waiting.target != shown {
        return Err(Refusal::Conflict("merge-none"));
    }
    // Somebody may have taken it back, or asked for another one, since it was read.
    if !organisation_merges::take_waiting(&mut work.tx, absorbed, shown).await? {
        return Err(Refusal::Conflict("merge-none"));
    }
    unite::unite(work, by.actor(), absorbed, waiting.target).await
}

/// Nothing comes of a merger that waits: an operator takes it back, or the referent does not agree.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `merge-none`.
pub async fn withdraw(
    bench: &Bench,
    by: Confirmer<'_>,
    absorbed: OrganisationId,
    request: Option<&str>,
) -> Result<(), Refusal> {
    if let Confirmer::Referent(_, own) = by
        && !own.iter().any(|organisation| organisation.id == absorbed)
    {
        return Err(Refusal::NotFound);
    }
    let mut work = Work::begin(bench, request).await?;
    let goes = existing(&mut work.tx, absorbed).await?;
    let waiting = organisation_merges::find(&mut work.tx, absorbed).await?;
    let waiting = waiting.ok_or(Refusal::Conflict("merge-none"))?;
    if !organisation_merges::drop_waiting(&mut work.tx, absorbed).await? {
        return Err(Refusal::Conflict("merge-none"));
    }
    let stays = existing(&mut work.tx, waiting.target).await?.organisation;
    let event = Event::OrganisationMergeWithdrawn { target: named(&stays) };
    let line = Line::new(event, by.actor(), goes.data_key).organisation(&goes.organisation);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await
}

/// The merger that waits for an organisation, as an operator sees it.
///
/// # Errors
/// As the database says.
pub async fn waiting(
    bench: &Bench,
    by: &OperatorActor,
    absorbed: OrganisationId,
) -> Result<Option<Waiting>, Refusal> {
    let own = |merge: &WaitingMerge| bench.config.operators.two_persons && merge.asked_by == signature(by);
    waiting_in(bench, absorbed, own).await
}

/// The merger that waits for an organisation of this referent.
///
/// # Errors
/// [`Refusal::NotFound`] for an organisation managed by others.
pub async fn waiting_for_referent(
    bench: &Bench,
    own: &[Organisation],
    absorbed: OrganisationId,
) -> Result<Option<Waiting>, Refusal> {
    if !own.iter().any(|organisation| organisation.id == absorbed) {
        return Err(Refusal::NotFound);
    }
    waiting_in(bench, absorbed, |_| false).await
}

async fn waiting_in(
    bench: &Bench,
    absorbed: OrganisationId,
    own: impl Fn(&WaitingMerge) -> bool,
) -> Result<Option<Waiting>, Refusal> {
    let mut tx = bench.db.read().await?;
    let Some(merge) = organisation_merges::find(&mut tx, absorbed).await? else { return Ok(None) };
    // Shown even where it cannot be confirmed any more, so that it can be withdrawn.
    let preview = preview_in(&mut tx, absorbed, merge.target).await?;
    Ok(Some(Waiting { preview, own: own(&merge), reason: merge.reason, asked_at: merge.asked_at }))
}

/// Every merger that waits, for the operators' front page: the organisations' names.
///
/// # Errors
/// As the database says.
pub async fn all_waiting(
    bench: &Bench,
    _: &OperatorActor,
) -> Result<Vec<(Organisation, Organisation)>, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut all = Vec::new();
    for merge in organisation_merges::waiting(&mut tx).await? {
        let absorbed = existing(&mut tx, merge.absorbed).await?.organisation;
        all.push((absorbed, existing(&mut tx, merge.target).await?.organisation));
    }
    Ok(all)
}

/// Into which organisation a closed one went, and when.
///
/// # Errors
/// As the database says.
pub async fn merged_into(
    bench: &Bench,
    id: OrganisationId,
) -> Result<Option<(Organisation, Instant)>, Refusal> {
    let mut tx = bench.db.read().await?;
    let Some((target, at)) = organisation_merges::merged_into(&mut tx, id).await? else { return Ok(None) };
    Ok(Some((existing(&mut tx, target).await?.organisation, at)))
}

/// Where a mandate went from the organisation whose name its text bears, oldest move first. The caller has made sure that its
/// reader may see the mandate.
///
/// # Errors
/// As the database says.
pub async fn transfers(bench: &Bench, mandate: MandateId) -> Result<Vec<Transfer>, Refusal> {
    Ok(organisation_merges::transfers(&mut bench.db.read().await?, mandate).await?)
}

fn named(organisation: &Organisation) -> Named {
    let mut named = Named::new(organisation.id, organisation.name.clone());
    named.siret = Some(organisation.siret.as_str().to_owned());
    named
}
