//! Builds the status lists anew from the mandates as they stand, with decoys among what changes, and signs what differs.
//!
//! Nothing but the mandates decides what an index says: there is no mark that could get out of step with them. A list is
//! signed again only when it differs from the one shown, or when that one is about to expire.

use std::collections::HashMap;
use std::collections::HashSet;
use std::time::Duration;

use crate::crypto::status_list::BITS;
use crate::crypto::status_list::Packed;
use crate::crypto::status_list::StatusList;
use crate::crypto::status_list::claimed_address;
use crate::domain::ids::MandateId;
use crate::domain::ids::Random;
use crate::domain::status::StatusValue;
use crate::domain::theme::Theme;
use crate::domain::time::CLOCKS_AGREE;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::keys;
use crate::operations::refusal::Refusal;
use crate::operations::status_index::begin_list;
use crate::operations::status_index::keep_signed;
use crate::operations::status_index::random_below;
use crate::operations::status_index::uri_of;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::status;
use crate::storage::status::DecoyRow;
use crate::storage::status::EntryRow;
use crate::storage::status::ListRow;

/// A list gives out indexes for so long, then a new one does: what an address tells of the age of a mandate stays vague.
const OPEN_FOR: Duration = Duration::from_secs(90 * 86_400);

/// Decoys change by themselves about so often, though no mandate does.
const QUIET_BURST_EVERY: Duration = Duration::from_secs(3_600);

const DAY: Duration = Duration::from_secs(86_400);

/// How often lists are built: twice within the time in which a change must be seen.
pub fn turn_every(bench: &Bench) -> Duration {
    bench.config.oidc.status_every / 2
}

/// Builds every list; gives how many were signed anew. Several processes may do it at once: of two that sign the same
/// list one is too late and leaves nothing.
///
/// # Errors
/// As the database says; lists signed before stay signed.
pub async fn rebuild(bench: &Bench) -> Result<usize, Refusal> {
    let now = bench.now();
    let mut tx = bench.db.read().await?;
    let mut plans = Vec::new();
    for list in status::lists(&mut tx).await? {
        let seen = Seen::read(&mut tx, &list.name, now).await?;
        plans.extend(plan(bench, list, &seen, now)?);
    }
    drop(tx);
    if plans.is_empty() {
        return Ok(0);
    }
    // Read into the cache before a connection is held.
    keys::jwks(bench).await?;
    let mut signed = 0;
    for plan in plans {
        signed += usize::from(carry_out(bench, plan, now).await?);
    }
    Ok(signed)
}

/// What a list speaks of, as it stands.
struct Seen {
    entries: Vec<EntryRow>,
    ended: HashMap<MandateId, Vec<Theme>>,
    decoys: Vec<DecoyRow>,
    /// The address under which it was signed last.
    address: Option<String>,
}

impl Seen {
    async fn read(tx: &mut Tx, list: &str, now: Instant) -> Result<Self, Refusal> {
        let mut ended: HashMap<MandateId, Vec<Theme>> = HashMap::new();
        for (mandate, theme) in status::ended_themes(tx, list).await? {
            ended.entry(mandate).or_default().push(theme);
        }
        let signed = status::token_at(tx, list, now).await?;
        Ok(Self {
            entries: status::entries(tx, list).await?,
            ended,
            decoys: status::decoys(tx, list).await?,
            address: signed.and_then(|row| claimed_address(&row.token)),
        })
    }

    fn value(&self, entry: &EntryRow, now: Instant) -> StatusValue {
        let ended = self.ended.get(&entry.mandate).is_some_and(|ended| {
            entry.themes.split(' ').any(|named| ended.iter().any(|theme| theme.key() == named))
        });
        StatusValue::of(entry.status, entry.valid_until, ended, now)
    }

    fn taken(&self) -> usize {
        self.entries.len() + self.decoys.len()
    }
}

/// What is to be written of one list.
struct Plan {
    list: ListRow,
    next: StatusList,
    fresh_decoys: Vec<DecoyRow>,
    ended_decoys: Vec<(i64, StatusValue)>,
    close: bool,
}

fn plan(bench: &Bench, list: ListRow, seen: &Seen, now: Instant) -> Result<Option<Plan>, Refusal> {
    let fault = |error| Refusal::Fault(anyhow::Error::new(error));
    let shown = StatusList::unpack(&Packed { bits: BITS, lst: list.shown.clone() }).map_err(fault)?;
    let random = bench.random.as_ref();
    let mut next = StatusList::new(shown.len());
    let mut changes = Vec::new();
    for entry in &seen.entries {
        let (index, value) = (place(entry.idx)?, seen.value(entry, now));
        if shown.get(index) != Some(value.code()) {
            changes.push(value);
        }
        next.set(index, value.code());
    }
    let mut ended_decoys = Vec::new();
    for decoy in &seen.decoys {
        let over = decoy.decoy_until.is_some_and(|until| until <= now);
        let value = if over { after_suspension(random) } else { decoy.decoy };
        if over {
            ended_decoys.push((decoy.idx, value));
        }
        next.set(place(decoy.idx)?, value.code());
    }
    let fresh_decoys = fresh_decoys(bench, seen, &changes, list.capacity, now);
    let taken = (seen.taken() + fresh_decoys.len()) * 2 >= shown.len();
    let close = list.closed_at.is_none() && (taken || now.since(list.opened_at) >= OPEN_FOR);
    // The gateway's public address may have changed since.
    let moved = seen.address.as_ref().is_some_and(|address| *address != uri_of(bench, &list.name));
    // Signed by a clock that ran far ahead: it is signed again, with the time it is.
    let ahead = list.issued_at.since(now) > CLOCKS_AGREE;
    let due = moved || ahead || list.expires_at.since(now) <= bench.config.oidc.status_lifetime / 4;
    let idle = changes.is_empty() && fresh_decoys.is_empty() && ended_decoys.is_empty() && !close && !due;
    if idle || (now <= list.issued_at && !ahead) {
        return Ok(None);
    }
    Ok(Some(Plan { list, next, fresh_decoys, ended_decoys, close }))
}

fn place(idx: i64) -> Result<usize, Refusal> {
    usize::try_from(idx).map_err(|error| Refusal::Fault(error.into()))
}

/// Half of what was suspended is in force again, half has ended.
fn after_suspension(random: &dyn Random) -> StatusValue {
    if random_below(random, 2) == 0 { StatusValue::Valid } else { StatusValue::Invalid }
}

/// Decoys that change together with what really does, in the same ways, and now and then by themselves: neither how many
/// indexes say "invalid" nor which change at once tells how many mandates ended or which indexes belong together.
fn fresh_decoys(
    bench: &Bench,
    seen: &Seen,
    changes: &[StatusValue],
    capacity: i64,
    now: Instant,
) -> Vec<DecoyRow> {
    let random = bench.random.as_ref();
    let among = i64::try_from(changes.len()).unwrap_or(i64::MAX);
    let many =
        if changes.is_empty() { quiet_burst(bench) } else { among.min(8) + 2 + random_below(random, 9) };
    let room = capacity - capacity / 16 - i64::try_from(seen.taken()).unwrap_or(capacity);
    let taken: HashSet<i64> =
        seen.entries.iter().map(|entry| entry.idx).chain(seen.decoys.iter().map(|decoy| decoy.idx)).collect();
    let mut chosen: HashMap<i64, DecoyRow> = HashMap::new();
    for _ in 0..many.min(room).max(0) {
        let idx = random_below(random, capacity);
        let like = usize::try_from(random_below(random, among)).ok().and_then(|place| changes.get(place));
        let suspended = match like {
            Some(value) => *value == StatusValue::Suspended,
            None => random_below(random, 8) == 0,
        };
        let row = if suspended {
            let days = u32::try_from(1 + random_below(random, 30)).unwrap_or(1);
            let within = Duration::from_secs(random_below(random, 86_400).unsigned_abs());
            let until = Some(now.plus(DAY * days + within));
            DecoyRow { idx, decoy: StatusValue::Suspended, decoy_until: until }
        } else {
            DecoyRow { idx, decoy: StatusValue::Invalid, decoy_until: None }
        };
        if !taken.contains(&idx) {
            chosen.insert(idx, row);
        }
    }
    chosen.into_values().collect()
}

/// How many decoys change in a turn in which nothing else does: mostly none.
fn quiet_burst(bench: &Bench) -> i64 {
    let random = bench.random.as_ref();
    let every = QUIET_BURST_EVERY.as_millis() / turn_every(bench).as_millis().max(1);
    let every = i64::try_from(every).unwrap_or(i64::MAX);
    if random_below(random, every) == 0 { 1 + random_below(random, 8) } else { 0 }
}

/// Writes the list as planned; `false` when another process was quicker.
async fn carry_out(bench: &Bench, plan: Plan, now: Instant) -> Result<bool, Refusal> {
    let Plan { list, mut next, fresh_decoys, ended_decoys, close } = plan;
    let mut work = Work::begin(bench, None).await?;
    let tx = &mut work.tx;
    for decoy in fresh_decoys {
        // An index may have been given out since the list was read: then it says nothing yet.
        if status::insert_decoy(tx, &list.name, decoy).await? {
            next.set(place(decoy.idx)?, decoy.decoy.code());
        }
    }
    for (idx, value) in ended_decoys {
        status::end_decoy(tx, &list.name, idx, value).await?;
    }
    let before = list.issued_at;
    let shown = next.pack().map_err(|error| Refusal::Fault(error.into()))?.lst;
    let expires_at = now.plus(bench.config.oidc.status_lifetime);
    let list = ListRow { shown, issued_at: now, expires_at, ..list };
    if !status::show(tx, &list, before).await? {
        return Ok(false);
    }
    if before > now {
        status::drop_ahead(tx, &list.name, now).await?;
    }
    keep_signed(bench, tx, &list, &next).await?;
    if close {
        status::close(tx, &list.name, now).await?;
        if status::open_list(tx).await?.is_none() {
            begin_list(bench, tx, now).await?;
        }
    }
    work.commit_without_entry(Housekeeping::StatusList).await?;
    Ok(true)
}
