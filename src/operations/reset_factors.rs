//! Somebody lost every means of login: one person asks that the factors be ended, another one confirms, and she enrols anew by a
//! link of her own. Nobody ever sees another's secret.

use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::account::Role;
use crate::domain::account::normal_email;
use crate::domain::factor::FactorChange;
use crate::domain::factor::FactorEnd;
use crate::domain::factor::LinkPurpose;
use crate::domain::factor::ResetState;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::ResetId;
use crate::domain::message::MessageBody;
use crate::domain::organisation::Organisation;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::account_links;
use crate::operations::actors;
use crate::operations::actors::EMAIL_LOOKUP;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::RESET_REASON_LABEL;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::enrol::operator_actor;
use crate::operations::factors;
use crate::operations::factors::named;
use crate::operations::give_card::Whose;
use crate::operations::give_card::managed_in;
use crate::operations::refusal::Refusal;
use crate::operations::remove_factor;
use crate::operations::suspend::checked_reason;
use crate::operations::work::Line;
use crate::operations::work::Recorded;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::account_subjects;
use crate::storage::accounts;
use crate::storage::db::DbError;
use crate::storage::db::Tx;
use crate::storage::factor_resets;
use crate::storage::factor_resets::ResetRow;
use crate::storage::factors as rows;
use crate::storage::organisations;
use crate::storage::software_logins;

/// How many resets a page shows.
pub const PAGE: usize = 50;

/// A reset as operators see it.
#[derive(Clone, Debug)]
pub struct Reset {
    /// Its identifier.
    pub id: ResetId,
    /// Whose factors.
    pub account: Account,
    /// Who asked; none: the command line.
    pub asked_by: Option<Account>,
    /// For which organisation, where a referent asked.
    pub organisation: Option<Organisation>,
    /// Why.
    pub reason: Private<String>,
    /// When.
    pub asked_at: Instant,
    /// Whether the one who reads may confirm it: who asked may not, nor whose account it is.
    pub may_confirm: bool,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Asked {
    /// A second person must confirm it.
    Waits(ResetId),
    /// It is done: this gateway does not want two persons.
    Done,
}

/// A referent asks for an aidant of hers.
///
/// # Errors
/// [`Refusal::NotFound`] for somebody else's aidant; [`Refusal::Invalid`] without a reason; [`Refusal::Conflict`] where one
/// waits already, or the account is suspended, or has no factor yet.
pub async fn ask_as_referent(
    bench: &Bench,
    whose: Whose<'_>,
    id: AccountId,
    reason: &str,
    request: Option<&str>,
) -> Result<Asked, Refusal> {
    let reason = checked_reason(reason)?;
    let mut work = Work::begin(bench, request).await?;
    let of = managed_in(bench, &mut work.tx, whose, id).await?;
    let by = By { account: Some(&whose.0.account), actor: actor(&whose.0.account) };
    ask(work, (&of.account, of.data_key), Some(&of.organisation), by, &reason).await
}

/// An operator asks, for the account of a role with this address.
///
/// # Errors
/// [`Refusal::Invalid`] at `email` where there is none; else as [`ask_as_referent`].
pub async fn ask_as_operator(
    bench: &Bench,
    operator: &OperatorActor,
    (role, email): (Role, &str),
    reason: &str,
    request: Option<&str>,
) -> Result<Asked, Refusal> {
    let reason = checked_reason(reason)?;
    let email = normal_email(email).ok_or_else(|| Refusal::field("email", "email"))?;
    let mut work = Work::begin(bench, request).await?;
    let hash = bench.lookup.hash(EMAIL_LOOKUP, &email);
    let row = accounts::find_by_email(&mut work.tx, role, &hash).await?;
    let row = row.ok_or_else(|| Refusal::field("email", "unknown"))?;
    let account = actors::open_account(bench, &mut work.tx, &row).await?;
    let by =
        By { account: operator.staff.as_ref().map(|staff| &staff.account), actor: operator_actor(operator) };
    ask(work, (&account, row.data_key), None, by, &reason).await
}

/// Who asks or answers.
struct By<'a> {
    account: Option<&'a Account>,
    actor: Actor,
}

async fn ask(
    mut work: Work<'_>,
    (account, key_id): (&Account, DataKeyId),
    organisation: Option<&Organisation>,
    by: By<'_>,
    reason: &str,
) -> Result<Asked, Refusal> {
    let bench = work.bench;
    match accounts::take(&mut work.tx, account.id).await?.ok_or(Refusal::NotFound)?.status {
        AccountStatus::Suspended => return Err(Refusal::Conflict("account-suspended")),
        AccountStatus::Active | AccountStatus::Invited => {}
    }
    if by.account.is_some_and(|by| same_person(by, account)) {
        return Err(Refusal::Conflict("reset-own"));
    }
    let key = data_keys::require(bench, &mut work.tx, key_id).await?;
    let row = ResetRow {
        id: ResetId::fresh(work.now, bench.random.as_ref()),
        account: account.id,
        state: ResetState::Waiting,
        reason: key.seal(RESET_REASON_LABEL, reason.as_bytes(), bench.random.as_ref())?,
        asked_by: by.account.map(|account| account.id),
        organisation: organisation.map(|organisation| organisation.id),
        asked_at: work.now,
    };
    factor_resets::insert(&mut work.tx, &row).await.map_err(|error| match error {
        DbError::Unique(_) => Refusal::Conflict("reset-waits"),
        other => other.into(),
    })?;
    let event = Event::FactorResetRequested { holder: named(account), reason: reason.to_owned() };
    let mut line = Line::new(event, by.actor.clone(), key_id).account(account.id);
    if let Some(organisation) = organisation {
        line = line.organisation(organisation);
    }
    let waits = bench.config.operators.two_persons;
    if waits {
        factors::tell(&mut work, account, FactorChange::ResetAsked, None, None).await?;
    }
    let (mut recorded, _) = work.record(line).await?;
    if !waits {
        recorded = carry_out(recorded, &row, (account, key_id), by).await?;
    }
    recorded.commit().await?;
    Ok(if waits { Asked::Waits(row.id) } else { Asked::Done })
}

/// Two accounts of one person, in whichever roles, count as one.
fn same_person(one: &Account, other: &Account) -> bool {
    let email = |account: &Account| normal_email(account.professional.email.show());
    one.id == other.id || (email(one).is_some() && email(one) == email(other))
}

/// An operator who did not ask confirms.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] with `same-operator` for the one who asked (in any role) or whose account it is,
/// `reset-over` when it was answered, `account-suspended`.
pub async fn confirm(
    bench: &Bench,
    operator: &OperatorActor,
    id: ResetId,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let (row, account, key_id) = waiting(&mut work, id).await?;
    if !may_confirm(bench, &mut work.tx, operator, &row, &account).await? {
        let event = Event::FactorReset { holder: named(&account), ended: 0 };
        let line = Line::new(event, operator_actor(operator), key_id).account(account.id);
        let (work, _) = work.record(line.refused("same_operator")).await?;
        work.commit().await?;
        return Err(Refusal::Conflict("same-operator"));
    }
    if account.status == AccountStatus::Suspended {
        return Err(Refusal::Conflict("account-suspended"));
    }
    let by =
        By { account: operator.staff.as_ref().map(|staff| &staff.account), actor: operator_actor(operator) };
    let at = work.now;
    decide(&mut work, &row, ResetState::Confirmed, &by, at).await?;
    let ended = end_everything(&mut work, &account).await?;
    tell_reset(&mut work, &account).await?;
    let (work, _) = work.record(done((&account, key_id), by.actor, ended)).await?;
    work.commit().await
}

/// An operator refuses; who asked may take it back this way too.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] with `reset-over` when it was answered.
pub async fn refuse(
    bench: &Bench,
    operator: &OperatorActor,
    id: ResetId,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let (row, account, key_id) = waiting(&mut work, id).await?;
    let by =
        By { account: operator.staff.as_ref().map(|staff| &staff.account), actor: operator_actor(operator) };
    let at = work.now;
    decide(&mut work, &row, ResetState::Refused, &by, at).await?;
    let event = Event::FactorResetRefused { holder: named(&account) };
    let (work, _) = work.record(Line::new(event, by.actor, key_id).account(account.id)).await?;
    work.commit().await
}

async fn waiting(work: &mut Work<'_>, id: ResetId) -> Result<(ResetRow, Account, DataKeyId), Refusal> {
    let row = factor_resets::find(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    accounts::take(&mut work.tx, row.account).await?;
    let (account, key) = actors::account(work.bench, &mut work.tx, row.account).await?;
    Ok((row, account, key))
}

async fn decide(
    work: &mut Work<'_>,
    row: &ResetRow,
    to: ResetState,
    by: &By<'_>,
    at: Instant,
) -> Result<(), Refusal> {
    let who = by.account.map(|account| account.id);
    if factor_resets::decide(&mut work.tx, row.id, to, who, at).await? {
        Ok(())
    } else {
        Err(Refusal::Conflict("reset-over"))
    }
}

async fn may_confirm(
    bench: &Bench,
    tx: &mut Tx,
    operator: &OperatorActor,
    row: &ResetRow,
    of: &Account,
) -> Result<bool, Refusal> {
    if !bench.config.operators.two_persons {
        return Ok(true);
    }
    let Some(staff) = &operator.staff else { return Ok(row.asked_by.is_some()) };
    if same_person(&staff.account, of) {
        return Ok(false);
    }
    match row.asked_by {
        Some(asked) => Ok(!same_person(&staff.account, &actors::account(bench, tx, asked).await?.0)),
        None => Ok(true),
    }
}

/// Confirms what was just asked, where one person is enough.
async fn carry_out<'b>(
    mut work: Recorded<'b>,
    row: &ResetRow,
    (account, key_id): (&Account, DataKeyId),
    by: By<'_>,
) -> Result<Recorded<'b>, Refusal> {
    let at = work.now;
    decide(&mut work, row, ResetState::Confirmed, &by, at).await?;
    let ended = end_everything(&mut work, account).await?;
    tell_reset(&mut work, account).await?;
    let (work, _) = work.record(done((account, key_id), by.actor, ended)).await?;
    Ok(work)
}

/// The line of a reset that was carried out.
fn done((account, key_id): (&Account, DataKeyId), by: Actor, ended: u32) -> Line {
    let event = Event::FactorReset { holder: named(account), ended };
    Line::new(event, by, key_id).account(account.id)
}

async fn tell_reset(work: &mut Work<'_>, account: &Account) -> Result<(), Refusal> {
    let link = account_links::issue(work, account.id, LinkPurpose::Recover).await?;
    factors::tell(work, account, FactorChange::Reset, None, None).await?;
    let expires_at = work.now.plus(account_links::LIFETIME);
    let body = MessageBody::AccountLink { link, purpose: LinkPurpose::Recover, expires_at };
    factors::send(work, account, body).await
}

/// Ends the factors, the sessions, the logins at software and the binding to an identity provider; gives how many factors.
async fn end_everything(work: &mut Work<'_>, account: &Account) -> Result<u32, Refusal> {
    let now = work.now;
    let mut ended = 0;
    for row in rows::of_account(&mut work.tx, account.id).await? {
        remove_factor::end(work, &row, FactorEnd::Reset).await?;
        ended += 1;
    }
    accounts::set_status(&mut work.tx, account.id, AccountStatus::Invited).await?;
    accounts::end_sessions(&mut work.tx, account.id, now).await?;
    software_logins::end_of_account(&mut work.tx, account.id).await?;
    account_subjects::unbind(&mut work.tx, account.id).await?;
    Ok(ended)
}

/// The resets that wait, oldest first, after this one; and whether there are more.
///
/// # Errors
/// As the database says.
pub async fn list(
    bench: &Bench,
    operator: &OperatorActor,
    after: Option<ResetId>,
) -> Result<(Vec<Reset>, bool), Refusal> {
    let mut tx = bench.db.read().await?;
    let start = match after {
        Some(id) => factor_resets::find(&mut tx, id).await?.map(|row| (row.asked_at, row.id)),
        None => None,
    };
    let start = start.unwrap_or((Instant::from_seconds(0), ResetId::from_uuid(uuid::Uuid::nil())));
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = factor_resets::waiting(&mut tx, start, limit).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let mut resets = Vec::with_capacity(rows.len());
    for row in rows {
        resets.push(open(bench, &mut tx, operator, row).await?);
    }
    Ok((resets, more))
}

async fn open(bench: &Bench, tx: &mut Tx, operator: &OperatorActor, row: ResetRow) -> Result<Reset, Refusal> {
    let (account, key) = actors::account(bench, tx, row.account).await?;
    let key = data_keys::require(bench, tx, key).await?;
    let reason = key.open(RESET_REASON_LABEL, &row.reason)?;
    let asked_by = match row.asked_by {
        Some(id) => Some(actors::account(bench, tx, id).await?.0),
        None => None,
    };
    let organisation = match row.organisation {
        Some(id) => organisations::find(tx, id).await?.map(|stored| stored.organisation),
        None => None,
    };
    let may_confirm = may_confirm(bench, tx, operator, &row, &account).await?;
    Ok(Reset {
        id: row.id,
        account,
        asked_by,
        organisation,
        reason: Private::new(String::from_utf8_lossy(&reason).into_owned()),
        asked_at: row.asked_at,
        may_confirm,
    })
}

/// Whether a reset waits for an aidant of a referent's.
///
/// # Errors
/// As the database says.
pub async fn waits(bench: &Bench, id: AccountId) -> Result<bool, Refusal> {
    let mut tx = bench.db.read().await?;
    Ok(factor_resets::waiting_of(&mut tx, id).await?.is_some())
}
