//! Which themes an organisation does not do: its referent's choice, in force at once.

use std::collections::BTreeSet;

use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::domain::theme::Theme;
use crate::ledger::kinds::Event;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::organisations;
use crate::storage::referents;

/// Withholds these themes and no others. Mandates that run keep their themes; nobody acts for a withheld one meanwhile.
///
/// # Errors
/// [`Refusal::NotFound`] when the organisation is not among those managed; [`Refusal::Invalid`] at `theme` with `all-withheld`
/// when none would be left; [`Refusal::Conflict`] with `themes-same` when nothing changes.
pub async fn withhold_themes(
    bench: &Bench,
    (by, managed): (&StaffActor, &[Organisation]),
    id: OrganisationId,
    withheld: &BTreeSet<Theme>,
    request: Option<&str>,
) -> Result<(), Refusal> {
    if !managed.iter().any(|own| own.id == id) {
        return Err(Refusal::NotFound);
    }
    if withheld.len() == Theme::ALL.len() {
        return Err(Refusal::field("theme", "all-withheld"));
    }
    let mut work = Work::begin(bench, request).await?;
    if !referents::take(&mut work.tx, id).await? {
        return Err(Refusal::NotFound);
    }
    work.now = bench.now();
    let stored = organisations::find(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    if stored.organisation.withheld_themes == *withheld {
        return Err(Refusal::Conflict("themes-same"));
    }
    organisations::set_withheld(&mut work.tx, id, withheld).await?;
    let event = Event::OrganisationThemesChanged { withheld: withheld.iter().copied().collect() };
    let line = Line::new(event, actor(&by.account), stored.data_key).organisation(&stored.organisation);
    let (work, _) = work.record(line).await?;
    work.commit().await
}
