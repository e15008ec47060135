//! The printed mandate: its code, which anyone holding the paper can check until the mandate ends.

use crate::crypto::hash::TokenHash;
use crate::domain::ids::AttestationId;
use crate::domain::ids::MandateId;
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
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::decide_mandate::TEXT_LABEL;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::attestations;
use crate::storage::attestations::AttestationRow;
use crate::storage::mandates;
use crate::storage::organisations;

const CODE_LABEL: &str = "attestation.code";

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
    /// The good code, where one was made.
    pub code: Option<PrintedCode>,
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
}

/// The printable mandate of the aidant's organisation.
///
/// # Errors
/// [`Refusal::NotFound`] for another organisation's or one that was never approved.
pub async fn show(bench: &Bench, aidant: &AidantActor, id: MandateId) -> Result<Attested, Refusal> {
    let mut tx = bench.db.read().await?;
    let mandate = mandates::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    if mandate.terms.organisation != aidant.organisation.id {
        return Err(Refusal::NotFound);
    }
    let consent = mandate.consent().cloned().ok_or(Refusal::NotFound)?;
    let person = actors::person(bench, &mut tx, consent.person).await?;
    let key = data_keys::require(bench, &mut tx, person.data_key).await?;
    let stored =
        mandates::consent(&mut tx, id).await?.ok_or_else(|| Refusal::fault("a mandate without its text"))?;
    let text = String::from_utf8(key.open(TEXT_LABEL, &stored.sealed_text)?.to_vec())
        .map_err(|_| Refusal::fault("a text that is no text"))?;
    let code = match attestations::current(&mut tx, id).await? {
        Some(row) => {
            let code = String::from_utf8(key.open(CODE_LABEL, &row.sealed_code)?.to_vec())
                .map_err(|_| Refusal::fault("a code that is no text"))?;
            Some(PrintedCode { code: Private::new(code), since: row.created_at })
        }
        None => None,
    };
    Ok(Attested {
        mandate,
        organisation: aidant.organisation.clone(),
        person: person.person,
        text: Private::new(text),
        approved_at: stored.decided_at,
        code,
    })
}

/// Makes a code for the paper; the one before, if any, is good no more.
///
/// # Errors
/// [`Refusal::NotFound`] for another organisation's, [`Refusal::Conflict`] unless the mandate is in force or held.
pub async fn issue(
    bench: &Bench,
    aidant: &AidantActor,
    id: MandateId,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let mandate = mandates::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    if mandate.terms.organisation != aidant.organisation.id {
        return Err(Refusal::NotFound);
    }
    let living = matches!(mandate.status_at(work.now), MandateStatus::Active | MandateStatus::Suspended);
    let consent = mandate.consent().filter(|_| living).ok_or(Refusal::Conflict("mandate-step"))?;
    let person = actors::person(bench, &mut work.tx, consent.person).await?;
    let key = data_keys::require(bench, &mut work.tx, person.data_key).await?;
    let random = bench.random.as_ref();
    let code = printed::fresh(random);
    let normal = printed::normal(&code).ok_or_else(|| Refusal::fault("a code of another form"))?;
    let row = AttestationRow {
        id: AttestationId::fresh(work.now, random),
        mandate: id,
        sealed_code: key.seal(CODE_LABEL, code.as_bytes(), random)?,
        created_at: work.now,
    };
    attestations::replace(&mut work.tx, &row, TokenHash::of(&normal).as_bytes()).await?;
    let line =
        Line::new(Event::AttestationIssued { attestation: row.id }, actor(&aidant.account), person.data_key)
            .account(aidant.account.id)
            .organisation(&aidant.organisation)
            .person(person.person.id)
            .mandate(id);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await
}

/// Checks a code that somebody typed from the paper. A check is an entry, the first one of each day.
///
/// # Errors
/// [`Refusal::NotFound`] for a code that is not good, was replaced, or whose mandate has ended.
pub async fn check(bench: &Bench, typed: &str, request: Option<&str>) -> Result<Checked, Refusal> {
    let normal = printed::normal(typed).ok_or(Refusal::NotFound)?;
    let hash = TokenHash::of(&normal);
    let mut work = Work::begin(bench, request).await?;
    let row = attestations::by_code(&mut work.tx, hash.as_bytes()).await?.ok_or(Refusal::NotFound)?;
    let mandate = mandates::take(&mut work.tx, row.mandate).await?.ok_or(Refusal::NotFound)?.mandate;
    let status = mandate.status_at(work.now);
    if !matches!(status, MandateStatus::Active | MandateStatus::Suspended) {
        return Err(Refusal::NotFound);
    }
    let consent = mandate.consent().ok_or(Refusal::NotFound)?;
    let person = actors::person(bench, &mut work.tx, consent.person).await?;
    let organisation = organisations::find(&mut work.tx, mandate.terms.organisation)
        .await?
        .ok_or(Refusal::NotFound)?
        .organisation;
    let today = work.now.day();
    if attestations::note_verified(&mut work.tx, row.id, today).await? {
        let line =
            Line::new(Event::AttestationVerified { attestation: row.id }, Actor::system(), person.data_key)
                .organisation(&organisation)
                .person(person.person.id)
                .mandate(mandate.id);
        let (recorded, _) = work.record(line).await?;
        recorded.commit().await?;
    }
    Ok(Checked { status, organisation, person: person.person, since: row.created_at, mandate })
}
