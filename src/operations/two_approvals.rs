//! A mandate of a declared person is in force once both have approved: she by her code, the referent beside her.

use std::time::Duration;

use crate::domain::account::AccountStatus;
use crate::domain::account::normal_email;
use crate::domain::ids::AccountId;
use crate::domain::mandate::Channel;
use crate::domain::mandate::Consent;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::Validity;
use crate::domain::message::Address;
use crate::domain::message::Doer;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::asking;
use crate::operations::asking::Asking;
use crate::operations::change_contact;
use crate::operations::refusal::Refusal;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell;
use crate::operations::work::Work;
use crate::storage::askings;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::referents;

/// How long the news of a decision is worth sending.
const NEWS_WORTH: Duration = Duration::from_secs(3 * 86_400);

/// A draft to which its declared person has said yes.
pub(super) struct Agreed {
    pub(super) mandate: Mandate,
    /// With the instant of her yes.
    pub(super) asking: Asking,
    pub(super) person: PersonActor,
    /// Of the text she was sent.
    pub(super) text_digest: [u8; 32],
}

/// The instant of her yes and the last instant of what she agreed to: its days are counted from that day.
fn span(agreed: &Agreed) -> Result<(Instant, Instant), Refusal> {
    let at = agreed.asking.row.confirmed_at.ok_or_else(|| Refusal::fault("no yes to put in force"))?;
    Ok((at, agreed.mandate.terms.duration.last_day(at.day()).end()))
}

/// Puts the mandate in force from now on, and gives it so. The caller records who made it so, and that it follows another one.
///
/// # Errors
/// [`Refusal::Conflict`] where the days she agreed to are over.
pub(super) async fn put_in_force(work: &mut Work<'_>, agreed: Agreed) -> Result<Mandate, Refusal> {
    let (_, until) = span(&agreed)?;
    let validity = Validity { from: work.now, until };
    if !validity.holds_at(work.now) {
        return Err(Refusal::Conflict("mandate-step"));
    }
    let consent = Consent {
        person: agreed.person.person.id,
        method: agreed.mandate.terms.channel.method(),
        grade: agreed.person.person.identification.grade(),
        text_digest: agreed.text_digest,
        validity,
    };
    let mandate = agreed.mandate.clone().approve(consent)?;
    mandates::save(&mut work.tx, &mandate).await?;
    tell_her(work, &agreed.person, &agreed.asking, &mandate, until).await?;
    let mut asking = agreed.asking;
    let referent: Option<AccountId> = asking.row.referent;
    if referent.is_none() {
        return Err(Refusal::fault("a declared mandate without its referent"));
    }
    asking.row.sealed = None;
    askings::save(&mut work.tx, &asking.row).await?;
    Ok(mandate)
}

/// The number that her code came back from is hers from now on, since a referent has said so too, and there she is told that
/// the mandate is in force. A letter's code proves no number.
async fn tell_her(
    work: &mut Work<'_>,
    person: &PersonActor,
    asking: &Asking,
    mandate: &Mandate,
    until: Instant,
) -> Result<(), Refusal> {
    if let Some(phone) = asking.notes.contacts.phone.clone().filter(|_| mandate.terms.channel == Channel::Sms)
    {
        Box::pin(change_contact::proved_by_consent(work, person, &Address::Phone(phone))).await?;
    }
    let (doer, _) = drafter(work, mandate).await?;
    let themes = mandate.terms.themes.iter().copied().collect();
    let (kind, body) = if mandate.renews.is_some() {
        let body = MessageBody::MandateRenewed { doer, themes, until, not_me: None };
        (NoticeKind::Renewal(mandate.id), body)
    } else {
        let body = MessageBody::MandateApproved { doer, themes, until, not_me: None };
        (NoticeKind::Grant(mandate.id), body)
    };
    tell(work, person, kind, body, NEWS_WORTH).await.map(drop)
}

/// Who drew it up, in words, and the aidant's own address.
async fn drafter(work: &mut Work<'_>, mandate: &Mandate) -> Result<(Doer, Private<String>), Refusal> {
    let (aidant, _) = actors::account(work.bench, &mut work.tx, mandate.terms.drafted_by).await?;
    let organisation = organisations::find(&mut work.tx, mandate.terms.organisation)
        .await?
        .ok_or(Refusal::NotFound)?
        .organisation;
    let aidant = aidant.professional;
    let doer = Doer { aidant: Private::new(aidant.full_name()), organisation: organisation.name };
    Ok((doer, aidant.email))
}

/// Writes to those whose word a mandate waits for until then: the organisation's referents and deputies, but not whoever drew
/// it up. The person is not named.
///
/// # Errors
/// As the database says.
pub(super) async fn ask_referents(
    work: &mut Work<'_>,
    mandate: &Mandate,
    until: Instant,
) -> Result<(), Refusal> {
    let (doer, own) = drafter(work, mandate).await?;
    for referent in referents::of(&mut work.tx, mandate.terms.organisation).await? {
        if referent.status != AccountStatus::Active {
            continue;
        }
        let (account, _) = actors::account(work.bench, &mut work.tx, referent.account).await?;
        let professional = account.professional;
        if normal_email(professional.email.show()) == normal_email(own.show()) {
            continue;
        }
        let message = Message {
            to: Address::Email(professional.email.clone()),
            name: Private::new(professional.full_name()),
            language: MessageLanguage::French,
            body: MessageBody::ApprovalAsked {
                doer: doer.clone(),
                letter: mandate.terms.channel == Channel::Post,
                until,
                path: format!("/referent/mandats/{}", mandate.id),
            },
        };
        work.send(&message, until.since(work.now)).await?;
    }
    Ok(())
}

/// Keeps her yes, writes to the referents and gives them time: as configured, and never beyond the days she agreed to.
///
/// # Errors
/// As the database says.
pub(super) async fn await_referent(
    work: &mut Work<'_>,
    agreed: Agreed,
    until: Instant,
) -> Result<(), Refusal> {
    let lapses_at = work.now.plus(work.bench.config.mandate.referent_lifetime).min(until);
    let mandate = agreed.mandate.prolong(lapses_at)?;
    mandates::set_lapse(&mut work.tx, mandate.id, lapses_at).await?;
    ask_referents(work, &mandate, lapses_at).await?;
    asking::save(work, agreed.asking).await
}
