//! The addresses and numbers of a person: what is known of each, and how one is added, proved and taken away.

use crate::crypto::seal::DataKey;
use crate::domain::contact::ContactKind;
use crate::domain::contact::ContactSource;
use crate::domain::contact::ContactState;
use crate::domain::contact::Email;
use crate::domain::contact::Phone;
use crate::domain::contact::Topic;
use crate::domain::ids::ContactId;
use crate::domain::ids::PersonId;
use crate::domain::message::Address;
use crate::domain::person::Identity;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::contacts;
use crate::storage::contacts::ContactRow;
use crate::storage::contacts::NewContact;
use crate::storage::contacts::Wishes;
use crate::storage::db::Tx;
use crate::storage::notices;

/// The label under which an address or number is sealed.
pub const CONTACT_LABEL: &str = "person.contact";
const EMAIL_LOOKUP: &str = "contact.email";
const PHONE_LOOKUP: &str = "contact.phone";

/// One address or number of a person, opened.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Its identifier; `None` for FranceConnect's address of a person who has none on record yet.
    pub id: Option<ContactId>,
    /// The address or number.
    pub address: Address,
    /// Who gave it.
    pub source: ContactSource,
    /// Whether it is known to be hers.
    pub state: ContactState,
    /// When it was typed.
    pub since: Instant,
    /// Until when the code that was sent there can be typed.
    pub code_until: Option<Instant>,
}

impl Contact {
    /// What it is.
    pub const fn kind(&self) -> ContactKind {
        kind_of(&self.address)
    }

    /// Whether notices may go there.
    pub fn confirmed(&self) -> bool {
        self.state == ContactState::Confirmed
    }
}

/// What an address is.
pub const fn kind_of(address: &Address) -> ContactKind {
    match address {
        Address::Email(_) => ContactKind::Email,
        Address::Phone(_) => ContactKind::Phone,
    }
}

/// Reads what somebody typed as an address.
///
/// # Errors
/// [`Refusal::Invalid`] on `email`.
pub fn read_email(typed: &str) -> Result<Address, Refusal> {
    match Email::parse(typed) {
        Some(email) => Ok(Address::Email(Private::new(email.as_str().to_owned()))),
        None => Err(Refusal::field("email", "contact-email-wrong")),
    }
}

/// Reads what somebody typed as a number.
///
/// # Errors
/// [`Refusal::Invalid`] on `phone`.
pub fn read_phone(typed: &str) -> Result<Address, Refusal> {
    use crate::domain::contact::PhoneFault;
    match Phone::parse(typed) {
        Ok(phone) => Ok(Address::Phone(Private::new(phone.as_str().to_owned()))),
        Err(PhoneFault::NotANumber) => Err(Refusal::field("phone", "contact-phone-wrong")),
        Err(PhoneFault::NotMobile) => Err(Refusal::field("phone", "contact-phone-fixed")),
    }
}

/// The keyed hash by which an address is found again.
pub fn lookup(bench: &Bench, address: &Address) -> [u8; 32] {
    match address {
        Address::Email(email) => bench.lookup.hash(EMAIL_LOOKUP, &email.show().to_ascii_lowercase()),
        Address::Phone(number) => bench.lookup.hash(PHONE_LOOKUP, number.show()),
    }
}

/// The address FranceConnect gave with an identity, if mail can be sent to it.
fn given(identity: &Identity) -> Option<Address> {
    let email = Email::parse(identity.email.as_ref()?.show())?;
    Some(Address::Email(Private::new(email.as_str().to_owned())))
}

fn open(key: &DataKey, row: &ContactRow) -> Result<Contact, Refusal> {
    let bare = String::from_utf8(key.open(CONTACT_LABEL, &row.sealed)?.to_vec())
        .map_err(|_| Refusal::fault("a contact that is no text"))?;
    let address = match row.kind {
        ContactKind::Email => Address::Email(bare.into()),
        ContactKind::Phone => Address::Phone(bare.into()),
    };
    Ok(Contact {
        id: Some(row.id),
        address,
        source: row.source,
        state: row.state,
        since: row.created_at,
        code_until: row.code_expires_at,
    })
}

/// Every address and number of a person now, oldest first.
///
/// # Errors
/// As the database says.
pub async fn of(bench: &Bench, tx: &mut Tx, person: &PersonActor) -> Result<Vec<Contact>, Refusal> {
    let rows = contacts::of_person(tx, person.person.id).await?;
    opened(bench, tx, person, &rows).await
}

/// As [`of`], with how she wants to be told of a topic and in which language, where she chose.
///
/// # Errors
/// As the database says.
pub(super) async fn told(
    bench: &Bench,
    tx: &mut Tx,
    person: &PersonActor,
    topic: Topic,
) -> Result<(Vec<Contact>, Wishes), Refusal> {
    let (rows, wishes) = contacts::told(tx, person.person.id, topic).await?;
    let all = opened(bench, tx, person, &rows).await?;
    let wishes = match wishes {
        Some(wishes) => wishes,
        None if all.is_empty() => (None, None),
        None => notices::told(tx, person.person.id, topic).await?,
    };
    Ok((all, wishes))
}

async fn opened(
    bench: &Bench,
    tx: &mut Tx,
    person: &PersonActor,
    rows: &[ContactRow],
) -> Result<Vec<Contact>, Refusal> {
    let key = data_keys::require(bench, tx, person.data_key).await?;
    let mut all = Vec::new();
    // Who was identified before addresses were kept has FranceConnect's with her identity alone.
    if !rows.iter().any(|row| row.source == ContactSource::FranceConnect)
        && let Some(address) = given(&person.person.identity)
    {
        let hash = lookup(bench, &address);
        if !rows.iter().any(|row| row.lookup == hash) {
            all.push(Contact {
                id: None,
                address,
                source: ContactSource::FranceConnect,
                state: ContactState::Confirmed,
                since: Instant::from_micros(0),
                code_until: None,
            });
        }
    }
    for row in rows.iter().filter(|row| row.ended_at.is_none()) {
        all.push(open(&key, row)?);
    }
    Ok(all)
}

/// Writes an address down for a person. What an aidant typed (`confirmed_at` none) carries links only.
///
/// # Errors
/// [`Refusal::Conflict`] `contact-known` when she has it already.
pub async fn add(
    work: &mut Work<'_>,
    (person, key): (PersonId, &DataKey),
    address: &Address,
    source: ContactSource,
    confirmed_at: Option<Instant>,
) -> Result<ContactId, Refusal> {
    let bench = work.bench;
    let id = ContactId::fresh(work.now, bench.random.as_ref());
    let hash = lookup(bench, address);
    if find_live(&mut work.tx, person, &hash).await?.is_some() {
        return Err(Refusal::Conflict("contact-known"));
    }
    let sealed = key.seal(CONTACT_LABEL, address.show().as_bytes(), bench.random.as_ref())?;
    let new = NewContact {
        id,
        person,
        kind: kind_of(address),
        sealed: &sealed,
        lookup: &hash,
        source,
        confirmed_at,
    };
    let now = work.now;
    contacts::insert(&mut work.tx, &new, now).await?;
    Ok(id)
}

async fn find_live(tx: &mut Tx, person: PersonId, hash: &[u8; 32]) -> Result<Option<ContactRow>, Refusal> {
    let rows = contacts::of_person(tx, person).await?;
    Ok(rows.into_iter().find(|row| row.ended_at.is_none() && row.lookup == hash[..]))
}

/// What an identification changed among her addresses.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Where she was written to before.
    pub former: Vec<Address>,
    /// FranceConnect's new address.
    pub now: Address,
}

/// Keeps FranceConnect's address as it gives it now. `Some` when it is another than before, which she is to be told at both.
///
/// # Errors
/// As the database says.
pub(super) async fn follow_franceconnect(
    work: &mut Work<'_>,
    person: &PersonActor,
    key: &DataKey,
    former: Option<&Identity>,
) -> Result<Option<Followed>, Refusal> {
    let Some(address) = given(&person.person.identity) else { return Ok(None) };
    let id = person.person.id;
    let bench = work.bench;
    let hash = lookup(bench, &address);
    let rows = contacts::of_person(&mut work.tx, id).await?;
    let newest = rows.iter().rfind(|row| row.source == ContactSource::FranceConnect);
    if newest.is_some_and(|row| row.lookup == hash) {
        return Ok(None);
    }
    let before = former.and_then(given).filter(|_| newest.is_none());
    let known = rows.iter().any(|row| row.ended_at.is_none() && row.lookup == hash);
    let now = work.now;
    let mut told = Vec::new();
    for row in rows.iter().filter(|row| row.ended_at.is_none()) {
        if row.state == ContactState::Confirmed {
            told.push(open(key, row)?.address);
        }
        if row.source == ContactSource::FranceConnect {
            contacts::end(&mut work.tx, row.id, now).await?;
        }
    }
    if !known {
        add(work, (id, key), &address, ContactSource::FranceConnect, Some(now)).await?;
    }
    let adopted = before.as_ref().is_some_and(|before| lookup(bench, before) == hash);
    told.extend(before.filter(|_| !adopted));
    let first = newest.is_none() && told.is_empty();
    Ok((!first && !known && !adopted).then_some(Followed { former: told, now: address }))
}
