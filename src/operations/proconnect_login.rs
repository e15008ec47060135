//! An aidant's login through ProConnect: recognised by what ProConnect signed, bound at the first time, checked again at each.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::account::Role;
use crate::domain::account::SecondFactor;
use crate::domain::account::normal_email;
use crate::domain::habilitation::Standing;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::HabilitationId;
use crate::domain::organisation::Siret;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::operations::actors;
use crate::operations::actors::EMAIL_LOOKUP;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::current;
use crate::operations::current::Workplace;
use crate::operations::enrol::operator_actor;
use crate::operations::login_entries;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::account_links;
use crate::storage::account_subjects;
use crate::storage::accounts;

/// The label under which (issuer, `sub`, `idp_id`) are hashed for look-up.
const SUBJECT_LOOKUP: &str = "account.subject";
/// The name of the provider in entries.
const PROVIDER: &str = "proconnect";

/// What ProConnect signed of an agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProvenAgent {
    /// The issuer.
    pub issuer: String,
    /// Her identifier there.
    pub sub: Private<String>,
    /// The identity provider behind it.
    pub idp_id: String,
    /// Her address, as [`normal_email`] gives it.
    pub email: Private<String>,
    /// The organisation she works for.
    pub siret: Siret,
    /// The level.
    pub acr: String,
    /// By what means (RFC 8176), where it was said.
    pub amr: Option<Vec<String>>,
    /// When she logged in there, where it was said.
    pub auth_time: Option<Instant>,
}

/// A finished login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Who.
    pub account: AccountId,
    /// The habilitation in the organisation ProConnect named.
    pub habilitation: HabilitationId,
    /// When the second factor was checked.
    pub factor_at: Instant,
    /// Which one.
    pub factor: SecondFactor,
}

/// Why an agent does not enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// She never entered this way, and nothing here says who she is: the same for a stranger and for an account that does not
    /// fit.
    Unknown,
    /// The address is not the account's any more.
    EmailChanged,
    /// No organisation of this SIRET in which her habilitation is in force.
    OrganisationChanged,
    /// The account is suspended.
    Suspended,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Arrival {
    /// Logged in; its entry is written.
    Entered(Entered),
    /// ProConnect's own second factor is not enough, or too old: her own code is asked for, nothing is written yet.
    CodeNeeded {
        /// Whose code.
        account: AccountId,
        /// The habilitation she would work under.
        habilitation: HabilitationId,
    },
    /// Not here; its entry is written where an account is known.
    Barred(Barred),
    /// No account at all: nothing is written.
    Stranger,
}

/// The account behind an agent.
struct Found {
    account: Account,
    key: DataKeyId,
    bound: bool,
}

/// Judges what ProConnect signed, and enters where nothing is missing. `own_code_at` is the instant at which her own code was
/// accepted after a first [`Arrival::CodeNeeded`].
///
/// # Errors
/// A fault only.
pub async fn arrive(
    bench: &Bench,
    proven: &ProvenAgent,
    own_code_at: Option<Instant>,
    request: Option<&str>,
) -> Result<Arrival, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let hash = subject_hash(bench, proven);
    let Some(found) = find(&mut work, &hash, proven).await? else { return Ok(Arrival::Stranger) };
    let place = match judge(&mut work, &found, proven).await? {
        Ok(place) => place,
        Err((reason, barred)) => return bar(work, &found, reason, barred).await,
    };
    let Some((factor_at, factor)) = factor(bench, proven, own_code_at, work.now) else {
        let (account, habilitation) = (found.account.id, place.habilitation.id);
        return Ok(Arrival::CodeNeeded { account, habilitation });
    };
    let at = work.now;
    if !found.bound && !account_subjects::bind(&mut work.tx, &hash, found.account.id, at).await? {
        return bar(work, &found, "proconnect_other_identity", Barred::Unknown).await;
    }
    if found.account.status == AccountStatus::Invited {
        // ProConnect has proved address, organisation and a strong second factor: more than the link of an invitation.
        accounts::set_status(&mut work.tx, found.account.id, AccountStatus::Active).await?;
        account_links::end_of_account(&mut work.tx, found.account.id, at).await?;
    }
    let method = if own_code_at.is_some() { "proconnect_and_totp" } else { PROVIDER };
    let line = login_entries::logged_in_by(&found.account, found.key, method);
    let (mut recorded, _) = work.record(line.organisation(&place.organisation)).await?;
    if !found.bound {
        let event = Event::AidantAccountLinked { provider: PROVIDER.to_owned() };
        let line = Line::new(event, actor(&found.account), found.key).account(found.account.id);
        (recorded, _) = recorded.record(line.organisation(&place.organisation)).await?;
    }
    recorded.commit().await?;
    let (account, habilitation) = (found.account.id, place.habilitation.id);
    Ok(Arrival::Entered(Entered { account, habilitation, factor_at, factor }))
}

fn subject_hash(bench: &Bench, proven: &ProvenAgent) -> [u8; 32] {
    // No line break stands in an issuer or in `idp_id`, so that the three cannot run together.
    let subject = format!("{}\n{}\n{}", proven.issuer, proven.idp_id, proven.sub.show());
    bench.lookup.hash(SUBJECT_LOOKUP, &subject)
}

/// The bound account, else the one with this address.
async fn find(work: &mut Work<'_>, hash: &[u8; 32], proven: &ProvenAgent) -> Result<Option<Found>, Refusal> {
    let bench = work.bench;
    let bound = account_subjects::account_of(&mut work.tx, hash).await?;
    let row = match bound {
        Some(id) => accounts::find(&mut work.tx, id).await?,
        None => {
            let email = bench.lookup.hash(EMAIL_LOOKUP, proven.email.show());
            accounts::find_by_email(&mut work.tx, Role::Aidant, &email).await?
        }
    };
    let Some(row) = row.filter(|row| row.role == Role::Aidant) else { return Ok(None) };
    let account = actors::open_account(bench, &mut work.tx, &row).await?;
    Ok(Some(Found { account, key: row.data_key, bound: bound.is_some() }))
}

/// Whether this agent may enter this account, and where she works then; else the ledger's word and what she is told.
async fn judge(
    work: &mut Work<'_>,
    found: &Found,
    proven: &ProvenAgent,
) -> Result<Result<Workplace, (&'static str, Barred)>, Refusal> {
    // Who was never bound is told the same whatever does not fit.
    let told = |barred| if found.bound { barred } else { Barred::Unknown };
    if !found.bound && account_subjects::is_bound(&mut work.tx, found.account.id).await? {
        return Ok(Err(("proconnect_other_identity", Barred::Unknown)));
    }
    let own = normal_email(found.account.professional.email.show());
    if own.as_deref() != Some(proven.email.show().as_str()) {
        return Ok(Err(("proconnect_email_changed", told(Barred::EmailChanged))));
    }
    if found.account.status == AccountStatus::Suspended {
        return Ok(Err(("account_suspended", told(Barred::Suspended))));
    }
    let places = current::workplaces_in(work.bench, &mut work.tx, found.account.id).await?;
    let now = work.now;
    // Who only has the charter to sign comes in to sign it.
    let serves = |place: &Workplace| place.open || place.habilitation.standing(now) == Standing::Unsigned;
    let place = places.into_iter().find(|place| serves(place) && place.organisation.siret == proven.siret);
    Ok(place.ok_or_else(|| ("proconnect_organisation", told(Barred::OrganisationChanged))))
}

/// The second factor this login has: her own code, or ProConnect's where it is strong and young enough.
fn factor(
    bench: &Bench,
    proven: &ProvenAgent,
    own_code_at: Option<Instant>,
    now: Instant,
) -> Option<(Instant, SecondFactor)> {
    if let Some(at) = own_code_at {
        return Some((at, SecondFactor::OwnCode));
    }
    let factor = SecondFactor::of_proconnect(&proven.acr, proven.amr.as_deref())?;
    // A clock a little ahead of ours does not make a factor of the future.
    let at = proven.auth_time?.min(now);
    (now.since(at) <= bench.config.sessions.second_factor_max_age).then_some((at, factor))
}

async fn bar(
    work: Work<'_>,
    found: &Found,
    reason: &'static str,
    barred: Barred,
) -> Result<Arrival, Refusal> {
    let (work, _) = work.record(login_entries::refused(&found.account, found.key, reason)).await?;
    work.commit().await?;
    Ok(Arrival::Barred(barred))
}

/// Takes the binding of an aidant's account away, after which another account at ProConnect may be bound to it.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such account, or nothing is bound to it.
pub async fn unlink(
    bench: &Bench,
    by: &OperatorActor,
    email: &str,
    request: Option<&str>,
) -> Result<AccountId, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let email = normal_email(email).ok_or(Refusal::NotFound)?;
    let hash = bench.lookup.hash(EMAIL_LOOKUP, &email);
    let row = accounts::find_by_email(&mut work.tx, Role::Aidant, &hash).await?.ok_or(Refusal::NotFound)?;
    let account = actors::open_account(bench, &mut work.tx, &row).await?;
    if !account_subjects::unbind(&mut work.tx, row.id).await? {
        return Err(Refusal::NotFound);
    }
    let aidant = Named::new(account.id, account.professional.full_name());
    let event = Event::AidantAccountUnlinked { aidant, provider: PROVIDER.to_owned() };
    let by: Actor = operator_actor(by);
    let (work, _) = work.record(Line::new(event, by, row.data_key).account(account.id)).await?;
    work.commit().await?;
    Ok(account.id)
}
