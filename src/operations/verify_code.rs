//! Anybody checks the code of a printed mandate; whoever tries many codes is slowed down.

use crate::domain::mandate::MandateStatus;
use crate::domain::person::ConsentGrade;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::attestation;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;

/// What a good code says. No name of the person: the paper has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Who holds the mandate.
    pub organisation: String,
    /// Its SIRET.
    pub siret: String,
    /// Themes that can still be used.
    pub themes: Vec<Theme>,
    /// Its last instant.
    pub until: Instant,
    /// Whether it is held for now.
    pub suspended: bool,
    /// When the paper was made.
    pub since: Instant,
    /// Whether the person is known by what an aidant took down only.
    pub declared: bool,
}

/// Checks a code typed from `network`; `None` for a code that is not good, whatever the cause.
///
/// # Errors
/// [`Refusal::Throttled`] after too many wrong codes from one network.
pub async fn verify_code(
    bench: &Bench,
    code: &str,
    network: &str,
    request: Option<&str>,
) -> Result<Option<Verified>, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let taken = throttle::take(bench, &mut work.tx, Subject::Codes(network)).await?;
    if taken.blocked() {
        return Err(Refusal::Throttled);
    }
    // Given back before the check, which is a transaction of its own.
    drop(work);
    match attestation::check(bench, code, request).await {
        Ok(checked) => {
            let Some(consent) = checked.mandate.consent() else { return Ok(None) };
            Ok(Some(Verified {
                siret: checked.organisation.siret.as_str().to_owned(),
                organisation: checked.organisation.name,
                themes: checked.mandate.open_themes().into_iter().collect(),
                until: consent.validity.until,
                suspended: checked.status == MandateStatus::Suspended,
                since: checked.since,
                declared: consent.grade == ConsentGrade::Declared,
            }))
        }
        Err(Refusal::NotFound) => {
            let mut work = Work::begin(bench, request).await?;
            let taken = throttle::take(bench, &mut work.tx, Subject::Codes(network)).await?;
            taken.failed(bench, &mut work.tx).await?;
            work.commit_without_entry(Housekeeping::Throttle).await?;
            Ok(None)
        }
        Err(refusal) => Err(refusal),
    }
}
