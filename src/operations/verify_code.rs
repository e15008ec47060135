//! Anybody checks the code of a printed mandate; whoever tries many codes is slowed down.

use crate::domain::mandate::MandateStatus;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::attestation;
use crate::operations::attestation::Checked;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;

/// What the paper's code says of its mandate. No name of the person: the paper has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Who holds the mandate.
    pub organisation: String,
    /// Its SIRET.
    pub siret: String,
    /// How the mandate is.
    pub standing: Standing,
    /// When the paper was made.
    pub since: Instant,
    /// Whether the person is known by what an aidant took down only.
    pub declared: bool,
}

/// How the mandate of a paper is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be used, or is held for now.
    Good {
        /// Themes that can still be used.
        themes: Vec<Theme>,
        /// Its last instant.
        until: Instant,
        /// Whether it is held for now.
        suspended: bool,
    },
    /// Another paper stands in its place since then; nothing is said of the mandate.
    Replaced(Instant),
    /// Somebody ended it then.
    Stopped(Instant),
    /// Its date has passed.
    Ended(Instant),
}

fn standing(checked: &Checked) -> Option<Standing> {
    if let Some(replaced) = checked.replaced {
        return Some(Standing::Replaced(replaced));
    }
    match (checked.status, checked.ended) {
        (MandateStatus::Revoked, Some(at)) => Some(Standing::Stopped(at)),
        (_, Some(at)) => Some(Standing::Ended(at)),
        (status, None) => checked.mandate.consent().map(|consent| Standing::Good {
            themes: checked.mandate.open_themes().into_iter().collect(),
            until: consent.validity.until,
            suspended: status == MandateStatus::Suspended,
        }),
    }
}

/// Checks a code typed from `network`; `None` for a code that was never given or is forgotten, without telling which.
///
/// # Errors
/// [`Refusal::Throttled`] after too many wrong codes from one network or from all, or too many looks at one paper.
pub async fn verify_code(
    bench: &Bench,
    code: &str,
    network: &str,
    request: Option<&str>,
) -> Result<Option<Verified>, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let taken = throttle::take(bench, &mut work.tx, Subject::Codes(network)).await?;
    let all = throttle::take(bench, &mut work.tx, Subject::EveryCode).await?;
    if taken.blocked() || all.blocked() {
        return Err(Refusal::Throttled);
    }
    // Given back before the check, which is a transaction of its own.
    drop(work);
    match attestation::check(bench, code, request).await {
        Ok(checked) => Ok(standing(&checked).map(|standing| Verified {
            declared: checked.mandate.terms.channel.is_declared(),
            siret: checked.organisation.siret.as_str().to_owned(),
            organisation: checked.organisation.name,
            standing,
            since: checked.since,
        })),
        Err(Refusal::NotFound) => {
            let mut work = Work::begin(bench, request).await?;
            let taken = throttle::take(bench, &mut work.tx, Subject::Codes(network)).await?;
            taken.failed(bench, &mut work.tx).await?;
            let all = throttle::take(bench, &mut work.tx, Subject::EveryCode).await?;
            all.failed(bench, &mut work.tx).await?;
            work.commit_without_entry(Housekeeping::Throttle).await?;
            Ok(None)
        }
        Err(refusal) => Err(refusal),
    }
}
