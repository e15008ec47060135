//! A person enters her own space: found by who her identity provider says she is, or kept as new.

use crate::domain::ids::PersonId;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::identify_person;
use crate::operations::identify_person::METHOD;
use crate::operations::identify_person::ProvenIdentity;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;

/// Opens the person's own space; writes `person.logged_in`.
///
/// # Errors
/// As the database says.
pub async fn log_in_person(
    bench: &Bench,
    proven: &ProvenIdentity,
    request: Option<&str>,
) -> Result<PersonId, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let person = identify_person::find_or_add(&mut work, proven).await?;
    let id = person.person.id;
    let level = proven.identification.as_str().to_owned();
    let entered = Event::PersonLoggedIn { method: METHOD.to_owned(), level };
    let (work, _) = work.record(Line::new(entered, person_actor(id), person.data_key).person(id)).await?;
    work.commit().await?;
    Ok(id)
}
