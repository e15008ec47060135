//! A professional enrols a second factor of her own, alone at her own screen: by the link of a new or reset account, or from her
//! space.

use crate::crypto::passkey::Making;
use crate::crypto::passkey::Party;
use crate::crypto::passkey::PasskeyError;
use crate::crypto::passkey::StoredPasskey;
use crate::crypto::second_factor::FactorCheck;
pub use crate::crypto::second_factor::TotpSecret;
use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::factor;
use crate::domain::factor::FactorChange;
use crate::domain::factor::FactorKind;
use crate::domain::factor::FactorState;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::FactorId;
use crate::domain::organisation::Organisation;
use crate::domain::private::Private;
use crate::ledger::kinds::Event;
use crate::operations::account_links;
use crate::operations::actors;
use crate::operations::actors::FACTOR_NAME_LABEL;
use crate::operations::actors::PASSKEY_LABEL;
use crate::operations::actors::TOTP_LABEL;
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
use crate::storage::db::DbError;
use crate::storage::factors as rows;
use crate::storage::factors::NewFactor;

/// The name of the service in an application and in a browser's dialogue.
pub const SERVICE: &str = "Procura";

/// By what right somebody enrols.
#[derive(Clone, Copy, Debug)]
pub enum Right<'a> {
    /// The link this browser holds; it is used up.
    Link {
        /// The link's code.
        code: &'a str,
        /// The browser.
        browser: &'a [u8; 32],
    },
    /// A login whose second factor is fresh: the caller has checked that.
    Login(Holder<'a>),
}

/// What is enrolled.
struct New<'a> {
    kind: FactorKind,
    label: &'a str,
    sealed: Sealed<'a>,
    credential_hash: Option<[u8; 32]>,
    totp_step: Option<i64>,
}

enum Sealed<'a> {
    Totp(&'a TotpSecret),
    Passkey(&'a StoredPasskey),
}

/// The party browsers make keys for, at this gateway's public address.
///
/// # Errors
/// [`Refusal::Conflict`] with `passkey-unavailable` where that address is a number.
pub fn party(bench: &Bench) -> Result<Party, Refusal> {
    Party::new(bench.config.server.public_url.as_str(), SERVICE)
        .map_err(|_| Refusal::Conflict("passkey-unavailable"))
}

/// Enrols an application that showed `code` for `secret`, which she has read from her own screen.
///
/// # Errors
/// [`Refusal::Invalid`] for a wrong code (`otp`) or name (`label`); [`Refusal::Conflict`] when the link is over or there are
/// enough factors.
pub async fn enrol_app(
    bench: &Bench,
    right: Right<'_>,
    secret: &TotpSecret,
    (code, label): (&Private<String>, &str),
    request: Option<&str>,
) -> Result<Account, Refusal> {
    let label = factor::label(label).ok_or_else(|| Refusal::field("label", "label"))?;
    let FactorCheck::Accepted { step, .. } = secret.check(code.show(), bench.now(), None) else {
        return Err(Refusal::field("otp", "wrong"));
    };
    let new = New {
        kind: FactorKind::TotpApp,
        label: &label,
        sealed: Sealed::Totp(secret),
        credential_hash: None,
        totp_step: Some(step),
    };
    enrol(bench, right, new, request).await
}

/// Enrols the passkey a browser made; `making` is used up by the caller.
///
/// # Errors
/// [`Refusal::Invalid`] where the browser's answer does not hold (`passkey`) or the name does not fit (`label`);
/// [`Refusal::Conflict`] as for [`enrol_app`].
pub async fn enrol_passkey(
    bench: &Bench,
    right: Right<'_>,
    (answer, making): (&str, &Making),
    label: &str,
    request: Option<&str>,
) -> Result<Account, Refusal> {
    let label = factor::label(label).ok_or_else(|| Refusal::field("label", "label"))?;
    let key = party(bench)?.finish_making(answer, making).map_err(|error: PasskeyError| {
        tracing::info!(%error, "a passkey was not accepted");
        Refusal::field("passkey", "refused")
    })?;
    let new = New {
        kind: FactorKind::Passkey,
        label: &label,
        credential_hash: Some(key.credential_hash()),
        sealed: Sealed::Passkey(&key),
        totp_step: None,
    };
    enrol(bench, right, new, request).await
}

/// Whoever enrols, looked up and allowed to.
struct Enroller {
    account: Account,
    data_key: DataKeyId,
    organisation: Option<Organisation>,
}

async fn admit(work: &mut Work<'_>, right: Right<'_>) -> Result<Enroller, Refusal> {
    match right {
        Right::Link { code, browser } => {
            let invited = account_links::take_held(work, code, browser).await?;
            let (from, to) = (AccountStatus::Invited, AccountStatus::Active);
            if !accounts::change_status(&mut work.tx, invited.account.id, from, to).await? {
                return Err(Refusal::Conflict("account-link-over"));
            }
            Ok(Enroller { account: invited.account, data_key: invited.data_key, organisation: None })
        }
        Right::Login(holder) => {
            let status = accounts::status_shared(&mut work.tx, holder.account.id).await?;
            if status != Some(AccountStatus::Active) {
                return Err(Refusal::NotFound);
            }
            Ok(Enroller {
                account: holder.account.clone(),
                data_key: holder.data_key,
                organisation: holder.organisation.cloned(),
            })
        }
    }
}

async fn enrol(
    bench: &Bench,
    right: Right<'_>,
    new: New<'_>,
    request: Option<&str>,
) -> Result<Account, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let who = admit(&mut work, right).await?;
    factors::check_room(&mut work.tx, who.account.id, new.kind).await?;
    let random = bench.random.as_ref();
    let key = data_keys::require(bench, &mut work.tx, who.data_key).await?;
    let sealed = match new.sealed {
        Sealed::Totp(secret) => key.seal(TOTP_LABEL, secret.as_bytes(), random)?,
        Sealed::Passkey(passkey) => key.seal(PASSKEY_LABEL, &serde_json::to_vec(passkey)?, random)?,
    };
    let row = NewFactor {
        id: FactorId::fresh(work.now, random),
        account: who.account.id,
        kind: new.kind,
        state: FactorState::Active,
        sealed: &sealed,
        label: Some(&key.seal(FACTOR_NAME_LABEL, new.label.as_bytes(), random)?),
        serial: None,
        credential_hash: new.credential_hash.as_ref(),
        totp_step: new.totp_step,
        drift: 0,
        at: work.now,
    };
    rows::insert(&mut work.tx, &row).await.map_err(|error| match error {
        DbError::Unique(_) => Refusal::field("passkey", "known"),
        other => other.into(),
    })?;
    let name = Some(Private::new(new.label.to_owned()));
    factors::tell(&mut work, &who.account, FactorChange::Added, Some(new.kind), name).await?;
    let event = Event::FactorEnrolled {
        holder: named(&who.account),
        method: new.kind.as_str().to_owned(),
        card: None,
    };
    let mut line = Line::new(event, actor(&who.account), who.data_key).account(who.account.id);
    if let Some(organisation) = &who.organisation {
        line = line.organisation(organisation);
    }
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(Account { status: AccountStatus::Active, ..who.account })
}

/// Asks the browser of an account's holder for a new key: the options for it, and what to keep until its answer comes.
///
/// # Errors
/// [`Refusal::NotFound`] when the account is gone; [`Refusal::Conflict`] where passkeys cannot be used.
pub async fn begin_passkey(
    bench: &Bench,
    account: AccountId,
) -> Result<(serde_json::Value, Making), Refusal> {
    let party = party(bench)?;
    let mut tx = bench.db.read().await?;
    let (account, key) = actors::account(bench, &mut tx, account).await?;
    let key = data_keys::require(bench, &mut tx, key).await?;
    let known = passkeys(&key, &rows::of_account(&mut tx, account.id).await?)?;
    let email = account.professional.email.show();
    let name = account.professional.full_name();
    party.begin_making(account.id, (email, &name), &known).map_err(|error| Refusal::Fault(error.into()))
}

/// The passkeys among these factors.
pub(super) fn passkeys(
    key: &crate::crypto::seal::DataKey,
    all: &[rows::FactorRow],
) -> Result<Vec<StoredPasskey>, Refusal> {
    let living = all.iter().filter(|row| row.kind == FactorKind::Passkey && row.state == FactorState::Active);
    let opened = living.filter_map(|row| row.sealed.as_deref()).map(|sealed| {
        let bytes = key.open(PASSKEY_LABEL, sealed)?;
        Ok(serde_json::from_slice(&bytes)?)
    });
    opened.collect()
}
