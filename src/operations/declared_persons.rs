//! Persons known by what an aidant took down: each in one organisation only, never one with a person known by FranceConnect.

use crate::crypto::hash::b64;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::person::Identification;
use crate::domain::person::Identity;
use crate::domain::person::Person;
use crate::domain::person::folded;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::actors::IDENTITY_LABEL;
use crate::operations::actors::PersonActor;
use crate::operations::ask_person::Same;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::names;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::askings;
use crate::storage::persons;
use crate::storage::persons::PersonRow;

/// Somebody of the same name and birth date whom the organisation knows.
#[derive(Clone, Debug)]
pub struct Alike {
    /// What stands for her in the form of this organisation.
    pub handle: String,
    /// Who she is.
    pub person: Person,
}

fn identity_hash(bench: &Bench, organisation: OrganisationId, identity: &Identity) -> [u8; 32] {
    let first = identity.given_name.show().split_whitespace().next().unwrap_or_default();
    let family = folded(identity.family_name.show());
    // A line break stands in no name, so that two cannot run together.
    let whole = format!("{organisation}\n{family}\n{}\n{}", folded(first), identity.civil_birthdate());
    bench.lookup.hash("person.declared", &whole)
}

fn handle(bench: &Bench, organisation: OrganisationId, person: PersonId) -> String {
    let hash = bench.lookup.hash("declared.handle", &format!("{organisation}:{person}"));
    b64(&hash[..15])
}

/// Those of the aidant's organisation who bear this name and were born on this day.
///
/// # Errors
/// As the database says.
pub async fn alike(bench: &Bench, aidant: &AidantActor, identity: &Identity) -> Result<Vec<Alike>, Refusal> {
    let organisation = aidant.organisation.id;
    let mut tx = bench.db.read().await?;
    let hash = identity_hash(bench, organisation, identity);
    let mut found = Vec::new();
    for id in askings::declared_alike(&mut tx, organisation, &hash).await? {
        let Some(row) = persons::find(&mut tx, id).await? else { continue };
        if let Some(person) = actors::open_person(bench, &mut tx, &row).await? {
            found.push(Alike { handle: handle(bench, organisation, id), person });
        }
    }
    Ok(found)
}

/// The declared person of a draft: the one she was said to be, or a new one. Gives whether she is new.
///
/// # Errors
/// [`Refusal::Conflict`] with `declared-alike` where somebody is alike and nothing was said, [`Refusal::NotFound`] for one who
/// is not known by declaration in this organisation.
pub(super) async fn find_or_add(
    work: &mut Work<'_>,
    organisation: OrganisationId,
    identity: &Identity,
    same: Option<Same>,
) -> Result<(PersonActor, bool), Refusal> {
    let bench = work.bench;
    let hash = identity_hash(bench, organisation, identity);
    match same {
        Some(Same::Person(id)) => {
            if !askings::is_declared_in(&mut work.tx, organisation, id).await? {
                return Err(Refusal::NotFound);
            }
            // Not erased while this is under way.
            persons::hold_shared(&mut work.tx, id).await?;
            return Ok((actors::person(bench, &mut work.tx, id).await?, false));
        }
        Some(Same::Nobody) => {}
        None => {
            for id in askings::declared_alike(&mut work.tx, organisation, &hash).await? {
                let Some(row) = persons::find(&mut work.tx, id).await? else { continue };
                if actors::open_person(bench, &mut work.tx, &row).await?.is_some() {
                    return Err(Refusal::Conflict("declared-alike"));
                }
            }
        }
    }
    let (data_key, key) = data_keys::create(bench, &mut work.tx).await?;
    let (id, now) = (PersonId::fresh(work.now, bench.random.as_ref()), work.now);
    let sealed = key.seal(IDENTITY_LABEL, &serde_json::to_vec(identity)?, bench.random.as_ref())?;
    let identification = Identification::Declared;
    persons::insert(&mut work.tx, &PersonRow { id, identity: sealed, identification, data_key }, now).await?;
    names::add(work, id, identity).await?;
    askings::add_declared(&mut work.tx, id, organisation, &hash, now).await?;
    let person = Person { id, identity: identity.clone(), identification };
    Ok((PersonActor { person, data_key }, true))
}
