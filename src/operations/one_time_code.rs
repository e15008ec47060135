//! A one-time code against the applications and cards of an account: found, used up, its clock followed.

use crate::crypto::seal::DataKey;
use crate::crypto::second_factor::FactorCheck;
use crate::crypto::second_factor::Pace;
use crate::crypto::second_factor::TotpSecret;
use crate::domain::factor::FactorKind;
use crate::domain::factor::FactorState;
use crate::domain::ids::FactorId;
use crate::domain::time::Instant;
use crate::operations::actors::TOTP_LABEL;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::accounts::AccountRow;
use crate::storage::factors;
use crate::storage::factors::FactorRow;
use crate::storage::factors::UsedStep;

/// How many steps of half a minute a card's clock may differ when it is given.
pub const WIDEST_DRIFT: i64 = 20;
/// How many steps more or less than last time are accepted.
const APP_WINDOW: i64 = 1;
const CARD_WINDOW: i64 = 2;

/// What a code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum Verdict {
    /// Right, and used up now.
    Right {
        /// Which factor showed it.
        factor: FactorId,
        /// What that one is.
        kind: FactorKind,
    },
    /// Right but used before.
    Used {
        /// When the next code is shown; none: another try was faster.
        next_at: Option<Instant>,
    },
    /// Of none of the account's factors, at this moment.
    Wrong,
}

/// Judges a code of an account and uses it up.
///
/// # Errors
/// A fault only.
pub(super) async fn judge(work: &mut Work<'_>, row: &AccountRow, code: &str) -> Result<Verdict, Refusal> {
    let key = data_keys::require(work.bench, &mut work.tx, row.data_key).await?;
    let mut verdict = Verdict::Wrong;
    for factor in factors::of_account(&mut work.tx, row.id).await? {
        if factor.state != FactorState::Active || factor.kind == FactorKind::Passkey {
            continue;
        }
        match check(&key, &factor, code, work.now)? {
            FactorCheck::Wrong => {}
            FactorCheck::AlreadyUsed { next_at } => verdict = Verdict::Used { next_at: Some(next_at) },
            FactorCheck::Accepted { step, drift } => {
                let used = UsedStep { step, drift: kept(factor.kind, drift), at: work.now };
                if factors::use_step(&mut work.tx, factor.id, used).await? {
                    return Ok(Verdict::Right { factor: factor.id, kind: factor.kind });
                }
                verdict = Verdict::Used { next_at: None };
            }
        }
    }
    Ok(verdict)
}

fn check(key: &DataKey, factor: &FactorRow, code: &str, now: Instant) -> Result<FactorCheck, Refusal> {
    let window = if factor.kind == FactorKind::TotpCard { CARD_WINDOW } else { APP_WINDOW };
    let pace = Pace { last_step: factor.totp_step, drift: factor.drift, window };
    Ok(secret(key, factor)?.check_at(code, now, pace))
}

/// The secret of a factor that has not ended.
pub(super) fn secret(key: &DataKey, factor: &FactorRow) -> Result<TotpSecret, Refusal> {
    let sealed = factor.sealed.as_deref().ok_or_else(|| Refusal::fault("a living factor has no secret"))?;
    TotpSecret::from_bytes(&key.open(TOTP_LABEL, sealed)?)
        .ok_or_else(|| Refusal::fault("a stored TOTP secret is too short"))
}

/// The drift to remember: a card's clock is followed, an application has the right time by itself.
pub(super) fn kept(kind: FactorKind, drift: i64) -> i64 {
    if kind == FactorKind::TotpCard { drift.clamp(-2 * WIDEST_DRIFT, 2 * WIDEST_DRIFT) } else { 0 }
}
