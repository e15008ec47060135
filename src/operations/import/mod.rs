//! Files of organisations and aidants: kept sealed, checked line by line, then read in all at once or not at all.

mod apply;
mod check;
mod read;

pub mod export;

use std::time::Duration;

use crate::crypto::seal::DataKey;
use crate::domain::ids::ImportId;
use crate::domain::import::Fault;
use crate::domain::import::FaultKind;
use crate::domain::import::ImportKind;
use crate::domain::import::ImportState;
use crate::domain::import::MOST_BYTES;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::StaffActor;
use crate::operations::actors::account;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::import::check::Known;
use crate::operations::refusal::Refusal;
use crate::operations::register_client::signature;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::imports;
use crate::storage::imports::StoredImport;

const PART: usize = 512 * 1024;
const PART_LABEL: &str = "import.part";
/// A claim is kept alive by each batch; one that dies is taken over.
const CLAIM: Duration = Duration::from_secs(300);
/// How many lines are looked at before progress is noted.
const BATCH: usize = 5_000;
/// How long a file is kept after its last step.
pub const KEPT: Duration = Duration::from_secs(30 * 86_400);

/// What a dry run found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many lines the file has behind its head.
    pub lines: u64,
    /// Everything that is wrong, in the order of the file.
    pub faults: Vec<Fault>,
}

/// What reading in brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// How many lines were read in.
    pub lines: u64,
}

/// Checks a file on the spot and writes nothing; `each` hears how many lines were looked at.
///
/// # Errors
/// As the database says.
pub async fn dry_run(
    bench: &Bench,
    _: &OperatorActor,
    kind: ImportKind,
    bytes: &[u8],
    mut each: impl FnMut(u64),
) -> Result<Report, Refusal> {
    let mut known = Known::read(&mut bench.db.read().await?, kind).await?;
    let mut report = Report::default();
    check::walk(bench, bytes, &mut known, |seen, judged| {
        report.lines = seen;
        if let Err(faults) = judged {
            report.faults.extend(faults);
        }
        each(seen);
    });
    Ok(report)
}

/// Reads a file in on the spot: all of it in one transaction, or nothing and what is wrong.
///
/// # Errors
/// [`Refusal::Conflict`] `import-faults` where a line is wrong: nothing was written.
pub async fn apply_now(
    bench: &Bench,
    by: &OperatorActor,
    kind: ImportKind,
    bytes: &[u8],
    each: impl FnMut(u64),
) -> Result<Applied, Refusal> {
    let work = Work::begin(bench, None).await?;
    match apply::apply(work, by, kind, bytes, each).await? {
        Ok((recorded, lines)) => {
            recorded.commit().await?;
            Ok(Applied { lines })
        }
        Err(_) => Err(Refusal::Conflict("import-faults")),
    }
}

/// Keeps a file sealed, to be checked by a job.
///
/// # Errors
/// [`Refusal::Invalid`] at `file` when it is empty or too large.
pub async fn upload(
    bench: &Bench,
    by: &OperatorActor,
    kind: ImportKind,
    bytes: &[u8],
) -> Result<ImportId, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::field("file", "missing"));
    }
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::field("file", "large"));
    }
    let mut work = Work::begin(bench, None).await?;
    let (data_key, key) = data_keys::create(bench, &mut work.tx).await?;
    let new = StoredImport {
        id: ImportId::fresh(work.now, bench.random.as_ref()),
        kind,
        state: ImportState::Waiting,
        asked_by: signature(by),
        asked_account: by.staff.as_ref().map(|staff| staff.account.id),
        data_key,
        lines: 0,
        seen: 0,
        faults: 0,
        created_at: work.now,
        since: work.now,
    };
    imports::insert(&mut work.tx, &new).await?;
    for (n, part) in (0_i64..).zip(bytes.chunks(PART)) {
        let sealed = key.seal(PART_LABEL, part, bench.random.as_ref())?;
        imports::put_part(&mut work.tx, new.id, n, &sealed).await?;
    }
    work.commit_without_entry(Housekeeping::Import).await?;
    Ok(new.id)
}

/// A file, and whether it is known.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn show(bench: &Bench, _: &OperatorActor, id: ImportId) -> Result<StoredImport, Refusal> {
    imports::find(&mut bench.db.read().await?, id).await?.ok_or(Refusal::NotFound)
}

/// The newest files.
///
/// # Errors
/// As the database says.
pub async fn newest(bench: &Bench, _: &OperatorActor) -> Result<Vec<StoredImport>, Refusal> {
    Ok(imports::newest(&mut bench.db.read().await?).await?)
}

/// Up to `most` faults of a file behind number `after`, each with its number.
///
/// # Errors
/// As the database says.
pub async fn faults(
    bench: &Bench,
    _: &OperatorActor,
    id: ImportId,
    after: i64,
    most: i64,
) -> Result<Vec<(i64, Fault)>, Refusal> {
    Ok(imports::faults(&mut bench.db.read().await?, id, after, most).await?)
}

/// An operator lets a checked file be read in.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `import-step` when it has faults, or is not checked or not there any more.
pub async fn confirm(bench: &Bench, _: &OperatorActor, id: ImportId) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let stored = imports::find(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let steps = (ImportState::Checked, ImportState::Confirmed);
    let at = work.now;
    if stored.faults > 0 || !imports::step(&mut work.tx, id, steps, at).await? {
        return Err(Refusal::Conflict("import-step"));
    }
    work.commit_without_entry(Housekeeping::Import).await
}

/// An operator puts a checked file aside; its contents are forgotten.
///
/// # Errors
/// As [`confirm`].
pub async fn put_aside(bench: &Bench, _: &OperatorActor, id: ImportId) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let at = work.now;
    imports::find(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    if !imports::step(&mut work.tx, id, (ImportState::Checked, ImportState::Dropped), at).await? {
        return Err(Refusal::Conflict("import-step"));
    }
    imports::drop_parts(&mut work.tx, id).await?;
    work.commit_without_entry(Housekeeping::Import).await
}

/// Does the work of the file that waits longest; `false` when none waits.
///
/// # Errors
/// As the database says; the file waits on.
pub async fn work_one(bench: &Bench) -> Result<bool, Refusal> {
    let now = bench.now();
    let Some(id) = imports::due(&mut bench.db.read().await?, now).await? else { return Ok(false) };
    let mut work = Work::begin(bench, None).await?;
    if !imports::claim(&mut work.tx, id, now.plus(CLAIM), now).await? {
        return Ok(true);
    }
    let stored = imports::find(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let key = data_keys::require(bench, &mut work.tx, stored.data_key).await?;
    work.commit_without_entry(Housekeeping::Import).await?;
    let bytes = contents(bench, &key, id).await?;
    match stored.state {
        ImportState::Confirmed => read_in(bench, &stored, &bytes).await?,
        _ => check_file(bench, &stored, &bytes).await?,
    }
    Ok(true)
}

async fn contents(bench: &Bench, key: &DataKey, id: ImportId) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    for sealed in imports::parts(&mut bench.db.read().await?, id).await? {
        bytes.extend_from_slice(&key.open(PART_LABEL, &sealed)?);
    }
    Ok(bytes)
}

/// The dry run, with faults and progress noted batch by batch.
async fn check_file(bench: &Bench, stored: &StoredImport, bytes: &[u8]) -> Result<(), Refusal> {
    let mut known = Known::read(&mut bench.db.read().await?, stored.kind).await?;
    let mut work = Work::begin(bench, None).await?;
    imports::drop_faults(&mut work.tx, stored.id).await?;
    work.commit_without_entry(Housekeeping::Import).await?;
    let mut lines = 0_u64;
    // Every fault is kept, but for one file they are bounded: a line has at most eight.
    let mut found: Vec<Fault> = Vec::new();
    check::walk(bench, bytes, &mut known, |seen, judged| {
        lines = seen;
        if let Err(faults) = judged {
            found.extend(faults);
        }
    });
    let mut written = 0_i64;
    for batch in found.chunks(BATCH) {
        let mut work = Work::begin(bench, None).await?;
        imports::put_faults(&mut work.tx, stored.id, written + 1, batch).await?;
        written += i64::try_from(batch.len()).unwrap_or(i64::MAX);
        let until = bench.now().plus(CLAIM);
        imports::progress(&mut work.tx, stored.id, (signed(lines), written), until).await?;
        work.commit_without_entry(Housekeeping::Import).await?;
    }
    let mut work = Work::begin(bench, None).await?;
    let at = work.now;
    imports::checked(&mut work.tx, stored.id, (signed(lines), written), at).await?;
    work.commit_without_entry(Housekeeping::Import).await
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Reads a confirmed file in; where the database has changed since the check, nothing is written and the faults are kept.
async fn read_in(bench: &Bench, stored: &StoredImport, bytes: &[u8]) -> Result<(), Refusal> {
    let by = operator(bench, stored).await?;
    let work = Work::begin(bench, None).await?;
    match apply::apply(work, &by, stored.kind, bytes, |_| ()).await? {
        Ok((mut recorded, _)) => {
            let at = bench.now();
            let steps = (ImportState::Confirmed, ImportState::Applied);
            if !imports::step(&mut recorded.tx, stored.id, steps, at).await? {
                return Err(Refusal::Conflict("import-step"));
            }
            imports::drop_parts(&mut recorded.tx, stored.id).await?;
            recorded.commit().await
        }
        Err(faults) => {
            tracing::info!(faults = faults.len(), "a file does not fit any more");
            check_file(bench, stored, bytes).await
        }
    }
}

/// Who brought the file, as the entries name it.
async fn operator(bench: &Bench, stored: &StoredImport) -> Result<OperatorActor, Refusal> {
    let Some(id) = stored.asked_account else { return Ok(OperatorActor { staff: None }) };
    let (account, data_key) = account(bench, &mut bench.db.read().await?, id).await?;
    Ok(OperatorActor { staff: Some(StaffActor { account, data_key, factor_at: None }) })
}

/// Forgets files nothing has happened to for a month; gives how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget(bench: &Bench) -> Result<u64, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let over = imports::over(&mut work.tx, work.now.minus(KEPT)).await?;
    for (id, key) in &over {
        imports::drop_parts(&mut work.tx, *id).await?;
        imports::drop_faults(&mut work.tx, *id).await?;
        imports::delete(&mut work.tx, *id).await?;
        crate::storage::data_keys::destroy(&mut work.tx, *key).await?;
    }
    work.commit_without_entry(Housekeeping::Purge).await?;
    Ok(over.len() as u64)
}

/// A fault found only when a line was written: somebody was faster.
fn late(line: u64, column: &str, kind: FaultKind) -> Fault {
    Fault { line, column: column.to_owned(), kind, earlier: None }
}
