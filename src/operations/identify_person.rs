//! A person said who she is, through an identity provider: she is found again by (issuer, `sub`), or added.

use crate::domain::ids::DataKeyId;
use crate::domain::ids::PersonId;
use crate::domain::person::Identification;
use crate::domain::person::Identity;
use crate::domain::person::Person;
use crate::domain::private::Private;
use crate::ledger::kinds::Event;
use crate::operations::actors::IDENTITY_LABEL;
use crate::operations::actors::PersonActor;
use crate::operations::actors::SUBJECT_LOOKUP;
use crate::operations::bench::Bench;
use crate::operations::consent_link;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::persons;
use crate::storage::persons::PersonRow;

/// The name of the way in which she was identified, as entries say it.
pub const METHOD: &str = "franceconnect";

/// An identity that the provider signed.
#[derive(Clone, Debug)]
pub struct ProvenIdentity {
    /// The provider.
    pub issuer: String,
    /// Her identifier there.
    pub sub: Private<String>,
    /// Who she is.
    pub identity: Identity,
    /// How sure that is.
    pub identification: Identification,
}

/// Finds the person, and keeps her identity as received now; or adds her. Persons are never matched by equal identity.
/// The caller records the line.
///
/// # Errors
/// As the database says; two first logins at once make the later one fail.
pub async fn find_or_add(work: &mut Work<'_>, proven: &ProvenIdentity) -> Result<PersonActor, Refusal> {
    let bench = work.bench;
    // A line break stands in no issuer, so that the two cannot run together.
    let subject = format!("{}\n{}", proven.issuer, proven.sub.show());
    let hash = bench.lookup.hash(SUBJECT_LOOKUP, &subject);
    let plain = serde_json::to_vec(&proven.identity)?;
    let known = match persons::find_by_subject(&mut work.tx, &hash).await? {
        Some(row) => keep(work, row, &plain, proven.identification).await?,
        None => None,
    };
    let (id, data_key) = match known {
        Some(known) => known,
        None => add(work, &hash, &plain, proven.identification).await?,
    };
    let person = Person { id, identity: proven.identity.clone(), identification: proven.identification };
    Ok(PersonActor { person, data_key })
}

/// Keeps her identity as received now; `None` when she was erased while this was under way: then she is somebody new.
async fn keep(
    work: &mut Work<'_>,
    row: PersonRow,
    identity: &[u8],
    identification: Identification,
) -> Result<Option<(PersonId, DataKeyId)>, Refusal> {
    let bench = work.bench;
    let Some(key) = data_keys::open(bench, &mut work.tx, row.data_key).await? else { return Ok(None) };
    let sealed = key.seal(IDENTITY_LABEL, identity, bench.random.as_ref())?;
    let kept = persons::update(&mut work.tx, row.id, &sealed, identification).await?;
    Ok(kept.then_some((row.id, row.data_key)))
}

async fn add(
    work: &mut Work<'_>,
    subject_hash: &[u8; 32],
    identity: &[u8],
    identification: Identification,
) -> Result<(PersonId, DataKeyId), Refusal> {
    let bench = work.bench;
    let (data_key, key) = data_keys::create(bench, &mut work.tx).await?;
    let id = PersonId::fresh(work.now, bench.random.as_ref());
    let sealed = key.seal(IDENTITY_LABEL, identity, bench.random.as_ref())?;
    let now = work.now;
    persons::insert(&mut work.tx, &PersonRow { id, identity: sealed, identification, data_key }, now).await?;
    persons::add_subject(&mut work.tx, subject_hash, id).await?;
    Ok((id, data_key))
}

/// The event of an identification.
pub fn identified(proven: &ProvenIdentity) -> Event {
    Event::PersonIdentified { method: METHOD.to_owned(), level: proven.identification.as_str().to_owned() }
}

/// The person of a draft has said who she is, in the browser that holds its link.
///
/// # Errors
/// As [`consent_link::take_held`].
pub async fn identify_for_consent(
    bench: &Bench,
    code: &str,
    browser: &[u8; 32],
    proven: &ProvenIdentity,
    request: Option<&str>,
) -> Result<PersonId, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let (mandate, _) = consent_link::take_held(&mut work, code, browser).await?;
    let organisation = organisations::find(&mut work.tx, mandate.terms.organisation)
        .await?
        .ok_or(Refusal::NotFound)?
        .organisation;
    let person = find_or_add(&mut work, proven).await?;
    let now = work.now;
    mandates::identified(&mut work.tx, mandate.id, now).await?;
    let line = Line::new(identified(proven), person_actor(person.person.id), person.data_key)
        .person(person.person.id)
        .organisation(&organisation)
        .mandate(mandate.id);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(person.person.id)
}
