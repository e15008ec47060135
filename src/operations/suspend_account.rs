//! A whole account taken away for now, and given back: its sessions and its logins at software are over either way.

use crate::domain::account::AccountStatus;
use crate::domain::ids::AccountId;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::enrol::named;
use crate::operations::enrol::operator_actor;
use crate::operations::refusal::Refusal;
use crate::operations::suspend::checked_reason;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::accounts;
use crate::storage::software_logins;

/// Suspends an account of any role: nobody logs in with it, its sessions end, no act of it goes through.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none; [`Refusal::Conflict`] with `account-status` when it is not in use, or `account-own`
/// (its entry is written) for the operator's own; [`Refusal::Invalid`] without a reason.
pub async fn suspend_account(
    bench: &Bench,
    by: &OperatorActor,
    id: AccountId,
    reason: &str,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let reason = checked_reason(reason)?;
    let own = by.staff.as_ref().is_some_and(|staff| staff.account.id == id);
    let change = |holder| Event::AccountSuspended { holder, reason };
    set(bench, by, id, (AccountStatus::Active, AccountStatus::Suspended), change, own, request).await
}

/// Gives a suspended account back; its holder logs in anew.
///
/// # Errors
/// As [`suspend_account`].
pub async fn restore_account(
    bench: &Bench,
    by: &OperatorActor,
    id: AccountId,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let change = |holder| Event::AccountRestored { holder };
    set(bench, by, id, (AccountStatus::Suspended, AccountStatus::Active), change, false, request).await
}

async fn set(
    bench: &Bench,
    by: &OperatorActor,
    id: AccountId,
    (from, to): (AccountStatus, AccountStatus),
    event: impl FnOnce(crate::ledger::values::Named) -> Event,
    own: bool,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let row = accounts::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    work.now = bench.now();
    let account = actors::open_account(bench, &mut work.tx, &row).await?;
    if row.status != from {
        return Err(Refusal::Conflict("account-status"));
    }
    let line = Line::new(event(named(&account)), operator_actor(by), row.data_key).account(id);
    if own {
        let (work, _) = work.record(line.refused("account_own")).await?;
        work.commit().await?;
        return Err(Refusal::Conflict("account-own"));
    }
    let now = work.now;
    accounts::set_status(&mut work.tx, id, to).await?;
    accounts::end_sessions(&mut work.tx, id, now).await?;
    software_logins::end_of_account(&mut work.tx, id).await?;
    let (work, _) = work.record(line).await?;
    work.commit().await
}
