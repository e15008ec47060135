//! A professional takes one of her own second factors away, never the last one.

use crate::domain::factor::CardState;
use crate::domain::factor::FactorChange;
use crate::domain::factor::FactorEnd;
use crate::domain::factor::FactorKind;
use crate::domain::factor::FactorState;
use crate::domain::ids::FactorId;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::factors;
use crate::operations::factors::Holder;
use crate::operations::factors::named;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::accounts;
use crate::storage::cards;
use crate::storage::factors as rows;
use crate::storage::factors::FactorRow;

/// Ends a factor of the holder's own account; a card counts as lost where she says so, else as taken back.
///
/// # Errors
/// [`Refusal::NotFound`] for another's or an ended one; [`Refusal::Conflict`] with `factor-last` for the last one in use.
pub async fn remove(
    bench: &Bench,
    holder: Holder<'_>,
    id: FactorId,
    lost: bool,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    // Two removals at once are judged one after the other, so that one factor is left.
    accounts::take(&mut work.tx, holder.account.id).await?;
    let row = rows::find(&mut work.tx, id).await?.filter(|row| row.account == holder.account.id);
    let row = row.filter(|row| row.state != FactorState::Ended).ok_or(Refusal::NotFound)?;
    let last = factors::count_active(&mut work.tx, holder.account.id).await? <= 1;
    if last && row.state == FactorState::Active {
        return Err(Refusal::Conflict("factor-last"));
    }
    let why = match (row.kind, lost) {
        (FactorKind::TotpCard, true) => FactorEnd::Lost,
        (FactorKind::TotpCard, false) => FactorEnd::Returned,
        _ => FactorEnd::Removed,
    };
    end(&mut work, &row, why).await?;
    let key = data_keys::require(bench, &mut work.tx, holder.data_key).await?;
    let opened = factors::open(&key, row.clone())?;
    let name = opened.label.or_else(|| row.serial.clone().map(Into::into));
    factors::tell(&mut work, holder.account, FactorChange::Ended, Some(row.kind), name).await?;
    let event = removed(named(holder.account), &row, why);
    let mut line = Line::new(event, actor(holder.account), holder.data_key).account(holder.account.id);
    if let Some(organisation) = holder.organisation {
        line = line.organisation(organisation);
    }
    let (work, _) = work.record(line).await?;
    work.commit().await
}

/// The event of a factor that ended.
pub(super) fn removed(holder: crate::ledger::values::Named, row: &FactorRow, why: FactorEnd) -> Event {
    Event::FactorRemoved {
        holder,
        method: row.kind.as_str().to_owned(),
        card: row.serial.clone(),
        why: why.as_str().to_owned(),
    }
}

/// Ends a factor, and its card with it.
///
/// # Errors
/// [`Refusal::Conflict`] when it had ended.
pub(super) async fn end(work: &mut Work<'_>, row: &FactorRow, why: FactorEnd) -> Result<(), Refusal> {
    let at = work.now;
    if !rows::finish(&mut work.tx, row.id, at, why).await? {
        return Err(Refusal::Conflict("factor-ended"));
    }
    if let Some(serial) = &row.serial {
        let to = match why {
            FactorEnd::Broken => CardState::Broken,
            FactorEnd::Returned | FactorEnd::Removed => CardState::Returned,
            FactorEnd::Lost | FactorEnd::Reset | FactorEnd::Cloned => CardState::Lost,
        };
        cards::leave(&mut work.tx, serial, to, at).await?;
    }
    Ok(())
}
