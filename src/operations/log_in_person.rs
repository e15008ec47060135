//! A person enters her own space: found by who her identity provider says she is, or kept as new.

use crate::domain::ids::DataKeyId;
use crate::domain::ids::PersonId;
use crate::domain::person::Identification;
use crate::domain::person::Identity;
use crate::ledger::kinds::Event;
use crate::operations::actors::IDENTITY_LABEL;
use crate::operations::actors::SUBJECT_LOOKUP;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::persons;
use crate::storage::persons::PersonRow;

/// Who the identity provider says it is.
#[derive(Debug)]
pub struct Identified<'a> {
    /// The provider's issuer identifier.
    pub issuer: &'a str,
    /// Its `sub` for this person.
    pub subject: &'a str,
    /// The identity it gave.
    pub identity: &'a Identity,
    /// How sure it is.
    pub identification: Identification,
}

/// Opens the person's own space; writes `person.logged_in`, and `person.identified` the first time.
///
/// # Errors
/// As the database says.
pub async fn log_in_person(
    bench: &Bench,
    identified: &Identified<'_>,
    request: Option<&str>,
) -> Result<PersonId, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let (id, key, new) = find_or_add(&mut work, identified).await?;
    let level = identified.identification.as_str().to_owned();
    let method = "franceconnect".to_owned();
    let entered = Line::new(
        Event::PersonLoggedIn { method: method.clone(), level: level.clone() },
        person_actor(id),
        key,
    );
    let work = if new {
        let first = Line::new(Event::PersonIdentified { method, level }, person_actor(id), key).person(id);
        let (work, _) = work.record(first).await?;
        work.record(entered.person(id)).await?.0
    } else {
        work.record(entered.person(id)).await?.0
    };
    work.commit().await?;
    Ok(id)
}

/// The person of this (issuer, `sub`), with the identity as received last; `true` when she is new.
async fn find_or_add(
    work: &mut Work<'_>,
    identified: &Identified<'_>,
) -> Result<(PersonId, DataKeyId, bool), Refusal> {
    let bench = work.bench;
    let subject = format!("{}\n{}", identified.issuer, identified.subject);
    let hash = bench.lookup.hash(SUBJECT_LOOKUP, &subject);
    let identity = serde_json::to_vec(identified.identity)?;
    if let Some(row) = persons::find_by_subject(&mut work.tx, &hash).await? {
        let key = data_keys::require(bench, &mut work.tx, row.data_key).await?;
        let sealed = key.seal(IDENTITY_LABEL, &identity, bench.random.as_ref())?;
        persons::update(&mut work.tx, row.id, &sealed, identified.identification).await?;
        return Ok((row.id, row.data_key, false));
    }
    let (data_key, key) = data_keys::create(bench, &mut work.tx).await?;
    let id = PersonId::fresh(work.now, bench.random.as_ref());
    let sealed = key.seal(IDENTITY_LABEL, &identity, bench.random.as_ref())?;
    let row = PersonRow { id, identity: sealed, identification: identified.identification, data_key };
    persons::insert(&mut work.tx, &row, work.now).await?;
    persons::add_subject(&mut work.tx, &hash, id).await?;
    Ok((id, data_key, true))
}
