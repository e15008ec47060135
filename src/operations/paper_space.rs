//! The space of a person without FranceConnect: a code on paper that an aidant printed, and a code by SMS to her own telephone.

use std::time::Duration;

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::same;
use crate::crypto::random::random_digits;
use crate::domain::contact::ContactKind;
use crate::domain::ids::PaperCodeId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::MandateStatus;
use crate::domain::message::Address;
use crate::domain::message::MessageBody;
use crate::domain::person::Identification;
use crate::domain::person::Person;
use crate::domain::printed;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::contacts;
use crate::operations::draw_up_mandate::aidant_side;
use crate::operations::refusal::Refusal;
use crate::operations::tell;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::person_actor;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::paper_codes;
use crate::storage::paper_codes::NewPaperCode;
use crate::storage::paper_codes::PaperCodeRow;

/// The way in which she entered, as entries say it.
pub const METHOD: &str = "paper_code";
/// How long the code by SMS can be typed.
pub const CODE_LIFETIME: Duration = Duration::from_secs(10 * 60);
const DIGITS: u32 = 6;
const MOST_TRIES: i64 = 3;

/// A person of an aidant's organisation, as the page of her paper code shows her.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Who she is.
    pub person: Person,
    /// Since when she has a good code.
    pub since: Option<Instant>,
    /// Whether she has a telephone that codes can be sent to.
    pub reachable: bool,
}

/// A fresh paper code: shown once, kept as a hash only.
#[derive(Clone, Debug)]
pub struct Printed {
    /// Whose it is.
    pub person: Person,
    /// Four groups of five signs.
    pub code: Private<String>,
    /// When it was made.
    pub at: Instant,
}

/// What the page of a person's paper code shows.
///
/// # Errors
/// [`Refusal::NotFound`] for one without a mandate in force in the aidant's organisation, or whom FranceConnect identifies.
pub async fn look(bench: &Bench, aidant: &AidantActor, person: PersonId) -> Result<Holder, Refusal> {
    let mut tx = bench.db.read().await?;
    let held = holder(bench, &mut tx, aidant, person).await?;
    let since = paper_codes::since(&mut tx, person).await?;
    let reachable = phone(bench, &mut tx, &held).await?.is_some();
    Ok(Holder { person: held.person, since, reachable })
}

async fn holder(
    bench: &Bench,
    tx: &mut Tx,
    aidant: &AidantActor,
    person: PersonId,
) -> Result<PersonActor, Refusal> {
    let now = bench.now();
    let living = mandates::of_person(tx, person).await?.into_iter().any(|stored| {
        stored.mandate.terms.organisation == aidant.organisation.id
            && matches!(stored.mandate.status_at(now), MandateStatus::Active | MandateStatus::Suspended)
    });
    if !living {
        return Err(Refusal::NotFound);
    }
    let found = actors::person(bench, tx, person).await?;
    // FranceConnect opens her space better than any paper.
    if found.person.identification != Identification::Declared {
        return Err(Refusal::NotFound);
    }
    Ok(found)
}

/// The telephone that codes go to: the one proved last.
async fn phone(bench: &Bench, tx: &mut Tx, person: &PersonActor) -> Result<Option<Address>, Refusal> {
    if !bench.config.sms.leaves() {
        return Ok(None);
    }
    let all = contacts::of(bench, tx, person).await?;
    let phone = all.into_iter().rfind(|contact| contact.confirmed() && contact.kind() == ContactKind::Phone);
    Ok(phone.map(|contact| contact.address))
}

/// Makes a paper code; the one before opens nothing any more.
///
/// # Errors
/// As [`look`]; [`Refusal::Conflict`] `paper-no-phone` for one without a telephone; [`Refusal::Denied`] (written down) when the
/// aidant may not act.
pub async fn issue(
    bench: &Bench,
    aidant: &AidantActor,
    person: PersonId,
    request: Option<&str>,
) -> Result<Printed, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let held = holder(bench, &mut work.tx, aidant, person).await?;
    let line = |event: Event| {
        Line::new(event, actor(&aidant.account), held.data_key)
            .person(person)
            .account(aidant.account.id)
            .organisation(&aidant.organisation)
    };
    if let Err(refused) = aidant_side(&mut work, aidant, None).await? {
        let event = Event::PaperCodeIssued { replaced: false };
        let (recorded, _) = work.record(line(event).refused(refused.as_str())).await?;
        recorded.commit().await?;
        return Err(Refusal::Denied(refused));
    }
    if phone(bench, &mut work.tx, &held).await?.is_none() {
        return Err(Refusal::Conflict("paper-no-phone"));
    }
    let code = printed::fresh(bench.random.as_ref());
    let normal = printed::normal(&code).ok_or_else(|| Refusal::fault("a code of another form"))?;
    let hash = TokenHash::of(&normal);
    let new = NewPaperCode {
        id: PaperCodeId::fresh(work.now, bench.random.as_ref()),
        person,
        code_hash: hash.as_bytes(),
        made_by: aidant.account.id,
        organisation: aidant.organisation.id,
    };
    let now = work.now;
    let replaced = paper_codes::replace(&mut work.tx, &new, now).await?;
    let (recorded, _) = work.record(line(Event::PaperCodeIssued { replaced })).await?;
    recorded.commit().await?;
    Ok(Printed { person: held.person, code: Private::new(code), at: now })
}

fn sms_hash(bench: &Bench, id: PaperCodeId, code: &str) -> [u8; 32] {
    bench.lookup.hash("paper.sms", &format!("{id} {code}"))
}

/// Takes a paper code as typed, and sends the code by SMS if it is good; gives its hash, which [`finish`] takes. Whether it was
/// good is told to nobody.
///
/// # Errors
/// [`Refusal::Invalid`] on `code` when it cannot be one; [`Refusal::Throttled`] after too many wrong ones from this network.
pub async fn begin(
    bench: &Bench,
    typed: &str,
    browser: &[u8; 32],
    network: &str,
    request: Option<&str>,
) -> Result<[u8; 32], Refusal> {
    let normal = printed::normal(typed).ok_or_else(|| Refusal::field("code", "paper-code-shape"))?;
    let hash = *TokenHash::of(&normal).as_bytes();
    let mut work = Work::begin(bench, request).await?;
    let counted = throttle::take(bench, &mut work.tx, Subject::PaperCodes(network)).await?;
    if counted.blocked() {
        return Err(Refusal::Throttled);
    }
    match good(&mut work, &hash).await? {
        Some((row, person)) => send(&mut work, &row, &person, browser).await?,
        None => drop(counted.failed(bench, &mut work.tx).await?),
    }
    work.commit_without_entry(Housekeeping::SentCode).await?;
    Ok(hash)
}

/// A code that is good, of a person who was not erased.
async fn good(work: &mut Work<'_>, hash: &[u8; 32]) -> Result<Option<(PaperCodeRow, PersonActor)>, Refusal> {
    let Some(row) = paper_codes::take(&mut work.tx, hash).await? else { return Ok(None) };
    match actors::person(work.bench, &mut work.tx, row.person).await {
        Ok(person) => Ok(Some((row, person))),
        Err(Refusal::NotFound) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

async fn send(
    work: &mut Work<'_>,
    row: &PaperCodeRow,
    person: &PersonActor,
    browser: &[u8; 32],
) -> Result<(), Refusal> {
    let bench = work.bench;
    let Some(to) = phone(bench, &mut work.tx, person).await? else { return Ok(()) };
    let sends = throttle::take(bench, &mut work.tx, Subject::CodesFor(row.person)).await?;
    if sends.blocked() {
        return Ok(());
    }
    sends.failed(bench, &mut work.tx).await?;
    let code = random_digits(bench.random.as_ref(), DIGITS);
    let expires_at = work.now.plus(CODE_LIFETIME);
    paper_codes::sent(&mut work.tx, row.id, &sms_hash(bench, row.id, &code), browser, expires_at).await?;
    let body = MessageBody::SpaceCode { code: code.into(), expires_at };
    tell::send_to(work, person, &[to], &body, CODE_LIFETIME).await
}

/// Takes the code by SMS in the browser that gave the paper code: her space is open. A wrong one beside a good paper code is an
/// entry that she sees.
///
/// # Errors
/// [`Refusal::Invalid`] on `sms` for whatever is not right or too late; [`Refusal::Throttled`].
pub async fn finish(
    bench: &Bench,
    paper: &[u8; 32],
    sms: &str,
    browser: &[u8; 32],
    network: &str,
    request: Option<&str>,
) -> Result<PersonId, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let counted = throttle::take(bench, &mut work.tx, Subject::PaperCodes(network)).await?;
    if counted.blocked() {
        return Err(Refusal::Throttled);
    }
    let wrong = || Refusal::field("sms", "paper-sms-wrong");
    let Some((row, person)) = good(&mut work, paper).await? else {
        counted.failed(bench, &mut work.tx).await?;
        work.commit_without_entry(Housekeeping::Throttle).await?;
        return Err(wrong());
    };
    let id = row.person;
    let typed: String = sms.chars().filter(|sign| !sign.is_whitespace()).collect();
    let line = |event: Event| Line::new(event, person_actor(id), person.data_key).person(id);
    if !is_right(&row, &sms_hash(bench, row.id, &typed), browser, work.now) {
        counted.failed(bench, &mut work.tx).await?;
        paper_codes::count_try(&mut work.tx, row.id).await?;
        let event = Event::PersonLoginRefused { reason: "wrong_code".to_owned() };
        let (recorded, _) = work.record(line(event).refused("wrong_code")).await?;
        recorded.commit().await?;
        return Err(wrong());
    }
    paper_codes::used(&mut work.tx, row.id).await?;
    let level = person.person.identification.as_str().to_owned();
    let entered = Event::PersonLoggedIn { method: METHOD.to_owned(), level };
    let (recorded, _) = work.record(line(entered)).await?;
    recorded.commit().await?;
    Ok(id)
}

fn is_right(row: &PaperCodeRow, typed: &[u8; 32], browser: &[u8; 32], now: Instant) -> bool {
    let here = row.sms_browser.as_deref().is_some_and(|bound| same(bound, browser));
    let open = row.sms_expires_at.is_some_and(|until| now <= until) && row.sms_tries < MOST_TRIES;
    let equal = row.sms_hash.as_deref().is_some_and(|hash| same(hash, typed));
    here && open && equal
}
