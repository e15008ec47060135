//! A person said who she is, through an identity provider: she is found again by (issuer, `sub`), or added.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::asking::DraftEnd;
use crate::domain::contact::ContactKind;
use crate::domain::contact::ContactSource;
use crate::domain::contact::masked;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Mandate;
use crate::domain::message::MessageBody;
use crate::domain::person::Identification;
use crate::domain::person::Identity;
use crate::domain::person::Person;
use crate::domain::private::Private;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::actors::IDENTITY_LABEL;
use crate::operations::actors::PersonActor;
use crate::operations::actors::SUBJECT_LOOKUP;
use crate::operations::asking;
use crate::operations::bench::Bench;
use crate::operations::consent_link;
use crate::operations::contacts;
use crate::operations::data_keys;
use crate::operations::names;
use crate::operations::refusal::Refusal;
use crate::operations::renewal;
use crate::operations::tell;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::persons;
use crate::storage::persons::PersonRow;

/// The name of the way in which she was identified, as entries say it.
pub const METHOD: &str = "franceconnect";
/// The reason of the line of somebody who would answer a renewal of another person's mandate.
pub const RENEWAL_OTHER_PERSON: &str = "renewal_other_person";
const NEWS_WORTH: Duration = Duration::from_secs(7 * 86_400);

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
    let hash = subject_hash(bench, proven);
    let plain = serde_json::to_vec(&proven.identity)?;
    let known = match persons::find_by_subject(&mut work.tx, &hash).await? {
        Some(row) => keep(work, row, (&proven.identity, &plain), proven.identification).await?,
        None => None,
    };
    let (id, data_key, former) = match known {
        Some(known) => known,
        None => {
            let (id, data_key) = add(work, &hash, (&proven.identity, &plain), proven.identification).await?;
            (id, data_key, None)
        }
    };
    let person = Person { id, identity: proven.identity.clone(), identification: proven.identification };
    let actor = PersonActor { person, data_key };
    follow_address(work, &actor, former.as_ref()).await?;
    Ok(actor)
}

/// Under what she is found again.
fn subject_hash(bench: &Bench, proven: &ProvenIdentity) -> [u8; 32] {
    // A line break stands in no issuer, so that the two cannot run together.
    bench.lookup.hash(SUBJECT_LOOKUP, &format!("{}\n{}", proven.issuer, proven.sub.show()))
}

/// Keeps the address the provider gives now; another one than before is told at both, with its entry.
async fn follow_address(
    work: &mut Work<'_>,
    person: &PersonActor,
    former: Option<&Identity>,
) -> Result<(), Refusal> {
    let key = data_keys::require(work.bench, &mut work.tx, person.data_key).await?;
    let Some(followed) = contacts::follow_franceconnect(work, person, &key, former).await? else {
        return Ok(());
    };
    let body = MessageBody::ContactChanged {
        what: ContactKind::Email,
        added: true,
        masked: masked(followed.now.show()).into(),
        at: work.now,
    };
    let mut addresses = followed.former;
    addresses.push(followed.now);
    tell::send_to(work, person, &addresses, &body, NEWS_WORTH).await?;
    let event = Event::PersonContactChanged {
        what: ContactKind::Email.as_str().to_owned(),
        change: "replaced".to_owned(),
        source: ContactSource::FranceConnect.as_str().to_owned(),
    };
    let id = person.person.id;
    work.also(Line::new(event, person_actor(id), person.data_key).person(id)).await.map(drop)
}

/// Keeps her identity as received now; `None` when she was erased while this was under way: then she is somebody new.
async fn keep(
    work: &mut Work<'_>,
    row: PersonRow,
    (identity, plain): (&Identity, &[u8]),
    identification: Identification,
) -> Result<Option<(PersonId, DataKeyId, Option<Identity>)>, Refusal> {
    let bench = work.bench;
    let Some(key) = data_keys::open(bench, &mut work.tx, row.data_key).await? else { return Ok(None) };
    let former: Identity = serde_json::from_slice(&key.open(IDENTITY_LABEL, &row.identity)?)?;
    let sealed = key.seal(IDENTITY_LABEL, plain, bench.random.as_ref())?;
    let kept = persons::update(&mut work.tx, row.id, &sealed, identification).await?;
    if kept {
        names::follow(work, row.id, (&former, identity)).await?;
    }
    Ok(kept.then_some((row.id, row.data_key, Some(former))))
}

async fn add(
    work: &mut Work<'_>,
    subject_hash: &[u8; 32],
    (identity, plain): (&Identity, &[u8]),
    identification: Identification,
) -> Result<(PersonId, DataKeyId), Refusal> {
    let bench = work.bench;
    let (data_key, key) = data_keys::create(bench, &mut work.tx).await?;
    let id = PersonId::fresh(work.now, bench.random.as_ref());
    let sealed = key.seal(IDENTITY_LABEL, plain, bench.random.as_ref())?;
    let now = work.now;
    persons::insert(&mut work.tx, &PersonRow { id, identity: sealed, identification, data_key }, now).await?;
    persons::add_subject(&mut work.tx, subject_hash, id).await?;
    names::add(work, id, identity).await?;
    Ok((id, data_key))
}

/// The event of an identification.
pub fn identified(proven: &ProvenIdentity) -> Event {
    Event::PersonIdentified { method: METHOD.to_owned(), level: proven.identification.as_str().to_owned() }
}

/// Whether the one who said who she is may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// She may.
    Person(PersonId),
    /// Another person was expected: nothing is kept of her.
    Another(Expected),
}

/// Whom a draft expects, where not everybody may answer it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Whom the aidant named, who is elsewhere: the draft is dead once another came.
    #[default]
    Named,
    /// Who gave the mandate that is to be renewed; the draft goes on waiting for her.
    Giver,
}

/// The person of a draft has said who she is, in the browser that holds its link.
///
/// # Errors
/// As [`consent_link::take_held`]; [`Refusal::NotFound`] for a draft that is not answered with FranceConnect.
pub async fn identify_for_consent(
    bench: &Bench,
    code: &str,
    browser: &[u8; 32],
    proven: &ProvenIdentity,
    request: Option<&str>,
) -> Result<Recognised, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let (mandate, _) = consent_link::take_held(&mut work, code, browser).await?;
    if mandate.terms.channel.is_declared() {
        return Err(Refusal::NotFound);
    }
    let organisation =
        organisations::find(&mut work.tx, mandate.terms.organisation).await?.ok_or(Refusal::NotFound)?;
    let asking = asking::find(bench, &mut work.tx, mandate.id).await?;
    let expected = asking.as_ref().and_then(|asking| asking.notes.expected.as_ref());
    if expected.is_some_and(|expected| !expected.fits(&proven.identity)) {
        another(work, mandate, &organisation, proven).await?;
        return Ok(Recognised::Another(Expected::Named));
    }
    if let Some(giver) = renewal::giver(&mut work.tx, &mandate).await? {
        let hash = subject_hash(bench, proven);
        let known = persons::find_by_subject(&mut work.tx, &hash).await?;
        if known.is_none_or(|row| row.id != giver) {
            let refused = unexpected(&mandate, &organisation, proven, RENEWAL_OTHER_PERSON);
            let (recorded, _) = work.record(refused).await?;
            recorded.commit().await?;
            return Ok(Recognised::Another(Expected::Giver));
        }
    }
    let person = find_or_add(&mut work, proven).await?;
    let id = person.person.id;
    let now = work.now;
    mandates::identified(&mut work.tx, mandate.id, now).await?;
    if let Some(mut asking) = asking {
        // Whoever says again who she is types the pairing code again.
        asking.row.person = Some(id);
        asking.row.confirmed_at = None;
        asking::save(&mut work, asking).await?;
    }
    let line = Line::new(identified(proven), person_actor(id), person.data_key)
        .person(id)
        .organisation(&organisation.organisation)
        .mandate(mandate.id);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(Recognised::Person(id))
}

/// That another person came: told without naming her, under the organisation's key.
fn unexpected(
    mandate: &Mandate,
    organisation: &StoredOrganisation,
    proven: &ProvenIdentity,
    reason: &'static str,
) -> Line {
    let level = proven.identification.as_str().to_owned();
    about(mandate, organisation, Event::MandateIdentityRefused { level }).refused(reason)
}

fn about(mandate: &Mandate, organisation: &StoredOrganisation, event: Event) -> Line {
    Line::new(event, Actor::system(), organisation.data_key)
        .account(mandate.terms.drafted_by)
        .organisation(&organisation.organisation)
        .mandate(mandate.id)
}

/// Another person came than the one the aidant named: the draft is dead.
async fn another(
    mut work: Work<'_>,
    mandate: Mandate,
    organisation: &StoredOrganisation,
    proven: &ProvenIdentity,
) -> Result<(), Refusal> {
    let refused = unexpected(&mandate, organisation, proven, DraftEnd::OtherIdentity.as_str());
    let lapsed = asking::end(&mut work, mandate.clone(), DraftEnd::OtherIdentity).await?;
    let (recorded, _) = work.record(refused).await?;
    let (recorded, _) = recorded.record(about(&mandate, organisation, lapsed)).await?;
    recorded.commit().await
}
