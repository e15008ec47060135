//! What an aidant sees of her organisation's mandates: persons, states, and the hand-over of a draft.

use std::collections::BTreeMap;

use crate::domain::asking::DraftEnd;
use crate::domain::asking::masked_email;
use crate::domain::asking::masked_phone;
use crate::domain::ids::AccountId;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Channel;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::person::Person;
use crate::domain::person::folded;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::asking;
use crate::operations::asking::Asking;
use crate::operations::bench::Bench;
use crate::operations::consent_link;
use crate::operations::data_keys;
use crate::operations::draw_up_mandate::CODE_LABEL;
use crate::operations::refusal::Refusal;
use crate::operations::send_again;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::persons;

/// One mandate of the organisation.
#[derive(Clone, Debug)]
pub struct MandateView {
    /// The mandate.
    pub mandate: Mandate,
    /// Its state at this instant.
    pub status: MandateStatus,
    /// Who gave it; none while she has not answered, and after her erasure.
    pub person: Option<Person>,
    /// Who drew it up.
    pub drafter: Private<String>,
    /// That one's account.
    pub drafted_by: AccountId,
    /// Why it ended without an answer, where it is known; only of [`one`].
    pub ended: Option<DraftEnd>,
}

/// How far the person of a draft has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// For her to open her page; since when.
    ToOpen(Instant),
    /// For her to say who she is; since when.
    ToIdentify(Instant),
    /// For her to type the pairing code; since when.
    ToPair(Instant),
    /// For her to read and decide; since when.
    ToDecide(Instant),
    /// For her to answer by the code she was sent; since when.
    ToAnswer(Instant),
    /// For the referent to print and post the letter; since when.
    ToPost(Instant),
    /// For the referent to approve beside her; since when.
    ToReferent(Instant),
    /// The time to answer on an opened page has passed.
    TooLate,
}

/// A draft that awaits its person.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// The code of the consent link.
    pub code: Private<String>,
    /// What we wait for.
    pub waiting: Waiting,
    /// Until when she may answer.
    pub until: Instant,
    /// How she is asked, where she is not at the desk with FranceConnect.
    pub asked: Option<Away>,
}

/// How a person is asked who is elsewhere or has no FranceConnect.
#[derive(Clone, Debug)]
pub struct Away {
    /// Where something was sent, masked, with the key of its way: `email`, `sms` or `post`.
    pub sent_to: Vec<(&'static str, String)>,
    /// When it was sent last.
    pub sent_at: Option<Instant>,
    /// Whether it may be sent again, now or in a moment.
    pub again: bool,
    /// The pairing code to be told by voice.
    pub pairing: Option<Private<String>>,
    /// The family name that is expected.
    pub expected: Option<Private<String>>,
    /// How many wrong codes were given.
    pub wrong: i64,
    /// How many tries are left.
    pub left: u64,
    /// When the code was right: paired, or said yes.
    pub confirmed_at: Option<Instant>,
    /// When the referent approved.
    pub referent_at: Option<Instant>,
    /// Until when the code is good.
    pub code_until: Instant,
}

/// Every mandate of the organisation, newest first, drafts that came to nothing left out.
///
/// # Errors
/// As the database says.
pub async fn all(bench: &Bench, aidant: &AidantActor) -> Result<Vec<MandateView>, Refusal> {
    let mut tx = bench.db.read().await?;
    let stored = mandates::of_organisation(&mut tx, aidant.organisation.id).await?;
    let mut names: BTreeMap<AccountId, Private<String>> = BTreeMap::new();
    let mut views = Vec::with_capacity(stored.len());
    for one in stored {
        let status = one.mandate.status_at(bench.now());
        if matches!(status, MandateStatus::Lapsed | MandateStatus::Refused) {
            continue;
        }
        views.push(view(bench, &mut tx, one.mandate, &mut names).await?);
    }
    Ok(views)
}

/// One mandate of the organisation; with its hand-over while it awaits the person.
///
/// # Errors
/// [`Refusal::NotFound`] for another organisation's.
pub async fn one(
    bench: &Bench,
    aidant: &AidantActor,
    id: MandateId,
) -> Result<(MandateView, Option<HandOver>), Refusal> {
    let mut tx = bench.db.read().await?;
    let mandate = mandates::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    if mandate.terms.organisation != aidant.organisation.id {
        return Err(Refusal::NotFound);
    }
    let mut view = view(bench, &mut tx, mandate, &mut BTreeMap::new()).await?;
    let asking = asking::find(bench, &mut tx, id).await?;
    view.ended = asking.as_ref().and_then(|asking| asking.row.ended);
    let declared = asking.as_ref().filter(|_| view.mandate.terms.channel.is_declared());
    if let (None, Some(id)) = (&view.person, declared.and_then(|asking| asking.row.person)) {
        view.person = match persons::find(&mut tx, id).await? {
            Some(row) => actors::open_person(bench, &mut tx, &row).await?,
            None => None,
        };
    }
    let hand_over = match view.status {
        MandateStatus::AwaitingConsent => {
            Some(hand_over(bench, &mut tx, aidant, &view.mandate, asking).await?)
        }
        _ => None,
    };
    Ok((view, hand_over))
}

async fn view(
    bench: &Bench,
    tx: &mut Tx,
    mandate: Mandate,
    names: &mut BTreeMap<AccountId, Private<String>>,
) -> Result<MandateView, Refusal> {
    let drafted_by = mandate.terms.drafted_by;
    let drafter = match names.get(&drafted_by) {
        Some(name) => name.clone(),
        None => {
            let (account, _) = actors::account(bench, tx, drafted_by).await?;
            let name = Private::new(account.professional.full_name());
            names.insert(drafted_by, name.clone());
            name
        }
    };
    let person = match mandate.consent() {
        Some(consent) => match persons::find(tx, consent.person).await? {
            Some(row) => actors::open_person(bench, tx, &row).await?,
            None => None,
        },
        None => None,
    };
    let status = mandate.status_at(bench.now());
    Ok(MandateView { status, mandate, person, drafter, drafted_by, ended: None })
}

async fn hand_over(
    bench: &Bench,
    tx: &mut Tx,
    aidant: &AidantActor,
    mandate: &Mandate,
    asking: Option<Asking>,
) -> Result<HandOver, Refusal> {
    let link =
        mandates::link_of(tx, mandate.id).await?.ok_or_else(|| Refusal::fault("a draft without its link"))?;
    let key = data_keys::require(bench, tx, aidant.organisation_key).await?;
    let code = String::from_utf8(key.open(CODE_LABEL, &link.sealed_code)?.to_vec())
        .map_err(|_| Refusal::fault("a code that is no text"))?;
    let until = consent_link::deadline(bench, mandate, &link);
    let waiting = match &asking {
        _ if bench.now() > until => Waiting::TooLate,
        Some(asking) if mandate.terms.channel.is_declared() => by_code(mandate, asking),
        Some(asking) => match (link.opened_at, link.identified_at, asking.row.confirmed_at) {
            (_, Some(_), Some(at)) => Waiting::ToDecide(at),
            (_, Some(at), None) => Waiting::ToPair(at),
            (Some(at), None, _) => Waiting::ToIdentify(at),
            (None, None, _) => Waiting::ToOpen(asking.row.sent_at.unwrap_or(mandate.terms.drafted_at)),
        },
        None => match (link.opened_at, link.identified_at) {
            (_, Some(at)) => Waiting::ToDecide(at),
            (Some(at), None) => Waiting::ToIdentify(at),
            (None, None) => Waiting::ToOpen(mandate.terms.drafted_at),
        },
    };
    let asked = asking.map(|asking| away(mandate, asking));
    Ok(HandOver { code: Private::new(code), waiting, until, asked })
}

/// What a declared draft waits for: a letter is posted once the referent has approved, an SMS goes at once.
fn by_code(mandate: &Mandate, asking: &Asking) -> Waiting {
    let row = &asking.row;
    let drafted = mandate.terms.drafted_at;
    match (row.confirmed_at, row.referent_at, row.sent_at) {
        (Some(at), _, _) => Waiting::ToReferent(at),
        (None, None, _) if mandate.terms.channel == Channel::Post => Waiting::ToReferent(drafted),
        (None, Some(at), None) => Waiting::ToPost(at),
        (None, _, sent) => Waiting::ToAnswer(sent.unwrap_or(drafted)),
    }
}

fn away(mandate: &Mandate, asking: Asking) -> Away {
    let row = &asking.row;
    let channel = mandate.terms.channel;
    let contacts = &asking.notes.contacts;
    let mut sent_to = Vec::new();
    if let Some(email) = contacts.email.as_ref().filter(|_| channel == Channel::Remote) {
        sent_to.push(("email", masked_email(email.show())));
    }
    if let Some(phone) = contacts.phone.as_ref().filter(|_| channel != Channel::Post) {
        sent_to.push(("sms", masked_phone(phone.show())));
    }
    if let Some(postal) = contacts.postal.as_ref().filter(|_| channel == Channel::Post) {
        sent_to.push(("post", postal.show().lines().last().unwrap_or_default().to_owned()));
    }
    let waits = channel == Channel::Remote || (channel == Channel::Sms && row.confirmed_at.is_none());
    Away {
        sent_to,
        sent_at: row.sent_at,
        again: waits && row.sent < send_again::MOST,
        pairing: asking.notes.code.clone().filter(|_| channel == Channel::Remote),
        expected: asking.notes.expected.as_ref().map(|expected| expected.family_name.clone()),
        wrong: row.tries,
        left: asking.left(),
        confirmed_at: row.confirmed_at,
        referent_at: row.referent_at,
        code_until: row.code_expires_at,
    }
}

/// Whether a person's names hold every word of `query`, whatever the accents and capitals.
pub fn found_by(person: &Person, query: &str) -> bool {
    let identity = &person.identity;
    let usage = identity.preferred_username.as_ref().map_or("", |usage| usage.show().as_str());
    let names = folded(&format!("{} {} {usage}", identity.given_name.show(), identity.family_name.show()));
    folded(query).split_whitespace().all(|word| names.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;
    use crate::domain::person::Identification;
    use crate::domain::person::Identity;

    #[test]
    fn a_person_is_found_without_accents_and_with_them() {
        let identity = Identity {
            given_name: "Éloïse Marie".to_owned().into(),
            family_name: "N’GUESSAN-LŒUILLET".to_owned().into(),
            ..Identity::default()
        };
        let person = Person {
            id: PersonId::from_uuid(uuid::Uuid::nil()),
            identity,
            identification: Identification::Eidas1,
        };
        for query in ["eloise", "GUESSAN élo", "n'guessan", "loeuillet", "  "] {
            assert!(found_by(&person, query), "{query}");
        }
        assert!(!found_by(&person, "eloise martin"));
    }
}
