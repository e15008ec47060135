//! The second factor again, inside a session: before signing or acting when the last one is too old.

use crate::domain::account::Role;
use crate::domain::account::normal_email;
use crate::domain::factor::FactorKind;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::factors::Holder;
use crate::operations::login_entries;
use crate::operations::one_time_code;
use crate::operations::one_time_code::Verdict;
use crate::operations::refusal::Refusal;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::accounts;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorOutcome {
    /// Right; fresh from this instant.
    Fresh(Instant),
    /// Wrong, or not looked at because of failures before: the same words for both.
    Wrong,
    /// Right but used before; the next code will do from then on.
    UsedUp {
        /// When the next code is shown.
        next_at: Instant,
    },
}

/// Judges a one-time code of a logged-in professional.
///
/// # Errors
/// A fault, or [`Refusal::NotFound`] when the account is gone.
pub async fn check_second_factor(
    bench: &Bench,
    holder: Holder<'_>,
    code: &Private<String>,
    network: &str,
    request: Option<&str>,
) -> Result<FactorOutcome, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let email = normal_email(holder.account.professional.email.show()).unwrap_or_default();
    let from = throttle::take(bench, &mut work.tx, Subject::Network(network)).await?;
    let tries = throttle::take(bench, &mut work.tx, Subject::Account(holder.account.role, &email)).await?;
    let row = accounts::find(&mut work.tx, holder.account.id).await?.ok_or(Refusal::NotFound)?;
    let refused = |reason| {
        let line = login_entries::refused(holder.account, holder.data_key, reason);
        match holder.organisation {
            Some(organisation) => line.organisation(organisation),
            None => line,
        }
    };
    let (line, outcome) = if from.blocked() || tries.blocked() {
        (refused("second_factor_throttled"), FactorOutcome::Wrong)
    } else {
        match one_time_code::judge(&mut work, &row, code.show()).await? {
            Verdict::Right { kind, .. } => {
                tries.cleared(&mut work.tx).await?;
                (checked(holder, kind), FactorOutcome::Fresh(work.now))
            }
            Verdict::Used { next_at } => {
                let told = next_at.map_or(FactorOutcome::Wrong, |next_at| FactorOutcome::UsedUp { next_at });
                (refused("second_factor_used"), told)
            }
            Verdict::Wrong => {
                from.failed(bench, &mut work.tx).await?;
                tries.failed(bench, &mut work.tx).await?;
                (refused("second_factor_wrong"), FactorOutcome::Wrong)
            }
        }
    };
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(outcome)
}

/// "Gave the second factor again", under the account's own key.
pub(super) fn checked(holder: Holder<'_>, kind: FactorKind) -> Line {
    let method = kind.as_str().to_owned();
    let event = match holder.account.role {
        Role::Aidant => Event::AidantSecondFactorChecked { method },
        _ => Event::FactorChecked { method },
    };
    let line = Line::new(event, actor(holder.account), holder.data_key).account(holder.account.id);
    match holder.organisation {
        Some(organisation) => line.organisation(organisation),
        None => line,
    }
}
