//! What must hold before a reading: a second agent's approval where the configuration asks for one, a court's order that is
//! about this person and was recorded by somebody else.

use crate::domain::account::Competence;
use crate::domain::court_order::CourtOrder;
use crate::domain::ids::CourtOrderId;
use crate::domain::ids::ReadingId;
use crate::domain::reading::WrongReading;
use crate::ledger::values::Named;
use crate::operations::actors;
use crate::operations::actors::AuthorityActor;
use crate::operations::bench::Bench;
use crate::operations::court_orders;
use crate::operations::enrol;
use crate::operations::read_trail::Purpose;
use crate::operations::read_trail::Under;
use crate::operations::read_trail::approvals::Asked;
use crate::operations::read_trail::approvals::open_asked;
use crate::operations::read_trail::approvals::seal_asked;
use crate::operations::read_trail::search::Query;
use crate::operations::read_trail::search::resolve_in;
use crate::operations::read_trail::wanted::Wanted;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::readings;
use crate::storage::readings::StoredOrder;

/// Whether an agent's readings show nothing before a second agent approved them.
pub fn needs_approval(bench: &Bench, authority: &AuthorityActor) -> bool {
    bench.config.authority.four_eyes && matches!(authority.competence, Competence::National)
}

impl From<WrongReading> for Refusal {
    fn from(wrong: WrongReading) -> Self {
        Self::Conflict(wrong.key())
    }
}

/// What a reading may show, why, and on whose word.
pub(super) struct Leave {
    pub(super) purpose: Purpose,
    pub(super) query: Query,
    pub(super) approved_by: Option<Named>,
    pub(super) order: Option<(StoredOrder, CourtOrder)>,
}

impl Leave {
    /// For a reading that needs neither.
    pub(super) const fn plain(purpose: Purpose, query: Query) -> Self {
        Self { purpose, query, approved_by: None, order: None }
    }

    /// Checks all of it in the transaction that writes the entry.
    pub(super) async fn take(
        work: &mut Work<'_>,
        authority: &AuthorityActor,
        under: Under<'_>,
    ) -> Result<Self, Refusal> {
        let mut leave = match under {
            Under::Own(..) if needs_approval(work.bench, authority) => {
                return Err(Refusal::Conflict("reading-needs-approval"));
            }
            Under::Own(purpose, query) => Self::plain(purpose.clone(), query.clone()),
            Under::Approved(id) => approved(work, authority, id).await?,
        };
        if let Some(id) = leave.query.order {
            leave.order = Some(ordered(work, authority, &leave.query, id).await?);
        }
        Ok(leave)
    }
}

async fn approved(work: &mut Work<'_>, authority: &AuthorityActor, id: ReadingId) -> Result<Leave, Refusal> {
    let bench = work.bench;
    let mut stored = readings::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let (request, approver) = stored.request.look(authority.staff.account.id, work.now)?;
    let mut asked = open_asked(bench, &mut work.tx, &stored).await?;
    let query = match asked.query.take() {
        Some(query) => query,
        None => resolve_in(bench, &mut work.tx, authority, &asked.search).await?,
    };
    let (agent, _) = actors::account(bench, &mut work.tx, approver).await?;
    let purpose = asked.purpose.clone();
    stored.request = request;
    stored.sealed = seal_asked(bench, &mut work.tx, &Asked { query: Some(query.clone()), ..asked }).await?;
    readings::save(&mut work.tx, &stored).await?;
    Ok(Leave { purpose, query, approved_by: Some(enrol::named(&agent)), order: None })
}

async fn ordered(
    work: &mut Work<'_>,
    authority: &AuthorityActor,
    query: &Query,
    id: CourtOrderId,
) -> Result<(StoredOrder, CourtOrder), Refusal> {
    let bench = work.bench;
    let wrong = |key| Refusal::field("order", key);
    let stored = readings::order(&mut work.tx, id).await?.ok_or_else(|| wrong("court-order-unknown"))?;
    if stored.recorded_by == Some(authority.staff.account.id) {
        return Err(wrong("court-order-own"));
    }
    if work.now >= stored.shown_from {
        return Err(wrong("court-order-over"));
    }
    let order = court_orders::open(bench, &mut work.tx, &stored).await?;
    let person = query.person.ok_or_else(|| wrong("court-order-person-differs"))?;
    let person = actors::person(bench, &mut work.tx, person).await?;
    if !Wanted::read(&order.person).is_some_and(|wanted| wanted.means(&person.person.identity)) {
        return Err(wrong("court-order-person-differs"));
    }
    Ok((stored, order))
}
