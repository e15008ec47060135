//! What was ended of a mandate, for the statement of revocation: when, by whom, and why where somebody said so.

use crate::domain::ids::MandateId;
use crate::domain::mandate::MandateStatus;
use crate::operations::attestation;
use crate::operations::attestation::Attested;
use crate::operations::attestation::Holder;
use crate::operations::bench::Bench;
use crate::operations::lines::Line;
use crate::operations::lines::Opener;
use crate::operations::refusal::Refusal;
use crate::storage::trails;
use crate::storage::trails::Choice;
use crate::storage::trails::Lines;

/// The kinds of lines that end something.
const ENDS: [&str; 2] = ["mandate.revoked", "authorization.revoked"];
/// A mandate has ten themes at most, and ends once.
const MOST: i64 = 20;

/// A mandate of which something was ended by somebody.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The mandate and its text.
    pub attested: Attested,
    /// Whether nothing of it is left.
    pub whole: bool,
    /// The lines that ended it or themes of it, oldest first.
    pub ends: Vec<Line>,
}

/// What was ended of a mandate.
///
/// # Errors
/// [`Refusal::NotFound`] for one that is not this holder's, or of which nothing was ended.
pub async fn of(bench: &Bench, holder: Holder<'_>, id: MandateId) -> Result<Stopped, Refusal> {
    let mut tx = bench.db.read().await?;
    let attested = attestation::attested(bench, &mut tx, holder, id).await?;
    let status = attested.mandate.status_at(bench.now());
    let whole = status == MandateStatus::Revoked;
    if !whole && attested.mandate.ended_themes.is_empty() {
        return Err(Refusal::NotFound);
    }
    let mut ends = Vec::new();
    let mut opener = Opener::new(bench);
    for kind in ENDS {
        let now = bench.now();
        let until = now.day().plus_days(2).start();
        let choice =
            Choice { mandate: Some(id), kind: Some(kind.to_owned()), ..Choice::newest(now, until, MOST) };
        let stored = trails::list(&mut tx, Lines::Person(attested.person.id), &choice).await?;
        ends.extend(opener.open_all(&mut tx, stored).await?);
    }
    ends.retain(|line| !line.is_refused());
    ends.sort_by_key(|line| (line.at, line.id));
    Ok(Stopped { attested, whole, ends })
}
