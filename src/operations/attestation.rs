//! The printed mandate: its code, which anyone holding the paper can check until the mandate ends.

use std::time::Duration;

use crate::crypto::hash::TokenHash;
use crate::crypto::seal::DataKey;
use crate::domain::ids::AttestationId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Life;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::organisation::Organisation;
use crate::domain::person::Person;
use crate::domain::printed;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::decide_mandate::TEXT_LABEL;
use crate::operations::refusal::Refusal;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::person_actor;
use crate::storage::attestations;
use crate::storage::attestations::AttestationRow;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::organisation_merges;
use crate::storage::organisation_merges::Transfer;
use crate::storage::organisations;

const CODE_LABEL: &str = "attestation.code";
/// So long after its end a mandate's codes say what happened; then they are as unknown as any other.
const REMEMBERED: Duration = Duration::from_secs(365 * 24 * 3600);

/// The code of one attestation, as printed: four groups of five signs.
#[derive(Clone, Debug)]
pub struct PrintedCode {
    /// `7K2PX-…`.
    pub code: Private<String>,
    /// When it was made.
    pub since: Instant,
}

/// What the printed page shows.
#[derive(Clone, Debug)]
pub struct Attested {
    /// The mandate.
    pub mandate: Mandate,
    /// Who holds it.
    pub organisation: Organisation,
    /// Who gave it.
    pub person: Person,
    /// The exact text she approved.
    pub text: Private<String>,
    /// When she approved it.
    pub approved_at: Instant,
    /// Who drew it up.
    pub drafted_by: Private<String>,
    /// The good code, where one was made.
    pub code: Option<PrintedCode>,
    /// Where it went since, from the organisation the text names.
    pub transfers: Vec<Transfer>,
}

/// What a code is worth to whoever typed it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The mandate as it is now.
    pub mandate: Mandate,
    /// Its state at this instant.
    pub status: MandateStatus,
    /// Who holds it.
    pub organisation: Organisation,
    /// Who gave it.
    pub person: Person,
    /// When the paper was made.
    pub since: Instant,
    /// Since when another paper stands in its place.
    pub replaced: Option<Instant>,
    /// When the mandate ended, by somebody or by its date.
    pub ended: Option<Instant>,
}

/// For whom a paper is made.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// An aidant of the organisation that holds the mandate.
    Aidant(&'a AidantActor),
    /// The person who gave it.
    Person(&'a PersonActor),
}

impl Holder<'_> {
    fn may_have(self, mandate: &Mandate) -> bool {
        match self {
            Self::Aidant(aidant) => mandate.terms.organisation == aidant.organisation.id,
            Self::Person(person) => {
                mandate.consent().is_some_and(|consent| consent.person == person.person.id)
            }
        }
    }
}

/// The printable mandate.
///
/// # Errors
/// [`Refusal::NotFound`] for one that is not this holder's or was never approved.
pub async fn show(bench: &Bench, holder: Holder<'_>, id: MandateId) -> Result<Attested, Refusal> {
    let mut tx = bench.db.read().await?;
    attested(bench, &mut tx, holder, id).await
}

/// As [`show`], inside a transaction.
pub(super) async fn attested(
    bench: &Bench,
    tx: &mut Tx,
    holder: Holder<'_>,
    id: MandateId,
) -> Result<Attested, Refusal> {
    let mandate = mandates::find(tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    if !holder.may_have(&mandate) {
        return Err(Refusal::NotFound);
    }
    let consent = mandate.consent().cloned().ok_or(Refusal::NotFound)?;
    let person = actors::person(bench, tx, consent.person).await?;
    let key = data_keys::require(bench, tx, person.data_key).await?;
    let stored =
        mandates::consent(tx, id).await?.ok_or_else(|| Refusal::fault("a mandate without its text"))?;
    let text = String::from_utf8(key.open(TEXT_LABEL, &stored.sealed_text)?.to_vec())
        .map_err(|_| Refusal::fault("a text that is no text"))?;
    let code = match attestations::current(tx, id).await? {
        Some(row) => {
            let code = String::from_utf8(key.open(CODE_LABEL, &row.sealed_code)?.to_vec())
                .map_err(|_| Refusal::fault("a code that is no text"))?;
            Some(PrintedCode { code: Private::new(code), since: row.created_at })
        }
        None => None,
    };
    let organisation = organisations::find(tx, mandate.terms.organisation)
        .await?
        .ok_or_else(|| Refusal::fault("a mandate names an organisation that is not there"))?
        .organisation;
    let (drafter, _) = actors::account(bench, tx, mandate.terms.drafted_by).await?;
    Ok(Attested {
        transfers: organisation_merges::transfers(tx, mandate.id).await?,
        organisation,
        person: person.person,
        text: Private::new(text),
        approved_at: stored.decided_at,
        drafted_by: drafter.professional.full_name().into(),
        code,
        mandate,
    })
}

/// Makes a code for the paper; the one before, if any, is good no more.
///
/// # Errors
/// [`Refusal::NotFound`] for a mandate that is not this holder's, [`Refusal::Conflict`] unless it is in force or held.
pub async fn issue(
    bench: &Bench,
    holder: Holder<'_>,
    id: MandateId,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let mandate = mandates::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    if !holder.may_have(&mandate) {
        return Err(Refusal::NotFound);
    }
    let living = matches!(mandate.status_at(work.now), MandateStatus::Active | MandateStatus::Suspended);
    let consent = mandate.consent().filter(|_| living).ok_or(Refusal::Conflict("mandate-step"))?;
    let person = actors::person(bench, &mut work.tx, consent.person).await?;
    let key = data_keys::require(bench, &mut work.tx, person.data_key).await?;
    let event = Event::AttestationIssued { attestation: replace(&mut work, id, &key).await? };
    let line = match holder {
        Holder::Aidant(aidant) => Line::new(event, actor(&aidant.account), person.data_key)
            .account(aidant.account.id)
            .organisation(&aidant.organisation),
        Holder::Person(_) => Line::new(event, person_actor(person.person.id), person.data_key),
    };
    let (recorded, _) = work.record(line.person(person.person.id).mandate(id)).await?;
    recorded.commit().await
}

/// A fresh code for the paper of a mandate, in the place of the one before; the caller's line names it.
pub(super) async fn replace(
    work: &mut Work<'_>,
    mandate: MandateId,
    key: &DataKey,
) -> Result<AttestationId, Refusal> {
    let random = work.bench.random.as_ref();
    let code = printed::fresh(random);
    let normal = printed::normal(&code).ok_or_else(|| Refusal::fault("a code of another form"))?;
    let row = AttestationRow {
        id: AttestationId::fresh(work.now, random),
        mandate,
        sealed_code: key.seal(CODE_LABEL, code.as_bytes(), random)?,
        created_at: work.now,
        replaced_at: None,
    };
    attestations::replace(&mut work.tx, &row, TokenHash::of(&normal).as_bytes()).await?;
    Ok(row.id)
}

/// Checks a code that somebody typed from the paper. Each check is an entry.
///
/// # Errors
/// [`Refusal::NotFound`] for a code that was never given, whose person was erased, or whose mandate ended more than a year
/// ago; [`Refusal::Throttled`] for one that is asked for again and again.
pub async fn check(bench: &Bench, typed: &str, request: Option<&str>) -> Result<Checked, Refusal> {
    let normal = printed::normal(typed).ok_or(Refusal::NotFound)?;
    let hash = TokenHash::of(&normal);
    let mut work = Work::begin(bench, request).await?;
    let row = attestations::by_code(&mut work.tx, hash.as_bytes()).await?.ok_or(Refusal::NotFound)?;
    let looks = throttle::take(bench, &mut work.tx, Subject::Looks(row.id)).await?;
    if looks.blocked() {
        return Err(Refusal::Throttled);
    }
    looks.failed(bench, &mut work.tx).await?;
    let mandate = mandates::take(&mut work.tx, row.mandate).await?.ok_or(Refusal::NotFound)?.mandate;
    let status = mandate.status_at(work.now);
    let consent = mandate.consent().ok_or(Refusal::NotFound)?;
    let ended = match (&mandate.life, status) {
        (Life::Revoked { end, .. }, _) => Some(end.at),
        (_, MandateStatus::Expired) => Some(consent.validity.until),
        _ => None,
    };
    if ended.is_some_and(|ended| work.now > ended.plus(REMEMBERED)) {
        return Err(Refusal::NotFound);
    }
    let person = actors::person(bench, &mut work.tx, consent.person).await?;
    let organisation = organisations::find(&mut work.tx, mandate.terms.organisation)
        .await?
        .ok_or(Refusal::NotFound)?
        .organisation;
    let line =
        Line::new(Event::AttestationVerified { attestation: row.id }, Actor::system(), person.data_key)
            .organisation(&organisation)
            .person(person.person.id)
            .mandate(mandate.id);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(Checked {
        status,
        organisation,
        person: person.person,
        since: row.created_at,
        replaced: row.replaced_at,
        ended,
        mandate,
    })
}

/// The person whose mandate a code on paper belongs to, good or replaced; no entry, for those whose own deed is one.
pub(super) async fn person_of_code(tx: &mut Tx, typed: &str) -> Result<Option<PersonId>, Refusal> {
    let Some(normal) = printed::normal(typed) else { return Ok(None) };
    let hash = TokenHash::of(&normal);
    let Some(row) = attestations::by_code(tx, hash.as_bytes()).await? else { return Ok(None) };
    let stored = mandates::find(tx, row.mandate).await?;
    Ok(stored.and_then(|stored| stored.mandate.consent().map(|consent| consent.person)))
}
