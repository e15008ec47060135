//! How the person of a fresh draft is asked: whom we expect, the codes, and what is sent to her.

use std::time::Duration;

use crate::crypto::random::random_digits;
use crate::domain::asking::CODE_DIGITS;
use crate::domain::asking::Contacts;
use crate::domain::asking::Expected;
use crate::domain::asking::SentText;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Channel;
use crate::domain::mandate::Life;
use crate::domain::mandate::Mandate;
use crate::domain::message::Address;
use crate::domain::message::Doer;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::domain::person::Identity;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::operations::actors::AidantActor;
use crate::operations::actors::PersonActor;
use crate::operations::asking;
use crate::operations::asking::Asking;
use crate::operations::asking::Notes;
use crate::operations::asking::code_hash;
use crate::operations::declared_persons;
use crate::operations::mandate_words::words_of;
use crate::operations::refusal::Refusal;
use crate::operations::renewal;
use crate::operations::two_approvals;
use crate::operations::work::Work;
use crate::storage::askings::AskingRow;
use crate::text::Language;
use crate::text::Text;
use crate::text::themes;

/// Where the person is, and how she is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// With the aidant; FranceConnect says who she is.
    Present,
    /// Elsewhere; she opens a link, FranceConnect says who she is, and she types the pairing code that the aidant tells her.
    Remote {
        /// Whom the aidant expects.
        expected: Expected,
        /// Where the link goes: an address, a number, or both.
        contacts: Contacts,
    },
    /// Without FranceConnect; she says yes by a code sent to her.
    Declared(Box<Declaration>),
}

/// A person without FranceConnect, as the aidant took her down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// How the code goes.
    pub by: Courier,
    /// Who she is.
    pub identity: Identity,
    /// Whether she is one whom the organisation knows already; to be said where somebody is alike.
    pub same: Option<Same>,
    /// Where she is reached: a number for an SMS, a postal address for a letter.
    pub contacts: Contacts,
}

/// How a code that says yes goes to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Courier {
    /// By SMS.
    Sms,
    /// In a letter.
    Post,
}

/// Whether a declared person is known in the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// She is this one; what is known of her stays as it is.
    Person(PersonId),
    /// She is somebody else.
    Nobody,
}

impl Way {
    /// The channel of such a draft.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Present => Channel::Present,
            Self::Remote { .. } => Channel::Remote,
            Self::Declared(declaration) => match declaration.by {
                Courier::Sms => Channel::Sms,
                Courier::Post => Channel::Post,
            },
        }
    }

    /// The field in which the address is missing to which something is sent, with the key of its sentence.
    pub fn lacks(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Present => None,
            Self::Remote { contacts, .. } => (contacts.email.is_none() && contacts.phone.is_none())
                .then_some(("email", "asking-error-nowhere")),
            Self::Declared(declaration) => match declaration.by {
                Courier::Sms => {
                    declaration.contacts.phone.is_none().then_some(("phone", "asking-error-phone"))
                }
                Courier::Post => {
                    declaration.contacts.postal.is_none().then_some(("postal", "asking-error-postal"))
                }
            },
        }
    }
}

/// The declared person of a draft.
pub(super) struct Asked {
    pub(super) person: PersonActor,
    /// Whether she was unknown in the organisation.
    pub(super) is_new: bool,
}

/// Keeps how the person is asked and writes to her; gives the declared person, where there is one.
///
/// # Errors
/// [`Refusal::Conflict`] with `declared-alike`, see [`declared_persons::find_or_add`].
pub(super) async fn ask(
    work: &mut Work<'_>,
    aidant: &AidantActor,
    mandate: &Mandate,
    way: &Way,
    link: &Private<String>,
) -> Result<Option<Asked>, Refusal> {
    match way {
        Way::Present => Ok(None),
        Way::Remote { expected, contacts } => {
            let code = random_digits(work.bench.random.as_ref(), CODE_DIGITS);
            let notes = Notes {
                expected: Some(expected.clone()),
                contacts: contacts.clone(),
                code: Some(Private::new(code.clone())),
                ..Notes::default()
            };
            let row = row(work, mandate, aidant.organisation_key, None, &code);
            let mut asking = Asking { row, notes };
            send_link(work, aidant, &mut asking, link).await?;
            asking::add(work, asking).await?;
            Ok(None)
        }
        Way::Declared(declaration) => declared(work, aidant, mandate, declaration, link).await.map(Some),
    }
}

async fn declared(
    work: &mut Work<'_>,
    aidant: &AidantActor,
    mandate: &Mandate,
    declaration: &Declaration,
    link: &Private<String>,
) -> Result<Asked, Refusal> {
    let organisation = &aidant.organisation;
    let (person, is_new) =
        declared_persons::find_or_add(work, organisation.id, &declaration.identity, declaration.same).await?;
    renewal::same_person(&mut work.tx, mandate, person.person.id).await?;
    let words = words_of(mandate, &person.person, organisation, work.now.day())?;
    let code = random_digits(work.bench.random.as_ref(), CODE_DIGITS);
    let mut asking = Asking {
        row: row(work, mandate, person.data_key, Some(person.person.id), &code),
        notes: Notes {
            contacts: declaration.contacts.clone(),
            text: Some(Private::new(words.text)),
            ..Notes::default()
        },
    };
    match declaration.by {
        Courier::Sms => send_code(work, aidant, mandate, &mut asking, &code, link).await?,
        Courier::Post => asking.notes.code = Some(Private::new(code)),
    }
    asking::add(work, asking).await?;
    if declaration.by == Courier::Post {
        // A letter goes out once a referent has approved; by SMS it is her yes that comes first.
        two_approvals::ask_referents(work, mandate, lapse(mandate)?).await?;
    }
    Ok(Asked { person, is_new })
}

fn lapse(mandate: &Mandate) -> Result<Instant, Refusal> {
    match mandate.life {
        Life::AwaitingConsent { lapses_at } => Ok(lapses_at),
        _ => Err(Refusal::fault("a draft that waits for nobody")),
    }
}

fn row(
    work: &Work<'_>,
    mandate: &Mandate,
    data_key: crate::domain::ids::DataKeyId,
    person: Option<PersonId>,
    code: &str,
) -> AskingRow {
    AskingRow {
        mandate: mandate.id,
        sealed: None,
        data_key,
        person,
        code_hash: code_hash(work.bench, mandate.id, code).to_vec(),
        code_expires_at: code_until(work, mandate),
        tries: 0,
        sent: 0,
        sent_at: None,
        confirmed_at: None,
        referent: None,
        referent_at: None,
        ended: None,
    }
}

fn code_until(work: &Work<'_>, mandate: &Mandate) -> Instant {
    let times = &work.bench.config.mandate;
    let lifetime = match mandate.terms.channel {
        Channel::Present | Channel::Remote => times.draft_lifetime_remote,
        Channel::Sms => times.sms_code_lifetime,
        Channel::Post => times.posted_code_lifetime,
    };
    work.now.plus(lifetime)
}

fn address_of(work: &Work<'_>, link: &Private<String>) -> String {
    work.bench.config.server.public_url.join(&format!("/consentement/{}", link.show()))
}

fn doer(aidant: &AidantActor) -> Doer {
    Doer {
        aidant: Private::new(aidant.account.professional.full_name()),
        organisation: aidant.organisation.name.clone(),
    }
}

fn note_sent(work: &Work<'_>, asking: &mut Asking) {
    asking.row.sent += 1;
    asking.row.sent_at = Some(work.now);
}

/// Writes to the person at each address known; tells which, for the entry: `email`, `sms` or both.
pub(super) async fn send_link(
    work: &mut Work<'_>,
    aidant: &AidantActor,
    asking: &mut Asking,
    link: &Private<String>,
) -> Result<String, Refusal> {
    let expires_at = work.now.plus(work.bench.config.mandate.draft_lifetime_remote);
    let worth = expires_at.since(work.now);
    let body = MessageBody::ConsentLink {
        doer: doer(aidant),
        link: Private::new(address_of(work, link)),
        expires_at,
    };
    let mut ways = Vec::new();
    let contacts = asking.notes.contacts.clone();
    let ways_to_her =
        [("email", contacts.email.map(Address::Email)), ("sms", contacts.phone.map(Address::Phone))];
    for (way, to) in ways_to_her {
        let Some(to) = to else { continue };
        let message = Message {
            to,
            name: Private::new(String::new()),
            language: MessageLanguage::French,
            body: body.clone(),
        };
        work.send(&message, worth).await?;
        ways.push(way);
    }
    note_sent(work, asking);
    Ok(ways.join(" "))
}

/// Sends the code that says yes by SMS, and keeps what it said byte for byte.
pub(super) async fn send_code(
    work: &mut Work<'_>,
    aidant: &AidantActor,
    mandate: &Mandate,
    asking: &mut Asking,
    code: &str,
    link: &Private<String>,
) -> Result<(), Refusal> {
    let phone =
        asking.notes.contacts.phone.clone().ok_or_else(|| Refusal::fault("an SMS without a number"))?;
    let t = Text::new(Language::Fr);
    let list: Vec<_> = mandate.terms.themes.iter().copied().collect();
    let titles: Vec<String> = themes().titles(&list, Language::Fr).into_iter().map(str::to_owned).collect();
    let from = doer(aidant);
    let text = t.with(
        "asking-sms",
        &[
            ("organisation", &from.organisation),
            ("aidant", &from.aidant),
            ("themes", &t.list(&titles)),
            ("days", &t.with("asking-days", &[("days", &mandate.terms.duration.days())])),
            ("link", &address_of(work, link)),
            ("code", &code),
        ],
    );
    asking.row.code_hash = code_hash(work.bench, mandate.id, code).to_vec();
    asking.row.code_expires_at = code_until(work, mandate);
    let message = Message {
        to: Address::Phone(phone.clone()),
        name: Private::new(String::new()),
        language: MessageLanguage::French,
        body: MessageBody::Verbatim { text: Private::new(text.clone()) },
    };
    let worth: Duration = work.bench.config.mandate.sms_code_lifetime;
    work.send(&message, worth).await?;
    asking.notes.messages.push(SentText { to: phone, text: Private::new(text), at: work.now });
    note_sent(work, asking);
    Ok(())
}
