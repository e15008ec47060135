//! Cases as those concerned read them: the person, the authority, the referents, the aidant.

use crate::domain::case::Case;
use crate::domain::case::CaseStep;
use crate::domain::ids::CaseId;
use crate::domain::mandate::Hold;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::organisation::Organisation;
use crate::domain::person::Person;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::actors::AuthorityActor;
use crate::operations::bench::Bench;
use crate::operations::cases::Speaker;
use crate::operations::cases::competent;
use crate::operations::lines::Line;
use crate::operations::lines::Opener;
use crate::operations::read_trail;
use crate::operations::refusal::Refusal;
use crate::storage::cases;
pub use crate::storage::cases::After;
use crate::storage::clients;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::holds;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::persons;

/// How many cases a page of a list holds.
pub const PAGE: i64 = 50;

/// One step with its line.
#[derive(Clone, Debug)]
pub struct StepView {
    /// Which step.
    pub step: CaseStep,
    /// When.
    pub at: Instant,
    /// What was said; none once the contents were erased.
    pub line: Option<Line>,
}

/// A whole case.
#[derive(Clone, Debug)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// Its steps, oldest first.
    pub steps: Vec<StepView>,
    /// The contested line.
    pub contested: Option<Line>,
    /// The mandate.
    pub mandate: Mandate,
    /// Its state now.
    pub status: MandateStatus,
    /// What holds it now.
    pub holds: Vec<Hold>,
    /// Whose mandate it is.
    pub organisation: Organisation,
    /// The administration's name.
    pub client: Option<String>,
    /// Who opened it; none after her erasure.
    pub person: Option<Person>,
    /// Other cases about the same mandate that are not closed.
    pub others: Vec<String>,
}

/// One case of a list.
#[derive(Clone, Debug)]
pub struct CaseRow {
    /// The case.
    pub case: Case,
    /// The administration's name.
    pub client: Option<String>,
    /// The organisation's name.
    pub organisation: String,
}

/// A page of a list of cases.
#[derive(Clone, Debug)]
pub struct CasePage {
    /// Newest first.
    pub rows: Vec<CaseRow>,
    /// Where the next page begins.
    pub next: Option<After>,
}

/// Where the first page of a list begins.
pub const fn first_page() -> After {
    After { at: Instant::from_seconds(253_000_000_000), case: CaseId::from_uuid(uuid::Uuid::max()) }
}

/// One case, as this one may read it.
///
/// # Errors
/// [`Refusal::NotFound`] for a case this one may not know of.
pub async fn one(bench: &Bench, by: Speaker<'_>, number: &str) -> Result<CaseView, Refusal> {
    let mut tx = bench.db.read().await?;
    let case = cases::by_number(&mut tx, number.trim(), by.bounded()).await?.ok_or(Refusal::NotFound)?;
    let mandate = mandates::find(&mut tx, case.mandate).await?.ok_or(Refusal::NotFound)?.mandate;
    if !by.may_see(&case, &mandate) {
        return Err(Refusal::NotFound);
    }
    let mut view = view(bench, &mut tx, case, mandate).await?;
    if matches!(by, Speaker::Referent(..)) {
        view.without_her_words();
    }
    Ok(view)
}

/// One case as an agent of an authority reads it; the reading is committed as an entry before anything is given.
///
/// # Errors
/// [`Refusal::NotFound`] outside the agent's competence.
pub async fn for_authority(
    bench: &Bench,
    authority: &AuthorityActor,
    number: &str,
    request: Option<&str>,
) -> Result<CaseView, Refusal> {
    let view = one(bench, Speaker::Authority(authority), number).await?;
    let lines = u64::try_from(view.steps.len()).unwrap_or(u64::MAX).saturating_add(1);
    read_trail::note_case_reading(bench, authority, &view.case, (lines, false), request).await?;
    Ok(view)
}

/// One case about what this aidant did, in the organisation she works in now.
///
/// # Errors
/// [`Refusal::NotFound`] for any other.
pub async fn of_aidant(bench: &Bench, aidant: &AidantActor, number: &str) -> Result<CaseView, Refusal> {
    let mut tx = bench.db.read().await?;
    let own = cases::of_aidant(&mut tx, aidant.account.id, aidant.organisation.id).await?;
    let number = number.trim();
    let case = own.into_iter().find(|case| case.number == number).ok_or(Refusal::NotFound)?;
    let mandate = mandates::find(&mut tx, case.mandate).await?.ok_or(Refusal::NotFound)?.mandate;
    let mut view = view(bench, &mut tx, case, mandate).await?;
    view.without_her_words();
    Ok(view)
}

impl CaseView {
    fn without_her_words(&mut self) {
        self.steps.iter_mut().filter_map(|step| step.line.as_mut()).for_each(Line::without_her_words);
    }
}

async fn view(bench: &Bench, tx: &mut Tx, case: Case, mandate: Mandate) -> Result<CaseView, Refusal> {
    let mut opener = Opener::new(bench);
    let mut steps = Vec::new();
    for (entry, step, at) in cases::steps(tx, case.id).await? {
        let line = match entries::find(tx, entry).await? {
            Some(stored) => Some(opener.open(tx, stored).await?),
            None => None,
        };
        steps.push(StepView { step, at, line });
    }
    let contested = match entries::find(tx, case.entry).await? {
        Some(stored) => Some(opener.open(tx, stored).await?),
        None => None,
    };
    let person = match persons::find(tx, case.person).await? {
        Some(row) => actors::open_person(bench, tx, &row).await?,
        None => None,
    };
    let row = row(tx, case).await?;
    let organisation =
        organisations::find(tx, mandate.terms.organisation).await?.ok_or(Refusal::NotFound)?.organisation;
    let mut others = cases::open_of_mandate(tx, mandate.id).await?;
    others.retain(|other| other.id != row.case.id);
    Ok(CaseView {
        steps,
        contested,
        status: mandate.status_at(bench.now()),
        holds: holds::of(tx, mandate.id).await?.into_iter().map(|(hold, _)| hold).collect(),
        mandate,
        organisation,
        client: row.client,
        person,
        others: others.into_iter().map(|other| other.number).collect(),
        case: row.case,
    })
}

async fn row(tx: &mut Tx, case: Case) -> Result<CaseRow, Refusal> {
    let client = match &case.client {
        Some(id) => clients::find(tx, id).await?.map(|client| client.registration.name),
        None => None,
    };
    let organisation = match mandates::find(tx, case.mandate).await? {
        Some(stored) => organisations::find(tx, stored.mandate.terms.organisation).await?,
        None => None,
    };
    let organisation = organisation.map_or_else(String::new, |stored| stored.organisation.name);
    Ok(CaseRow { case, client, organisation })
}

async fn page(tx: &mut Tx, mut found: Vec<Case>) -> Result<CasePage, Refusal> {
    let limit = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| After { at: last.opened_at, case: last.id });
    let mut rows = Vec::with_capacity(found.len());
    for case in found {
        rows.push(row(tx, case).await?);
    }
    Ok(CasePage { rows, next })
}

/// A page of the cases in an agent's competence, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_authority(
    bench: &Bench,
    authority: &AuthorityActor,
    after: After,
) -> Result<CasePage, Refusal> {
    let mut tx = bench.db.read().await?;
    let found = cases::within(&mut tx, competent(authority), after, PAGE + 1).await?;
    page(&mut tx, found).await
}

/// A page of the cases about an organisation's mandates, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_organisation(
    bench: &Bench,
    organisation: &Organisation,
    after: After,
) -> Result<CasePage, Refusal> {
    let mut tx = bench.db.read().await?;
    let found = cases::of_organisation(&mut tx, organisation.id, after, PAGE + 1).await?;
    page(&mut tx, found).await
}

/// The newest cases about what an aidant did in the organisation she works in now.
///
/// # Errors
/// As the database says.
pub async fn list_of_aidant(bench: &Bench, aidant: &AidantActor) -> Result<Vec<CaseRow>, Refusal> {
    let mut tx = bench.db.read().await?;
    let found = cases::of_aidant(&mut tx, aidant.account.id, aidant.organisation.id).await?;
    let mut rows = Vec::with_capacity(found.len());
    for case in found {
        rows.push(row(&mut tx, case).await?);
    }
    Ok(rows)
}
