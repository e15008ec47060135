//! The person reads the exact text and approves or refuses it: her answer holds for that text only.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::hash::b64;
use crate::crypto::hash::same;
use crate::crypto::hash::sha256;
use crate::domain::account::Account;
use crate::domain::decision::Reason;
use crate::domain::ids::AttestationId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Channel;
use crate::domain::mandate::Consent;
use crate::domain::mandate::ConsentMethod;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::Validity;
use crate::domain::message::Doer;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::person::Person;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::asking;
use crate::operations::attestation;
use crate::operations::bench::Bench;
use crate::operations::consent_link;
use crate::operations::data_keys;
use crate::operations::identify_person::METHOD;
use crate::operations::mandate_words::MandateWords;
use crate::operations::mandate_words::words_of;
use crate::operations::refusal::Refusal;
use crate::operations::renewal;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::askings;
use crate::storage::mandates;
use crate::storage::mandates::StoredConsent;
use crate::storage::notices;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::persons;

/// The label under which the text of a consent is sealed.
pub const TEXT_LABEL: &str = "consent.text";
/// The label under which the evidence of a consent is sealed.
pub const EVIDENCE_LABEL: &str = "consent.evidence";
/// She is elsewhere and has not typed the pairing code yet.
pub const NOT_PAIRED: &str = "consent-pairing";
/// How long the news of a decision is worth sending.
const NEWS_WORTH: Duration = Duration::from_secs(3 * 86_400);

/// What proves that the person herself answered this draft; kept sealed under her key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// The ID token as the provider signed it.
    pub id_token: Private<String>,
    /// Its nonce: hexadecimal SHA-256 of the draft digest and `nonce_random`.
    pub nonce: Private<String>,
    /// Those 32 bytes, base64url.
    pub nonce_random: Private<String>,
}

#[derive(Serialize)]
struct StoredEvidence<'a> {
    #[serde(flatten)]
    evidence: &'a Evidence,
    /// The canonical bytes of what was drawn up, base64url.
    draft: String,
    /// When she typed the pairing code, where she was elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    paired_at: Option<Instant>,
}

/// What the person answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Refuse,
}

/// What the page of the text shows.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The draft.
    pub mandate: Mandate,
    /// Whose it will be.
    pub organisation: Organisation,
    /// The aidant who drew it up.
    pub aidant: Account,
    /// The person, to confirm.
    pub person: Person,
    /// The text with its digest.
    pub words: MandateWords,
    /// Until when she may answer.
    pub until: Instant,
}

/// How she answered, for the page that she may print.
#[derive(Clone, Debug)]
pub struct Decided {
    /// What she read.
    pub reading: Reading,
    /// From when to when the mandate runs, where she approved.
    pub validity: Option<Validity>,
    /// When.
    pub at: Instant,
}

struct Held {
    reading: Reading,
    actor: PersonActor,
    organisation: StoredOrganisation,
    paired_at: Option<Instant>,
}

async fn hold(
    work: &mut Work<'_>,
    code: &str,
    browser: &[u8; 32],
    person: PersonId,
) -> Result<Held, Refusal> {
    let bench = work.bench;
    let (mandate, link) = consent_link::take_held(work, code, browser).await?;
    let paired_at = paired(work, &mandate, person).await?;
    let organisation = organisations::find_shared(&mut work.tx, mandate.terms.organisation)
        .await?
        .ok_or(Refusal::NotFound)?;
    let (aidant, _) = actors::account(bench, &mut work.tx, mandate.terms.drafted_by).await?;
    // Not erased while this is under way.
    persons::hold_shared(&mut work.tx, person).await?;
    let actor = actors::person(bench, &mut work.tx, person).await?;
    renewal::same_person(&mut work.tx, &mandate, person).await?;
    let words = words_of(&mandate, &actor.person, &organisation.organisation, work.now.day())?;
    let until = consent_link::deadline(bench, &mandate, &link);
    let reading = Reading {
        mandate,
        organisation: organisation.organisation.clone(),
        aidant,
        person: actor.person.clone(),
        words,
        until,
    };
    Ok(Held { reading, actor, organisation, paired_at })
}

/// When this very person typed the pairing code; none where she is with the aidant and needs none.
async fn paired(
    work: &mut Work<'_>,
    mandate: &Mandate,
    person: PersonId,
) -> Result<Option<Instant>, Refusal> {
    match mandate.terms.channel {
        Channel::Present => Ok(None),
        Channel::Remote => {
            let asking = asking::require(work.bench, &mut work.tx, mandate.id).await?;
            let paired = asking.row.confirmed_at.filter(|_| asking.row.person == Some(person));
            paired.map(Some).ok_or(Refusal::Conflict(NOT_PAIRED))
        }
        Channel::Sms | Channel::Post => Err(Refusal::NotFound),
    }
}

/// The text as it would be approved now. Changes nothing.
///
/// # Errors
/// As [`consent_link::take_held`]; [`Refusal::Conflict`] with [`NOT_PAIRED`].
pub async fn read(
    bench: &Bench,
    code: &str,
    browser: &[u8; 32],
    person: PersonId,
) -> Result<Reading, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    Ok(hold(&mut work, code, browser, person).await?.reading)
}

/// What the person sends with her answer.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The code of her link.
    pub code: &'a str,
    /// The browser that holds it.
    pub browser: &'a [u8; 32],
    /// Who she is.
    pub person: PersonId,
    /// The digest of the text she was shown.
    pub shown: &'a [u8],
    /// Yes or no.
    pub decision: Decision,
    /// What proves it.
    pub evidence: &'a Evidence,
    /// The language she reads the screens in.
    pub language: MessageLanguage,
}

/// Takes the person's answer. A text that would read differently now (another day in Paris, a changed organisation) is not
/// approved: it is to be shown again.
///
/// # Errors
/// [`Refusal::Conflict`] with `consent-changed`, `consent-over` or `organisation-suspended`; [`Refusal::NotFound`].
pub async fn decide(bench: &Bench, answer: &Answer<'_>, request: Option<&str>) -> Result<Decided, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let held = hold(&mut work, answer.code, answer.browser, answer.person).await?;
    match answer.decision {
        Decision::Refuse => refuse(work, held).await,
        Decision::Approve => approve(work, held, answer).await,
    }
}

fn line(held: &Held, event: Event) -> Line {
    Line::new(event, person_actor(held.actor.person.id), held.actor.data_key)
        .person(held.actor.person.id)
        .organisation(&held.reading.organisation)
        .account(held.reading.aidant.id)
        .mandate(held.reading.mandate.id)
}

async fn refuse(mut work: Work<'_>, held: Held) -> Result<Decided, Refusal> {
    let now = work.now;
    let refused = held.reading.mandate.clone().refuse(now)?;
    mandates::save(&mut work.tx, &refused).await?;
    mandates::decided(&mut work.tx, refused.id, now).await?;
    askings::over(&mut work.tx, refused.id, None).await?;
    let (recorded, _) = work.record(line(&held, Event::MandateRefused { method: METHOD.to_owned() })).await?;
    recorded.commit().await?;
    Ok(Decided { reading: held.reading, validity: None, at: now })
}

/// What is kept of an approval that holds.
struct Kept<'a> {
    evidence: &'a [u8],
    attestation: AttestationId,
}

/// That she approved this text; nothing is kept where it was refused.
fn approved(held: &Held, validity: Validity, draft: &[u8], kept: Option<&Kept<'_>>) -> Event {
    let terms = &held.reading.mandate.terms;
    Event::MandateApproved {
        themes: terms.themes.iter().copied().collect(),
        duration: terms.duration.as_str().to_owned(),
        ends_at: validity.until.into(),
        method: METHOD.to_owned(),
        grade: held.actor.person.identification.grade().as_str().to_owned(),
        text_digest: held.reading.words.digest.into(),
        text_version: terms.text_version.clone(),
        draft_digest: sha256(draft).into(),
        evidence_digest: kept.map(|kept| sha256(kept.evidence).into()),
        attestation: kept.map(|kept| kept.attestation),
    }
}

/// Writes down that she approved while the organisation is suspended; gives the refusal.
async fn refuse_suspended(work: Work<'_>, held: &Held) -> Refusal {
    let terms = &held.reading.mandate.terms;
    let validity = Validity::approved_at(work.now, terms.duration);
    let written = async {
        let refused = line(held, approved(held, validity, &terms.draft_bytes()?, None))
            .refused(Reason::OrganisationSuspended.as_str());
        work.record(refused).await?.0.commit().await
    };
    written.await.err().unwrap_or(Refusal::Conflict("organisation-suspended"))
}

async fn approve(mut work: Work<'_>, held: Held, answer: &Answer<'_>) -> Result<Decided, Refusal> {
    let bench = work.bench;
    let now = work.now;
    let words = &held.reading.words;
    if !same(answer.shown, &words.digest) {
        return Err(Refusal::Conflict("consent-changed"));
    }
    if held.organisation.organisation.status != OrganisationStatus::Active {
        return Err(refuse_suspended(work, &held).await);
    }
    let terms = &held.reading.mandate.terms;
    let validity = Validity::approved_at(now, terms.duration);
    let consent = Consent {
        person: held.actor.person.id,
        method: ConsentMethod::FranceConnect,
        grade: held.actor.person.identification.grade(),
        text_digest: words.digest,
        validity,
    };
    let draft = terms.draft_bytes()?;
    let evidence = serde_json::to_vec(&StoredEvidence {
        evidence: answer.evidence,
        draft: b64(&draft),
        paired_at: held.paired_at,
    })?;
    let mandate = held.reading.mandate.clone().approve(consent)?;
    mandates::save(&mut work.tx, &mandate).await?;
    mandates::decided(&mut work.tx, mandate.id, now).await?;
    askings::over(&mut work.tx, mandate.id, None).await?;
    let key = data_keys::require(bench, &mut work.tx, held.actor.data_key).await?;
    let random = bench.random.as_ref();
    let stored = StoredConsent {
        sealed_text: key.seal(TEXT_LABEL, words.text.as_bytes(), random)?,
        sealed_evidence: key.seal(EVIDENCE_LABEL, &evidence, random)?,
        data_key: held.actor.data_key,
        decided_at: now,
    };
    mandates::insert_consent(&mut work.tx, mandate.id, &stored).await?;
    let kept =
        Kept { evidence: &evidence, attestation: attestation::replace(&mut work, mandate.id, &key).await? };
    let approved = approved(&held, validity, &draft, Some(&kept));
    notices::note_language(&mut work.tx, held.actor.person.id, answer.language).await?;
    let (kind, news) = news(&held, &mandate, validity);
    tell(&mut work, &held.actor, kind, news, NEWS_WORTH).await?;
    let (recorded, _) = work.record(line(&held, approved)).await?;
    let recorded = renewal::follow(recorded, &mandate, |event| line(&held, event)).await?;
    recorded.commit().await?;
    Ok(Decided { reading: held.reading, validity: Some(validity), at: now })
}

/// What she is told: of a new mandate, or of one that follows another.
fn news(held: &Held, mandate: &Mandate, validity: Validity) -> (NoticeKind, MessageBody) {
    let doer = Doer {
        aidant: Private::new(held.reading.aidant.professional.full_name()),
        organisation: held.reading.organisation.name.clone(),
    };
    let themes = mandate.terms.themes.iter().copied().collect();
    let (until, not_me) = (validity.until, None);
    if mandate.renews.is_some() {
        let body = MessageBody::MandateRenewed { doer, themes, until, not_me };
        return (NoticeKind::Renewal(mandate.id), body);
    }
    (NoticeKind::Grant(mandate.id), MessageBody::MandateApproved { doer, themes, until, not_me })
}
