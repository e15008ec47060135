//! Operators look for an organisation by its name or SIRET, page by page.

use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::domain::organisation_profile::Profile;
use crate::domain::organisation_profile::folded;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::organisations;

/// How many stand on one page.
const PAGE: i64 = 50;

/// An organisation in a list.
#[derive(Clone, Debug)]
pub struct Found {
    /// The organisation.
    pub organisation: Organisation,
    /// What it is and where.
    pub profile: Profile,
    /// How many aidants it has, those whose habilitation waits or is suspended included.
    pub aidants: i64,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// The organisations, by name.
    pub found: Vec<Found>,
    /// Behind which the next page begins, when there is one.
    pub next: Option<OrganisationId>,
}

/// The organisations whose name holds `words` or whose SIRET begins with them; every one where there are none.
///
/// # Errors
/// As the database says.
pub async fn find(
    bench: &Bench,
    _: &OperatorActor,
    words: &str,
    after: Option<OrganisationId>,
) -> Result<Page, Refusal> {
    let mut tx = bench.db.read().await?;
    let last = match after {
        Some(id) => organisations::find(&mut tx, id).await?,
        None => None,
    };
    let name = last.as_ref().map(|last| folded(&last.organisation.name)).unwrap_or_default();
    let id = last.map_or(OrganisationId::from_uuid(uuid::Uuid::nil()), |last| last.organisation.id);
    let words: String = words.chars().take(100).collect();
    let mut stored = organisations::search(&mut tx, &words, (&name, id), PAGE + 1).await?;
    let full = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = stored.len() > full;
    stored.truncate(full);
    let next = stored.last().filter(|_| more).map(|last| last.organisation.id);
    let mut found = Vec::with_capacity(stored.len());
    for one in stored {
        let aidants = organisations::aidants(&mut tx, one.organisation.id).await?;
        found.push(Found { organisation: one.organisation, profile: one.profile, aidants });
    }
    Ok(Page { found, next })
}

/// What an organisation is and where.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn profile(bench: &Bench, _: &OperatorActor, id: OrganisationId) -> Result<Profile, Refusal> {
    let found = organisations::find(&mut bench.db.read().await?, id).await?;
    Ok(found.ok_or(Refusal::NotFound)?.profile)
}
