//! After a loss: the ledger goes on under another name, and says so in its first line under it.
//!
//! A head was signed and published that the database does not hold. To sign another tree under the same name would be a fork
//! that every holder of an older proof can show. Under a new name what is left stays provable, and the loss is on record.

use crate::crypto::note::NoteKey;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::integrate;
use crate::operations::integrate::Behind;
use crate::operations::integrate::LEASE;
use crate::operations::integrate::LEASE_SPAN;
use crate::operations::integrate::compare_with_kept;
use crate::operations::keys;
use crate::operations::ledger_origin::ORIGIN_SETTING;
use crate::operations::ledger_origin::ledger_origin;
use crate::operations::read_ledger;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::cosignatures;
use crate::storage::leases;
use crate::storage::ledger;
use crate::storage::ledger_origins;
use crate::storage::ledger_origins::OriginRow;
use crate::storage::settings;

/// Who holds the integrator's lease meanwhile.
const HOLDER: &str = "new-origin";

/// What was opened.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Opened {
    /// The new name.
    pub origin: String,
    /// The name before.
    pub previous: String,
    /// How many leaves the last signed head under the name before had.
    pub signed: u64,
    /// How many leaves were found.
    pub found: u64,
    /// How many of those signed are gone or differ, at least.
    pub lost: u64,
    /// The first checkpoint under the new name.
    pub checkpoint: String,
}

/// Opens another name for the ledger, where the database does not continue the checkpoint `kept` outside of it. Without
/// `name` the next free number is put behind the first name. The integrator must not be running.
///
/// # Errors
/// [`Refusal::Conflict`] `ledger-continues` when nothing was lost, `ledger-foreign-checkpoint` when the text is no checkpoint of
/// this ledger, `ledger-origin-name` for a name that cannot be one or was one, `ledger-integrator-running`.
pub async fn open_origin(bench: &Bench, kept: &str, name: Option<&str>) -> Result<Opened, Refusal> {
    match compare_with_kept(bench, kept).await? {
        None => return Err(Refusal::Conflict("ledger-continues")),
        Some(Behind::Foreign(_)) => return Err(Refusal::Conflict("ledger-foreign-checkpoint")),
        Some(Behind::Shorter { .. } | Behind::Other(_)) => {}
    }
    let lost = Checkpoint::unverified(kept).map_err(|error| Refusal::Fault(error.into()))?;
    let previous = ledger_origin(bench).await?;
    let signers = keys::ledger_signers(bench).await?;
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    if leases::take(&mut work.tx, LEASE, HOLDER, now, LEASE_SPAN).await?.is_none() {
        return Err(Refusal::Conflict("ledger-integrator-running"));
    }
    let used = ledger_origins::every(&mut work.tx).await?;
    let origin = chosen(name, &previous, &used)?;
    let found = read_ledger::head(&mut work.tx).await?.map_or(0, |head| head.size);
    let system = data_keys::system(bench);
    let event = Event::LedgerOriginOpened {
        origin: origin.clone(),
        previous: previous.clone(),
        size: lost.size,
        root: lost.root.into(),
        found,
    };
    let (mut recorded, entry) = work.record(Line::new(event, Actor::system(), system)).await?;
    if !ledger::sequence_one(&mut recorded.tx, found, entry).await? {
        return Err(Refusal::fault("the line of the new origin does not wait for its place"));
    }
    let head = integrate::extend(&mut recorded.tx, origin.clone(), found, 1).await?;
    let checkpoint = integrate::sign(&mut recorded.tx, &head, &signers, 0, now).await?;
    let row = OriginRow {
        from_size: i64::try_from(found).map_err(|error| Refusal::Fault(error.into()))?,
        origin: origin.clone(),
        previous_note: kept.to_owned(),
        opened_at: now,
    };
    ledger_origins::insert(&mut recorded.tx, &row).await?;
    settings::replace(&mut recorded.tx, ORIGIN_SETTING, origin.as_bytes()).await?;
    // Nobody who is shown checkpoints knows the new name yet.
    cosignatures::forget(&mut recorded.tx).await?;
    leases::give_back(&mut recorded.tx, LEASE, HOLDER, now).await?;
    recorded.commit().await?;
    Ok(Opened {
        origin,
        previous,
        signed: lost.size,
        found,
        lost: lost.size.saturating_sub(found),
        checkpoint,
    })
}

fn chosen(name: Option<&str>, previous: &str, used: &[OriginRow]) -> Result<String, Refusal> {
    let first = used.first().and_then(|row| row.previous_note.lines().next()).unwrap_or(previous);
    let known = |name: &str| name == first || used.iter().any(|row| row.origin == name);
    let name = match name {
        Some(name) => name.to_owned(),
        None => format!("{first}/{}", used.len().saturating_add(2)),
    };
    let fits = NoteKey::new(&name, [0; 32]).is_ok() && !known(&name);
    if fits { Ok(name) } else { Err(Refusal::Conflict("ledger-origin-name")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Instant;

    #[test]
    fn a_name_is_used_once() {
        let row = |origin: &str, before: &str| OriginRow {
            from_size: 1,
            origin: origin.to_owned(),
            previous_note: format!("{before}\n5\nr\n"),
            opened_at: Instant::from_seconds(0),
        };
        assert_eq!(chosen(None, "h/ledger", &[]).ok().as_deref(), Some("h/ledger/2"));
        let used = [row("h/ledger/2", "h/ledger")];
        assert_eq!(chosen(None, "h/ledger/2", &used).ok().as_deref(), Some("h/ledger/3"));
        assert_eq!(chosen(Some("other"), "h/ledger/2", &used).ok().as_deref(), Some("other"));
        for bad in ["h/ledger", "h/ledger/2", "", "a b", "a+b"] {
            assert!(chosen(Some(bad), "h/ledger/2", &used).is_err(), "{bad}");
        }
    }
}
