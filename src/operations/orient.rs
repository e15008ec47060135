//! An aidant shows a person the way to a place of digital mediation; it is noted, for her to take along and to find again.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::MandateId;
use crate::domain::ids::OrientationId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::place::Service;
use crate::domain::place::folded_commune;
use crate::domain::place::is_pass_number;
use crate::domain::private::Private;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::draw_up_mandate::aidant_side;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::orientations;
use crate::storage::orientations::OrientationRow;
use crate::storage::persons;
use crate::storage::places;
use crate::storage::places::StoredPlace;
use crate::storage::places::Where;

/// How many places a page of a search holds.
pub const PAGE: i64 = 20;
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;
const LABEL: &str = "orientation.note";
/// No appointment lies further ahead.
const FURTHEST: i32 = 366;

/// What was noted; sealed under the person's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What for, in the aidant's words.
    pub reason: Private<String>,
    /// Which of the place's services, by the schema's name.
    pub service: Option<String>,
    /// The day of an appointment, `YYYY-MM-DD`.
    pub appointment: Option<String>,
    /// The number of a pass numérique.
    pub pass: Option<Private<String>>,
}

/// An orientation as typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The place's identifier.
    pub place: String,
    /// What for.
    pub reason: String,
    /// The key of a service.
    pub service: String,
    /// The day of an appointment, `YYYY-MM-DD`.
    pub appointment: String,
    /// The number of a pass numérique.
    pub pass: String,
}

/// One orientation, opened.
#[derive(Clone, Debug)]
pub struct Orientation {
    /// Its identifier.
    pub id: OrientationId,
    /// Under which mandate.
    pub mandate: MandateId,
    /// Where to.
    pub place: StoredPlace,
    /// The organisation that noted it.
    pub organisation: String,
    /// The aidant who noted it.
    pub aidant: Private<String>,
    /// What was noted.
    pub note: Note,
    /// When.
    pub at: Instant,
}

/// What a search gives.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The places, by name.
    pub places: Vec<StoredPlace>,
    /// Name and identifier behind which the next page begins.
    pub next: Option<(String, String)>,
    /// Where nothing was found: communes that begin like this, each with a postcode.
    pub communes: Vec<(String, String)>,
}

/// Looks for places by commune or postcode, and by service.
///
/// # Errors
/// As the database says.
pub async fn search(
    bench: &Bench,
    commune: &str,
    service: Option<Service>,
    after: Option<(&str, &str)>,
) -> Result<Found, Refusal> {
    let typed = commune.trim();
    let postcode = typed.len() == 5 && typed.bytes().all(|byte| byte.is_ascii_digit());
    let folded = folded_commune(typed);
    if folded.is_empty() {
        return Ok(Found::default());
    }
    let wanted = if postcode { Where::Postcode(typed.to_owned()) } else { Where::Commune(folded.clone()) };
    let mut tx = bench.db.read().await?;
    let service = service.map(Service::as_str);
    let mut found = places::search(&mut tx, &wanted, service, after.unwrap_or_default(), PAGE + 1).await?;
    let more = found.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|last| (last.place.name.clone(), last.place.id.clone()));
    let communes = if found.is_empty() && after.is_none() && !postcode {
        places::communes(&mut tx, &folded).await?
    } else {
        Vec::new()
    };
    Ok(Found { places: found, next, communes })
}

/// Notes an orientation; gives its identifier.
///
/// # Errors
/// [`Refusal::NotFound`] for another organisation's mandate, [`Refusal::Conflict`] when it is not active, [`Refusal::Invalid`]
/// when something typed does not fit, [`Refusal::Denied`] (written down) when the aidant may not act.
pub async fn note(
    bench: &Bench,
    aidant: &AidantActor,
    id: MandateId,
    typed: &Typed,
    request: Option<&str>,
) -> Result<OrientationId, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let stored = mandates::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let mandate = own(&stored.mandate, aidant)?;
    let consent = mandate.consent().ok_or(Refusal::NotFound)?;
    let (note, place) = check(&mut work, typed).await?;
    let side = aidant_side(&mut work, aidant, None).await?;
    persons::hold_shared(&mut work.tx, consent.person).await?;
    work.now = bench.now();
    if mandate.status_at(work.now) != MandateStatus::Active {
        return Err(Refusal::Conflict("mandate-step"));
    }
    let person = actors::person(bench, &mut work.tx, consent.person).await?;
    let event = Event::OrientationNoted {
        place: Named::new(&place.place.id, place.place.name.clone()),
        service: note.service.clone(),
        appointment: note.appointment.clone(),
        pass: note.pass.is_some(),
    };
    let line = Line::new(event, actor(&aidant.account), person.data_key)
        .account(aidant.account.id)
        .organisation(&aidant.organisation)
        .person(person.person.id)
        .mandate(id);
    if let Err(reason) = side {
        let (work, _) = work.record(line.refused(reason.as_str())).await?;
        work.commit().await?;
        return Err(Refusal::Denied(reason));
    }
    let key = data_keys::require(bench, &mut work.tx, person.data_key).await?;
    let random = bench.random.as_ref();
    let row = OrientationRow {
        id: OrientationId::fresh(work.now, random),
        mandate: id,
        person: person.person.id,
        organisation: aidant.organisation.id,
        account: aidant.account.id,
        place: place.place.id.clone(),
        sealed: key.seal(LABEL, &serde_json::to_vec(&note)?, random)?,
        created_at: work.now,
    };
    orientations::insert(&mut work.tx, &row).await?;
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(row.id)
}

fn own<'m>(mandate: &'m Mandate, aidant: &AidantActor) -> Result<&'m Mandate, Refusal> {
    if mandate.terms.organisation == aidant.organisation.id { Ok(mandate) } else { Err(Refusal::NotFound) }
}

async fn check(work: &mut Work<'_>, typed: &Typed) -> Result<(Note, StoredPlace), Refusal> {
    let mut faults = Vec::new();
    let mut fault = |field, key| faults.push(FieldFault { field, key });
    let place = places::find(&mut work.tx, &typed.place).await?.filter(|place| place.removed_at.is_none());
    if place.is_none() {
        fault("place", "orientation-error-place");
    }
    let reason = typed.reason.trim();
    let control = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t');
    if reason.is_empty() {
        fault("reason", "orientation-error-no-reason");
    } else if reason.chars().count() > LONGEST_REASON || reason.chars().any(control) {
        fault("reason", "orientation-error-reason-long");
    }
    let appointment = match typed.appointment.trim() {
        "" => None,
        day => {
            let read = Day::parse(day);
            let ahead = read.map(|day| work.now.day().days_until(day));
            if !ahead.is_some_and(|days| (0..=FURTHEST).contains(&days)) {
                fault("appointment", "orientation-error-appointment");
            }
            read
        }
    };
    let pass = match typed.pass.trim() {
        "" => None,
        number => {
            if !is_pass_number(number) {
                fault("pass", "orientation-error-pass");
            }
            Some(Private::new(number.to_owned()))
        }
    };
    let note = Note {
        reason: Private::new(reason.to_owned()),
        service: Service::of_key(typed.service.trim()).map(|service| service.as_str().to_owned()),
        appointment: appointment.map(|day| day.to_string()),
        pass,
    };
    match place {
        Some(place) if faults.is_empty() => Ok((note, place)),
        _ => Err(Refusal::Invalid(faults)),
    }
}

/// One orientation of the aidant's organisation, under one of its mandates.
///
/// # Errors
/// [`Refusal::NotFound`] for any other.
pub async fn for_aidant(
    bench: &Bench,
    aidant: &AidantActor,
    mandate: MandateId,
    id: OrientationId,
) -> Result<Orientation, Refusal> {
    let mut tx = bench.db.read().await?;
    let stored = mandates::find(&mut tx, mandate).await?.ok_or(Refusal::NotFound)?;
    own(&stored.mandate, aidant)?;
    let row = orientations::find(&mut tx, id).await?.filter(|row| row.mandate == mandate);
    let row = row.ok_or(Refusal::NotFound)?;
    open(bench, &mut tx, row).await?.ok_or(Refusal::NotFound)
}

/// What was noted under a mandate of the aidant's organisation, newest first.
///
/// # Errors
/// [`Refusal::NotFound`] for another organisation's mandate.
pub async fn of_mandate(
    bench: &Bench,
    aidant: &AidantActor,
    mandate: MandateId,
) -> Result<Vec<Orientation>, Refusal> {
    let mut tx = bench.db.read().await?;
    let stored = mandates::find(&mut tx, mandate).await?.ok_or(Refusal::NotFound)?;
    own(&stored.mandate, aidant)?;
    let rows = orientations::of_mandate(&mut tx, mandate).await?;
    open_all(bench, &mut tx, rows).await
}

/// What was noted for a person, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_person(bench: &Bench, person: &PersonActor) -> Result<Vec<Orientation>, Refusal> {
    let mut tx = bench.db.read().await?;
    let rows = orientations::of_person(&mut tx, person.person.id).await?;
    open_all(bench, &mut tx, rows).await
}

/// One orientation of hers.
///
/// # Errors
/// [`Refusal::NotFound`] for another's.
pub async fn for_person(
    bench: &Bench,
    person: &PersonActor,
    id: OrientationId,
) -> Result<Orientation, Refusal> {
    let mut tx = bench.db.read().await?;
    let row = orientations::find(&mut tx, id).await?.filter(|row| row.person == person.person.id);
    open(bench, &mut tx, row.ok_or(Refusal::NotFound)?).await?.ok_or(Refusal::NotFound)
}

async fn open_all(
    bench: &Bench,
    tx: &mut Tx,
    rows: Vec<OrientationRow>,
) -> Result<Vec<Orientation>, Refusal> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.extend(open(bench, tx, row).await?);
    }
    Ok(all)
}

async fn open(bench: &Bench, tx: &mut Tx, row: OrientationRow) -> Result<Option<Orientation>, Refusal> {
    let Some(person) = persons::find(tx, row.person).await? else { return Ok(None) };
    let Some(key) = data_keys::open(bench, tx, person.data_key).await? else { return Ok(None) };
    let place = places::find(tx, &row.place).await?.ok_or(Refusal::NotFound)?;
    let organisation = organisations::find(tx, row.organisation).await?.ok_or(Refusal::NotFound)?;
    let (aidant, _) = actors::account(bench, tx, row.account).await?;
    Ok(Some(Orientation {
        id: row.id,
        mandate: row.mandate,
        place,
        organisation: organisation.organisation.name,
        aidant: Private::new(aidant.professional.full_name()),
        note: serde_json::from_slice(&key.open(LABEL, &row.sealed)?)?,
        at: row.created_at,
    }))
}
