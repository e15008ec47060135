//! The referent's word beside the person's, where she is known by declaration only: what waits, yes, no, and the letter.

use crate::crypto::hash::sha256;
use crate::domain::account::normal_email;
use crate::domain::asking::Contacts;
use crate::domain::asking::DraftEnd;
use crate::domain::decision::Reason;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::mandate::Channel;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::names::deceives;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::person::Person;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::actors::StaffActor;
use crate::operations::asking;
use crate::operations::asking::Asking;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::decide_mandate::TEXT_LABEL;
use crate::operations::draw_up_mandate::CODE_LABEL;
use crate::operations::refusal::Refusal;
use crate::operations::renewal;
use crate::operations::two_approvals;
use crate::operations::two_approvals::Agreed;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::accounts;
use crate::storage::askings;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::persons;

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;
/// Who drew it up cannot be the one who approves it.
pub const OWN_DRAFT: &str = "own-draft";
/// Another referent was faster, or it is over.
pub const OVER: &str = "mandate-step";

/// A referent with the organisations managed.
pub type Managing<'a> = (&'a StaffActor, &'a [Organisation]);

/// A draft that waits for the referent, for the person, or for both.
#[derive(Clone, Debug)]
pub struct WaitingConsent {
    /// The draft.
    pub mandate: Mandate,
    /// Whose it will be.
    pub organisation: Organisation,
    /// The aidant who drew it up.
    pub aidant: Private<String>,
    /// The person, as she was taken down.
    pub person: Person,
    /// Whether one of her names mixes letters that look alike.
    pub deceives: bool,
    /// Where she is reached.
    pub contacts: Contacts,
    /// The text she was sent, or will be.
    pub text: Private<String>,
    /// When she said yes.
    pub agreed_at: Option<Instant>,
    /// When a referent approved.
    pub approved_at: Option<Instant>,
    /// Whether this referent drew it up herself, as an aidant.
    pub own: bool,
    /// Until when both may answer.
    pub until: Instant,
}

/// What the referent decides.
#[derive(Clone, Copy, Debug)]
pub enum Word<'a> {
    /// Yes.
    Approve,
    /// No, for this reason, which the aidant and the person can read.
    Refuse(&'a str),
}

/// A letter to be printed and posted.
#[derive(Clone, Debug)]
pub struct Letter {
    /// What it is about.
    pub waiting: WaitingConsent,
    /// The code that says yes.
    pub code: Private<String>,
    /// The code of the person's page.
    pub link: Private<String>,
}

/// A page of drafts of one organisation, oldest first, behind `after`; one more than `most` tells that there are others.
///
/// # Errors
/// [`Refusal::NotFound`] for an organisation the referent does not manage.
pub async fn waiting(
    bench: &Bench,
    by: Managing<'_>,
    organisation: OrganisationId,
    after: Option<MandateId>,
    most: i64,
) -> Result<Vec<WaitingConsent>, Refusal> {
    let own = managed(by, organisation)?;
    let mut tx = bench.db.read().await?;
    let after = after.unwrap_or_else(|| MandateId::from_uuid(uuid::Uuid::nil()));
    let mut all = Vec::new();
    for id in askings::waiting(&mut tx, own.id, bench.now(), after, most).await? {
        let Some(stored) = mandates::find(&mut tx, id).await? else { continue };
        let Some(asking) = asking::find(bench, &mut tx, id).await? else { continue };
        all.push(view(bench, &mut tx, by.0, own.clone(), stored.mandate, &asking).await?.0);
    }
    Ok(all)
}

fn managed(by: Managing<'_>, organisation: OrganisationId) -> Result<Organisation, Refusal> {
    by.1.iter().find(|own| own.id == organisation).cloned().ok_or(Refusal::NotFound)
}

/// One draft.
///
/// # Errors
/// [`Refusal::NotFound`] for one of another organisation or another kind, [`Refusal::Conflict`] with [`OVER`] once it is over.
pub async fn one(bench: &Bench, by: Managing<'_>, id: MandateId) -> Result<WaitingConsent, Refusal> {
    let mut tx = bench.db.read().await?;
    let mandate = mandates::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    let own = managed(by, mandate.terms.organisation)?;
    let asking = open_asking(bench, &mut tx, &mandate).await?;
    Ok(view(bench, &mut tx, by.0, own, mandate, &asking).await?.0)
}

async fn open_asking(bench: &Bench, tx: &mut Tx, mandate: &Mandate) -> Result<Asking, Refusal> {
    if !mandate.terms.channel.is_declared() {
        return Err(Refusal::NotFound);
    }
    if mandate.status_at(bench.now()) != MandateStatus::AwaitingConsent {
        return Err(Refusal::Conflict(OVER));
    }
    asking::require(bench, tx, mandate.id).await
}

async fn view(
    bench: &Bench,
    tx: &mut Tx,
    referent: &StaffActor,
    organisation: Organisation,
    mandate: Mandate,
    asking: &Asking,
) -> Result<(WaitingConsent, PersonActor), Refusal> {
    let id = asking.row.person.ok_or_else(|| Refusal::fault("a declaration without its person"))?;
    let actor = actors::person(bench, tx, id).await?;
    let (aidant, _) = actors::account(bench, tx, mandate.terms.drafted_by).await?;
    let address = |email: &Private<String>| normal_email(email.show());
    let own = address(&aidant.professional.email) == address(&referent.account.professional.email);
    let until = match &mandate.life {
        crate::domain::mandate::Life::AwaitingConsent { lapses_at } => *lapses_at,
        _ => return Err(Refusal::Conflict(OVER)),
    };
    let identity = &actor.person.identity;
    let view = WaitingConsent {
        deceives: deceives(identity.given_name.show()) || deceives(identity.family_name.show()),
        organisation,
        aidant: Private::new(aidant.professional.full_name()),
        person: actor.person.clone(),
        contacts: asking.notes.contacts.clone(),
        text: asking.notes.text.clone().unwrap_or_else(|| Private::new(String::new())),
        agreed_at: asking.row.confirmed_at,
        approved_at: asking.row.referent_at,
        own,
        until,
        mandate,
    };
    Ok((view, actor))
}

/// Says yes or no. A yes after the person's puts the mandate in force; gives whether it is.
///
/// # Errors
/// [`Refusal::NotFound`] as [`one`], also for a referent who is none of this organisation any more; [`Refusal::Conflict`] with
/// [`OVER`], [`OWN_DRAFT`] or `organisation-suspended`; [`Refusal::Invalid`] without or with too long a reason.
pub async fn decide(
    bench: &Bench,
    by: Managing<'_>,
    id: MandateId,
    word: Word<'_>,
    request: Option<&str>,
) -> Result<bool, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let mandate = mandates::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    let own = managed(by, mandate.terms.organisation)?;
    if !accounts::referent_of(&mut work.tx, by.0.account.id).await?.contains(&own.id) {
        return Err(Refusal::NotFound);
    }
    let asking = open_asking(bench, &mut work.tx, &mandate).await?;
    if let Some(person) = asking.row.person {
        // Not erased while this is under way.
        persons::hold_shared(&mut work.tx, person).await?;
    }
    let (waiting, person) = view(bench, &mut work.tx, by.0, own.clone(), mandate, &asking).await?;
    let drafter = waiting.mandate.terms.drafted_by;
    let line = |event| {
        Line::new(event, actor(&by.0.account), person.data_key)
            .person(person.person.id)
            .organisation(&own)
            .account(drafter)
            .mandate(id)
    };
    if waiting.own {
        let tried = match word {
            Word::Approve => Event::MandateReferentApproved {},
            Word::Refuse(reason) => Event::MandateReferentRefused { reason: checked(reason)? },
        };
        return Err(refuse(work, line(tried).refused("own_draft"), OWN_DRAFT).await);
    }
    match word {
        Word::Refuse(reason) => {
            let reason = checked(reason)?;
            let lapsed = asking::end(&mut work, waiting.mandate, DraftEnd::ReferentRefused).await?;
            let (recorded, _) = work.record(line(Event::MandateReferentRefused { reason })).await?;
            let (recorded, _) = recorded.record(line(lapsed)).await?;
            recorded.commit().await?;
            Ok(false)
        }
        Word::Approve => {
            let stored = organisations::find_shared(&mut work.tx, own.id).await?.ok_or(Refusal::NotFound)?;
            if stored.organisation.status != OrganisationStatus::Active {
                let refused = line(Event::MandateReferentApproved {});
                let refused = refused.refused(Reason::OrganisationSuspended.as_str());
                return Err(refuse(work, refused, "organisation-suspended").await);
            }
            let in_force = approve(&mut work, by.0, waiting, asking, &person).await?;
            let (mut recorded, _) = work.record(line(Event::MandateReferentApproved {})).await?;
            if let Some(mandate) = &in_force {
                recorded = renewal::follow(recorded, mandate, line).await?;
            }
            recorded.commit().await?;
            Ok(in_force.is_some())
        }
    }
}

/// Writes down that it was refused; gives the refusal.
async fn refuse(work: Work<'_>, refused: Line, why: &'static str) -> Refusal {
    let written = async { work.record(refused).await?.0.commit().await };
    written.await.err().unwrap_or(Refusal::Conflict(why))
}

fn checked(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::field("reason", "referent-consent-error-reason"));
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(Refusal::field("reason", "mandate-error-reason-long"));
    }
    Ok(reason.to_owned())
}

async fn approve(
    work: &mut Work<'_>,
    referent: &StaffActor,
    waiting: WaitingConsent,
    mut asking: Asking,
    person: &PersonActor,
) -> Result<Option<Mandate>, Refusal> {
    if asking.row.referent_at.is_some() {
        return Err(Refusal::Conflict(OVER));
    }
    asking.row.referent = Some(referent.account.id);
    asking.row.referent_at = Some(work.now);
    if asking.row.confirmed_at.is_none() {
        asking::save(work, asking).await?;
        return Ok(None);
    }
    let stored = mandates::consent(&mut work.tx, waiting.mandate.id)
        .await?
        .ok_or_else(|| Refusal::fault("a yes without its text"))?;
    let key = data_keys::require(work.bench, &mut work.tx, stored.data_key).await?;
    let text_digest = sha256(&key.open(TEXT_LABEL, &stored.sealed_text)?);
    let agreed = Agreed { mandate: waiting.mandate, asking, person: person.clone(), text_digest };
    two_approvals::put_in_force(work, agreed).await.map(Some)
}

/// The letter of a posted draft, for the referent who approved it, or another one, to print: the aidant never sees its code.
/// Each look is an entry.
///
/// # Errors
/// [`Refusal::NotFound`] for a draft of another kind or organisation; [`Refusal::Conflict`] with [`OVER`] once it is over or
/// she has answered, with [`OWN_DRAFT`], or with `not-approved` before a referent has approved.
pub async fn letter(
    bench: &Bench,
    by: Managing<'_>,
    id: MandateId,
    request: Option<&str>,
) -> Result<Letter, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let stored = mandates::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let own = managed(by, stored.mandate.terms.organisation)?;
    let mut asking = open_asking(bench, &mut work.tx, &stored.mandate).await?;
    if stored.mandate.terms.channel != Channel::Post {
        return Err(Refusal::NotFound);
    }
    let (waiting, person) = view(bench, &mut work.tx, by.0, own.clone(), stored.mandate, &asking).await?;
    if waiting.own {
        return Err(Refusal::Conflict(OWN_DRAFT));
    }
    if waiting.agreed_at.is_some() {
        return Err(Refusal::Conflict(OVER));
    }
    if waiting.approved_at.is_none() {
        return Err(Refusal::Conflict("not-approved"));
    }
    let code = asking.notes.code.clone().ok_or_else(|| Refusal::fault("a letter without its code"))?;
    let link = link(&mut work, &own, id).await?;
    asking.row.sent += 1;
    asking.row.sent_at = Some(work.now);
    asking::save(&mut work, asking).await?;
    let line = Line::new(Event::MandateLetterPrinted {}, actor(&by.0.account), person.data_key)
        .person(person.person.id)
        .organisation(&own)
        .account(waiting.mandate.terms.drafted_by)
        .mandate(id);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(Letter { waiting, code, link })
}

async fn link(work: &mut Work<'_>, own: &Organisation, id: MandateId) -> Result<Private<String>, Refusal> {
    let link = mandates::link_of(&mut work.tx, id)
        .await?
        .ok_or_else(|| Refusal::fault("a draft without its link"))?;
    let stored = organisations::find(&mut work.tx, own.id).await?.ok_or(Refusal::NotFound)?;
    let key = data_keys::require(work.bench, &mut work.tx, stored.data_key).await?;
    let code = String::from_utf8(key.open(CODE_LABEL, &link.sealed_code)?.to_vec())
        .map_err(|_| Refusal::fault("a code that is no text"))?;
    Ok(Private::new(code))
}
