//! What an aidant's login at her software hangs on, read at one instant: her right to work, the software, her session.

use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::client::Client;
use crate::domain::client::ClientStatus;
use crate::domain::decision::Reason;
use crate::domain::decision::aidant_may_work;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::software::Approved;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::weigh::Hold;
use crate::storage::accounts;
use crate::storage::clients;
use crate::storage::db::Tx;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::sessions;

/// Why a login no longer serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// The aidant may not work, or the software is switched off.
    Rule(Reason),
    /// The session she agreed in is over: logged out, idle, or another login took its place.
    Session,
    /// Its last instant has passed.
    Time,
}

impl Over {
    /// The key of the reason, as in the ledger.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule(reason) => reason.as_str(),
            Self::Session => "session_over",
            Self::Time => "login_over",
        }
    }
}

/// The parties of a login as they stand.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// The software.
    pub client: Client,
    /// The aidant.
    pub account: Account,
    /// The key her lines are sealed under.
    pub account_key: DataKeyId,
    /// The organisation she works in.
    pub organisation: StoredOrganisation,
    /// Good, or why not.
    pub verdict: Result<(), Over>,
    /// When that was so: with everything held, where it is held.
    pub at: Instant,
}

/// Reads what a login hangs on, in the order in which an act's parties are read; the login itself is taken after it.
///
/// # Errors
/// [`Refusal::NotFound`] when one of them is not there.
pub(super) async fn standing(
    bench: &Bench,
    tx: &mut Tx,
    client: &ClientId,
    approved: &Approved,
    hold: Hold,
) -> Result<Standing, Refusal> {
    let taken = hold == Hold::Taken;
    let habilitation = if taken {
        accounts::habilitation_shared(tx, approved.habilitation).await?
    } else {
        accounts::find_habilitation(tx, approved.habilitation).await?
    }
    .ok_or(Refusal::NotFound)?;
    let organisation = if taken {
        organisations::find_shared(tx, approved.organisation).await?
    } else {
        organisations::find(tx, approved.organisation).await?
    }
    .ok_or(Refusal::NotFound)?;
    let held = if taken { accounts::status_shared(tx, approved.account).await? } else { None };
    let (account, account_key) = actors::account(bench, tx, approved.account).await?;
    let status = held.unwrap_or(account.status);
    let client =
        if taken { clients::find_shared(tx, client).await? } else { clients::find(tx, client).await? }
            .ok_or(Refusal::NotFound)?;
    let at = bench.now();
    let verdict = if client.status == ClientStatus::Active {
        work_verdict(tx, at, status, (&habilitation, &organisation), approved).await?
    } else {
        Err(Over::Rule(Reason::ClientNotActive))
    };
    Ok(Standing { client, account, account_key, organisation, verdict, at })
}

async fn work_verdict(
    tx: &mut Tx,
    now: Instant,
    status: AccountStatus,
    (habilitation, organisation): (&crate::domain::habilitation::Habilitation, &StoredOrganisation),
    approved: &Approved,
) -> Result<Result<(), Over>, Refusal> {
    if let Err(reason) = aidant_may_work(now, status, habilitation, &organisation.organisation) {
        return Ok(Err(Over::Rule(reason)));
    }
    if now > approved.ends_at {
        return Ok(Err(Over::Time));
    }
    let goes_on = sessions::is_logged_in(tx, &approved.session_hash, now).await?;
    Ok(if goes_on { Ok(()) } else { Err(Over::Session) })
}
