//! A person adds an address or a number, proves it by a code that was sent there, or takes one away; old and new are told.

use std::time::Duration;

use crate::crypto::hash::same;
use crate::crypto::random::random_digits;
use crate::domain::contact::ContactKind;
use crate::domain::contact::ContactSource;
use crate::domain::contact::ContactState;
use crate::domain::contact::masked;
use crate::domain::ids::ContactId;
use crate::domain::message::Address;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::ledger::kinds::Event;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::contacts;
use crate::operations::contacts::Contact;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::tell;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::contacts as stored;
use crate::storage::contacts::ContactRow;
use crate::storage::notices;
use crate::storage::persons;

/// The most addresses and numbers one person has.
pub const MOST: usize = 5;
/// How long a code can be typed.
pub const CODE_LIFETIME: Duration = Duration::from_secs(15 * 60);
const DIGITS: u32 = 6;
/// Wrong codes after which another must be sent.
const MOST_TRIES: i64 = 5;
const NEWS_WORTH: Duration = Duration::from_secs(7 * 86_400);

/// The addresses and numbers of a person, as her page shows them.
///
/// # Errors
/// As the database says.
pub async fn list(bench: &Bench, person: &PersonActor) -> Result<Vec<Contact>, Refusal> {
    let mut tx = bench.db.read().await?;
    contacts::of(bench, &mut tx, person).await
}

fn hash_of(bench: &Bench, id: ContactId, code: &str) -> [u8; 32] {
    bench.lookup.hash("contact.code", &format!("{id} {code}"))
}

/// Writes an address down and sends a code there; again for one that waits for its code. Nothing else goes there before it was
/// proved.
///
/// # Errors
/// [`Refusal::Conflict`] `contact-known` or `contact-many`; [`Refusal::Invalid`] for a number where no SMS leave;
/// [`Refusal::Throttled`] when too many codes were asked for.
pub async fn begin(
    bench: &Bench,
    person: &PersonActor,
    address: &Address,
    language: MessageLanguage,
    request: Option<&str>,
) -> Result<ContactId, Refusal> {
    if matches!(address, Address::Phone(_)) && !bench.config.sms.leaves() {
        return Err(Refusal::field("phone", "contact-phone-off"));
    }
    let mut work = Work::begin(bench, request).await?;
    let id = person.person.id;
    persons::hold(&mut work.tx, id).await?;
    let lookup = contacts::lookup(bench, address);
    let rows = stored::of_person(&mut work.tx, id).await?;
    let living: Vec<&ContactRow> = rows.iter().filter(|row| row.ended_at.is_none()).collect();
    let known = living.iter().find(|row| row.lookup == lookup);
    if known.is_some_and(|row| row.state == ContactState::Confirmed) {
        return Err(Refusal::Conflict("contact-known"));
    }
    if known.is_none() && living.len() >= MOST {
        return Err(Refusal::Conflict("contact-many"));
    }
    count_send(&mut work, person, &lookup).await?;
    let contact = match known {
        Some(row) => row.id,
        None => {
            let key = data_keys::require(bench, &mut work.tx, person.data_key).await?;
            contacts::add(&mut work, (id, &key), address, ContactSource::Herself, None).await?
        }
    };
    let code = random_digits(bench.random.as_ref(), DIGITS);
    let expires_at = work.now.plus(CODE_LIFETIME);
    stored::set_code(&mut work.tx, contact, &hash_of(bench, contact, &code), expires_at).await?;
    notices::note_language(&mut work.tx, id, language).await?;
    let body = MessageBody::ContactCode { code: code.into(), expires_at };
    tell::send_to(&mut work, person, std::slice::from_ref(address), &body, CODE_LIFETIME).await?;
    work.commit_without_entry(Housekeeping::SentCode).await?;
    Ok(contact)
}

/// Each code sent counts, for the person and for where it goes: neither is flooded.
async fn count_send(work: &mut Work<'_>, person: &PersonActor, to: &[u8; 32]) -> Result<(), Refusal> {
    let bench = work.bench;
    for subject in [Subject::CodesFor(person.person.id), Subject::CodesTo(to)] {
        let taken = throttle::take(bench, &mut work.tx, subject).await?;
        if taken.blocked() {
            return Err(Refusal::Throttled);
        }
        taken.failed(bench, &mut work.tx).await?;
    }
    Ok(())
}

/// The person gives back the code that was sent to an address: it is hers now. She is told there, and where she was told before.
///
/// # Errors
/// [`Refusal::NotFound`] for another's, [`Refusal::Invalid`] on `code` for a wrong one, [`Refusal::Conflict`]
/// `contact-code-over` when another must be sent.
pub async fn confirm(
    bench: &Bench,
    person: &PersonActor,
    contact: ContactId,
    code: &str,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let id = person.person.id;
    persons::hold(&mut work.tx, id).await?;
    let row = living(&mut work, person, contact).await?;
    if row.state == ContactState::Confirmed {
        return Ok(());
    }
    let open = row.code_expires_at.is_some_and(|until| work.now <= until) && row.code_tries < MOST_TRIES;
    let Some(wanted) = row.code_hash.as_deref().filter(|_| open) else {
        return Err(Refusal::Conflict("contact-code-over"));
    };
    let typed: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    if !same(&hash_of(bench, contact, &typed), wanted) {
        stored::count_try(&mut work.tx, contact).await?;
        work.commit_without_entry(Housekeeping::Throttle).await?;
        return Err(Refusal::field("code", "contact-code-wrong"));
    }
    let before = contacts::of(bench, &mut work.tx, person).await?;
    let now = work.now;
    if !stored::confirm(&mut work.tx, contact, now).await? {
        return Err(Refusal::NotFound);
    }
    let Some(new) = before.iter().find(|one| one.id == Some(contact)) else { return Err(Refusal::NotFound) };
    let told = confirmed(&before).into_iter().chain([new.address.clone()]).collect::<Vec<_>>();
    tell_change(&mut work, person, &told, new, true).await?;
    let (recorded, _) = work.record(line(person, new, "added")).await?;
    recorded.commit().await
}

/// A number that a consent's code was sent to becomes hers once both have approved: added where it was not there, written
/// down, and told to it and to those she had before.
///
/// # Errors
/// As the database says.
pub(super) async fn proved_by_consent(
    work: &mut Work<'_>,
    person: &PersonActor,
    number: &Address,
) -> Result<(), Refusal> {
    let (bench, id, now) = (work.bench, person.person.id, work.now);
    let hash = contacts::lookup(bench, number);
    let before = confirmed(&contacts::of(bench, &mut work.tx, person).await?);
    let rows = stored::of_person(&mut work.tx, id).await?;
    let contact = match rows.into_iter().find(|row| row.ended_at.is_none() && row.lookup == hash) {
        Some(row) if row.state == ContactState::Confirmed => return Ok(()),
        Some(row) => {
            stored::confirm(&mut work.tx, row.id, now).await?;
            row.id
        }
        None => {
            let key = data_keys::require(bench, &mut work.tx, person.data_key).await?;
            contacts::add(work, (id, &key), number, ContactSource::Aidant, Some(now)).await?
        }
    };
    let after = contacts::of(bench, &mut work.tx, person).await?;
    let new = after.iter().find(|one| one.id == Some(contact)).ok_or(Refusal::NotFound)?;
    if !before.is_empty() {
        let told: Vec<Address> = before.into_iter().chain([number.clone()]).collect();
        tell_change(work, person, &told, new, true).await?;
    }
    work.also(line(person, new, "added")).await.map(drop)
}

/// Takes an address away; `None` is FranceConnect's where none is on record. She is told there, and at those that stay.
///
/// # Errors
/// [`Refusal::NotFound`] for another's, or one that was taken away.
pub async fn remove(
    bench: &Bench,
    person: &PersonActor,
    contact: Option<ContactId>,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let id = person.person.id;
    persons::hold(&mut work.tx, id).await?;
    let before = contacts::of(bench, &mut work.tx, person).await?;
    let gone = before.iter().find(|one| one.id == contact).ok_or(Refusal::NotFound)?;
    let now = work.now;
    let row = match gone.id {
        Some(row) => row,
        None => {
            let key = data_keys::require(bench, &mut work.tx, person.data_key).await?;
            let source = ContactSource::FranceConnect;
            contacts::add(&mut work, (id, &key), &gone.address, source, Some(now)).await?
        }
    };
    if !stored::end(&mut work.tx, row, now).await? {
        return Err(Refusal::NotFound);
    }
    if !gone.confirmed() && gone.source == ContactSource::Herself {
        return work.commit_without_entry(Housekeeping::SentCode).await;
    }
    if gone.confirmed() {
        tell_change(&mut work, person, &confirmed(&before), gone, false).await?;
    }
    let (recorded, _) = work.record(line(person, gone, "removed")).await?;
    recorded.commit().await
}

async fn living(
    work: &mut Work<'_>,
    person: &PersonActor,
    contact: ContactId,
) -> Result<ContactRow, Refusal> {
    let rows = stored::of_person(&mut work.tx, person.person.id).await?;
    rows.into_iter().find(|row| row.id == contact && row.ended_at.is_none()).ok_or(Refusal::NotFound)
}

fn confirmed(all: &[Contact]) -> Vec<Address> {
    all.iter().filter(|contact| contact.confirmed()).map(|contact| contact.address.clone()).collect()
}

async fn tell_change(
    work: &mut Work<'_>,
    person: &PersonActor,
    addresses: &[Address],
    changed: &Contact,
    added: bool,
) -> Result<(), Refusal> {
    let sms = work.bench.config.sms.leaves();
    let reachable: Vec<Address> = addresses
        .iter()
        .filter(|address| sms || contacts::kind_of(address) == ContactKind::Email)
        .cloned()
        .collect();
    let body = MessageBody::ContactChanged {
        what: changed.kind(),
        added,
        masked: masked(changed.address.show()).into(),
        at: work.now,
    };
    tell::send_to(work, person, &reachable, &body, NEWS_WORTH).await
}

fn line(person: &PersonActor, changed: &Contact, change: &str) -> Line {
    let event = Event::PersonContactChanged {
        what: changed.kind().as_str().to_owned(),
        change: change.to_owned(),
        source: changed.source.as_str().to_owned(),
    };
    let id = person.person.id;
    Line::new(event, person_actor(id), person.data_key).person(id)
}
