//! A person without FranceConnect answers: the code that was sent to her says yes, everything else is a no.

use serde::Serialize;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::domain::asking::AnsweredBy;
use crate::domain::asking::DraftEnd;
use crate::domain::asking::SentText;
use crate::domain::decision::Reason;
use crate::domain::ids::AccountId;
use crate::domain::ids::AttestationId;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::Validity;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::actors::PersonActor;
use crate::operations::asking;
use crate::operations::asking::Asking;
use crate::operations::asking::Judged;
use crate::operations::attestation;
use crate::operations::bench::Bench;
use crate::operations::consent_link;
use crate::operations::data_keys;
use crate::operations::decide_mandate::EVIDENCE_LABEL;
use crate::operations::decide_mandate::Reading;
use crate::operations::decide_mandate::TEXT_LABEL;
use crate::operations::mandate_words::MandateWords;
use crate::operations::refusal::Refusal;
use crate::operations::renewal;
use crate::operations::two_approvals;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::person_actor;
use crate::storage::askings;
use crate::storage::mandates;
use crate::storage::mandates::StoredConsent;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::persons;

/// The time of the code has passed: another one must be sent.
pub const CODE_TOO_OLD: &str = "code-too-old";
/// She has said yes already.
pub const ANSWERED: &str = "consent-over";

/// Where the answer comes in.
#[derive(Clone, Copy, Debug)]
pub enum Door<'a> {
    /// On her own page, in the browser that holds the link.
    Link {
        /// The code of the link.
        code: &'a str,
        /// The browser.
        browser: &'a [u8; 32],
    },
    /// From the aidant, to whom she told it.
    Aidant(&'a AidantActor, MandateId),
}

/// What she answers.
#[derive(Clone, Copy, Debug)]
pub enum Reply<'a> {
    /// Yes, with these six digits.
    Yes(&'a str),
    /// Anything else.
    No,
}

/// What came of an answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What she had been asked.
    pub reading: Reading,
    /// What the answer was worth.
    pub outcome: Outcome,
    /// When.
    pub at: Instant,
}

/// What an answer was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// She agreed; the mandate runs until then, once the referent has approved too.
    Agreed {
        /// Whether both have.
        active: bool,
        /// Its last instant.
        until: Instant,
    },
    /// She did not.
    Refused,
    /// The code was wrong; so many tries are left.
    Wrong {
        /// At least one.
        left: u64,
    },
    /// The code was wrong for the last time.
    Dead,
}

/// What proves a yes by code; sealed under her key.
#[derive(Serialize)]
struct Evidence<'a> {
    method: &'a str,
    answered_by: AnsweredBy,
    /// The aidant who typed it, where she did not.
    typed_by: Option<AccountId>,
    /// The texts sent to her, byte for byte, the code in them.
    messages: &'a [SentText],
    /// The code of a letter.
    posted_code: Option<&'a Private<String>>,
    /// The canonical bytes of what was drawn up, base64url.
    draft: String,
}

struct Held {
    mandate: Mandate,
    asking: Asking,
    person: PersonActor,
    organisation: StoredOrganisation,
    reading: Reading,
}

async fn hold(work: &mut Work<'_>, door: Door<'_>) -> Result<Held, Refusal> {
    let bench = work.bench;
    let mandate = match door {
        Door::Link { code, browser } => consent_link::take_held(work, code, browser).await?.0,
        Door::Aidant(aidant, id) => {
            let mandate = mandates::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
            if mandate.terms.organisation != aidant.organisation.id {
                return Err(Refusal::NotFound);
            }
            mandate
        }
    };
    if !mandate.terms.channel.is_declared() {
        return Err(Refusal::NotFound);
    }
    let asking = asking::require(bench, &mut work.tx, mandate.id).await?;
    let open = mandate.status_at(work.now) == crate::domain::mandate::MandateStatus::AwaitingConsent;
    if !open || asking.row.confirmed_at.is_some() {
        return Err(Refusal::Conflict(ANSWERED));
    }
    let organisation = organisations::find_shared(&mut work.tx, mandate.terms.organisation)
        .await?
        .ok_or(Refusal::NotFound)?;
    let id = asking.row.person.ok_or_else(|| Refusal::fault("a declaration without its person"))?;
    // Not erased while this is under way.
    persons::hold_shared(&mut work.tx, id).await?;
    let person = actors::person(bench, &mut work.tx, id).await?;
    let (aidant, _) = actors::account(bench, &mut work.tx, mandate.terms.drafted_by).await?;
    let text = asking.notes.text.clone().ok_or_else(|| Refusal::fault("a declaration without its text"))?;
    let reading = Reading {
        mandate: mandate.clone(),
        organisation: organisation.organisation.clone(),
        aidant,
        person: person.person.clone(),
        words: MandateWords {
            digest: sha256(text.show().as_bytes()),
            text: text.show().clone(),
            last_day: mandate.terms.duration.last_day(work.now.day()),
        },
        until: asking.row.code_expires_at,
    };
    Ok(Held { mandate, asking, person, organisation, reading })
}

/// What she is asked, for her own page. Changes nothing.
///
/// # Errors
/// As [`consent_link::take_held`]; [`Refusal::Conflict`] with [`ANSWERED`].
pub async fn read(bench: &Bench, door: Door<'_>) -> Result<Reading, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    Ok(hold(&mut work, door).await?.reading)
}

/// Takes her answer.
///
/// # Errors
/// [`Refusal::NotFound`] for a draft of another kind, organisation or browser; [`Refusal::Conflict`] with [`ANSWERED`],
/// [`CODE_TOO_OLD`] or `organisation-suspended`.
pub async fn answer(
    bench: &Bench,
    door: Door<'_>,
    reply: Reply<'_>,
    request: Option<&str>,
) -> Result<Answered, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let mut held = hold(&mut work, door).await?;
    let Reply::Yes(code) = reply else { return refuse(work, held, door).await };
    if work.now > held.asking.row.code_expires_at {
        return Err(Refusal::Conflict(CODE_TOO_OLD));
    }
    let suspended = held.organisation.organisation.status != OrganisationStatus::Active;
    match held.asking.judge(bench, code) {
        Judged::Right if suspended => Err(refuse_suspended(work, &held, door).await),
        Judged::Right => agree(work, held, door).await,
        judged => wrong(work, held, door, judged).await,
    }
}

/// Her own doing, or the aidant's who types what she was told.
fn doer(held: &Held, door: Door<'_>) -> Actor {
    match door {
        Door::Link { .. } => person_actor(held.person.person.id),
        Door::Aidant(aidant, _) => actor(&aidant.account),
    }
}

fn line(held: &Held, who: Actor, event: Event) -> Line {
    Line::new(event, who, held.person.data_key)
        .person(held.person.person.id)
        .organisation(&held.reading.organisation)
        .account(held.reading.aidant.id)
        .mandate(held.mandate.id)
}

async fn refuse(mut work: Work<'_>, held: Held, door: Door<'_>) -> Result<Answered, Refusal> {
    let now = work.now;
    let refused = held.mandate.clone().refuse(now)?;
    mandates::save(&mut work.tx, &refused).await?;
    mandates::decided(&mut work.tx, refused.id, now).await?;
    askings::over(&mut work.tx, refused.id, None).await?;
    let method = held.mandate.terms.channel.method().as_str().to_owned();
    let who = doer(&held, door);
    let (recorded, _) = work.record(line(&held, who, Event::MandateRefused { method })).await?;
    recorded.commit().await?;
    Ok(Answered { reading: held.reading, outcome: Outcome::Refused, at: now })
}

async fn wrong(mut work: Work<'_>, held: Held, door: Door<'_>, judged: Judged) -> Result<Answered, Refusal> {
    let at = work.now;
    let left = held.asking.left();
    let code = held.mandate.terms.channel.as_str().to_owned();
    let refused =
        line(&held, doer(&held, door), Event::MandateCodeRefused { code, left }).refused("wrong_code");
    asking::save(&mut work, held.asking.clone()).await?;
    let lapsed = match judged {
        Judged::Dead => Some(asking::end(&mut work, held.mandate.clone(), DraftEnd::Code).await?),
        Judged::Right | Judged::Wrong { .. } => None,
    };
    let (mut recorded, _) = work.record(refused).await?;
    let outcome = match lapsed {
        Some(event) => {
            (recorded, _) = recorded.record(line(&held, Actor::system(), event)).await?;
            Outcome::Dead
        }
        None => Outcome::Wrong { left },
    };
    recorded.commit().await?;
    Ok(Answered { reading: held.reading, outcome, at })
}

/// What is kept of an approval that holds.
struct Kept<'a> {
    evidence: &'a [u8],
    attestation: AttestationId,
}

/// That she approved this text; nothing is kept where it was refused.
fn approved(held: &Held, validity: Validity, draft: &[u8], kept: Option<&Kept<'_>>) -> Event {
    let terms = &held.mandate.terms;
    Event::MandateApproved {
        themes: terms.themes.iter().copied().collect(),
        duration: terms.duration.as_str().to_owned(),
        ends_at: validity.until.into(),
        method: terms.channel.method().as_str().to_owned(),
        grade: held.person.person.identification.grade().as_str().to_owned(),
        text_digest: held.reading.words.digest.into(),
        text_version: terms.text_version.clone(),
        draft_digest: sha256(draft).into(),
        evidence_digest: kept.map(|kept| sha256(kept.evidence).into()),
        attestation: kept.map(|kept| kept.attestation),
    }
}

/// Writes down that she approved while the organisation is suspended; gives the refusal.
async fn refuse_suspended(work: Work<'_>, held: &Held, door: Door<'_>) -> Refusal {
    let terms = &held.mandate.terms;
    let validity = Validity::approved_at(work.now, terms.duration);
    let written = async {
        let event = approved(held, validity, &terms.draft_bytes()?, None);
        let refused = line(held, doer(held, door), event).refused(Reason::OrganisationSuspended.as_str());
        work.record(refused).await?.0.commit().await
    };
    written.await.err().unwrap_or(Refusal::Conflict("organisation-suspended"))
}

async fn agree(mut work: Work<'_>, mut held: Held, door: Door<'_>) -> Result<Answered, Refusal> {
    let bench = work.bench;
    let now = work.now;
    let terms = &held.mandate.terms;
    let method = terms.channel.method();
    let draft = terms.draft_bytes()?;
    let (answered_by, typed_by) = match door {
        Door::Link { .. } => (AnsweredBy::Person, None),
        Door::Aidant(aidant, _) => (AnsweredBy::Aidant, Some(aidant.account.id)),
    };
    let evidence = serde_json::to_vec(&Evidence {
        method: method.as_str(),
        answered_by,
        typed_by,
        messages: &held.asking.notes.messages,
        posted_code: held.asking.notes.code.as_ref(),
        draft: b64(&draft),
    })?;
    let validity = Validity::approved_at(now, terms.duration);
    let words = &held.reading.words;
    let key = data_keys::require(bench, &mut work.tx, held.person.data_key).await?;
    let random = bench.random.as_ref();
    let stored = StoredConsent {
        sealed_text: key.seal(TEXT_LABEL, words.text.as_bytes(), random)?,
        sealed_evidence: key.seal(EVIDENCE_LABEL, &evidence, random)?,
        data_key: held.person.data_key,
        decided_at: now,
    };
    mandates::insert_consent(&mut work.tx, held.mandate.id, &stored).await?;
    let kept = Kept {
        evidence: &evidence,
        attestation: attestation::replace(&mut work, held.mandate.id, &key).await?,
    };
    let approved = approved(&held, validity, &draft, Some(&kept));
    mandates::decided(&mut work.tx, held.mandate.id, now).await?;
    held.asking.row.confirmed_at = Some(now);
    let active = held.asking.row.referent_at.is_some();
    let agreed = two_approvals::Agreed {
        mandate: held.mandate.clone(),
        asking: held.asking.clone(),
        person: held.person.clone(),
        text_digest: words.digest,
    };
    let in_force = if active {
        Some(two_approvals::put_in_force(&mut work, agreed).await?)
    } else {
        two_approvals::await_referent(&mut work, agreed, validity.until).await?;
        None
    };
    // Who approved is the person, whoever typed her code; the evidence says who did.
    let who = person_actor(held.person.person.id);
    let (mut recorded, _) = work.record(line(&held, who.clone(), approved)).await?;
    if let Some(mandate) = in_force {
        recorded = renewal::follow(recorded, &mandate, |event| line(&held, who.clone(), event)).await?;
    }
    recorded.commit().await?;
    let outcome = Outcome::Agreed { active, until: validity.until };
    Ok(Answered { reading: held.reading, outcome, at: now })
}
