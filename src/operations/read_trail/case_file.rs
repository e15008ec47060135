//! The file of a case to take along: its steps, the contested line with its act, and what the agent may read of the mandate.

use std::collections::BTreeMap;

use crate::domain::ids::EntryId;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::cases;
use crate::operations::cases::Speaker;
use crate::operations::cases::read::CaseView;
use crate::operations::lines::Opener;
use crate::operations::read_trail::Export;
use crate::operations::read_trail::MOST_LINES;
use crate::operations::read_trail::Purpose;
use crate::operations::read_trail::Query;
use crate::operations::read_trail::Trail;
use crate::operations::read_trail::competent;
use crate::operations::read_trail::note_case_reading;
use crate::operations::refusal::Refusal;
use crate::storage::cases as stored_cases;
use crate::storage::entries;
use crate::storage::entries::StoredEntry;
use crate::storage::trails;
use crate::storage::trails::Choice;
use crate::storage::trails::Lines;

/// A case with its lines.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The case as its page shows it.
    pub view: CaseView,
    /// Its lines, newest first.
    pub export: Export,
}

/// The file of a case; `trail.exported` is committed before anything is given.
///
/// # Errors
/// [`Refusal::NotFound`] outside the agent's competence.
pub async fn export_case(
    bench: &Bench,
    authority: &AuthorityActor,
    number: &str,
    request: Option<&str>,
) -> Result<CaseFile, Refusal> {
    let view = cases::read::one(bench, Speaker::Authority(authority), number).await?;
    let stored = gather(bench, authority, &view).await?;
    let mut tx = bench.db.read().await?;
    let mut opener = Opener::new(bench);
    let (mut lines, mut entries) = (Vec::with_capacity(stored.len()), Vec::new());
    for line in stored.into_values().rev() {
        entries.extend(opener.entry(&mut tx, &line).await?);
        lines.push(opener.open(&mut tx, line).await?);
    }
    let person = match crate::operations::actors::person(bench, &mut tx, view.case.person).await {
        Ok(person) => Some(person),
        Err(Refusal::NotFound) => None::<PersonActor>,
        Err(other) => return Err(other),
    };
    let purpose =
        Purpose { words: format!("Examen du dossier {}", view.case.number), case: Some(view.case.id) };
    let trail = Trail { person, query: Query::default(), purpose, lines, next: None, at: bench.now() };
    let export = Export::gather(&mut tx, trail, entries).await?;
    drop(tx);
    let count = u64::try_from(export.trail.lines.len()).unwrap_or(u64::MAX);
    note_case_reading(bench, authority, &view.case, (count, true), request).await?;
    Ok(CaseFile { view, export })
}

async fn gather(
    bench: &Bench,
    authority: &AuthorityActor,
    view: &CaseView,
) -> Result<BTreeMap<(crate::domain::time::Instant, EntryId), StoredEntry>, Refusal> {
    let case = &view.case;
    let mut tx = bench.db.read().await?;
    let now = bench.now();
    let newest = Choice {
        competent: competent(authority),
        ..Choice::newest(now, now.day().plus_days(2).start(), MOST_LINES)
    };
    let mut all = Vec::new();
    let steps = stored_cases::steps(&mut tx, case.id).await?.into_iter().map(|(entry, ..)| entry);
    for entry in steps.chain([case.entry]) {
        all.extend(entries::find(&mut tx, entry).await?);
    }
    let act = all.iter().find(|line| line.id == case.entry).and_then(|line| line.filed.act);
    if let Some(act) = act {
        all.extend(trails::list(&mut tx, Lines::Act(act), &newest).await?);
    }
    let of_mandate = Choice { mandate: Some(case.mandate), ..newest };
    all.extend(trails::list(&mut tx, Lines::Person(case.person), &of_mandate).await?);
    Ok(all.into_iter().map(|line| ((line.at, line.id), line)).collect())
}
