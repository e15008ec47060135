//! The one way in which a person is told something: where she confirmed to be reachable, as she prefers, in her language.

use std::time::Duration;

use crate::crypto::hash::TokenHash;
use crate::crypto::random::random_token;
use crate::domain::contact::ContactKind;
use crate::domain::contact::Delivery;
use crate::domain::contact::Topic;
use crate::domain::ids::ActId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::message::Address;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::domain::private::Private;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::contacts;
use crate::operations::contacts::Contact;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::notices;
use crate::storage::notices::NoticeLink;

/// How long the link of a notice holds.
pub const LINK_LIFETIME: Duration = Duration::from_secs(90 * 86_400);
/// 128 bits, in the 22 signs that an SMS has room for.
const LINK_BYTES: usize = 16;

/// What a notice is about; the mandate and the act where she can answer that it was not her.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A mandate was given.
    Grant(MandateId),
    /// An aidant acted.
    Use(MandateId, ActId),
    /// A mandate was renewed: the new one.
    Renewal(MandateId),
    /// A mandate, or a part of it, ended.
    End,
    /// A mandate ends soon.
    EndSoon,
    /// An address was added or taken away.
    ContactChanged,
    /// An authority read her journal.
    TrailRead,
    /// What becomes of something she contested.
    Case,
    /// What becomes of her data.
    Data,
}

impl NoticeKind {
    /// The topic her preferences know it by.
    pub const fn topic(self) -> Topic {
        match self {
            Self::Grant(_) => Topic::Grant,
            Self::Use(..) => Topic::Use,
            Self::Renewal(_) => Topic::Renewal,
            Self::End => Topic::End,
            Self::EndSoon => Topic::EndSoon,
            Self::ContactChanged => Topic::Contact,
            Self::TrailRead => Topic::Reading,
            Self::Case => Topic::Case,
            Self::Data => Topic::Data,
        }
    }

    const fn subject(self) -> Option<(MandateId, Option<ActId>)> {
        match self {
            Self::Grant(mandate) | Self::Renewal(mandate) => Some((mandate, None)),
            Self::Use(mandate, act) => Some((mandate, Some(act))),
            _ => None,
        }
    }
}

/// Tells a person: one message to each confirmed address of the ways she prefers, worth sending for `worth`; gives how many.
/// The address that says "this was not me" is put into the body of a grant, a use or a renewal.
///
/// # Errors
/// As the database says; a second notice of the same act is a fault.
pub async fn tell_person(
    work: &mut Work<'_>,
    person: PersonId,
    kind: NoticeKind,
    body: MessageBody,
    worth: Duration,
) -> Result<usize, Refusal> {
    let found = actors::person(work.bench, &mut work.tx, person).await?;
    tell(work, &found, kind, body, worth).await
}

/// As [`tell_person`], for one who is opened already.
///
/// # Errors
/// As [`tell_person`].
pub async fn tell(
    work: &mut Work<'_>,
    person: &PersonActor,
    kind: NoticeKind,
    body: MessageBody,
    worth: Duration,
) -> Result<usize, Refusal> {
    let id = person.person.id;
    let topic = kind.topic();
    let (all, (preferred, language)) = contacts::told(work.bench, &mut work.tx, person, topic).await?;
    let sms = work.bench.config.sms.leaves();
    let addresses = choose(&all, topic, preferred, sms);
    if addresses.is_empty() {
        return Ok(0);
    }
    let body = match kind.subject() {
        Some(subject) => body.with_not_me(not_me(work, id, subject, topic).await?),
        None => body,
    };
    send_in(work, person, &addresses, (&body, language), worth).await?;
    Ok(addresses.len())
}

/// Sends to these addresses of hers, whatever she prefers: codes, and what old and new addresses are both told.
///
/// # Errors
/// As the database says.
pub async fn send_to(
    work: &mut Work<'_>,
    person: &PersonActor,
    addresses: &[Address],
    body: &MessageBody,
    worth: Duration,
) -> Result<(), Refusal> {
    let language = notices::language(&mut work.tx, person.person.id).await?;
    send_in(work, person, addresses, (body, language), worth).await
}

async fn send_in(
    work: &mut Work<'_>,
    person: &PersonActor,
    addresses: &[Address],
    (body, language): (&MessageBody, Option<MessageLanguage>),
    worth: Duration,
) -> Result<(), Refusal> {
    let language = language.unwrap_or(MessageLanguage::French);
    for to in addresses {
        let name = Private::new(person.person.identity.short_name());
        let message = Message { to: to.clone(), name, language, body: body.clone() };
        work.send(&message, worth).await?;
    }
    Ok(())
}

/// The addresses a notice goes to. Where the preferred way has none the other one is taken: she asked to be told.
fn choose(all: &[Contact], topic: Topic, preferred: Option<Delivery>, sms: bool) -> Vec<Address> {
    let of = |kind: ContactKind| -> Vec<Address> {
        let usable = |contact: &&Contact| {
            contact.confirmed() && contact.kind() == kind && (sms || kind == ContactKind::Email)
        };
        all.iter().filter(usable).map(|contact| contact.address.clone()).collect()
    };
    let (emails, phones) = (of(ContactKind::Email), of(ContactKind::Phone));
    let or = |first: Vec<Address>, second: Vec<Address>| if first.is_empty() { second } else { first };
    match preferred.unwrap_or(Delivery::Email) {
        Delivery::None if topic.can_be_silenced() => Vec::new(),
        Delivery::Email | Delivery::None => or(emails, phones),
        Delivery::Sms => or(phones, emails),
        Delivery::Both => [emails, phones].concat(),
    }
}

async fn not_me(
    work: &mut Work<'_>,
    person: PersonId,
    (mandate, act): (MandateId, Option<ActId>),
    topic: Topic,
) -> Result<Private<String>, Refusal> {
    let code = random_token(work.bench.random.as_ref(), LINK_BYTES);
    let now = work.now;
    let link = NoticeLink {
        person,
        mandate,
        act,
        topic,
        created_at: now,
        expires_at: now.plus(LINK_LIFETIME),
        used_at: None,
        case_number: None,
    };
    notices::add_link(&mut work.tx, TokenHash::of(&code).as_bytes(), &link).await?;
    Ok(Private::new(work.bench.config.server.public_url.join(&format!("/pas-moi/{code}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::contact::ContactSource;
    use crate::domain::contact::ContactState;
    use crate::domain::time::Instant;

    fn contact(address: Address, state: ContactState) -> Contact {
        let since = Instant::from_seconds(0);
        Contact { id: None, address, source: ContactSource::Herself, state, since, code_until: None }
    }

    fn email(text: &str) -> Address {
        Address::Email(Private::new(text.to_owned()))
    }

    fn phone() -> Address {
        Address::Phone(Private::new("+33612345678".to_owned()))
    }

    #[test]
    fn a_notice_goes_where_she_prefers_and_is_never_lost_for_want_of_that_way() {
        let both =
            [contact(email("a@b.fr"), ContactState::Confirmed), contact(phone(), ContactState::Confirmed)];
        let to = |preferred, topic, sms| choose(&both, topic, preferred, sms);
        assert_eq!(to(None, Topic::Use, true), [email("a@b.fr")]);
        assert_eq!(to(Some(Delivery::Sms), Topic::Use, true), [phone()]);
        assert_eq!(to(Some(Delivery::Sms), Topic::Use, false), [email("a@b.fr")]);
        assert_eq!(to(Some(Delivery::Both), Topic::Use, true), [email("a@b.fr"), phone()]);
        assert_eq!(to(Some(Delivery::None), Topic::Use, true), []);
        assert_eq!(to(Some(Delivery::None), Topic::Reading, true), [email("a@b.fr")]);
        let only = [contact(phone(), ContactState::Confirmed)];
        assert_eq!(choose(&only, Topic::Grant, Some(Delivery::Email), true), [phone()]);
    }

    #[test]
    fn what_an_aidant_typed_gets_no_notice() {
        let typed = [
            contact(phone(), ContactState::Unconfirmed),
            contact(email("a@b.fr"), ContactState::Unconfirmed),
        ];
        assert_eq!(choose(&typed, Topic::Grant, Some(Delivery::Both), true), []);
    }
}
