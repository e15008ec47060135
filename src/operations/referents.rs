//! Who manages an organisation's aidants: named, promoted, removed, leaving, handing over; never nobody.

use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::account::Professional;
use crate::domain::account::Role;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::OrganisationId;
use crate::domain::message::MessageBody;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::ReferentKind;
use crate::domain::private::Private;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::operations::actors;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::invite;
use crate::operations::invite::Asked;
use crate::operations::invite::Asker;
use crate::operations::invite::INVITE_AGAIN;
use crate::operations::invite::Invitee;
use crate::operations::invite::LETTER;
use crate::operations::refusal::Refusal;
use crate::operations::suspend::checked_reason;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::db::DbError;
use crate::storage::db::Tx;
use crate::storage::organisations;
use crate::storage::referents;
use crate::storage::referents::Referent;

/// Somebody who manages an organisation, as it is shown.
#[derive(Clone, Debug)]
pub struct InCharge {
    /// The account.
    pub account: AccountId,
    /// "Given Family".
    pub name: Private<String>,
    /// The address.
    pub email: Private<String>,
    /// Referent or deputy.
    pub kind: ReferentKind,
    /// Whether she has come yet, or may not log in any more.
    pub status: AccountStatus,
}

/// Who decides on an organisation's referents.
#[derive(Clone, Copy, Debug)]
pub enum Decider<'a> {
    /// An operator.
    Operator(&'a OperatorActor),
    /// One of its referents, with the organisations she manages.
    Referent(&'a StaffActor, &'a [Organisation]),
}

impl Decider<'_> {
    fn asker(self) -> Asker {
        match self {
            Self::Operator(operator) => operator.into(),
            Self::Referent(staff, _) => staff.into(),
        }
    }

    /// Whether this organisation is the decider's to manage; a deputy manages aidants, not referents.
    async fn manages(self, tx: &mut Tx, organisation: OrganisationId) -> Result<(), Refusal> {
        let Self::Referent(staff, managed) = self else { return Ok(()) };
        if !managed.iter().any(|own| own.id == organisation) {
            return Err(Refusal::NotFound);
        }
        let own = find(tx, organisation, staff.account.id).await?.ok_or(Refusal::NotFound)?;
        match own.kind {
            ReferentKind::Referent => Ok(()),
            ReferentKind::Deputy => Err(Refusal::Conflict("referent-deputy")),
        }
    }
}

async fn find(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<Referent>, Refusal> {
    Ok(referents::of(tx, organisation).await?.into_iter().find(|one| one.account == account))
}

/// Names a referent or deputy inside a transaction of the caller's; the line is to be recorded in it. A new address gets an
/// account with the status `invited`; a known one is added.
///
/// # Errors
/// [`Refusal::Invalid`] when a field does not fit, or at `email` with `referent-here` when she is one already;
/// [`Refusal::Conflict`] when somebody else opens the account this very moment.
pub async fn name(
    work: &mut Work<'_>,
    by: &Asker,
    organisation: &Organisation,
    professional: &Professional,
    kind: ReferentKind,
) -> Result<(AccountId, Line), Refusal> {
    let invitee = invite::invitee(work, Role::Referent, professional).await?;
    let id = invitee.account.id;
    if find(&mut work.tx, organisation.id, id).await?.is_some() {
        return Err(Refusal::field("email", "referent-here"));
    }
    let asked = Asked { professional: professional.clone(), profession: Private::default() };
    let sealed = invite::seal_asked(work, &invitee, &asked).await?;
    let at = work.now;
    referents::insert(&mut work.tx, (id, organisation.id), kind, Some(&sealed), at).await.map_err(
        |error| match error {
            DbError::Unique(_) => Refusal::field("email", "referent-here"),
            other => other.into(),
        },
    )?;
    let deputy = kind == ReferentKind::Deputy;
    invite::send_invitation(work, &invitee, &organisation.name, deputy).await?;
    let event = Event::ReferentNamed { referent: Named::new(id, professional.full_name()), deputy };
    let line = Line::new(event, by.actor.clone(), invitee.key).account(id).organisation(organisation);
    Ok((id, line))
}

/// Names a referent or deputy of an organisation that has one.
///
/// # Errors
/// As [`name`]; [`Refusal::NotFound`] when the organisation is not the decider's, [`Refusal::Conflict`] with
/// `referent-deputy` where a deputy decides.
pub async fn appoint(
    bench: &Bench,
    by: Decider<'_>,
    organisation: OrganisationId,
    (professional, kind): (&Professional, ReferentKind),
    reference: Option<&str>,
) -> Result<AccountId, Refusal> {
    let mut tries = 0;
    loop {
        tries += 1;
        match try_appoint(bench, by, organisation, (professional, kind), reference).await {
            Err(Refusal::Conflict("account-opened")) if tries < 3 => {}
            done => return done,
        }
    }
}

async fn try_appoint(
    bench: &Bench,
    by: Decider<'_>,
    organisation: OrganisationId,
    (professional, kind): (&Professional, ReferentKind),
    reference: Option<&str>,
) -> Result<AccountId, Refusal> {
    let (mut work, organisation) = begin(bench, by, organisation, reference).await?;
    let (id, line) = name(&mut work, &by.asker(), &organisation, professional, kind).await?;
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(id)
}

/// Takes the organisation, so that its list of referents stays as read.
async fn begin<'b>(
    bench: &'b Bench,
    by: Decider<'_>,
    organisation: OrganisationId,
    reference: Option<&str>,
) -> Result<(Work<'b>, Organisation), Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    if !referents::take(&mut work.tx, organisation).await? {
        return Err(Refusal::NotFound);
    }
    work.now = bench.now();
    by.manages(&mut work.tx, organisation).await?;
    let stored = organisations::find(&mut work.tx, organisation).await?.ok_or(Refusal::NotFound)?;
    Ok((work, stored.organisation))
}

/// Makes a deputy a referent, or the other way.
///
/// # Errors
/// [`Refusal::NotFound`] when she is none there; [`Refusal::Conflict`] with `referent-last`, whose entry is written, or
/// `referent-kind` when she is that already.
pub async fn set_kind(
    bench: &Bench,
    by: Decider<'_>,
    (organisation, account): (OrganisationId, AccountId),
    kind: ReferentKind,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let (mut work, organisation) = begin(bench, by, organisation, reference).await?;
    let subject = subject(&mut work, &organisation, account).await?;
    let deputy = kind == ReferentKind::Deputy;
    let event = Event::ReferentNamed { referent: subject.named(), deputy };
    if deputy && referents::others_in_charge(&mut work.tx, organisation.id, account).await? == 0 {
        return refuse_last(work, by, &organisation, &subject, event).await;
    }
    if !referents::set_kind(&mut work.tx, (account, organisation.id), kind).await? {
        return Err(Refusal::Conflict("referent-kind"));
    }
    let line = subject.line(event, by, &organisation);
    let (work, _) = work.record(line).await?;
    work.commit().await
}

/// Takes a referent or deputy away.
///
/// # Errors
/// As [`set_kind`]; [`Refusal::Invalid`] without a reason.
pub async fn remove(
    bench: &Bench,
    by: Decider<'_>,
    (organisation, account): (OrganisationId, AccountId),
    reason: &str,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let reason = checked_reason(reason)?;
    let (mut work, organisation) = begin(bench, by, organisation, reference).await?;
    let subject = subject(&mut work, &organisation, account).await?;
    let event = Event::ReferentRemoved { referent: subject.named(), reason: reason.clone() };
    if subject.is_last(&mut work, &organisation).await? {
        return refuse_last(work, by, &organisation, &subject, event).await;
    }
    referents::remove(&mut work.tx, account, organisation.id).await?;
    let body =
        MessageBody::ReferentRemoved { organisation: organisation.name.clone(), reason: reason.into() };
    work.send(&invite::to(&subject.account, body), LETTER).await?;
    let line = subject.line(event, by, &organisation);
    let (work, _) = work.record(line).await?;
    work.commit().await
}

/// A referent or deputy leaves the organisation.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not among those managed; [`Refusal::Conflict`] with `referent-last`, whose entry is
/// written.
pub async fn leave(
    bench: &Bench,
    (by, managed): (&StaffActor, &[Organisation]),
    organisation: OrganisationId,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let decider = Decider::Referent(by, managed);
    let (mut work, organisation) = begin_own(bench, (by, managed), organisation, reference).await?;
    let subject = subject(&mut work, &organisation, by.account.id).await?;
    let event = Event::ReferentLeft { referent: subject.named() };
    if subject.is_last(&mut work, &organisation).await? {
        return refuse_last(work, decider, &organisation, &subject, event).await;
    }
    referents::remove(&mut work.tx, by.account.id, organisation.id).await?;
    let line = subject.line(event, decider, &organisation);
    let (work, _) = work.record(line).await?;
    work.commit().await
}

/// A referent hands the charge over to somebody who manages the organisation with her and has come already, and leaves.
///
/// # Errors
/// [`Refusal::NotFound`] when the organisation is not hers or `to` is nobody there; [`Refusal::Conflict`] with
/// `referent-not-come` when that one has not logged in yet or may not, or `referent-deputy` where a deputy decides.
pub async fn hand_over(
    bench: &Bench,
    (by, managed): (&StaffActor, &[Organisation]),
    (organisation, to): (OrganisationId, AccountId),
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let decider = Decider::Referent(by, managed);
    let (mut work, organisation) = begin(bench, decider, organisation, reference).await?;
    let heir = find(&mut work.tx, organisation.id, to).await?.ok_or(Refusal::NotFound)?;
    if to == by.account.id {
        return Err(Refusal::NotFound);
    }
    if heir.status != AccountStatus::Active {
        return Err(Refusal::Conflict("referent-not-come"));
    }
    let heir = subject(&mut work, &organisation, to).await?;
    referents::set_kind(&mut work.tx, (to, organisation.id), ReferentKind::Referent).await?;
    referents::remove(&mut work.tx, by.account.id, organisation.id).await?;
    let invitee = Invitee { account: heir.account.clone(), key: heir.key };
    invite::send_invitation(&mut work, &invitee, &organisation.name, false).await?;
    let event = Event::ReferentHandedOver { to: heir.named() };
    let line =
        Line::new(event, actor(&by.account), by.data_key).account(by.account.id).organisation(&organisation);
    let (work, _) = work.record(line).await?;
    work.commit().await
}

/// As [`begin`], for what a deputy may do too.
async fn begin_own<'b>(
    bench: &'b Bench,
    (by, managed): (&StaffActor, &[Organisation]),
    organisation: OrganisationId,
    reference: Option<&str>,
) -> Result<(Work<'b>, Organisation), Refusal> {
    if !managed.iter().any(|own| own.id == organisation) {
        return Err(Refusal::NotFound);
    }
    let mut work = Work::begin(bench, reference).await?;
    if !referents::take(&mut work.tx, organisation).await? {
        return Err(Refusal::NotFound);
    }
    work.now = bench.now();
    find(&mut work.tx, organisation, by.account.id).await?.ok_or(Refusal::NotFound)?;
    let stored = organisations::find(&mut work.tx, organisation).await?.ok_or(Refusal::NotFound)?;
    Ok((work, stored.organisation))
}

/// Writes once more to somebody who was named and has not come.
///
/// # Errors
/// [`Refusal::NotFound`] when she is nobody there or the organisation is not the decider's; [`Refusal::Conflict`] with
/// `invited-just-now`, or with `referent-kind` when she has come.
pub async fn invite_again(
    bench: &Bench,
    by: Decider<'_>,
    (organisation, account): (OrganisationId, AccountId),
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let (mut work, organisation) = begin(bench, by, organisation, reference).await?;
    let row = find(&mut work.tx, organisation.id, account).await?.ok_or(Refusal::NotFound)?;
    if row.asked.is_none() || row.status == AccountStatus::Suspended {
        return Err(Refusal::Conflict("referent-kind"));
    }
    if row.invited_at.is_some_and(|at| work.now.since(at) < INVITE_AGAIN) {
        return Err(Refusal::Conflict("invited-just-now"));
    }
    let now = work.now;
    referents::note_invited(&mut work.tx, (account, organisation.id), now).await?;
    let (opened, key) = actors::account(bench, &mut work.tx, account).await?;
    let invitee = Invitee { account: opened, key };
    let deputy = row.kind == ReferentKind::Deputy;
    invite::send_invitation(&mut work, &invitee, &organisation.name, deputy).await?;
    work.commit_without_entry(Housekeeping::LoginLink).await
}

/// A referent has come herself: from now on her own name is shown where she manages.
///
/// # Errors
/// As the database says.
pub async fn note_come(bench: &Bench, by: &StaffActor) -> Result<(), Refusal> {
    let mut tx = bench.db.read().await?;
    let known = referents::is_known(&mut tx, by.account.id).await?;
    drop(tx);
    if known {
        return Ok(());
    }
    let mut work = Work::begin(bench, None).await?;
    referents::note_known(&mut work.tx, by.account.id).await?;
    work.commit_without_entry(Housekeeping::Session).await
}

/// Who manages an organisation, referents first.
///
/// # Errors
/// [`Refusal::NotFound`] when the organisation is not the reader's.
pub async fn of(
    bench: &Bench,
    by: Decider<'_>,
    organisation: OrganisationId,
) -> Result<Vec<InCharge>, Refusal> {
    if let Decider::Referent(_, managed) = by
        && !managed.iter().any(|own| own.id == organisation)
    {
        return Err(Refusal::NotFound);
    }
    let mut tx = bench.db.read().await?;
    let mut all = Vec::new();
    for row in referents::of(&mut tx, organisation).await? {
        let (account, key) = actors::account(bench, &mut tx, row.account).await?;
        let asked = invite::open_asked(bench, &mut tx, key, row.asked.as_deref()).await?;
        let (who, status) = match asked {
            // Whether the address was known elsewhere is nobody's business here.
            Some(asked) => (asked.professional, AccountStatus::Invited),
            None => (account.professional, row.status),
        };
        all.push(InCharge {
            account: row.account,
            name: who.full_name().into(),
            email: who.email,
            kind: row.kind,
            status,
        });
    }
    Ok(all)
}

/// Somebody who manages an organisation, opened.
struct Subject {
    account: Account,
    key: DataKeyId,
    name: String,
    kind: ReferentKind,
}

async fn subject(
    work: &mut Work<'_>,
    organisation: &Organisation,
    account: AccountId,
) -> Result<Subject, Refusal> {
    let row = find(&mut work.tx, organisation.id, account).await?.ok_or(Refusal::NotFound)?;
    let (account, key) = actors::account(work.bench, &mut work.tx, account).await?;
    let asked = invite::open_asked(work.bench, &mut work.tx, key, row.asked.as_deref()).await?;
    let name = asked.map_or_else(|| account.professional.full_name(), |asked| asked.professional.full_name());
    Ok(Subject { account, key, name, kind: row.kind })
}

impl Subject {
    fn named(&self) -> Named {
        Named::new(self.account.id, self.name.clone())
    }

    fn line(&self, event: Event, by: Decider<'_>, organisation: &Organisation) -> Line {
        Line::new(event, by.asker().actor, self.key).account(self.account.id).organisation(organisation)
    }

    /// Whether nobody would be left in charge without her.
    async fn is_last(&self, work: &mut Work<'_>, organisation: &Organisation) -> Result<bool, Refusal> {
        if self.kind == ReferentKind::Deputy {
            return Ok(false);
        }
        let others = referents::others_in_charge(&mut work.tx, organisation.id, self.account.id).await?;
        Ok(others == 0)
    }
}

async fn refuse_last(
    work: Work<'_>,
    by: Decider<'_>,
    organisation: &Organisation,
    subject: &Subject,
    event: Event,
) -> Result<(), Refusal> {
    let line = subject.line(event, by, organisation).refused("referent_last");
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Err(Refusal::Conflict("referent-last"))
}
