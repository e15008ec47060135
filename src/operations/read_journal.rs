//! What professionals did: an aidant's own lines, an organisation's, the operators'.

use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::operations::actors::AidantActor;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::lines::Line;
use crate::operations::lines::Opener;
use crate::operations::read_timeline::Cursor;
use crate::operations::read_timeline::Filter;
use crate::operations::read_timeline::PAGE;
use crate::operations::read_timeline::cut;
use crate::operations::refusal::Refusal;
use crate::storage::trails;
use crate::storage::trails::Lines;

/// A page of a professional's journal.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The lines, newest first.
    pub lines: Vec<Line>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
}

/// The aidant's own lines.
///
/// # Errors
/// As the database says.
pub async fn read_own(bench: &Bench, aidant: &AidantActor, filter: Filter) -> Result<Journal, Refusal> {
    let mut journal = read(bench, Lines::Account(aidant.account.id), filter).await?;
    journal.lines.iter_mut().for_each(Line::without_her_words);
    Ok(journal)
}

/// The lines of a referent's organisation.
///
/// # Errors
/// [`Refusal::NotFound`] when the organisation is not among those the referent manages.
pub async fn read_organisation(
    bench: &Bench,
    (_, managed): (&StaffActor, &[Organisation]),
    organisation: OrganisationId,
    filter: Filter,
) -> Result<Journal, Refusal> {
    if !managed.iter().any(|own| own.id == organisation) {
        return Err(Refusal::NotFound);
    }
    let mut journal = read(bench, Lines::Organisation(organisation), filter).await?;
    journal.lines.iter_mut().for_each(Line::without_her_words);
    Ok(journal)
}

/// What the operators did, and the life of the keys.
///
/// # Errors
/// As the database says.
pub async fn read_operators(bench: &Bench, _: &OperatorActor, filter: Filter) -> Result<Journal, Refusal> {
    read(bench, Lines::Operators, filter).await
}

async fn read(bench: &Bench, lines: Lines, filter: Filter) -> Result<Journal, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut stored = trails::list(&mut tx, lines, &filter.choice(bench.now(), PAGE)).await?;
    let next = cut(&mut stored, PAGE);
    let lines = Opener::new(bench).open_all(&mut tx, stored).await?;
    Ok(Journal { lines, next })
}
