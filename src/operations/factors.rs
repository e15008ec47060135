//! The second factors of an account as its holder sees them, and what she is told of each change.

use std::time::Duration;

use crate::crypto::seal::DataKey;
use crate::domain::account::Account;
use crate::domain::factor::Factor;
use crate::domain::factor::FactorChange;
use crate::domain::factor::FactorKind;
use crate::domain::factor::FactorState;
use crate::domain::factor::MOST_CODES;
use crate::domain::factor::MOST_FACTORS;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::message::MessageBody;
use crate::domain::organisation::Organisation;
use crate::domain::private::Private;
use crate::ledger::values::Named;
use crate::operations::actors::AidantActor;
use crate::operations::actors::FACTOR_NAME_LABEL;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::invite;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::accounts;
use crate::storage::db::Tx;
use crate::storage::factors;
use crate::storage::factors::FactorRow;

/// How long a message about a factor is worth sending.
const WORTH: Duration = Duration::from_secs(7 * 86_400);

/// A logged-in professional, of whichever role, as far as her own account goes.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// Who it is.
    pub account: &'a Account,
    /// The key the account's own lines are sealed under.
    pub data_key: DataKeyId,
    /// For an aidant: where she works now.
    pub organisation: Option<&'a Organisation>,
}

impl<'a> From<&'a AidantActor> for Holder<'a> {
    fn from(aidant: &'a AidantActor) -> Self {
        Self { account: &aidant.account, data_key: aidant.data_key, organisation: Some(&aidant.organisation) }
    }
}

impl<'a> From<&'a StaffActor> for Holder<'a> {
    fn from(staff: &'a StaffActor) -> Self {
        Self { account: &staff.account, data_key: staff.data_key, organisation: None }
    }
}

/// An account as the ledger names it.
pub(super) fn named(account: &Account) -> Named {
    Named::new(account.id, account.professional.full_name())
}

/// The factors of an account that have not ended, oldest first.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such account.
pub async fn of_account(bench: &Bench, id: AccountId) -> Result<Vec<Factor>, Refusal> {
    let mut tx = bench.db.read().await?;
    let row = accounts::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let key = data_keys::require(bench, &mut tx, row.data_key).await?;
    factors::of_account(&mut tx, id).await?.into_iter().map(|row| open(&key, row)).collect()
}

/// Opens a stored factor; its secret stays closed.
///
/// # Errors
/// When its name does not open.
pub(super) fn open(key: &DataKey, row: FactorRow) -> Result<Factor, Refusal> {
    let label = match row.label {
        Some(sealed) => {
            let bytes = key.open(FACTOR_NAME_LABEL, &sealed)?;
            Some(Private::new(String::from_utf8_lossy(&bytes).into_owned()))
        }
        None => None,
    };
    Ok(Factor {
        id: row.id,
        account: row.account,
        kind: row.kind,
        state: row.state,
        label,
        serial: row.serial,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        ended_at: row.ended_at,
    })
}

/// Refuses one more factor of this kind where there are enough.
///
/// # Errors
/// [`Refusal::Conflict`].
pub(super) async fn check_room(tx: &mut Tx, id: AccountId, kind: FactorKind) -> Result<(), Refusal> {
    let all = factors::of_account(tx, id).await?;
    let codes = all.iter().filter(|one| one.kind != FactorKind::Passkey).count();
    let full = all.len() >= MOST_FACTORS || (kind != FactorKind::Passkey && codes >= MOST_CODES);
    if full { Err(Refusal::Conflict("factor-too-many")) } else { Ok(()) }
}

/// How many factors of an account open it now.
pub(super) async fn count_active(tx: &mut Tx, id: AccountId) -> Result<usize, Refusal> {
    let all = factors::of_account(tx, id).await?;
    Ok(all.iter().filter(|one| one.state == FactorState::Active).count())
}

/// Tells the holder of a change by mail, in the transaction of that change.
///
/// # Errors
/// When the database refuses.
pub(super) async fn tell(
    work: &mut Work<'_>,
    account: &Account,
    change: FactorChange,
    factor: Option<FactorKind>,
    name: Option<Private<String>>,
) -> Result<(), Refusal> {
    let body = MessageBody::FactorChanged { change, factor, name, at: work.now };
    send(work, account, body).await
}

/// Sends a message about her own account to a professional.
///
/// # Errors
/// When the database refuses.
pub(super) async fn send(work: &mut Work<'_>, account: &Account, body: MessageBody) -> Result<(), Refusal> {
    work.send(&invite::to(account, body), WORTH).await
}
