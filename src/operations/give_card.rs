//! A referent gives a card by its number, it is taken into use by its first code, and put out of use.

use crate::crypto::second_factor::FactorCheck;
use crate::crypto::second_factor::Pace;
use crate::crypto::second_factor::TotpSecret;
use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::account::Role;
use crate::domain::factor;
use crate::domain::factor::CardState;
use crate::domain::factor::Factor;
use crate::domain::factor::FactorChange;
use crate::domain::factor::FactorEnd;
use crate::domain::factor::FactorKind;
use crate::domain::factor::FactorState;
use crate::domain::habilitation::Standing;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::FactorId;
use crate::domain::organisation::Organisation;
use crate::domain::private::Private;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::StaffActor;
use crate::operations::actors::TOTP_LABEL;
use crate::operations::bench::Bench;
use crate::operations::cards::CARD_LABEL;
use crate::operations::data_keys;
use crate::operations::factors;
use crate::operations::factors::Holder;
use crate::operations::factors::named;
use crate::operations::one_time_code;
use crate::operations::one_time_code::WIDEST_DRIFT;
use crate::operations::refusal::Refusal;
use crate::operations::remove_factor;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::account_links;
use crate::storage::accounts;
use crate::storage::cards;
use crate::storage::db::DbError;
use crate::storage::db::Tx;
use crate::storage::factors as rows;
use crate::storage::factors::FactorRow;
use crate::storage::factors::NewFactor;
use crate::storage::factors::UsedStep;

/// A referent, with the organisations managed.
pub type Whose<'a> = (&'a StaffActor, &'a [Organisation]);

/// An aidant of a referent's organisation.
#[derive(Clone, Debug)]
pub struct Managed {
    /// Who it is.
    pub account: Account,
    /// The key her lines are sealed under.
    pub data_key: DataKeyId,
    /// Where the referent manages her.
    pub organisation: Organisation,
}

/// The aidant with this account, where the referent manages her.
///
/// # Errors
/// [`Refusal::NotFound`] for whoever is no aidant of these organisations, or not any more.
pub async fn managed(bench: &Bench, whose: Whose<'_>, id: AccountId) -> Result<Managed, Refusal> {
    let mut tx = bench.db.read().await?;
    managed_in(bench, &mut tx, whose, id).await
}

pub(super) async fn managed_in(
    bench: &Bench,
    tx: &mut Tx,
    (_, own): Whose<'_>,
    id: AccountId,
) -> Result<Managed, Refusal> {
    let now = bench.now();
    let all = accounts::habilitations(tx, id).await?;
    let organisation = own.iter().find(|organisation| {
        let here = |one: &&crate::domain::habilitation::Habilitation| one.organisation == organisation.id;
        all.iter().filter(here).any(|one| one.standing(now) != Standing::Ended)
    });
    let organisation = organisation.cloned().ok_or(Refusal::NotFound)?;
    let (account, data_key) = actors::account(bench, tx, id).await?;
    if account.role != Role::Aidant {
        return Err(Refusal::NotFound);
    }
    Ok(Managed { account, data_key, organisation })
}

/// The cards a managed aidant has or waits for: number and state, nothing else of her account.
///
/// # Errors
/// As [`managed`].
pub async fn cards_of(
    bench: &Bench,
    whose: Whose<'_>,
    id: AccountId,
) -> Result<(Managed, Vec<Factor>), Refusal> {
    let managed = managed(bench, whose, id).await?;
    let all = factors::of_account(bench, id).await?;
    Ok((managed, all.into_iter().filter(|one| one.kind == FactorKind::TotpCard).collect()))
}

/// Gives a card of the stock; it opens nothing before [`validate_for`] or [`validate_own`].
///
/// # Errors
/// [`Refusal::NotFound`] for somebody else's aidant; [`Refusal::Invalid`] at `serial` for a number that is unknown or not in the
/// stock; [`Refusal::Conflict`] where she has enough factors, or her account is suspended.
pub async fn give(
    bench: &Bench,
    whose: Whose<'_>,
    id: AccountId,
    typed: &str,
    request: Option<&str>,
) -> Result<FactorId, Refusal> {
    let serial = factor::serial(typed).ok_or_else(|| Refusal::field("serial", "unknown"))?;
    let mut work = Work::begin(bench, request).await?;
    let at = work.now;
    let taken = accounts::take(&mut work.tx, id).await?;
    if taken.is_some_and(|row| row.status == AccountStatus::Suspended) {
        return Err(Refusal::Conflict("account-suspended"));
    }
    let to = managed_in(bench, &mut work.tx, whose, id).await?;
    factors::check_room(&mut work.tx, id, FactorKind::TotpCard).await?;
    let card = cards::find(&mut work.tx, &serial).await?;
    let card = card.ok_or_else(|| Refusal::field("serial", "unknown"))?;
    let sealed = card.sealed.filter(|_| card.state == CardState::Stock);
    let sealed = sealed.ok_or_else(|| Refusal::field("serial", "not-in-stock"))?;
    if !cards::take(&mut work.tx, &serial, id, at).await? {
        return Err(Refusal::field("serial", "not-in-stock"));
    }
    let system = data_keys::system(bench);
    let secret = data_keys::require(bench, &mut work.tx, system).await?.open(CARD_LABEL, &sealed)?;
    let key = data_keys::require(bench, &mut work.tx, to.data_key).await?;
    let random = bench.random.as_ref();
    let factor = NewFactor {
        id: FactorId::fresh(at, random),
        account: id,
        kind: FactorKind::TotpCard,
        state: FactorState::Pending,
        sealed: &key.seal(TOTP_LABEL, &secret, random)?,
        label: None,
        serial: Some(&serial),
        credential_hash: None,
        totp_step: None,
        drift: 0,
        at,
    };
    rows::insert(&mut work.tx, &factor).await.map_err(|error| match error {
        DbError::Unique(_) => Refusal::field("serial", "not-in-stock"),
        other => other.into(),
    })?;
    let given = factor.id;
    let name = Some(Private::new(serial.clone()));
    factors::tell(&mut work, &to.account, FactorChange::Given, Some(FactorKind::TotpCard), name).await?;
    let event = Event::FactorGiven { holder: named(&to.account), card: serial };
    let line = Line::new(event, actor(&whose.0.account), to.data_key).account(id);
    let (work, _) = work.record(line.organisation(&to.organisation)).await?;
    work.commit().await?;
    Ok(given)
}

/// Takes a card into use by the code its holder reads to the referent. A new account is active from then on.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] at `otp` for a wrong code; [`Refusal::Throttled`]; [`Refusal::Conflict`] when it
/// is in use already.
pub async fn validate_for(
    bench: &Bench,
    whose: Whose<'_>,
    (id, card): (AccountId, FactorId),
    code: &Private<String>,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let to = managed_in(bench, &mut work.tx, whose, id).await?;
    let by = Validated { by: &whose.0.account, organisation: Some(&to.organisation) };
    validate(work, (&to.account, to.data_key), card, code, by).await
}

/// Takes a card into use by a code its holder types in her own space.
///
/// # Errors
/// As [`validate_for`].
pub async fn validate_own(
    bench: &Bench,
    holder: Holder<'_>,
    card: FactorId,
    code: &Private<String>,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let work = Work::begin(bench, request).await?;
    let by = Validated { by: holder.account, organisation: holder.organisation };
    validate(work, (holder.account, holder.data_key), card, code, by).await
}

struct Validated<'a> {
    by: &'a Account,
    organisation: Option<&'a Organisation>,
}

async fn validate(
    mut work: Work<'_>,
    (account, data_key): (&Account, DataKeyId),
    card: FactorId,
    code: &Private<String>,
    by: Validated<'_>,
) -> Result<(), Refusal> {
    let bench = work.bench;
    let tries = throttle::take(bench, &mut work.tx, Subject::Card(card)).await?;
    if tries.blocked() {
        return Err(Refusal::Throttled);
    }
    let status = accounts::take(&mut work.tx, account.id).await?.ok_or(Refusal::NotFound)?.status;
    let row = rows::find(&mut work.tx, card).await?.filter(|row| row.account == account.id);
    let row = row.filter(|row| row.state != FactorState::Ended).ok_or(Refusal::NotFound)?;
    if row.state != FactorState::Pending {
        return Err(Refusal::Conflict("card-in-use"));
    }
    let key = data_keys::require(bench, &mut work.tx, data_key).await?;
    let secret: TotpSecret = one_time_code::secret(&key, &row)?;
    let pace = Pace { last_step: row.totp_step, drift: 0, window: WIDEST_DRIFT };
    let FactorCheck::Accepted { step, drift } = secret.check_at(code.show(), work.now, pace) else {
        tries.failed(bench, &mut work.tx).await?;
        work.commit_without_entry(Housekeeping::Throttle).await?;
        return Err(Refusal::field("otp", "wrong"));
    };
    let used = UsedStep { step, drift: one_time_code::kept(row.kind, drift), at: work.now };
    if !rows::validate(&mut work.tx, row.id, used).await? {
        return Err(Refusal::Conflict("card-in-use"));
    }
    tries.cleared(&mut work.tx).await?;
    if status == AccountStatus::Invited {
        accounts::set_status(&mut work.tx, account.id, AccountStatus::Active).await?;
        let now = work.now;
        account_links::end_of_account(&mut work.tx, account.id, now).await?;
    }
    let name = row.serial.clone().map(Private::new);
    factors::tell(&mut work, account, FactorChange::Added, Some(row.kind), name).await?;
    let event = Event::FactorEnrolled {
        holder: named(account),
        method: row.kind.as_str().to_owned(),
        card: row.serial,
    };
    let mut line = Line::new(event, actor(by.by), data_key).account(account.id);
    if let Some(organisation) = by.organisation {
        line = line.organisation(organisation);
    }
    let (work, _) = work.record(line).await?;
    work.commit().await
}

/// Puts a managed aidant's card out of use, be it her last factor: it is lost, broken or came back.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] when it had ended.
pub async fn put_out(
    bench: &Bench,
    whose: Whose<'_>,
    (id, card): (AccountId, FactorId),
    why: FactorEnd,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let of = managed_in(bench, &mut work.tx, whose, id).await?;
    accounts::take(&mut work.tx, id).await?;
    let found: Option<FactorRow> = rows::find(&mut work.tx, card).await?;
    let row = found.filter(|row| row.account == id && row.kind == FactorKind::TotpCard);
    let row = row.ok_or(Refusal::NotFound)?;
    remove_factor::end(&mut work, &row, why).await?;
    let name = row.serial.clone().map(Private::new);
    factors::tell(&mut work, &of.account, FactorChange::Ended, Some(row.kind), name).await?;
    let event = remove_factor::removed(named(&of.account), &row, why);
    let line = Line::new(event, actor(&whose.0.account), of.data_key).account(id);
    let (work, _) = work.record(line.organisation(&of.organisation)).await?;
    work.commit().await
}
