//! Four eyes: an agent of national oversight asks for a reading, another of the same competence approves it or not.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::Competence;
use crate::domain::ids::AccountId;
use crate::domain::ids::ReadingId;
use crate::domain::message::MessageBody;
use crate::domain::private::Private;
use crate::domain::reading::ReadingLife;
use crate::domain::reading::ReadingRequest;
use crate::domain::reading::WAITS;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AuthorityActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::enrol::named;
use crate::operations::invite;
use crate::operations::read_trail::Purpose;
use crate::operations::read_trail::leave::needs_approval;
use crate::operations::read_trail::search::Query;
use crate::operations::read_trail::search::Search;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::accounts;
use crate::storage::db::Tx;
use crate::storage::readings;
use crate::storage::readings::StoredReading;

const LABEL: &str = "reading.request";
/// How far back the list goes.
const LISTED: std::time::Duration = std::time::Duration::from_secs(30 * 86_400);
const MOST: i64 = 200;
/// Where requests are decided.
const REQUESTS: &str = "/autorite/lectures/demandes";

/// What an agent asked for; whom it means is looked for only once it is approved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// Why.
    pub purpose: Purpose,
    /// The search as typed.
    pub search: Search,
    /// What it meant at the first look.
    pub query: Option<Query>,
}

/// Where a request is, for its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided.
    Waiting,
    /// It may be opened, or looked at again, until then.
    Approved {
        /// The last instant.
        until: Instant,
    },
    /// Another agent said no.
    Refused,
    /// It waited too long, or is used up.
    Over,
}

/// A request as agents see it.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its identifier.
    pub id: ReadingId,
    /// Whether the reader of the list asked for it.
    pub own: bool,
    /// Who asked.
    pub agent: Private<String>,
    /// Who decided.
    pub decided_by: Option<Private<String>>,
    /// When it was asked.
    pub asked_at: Instant,
    /// What was asked.
    pub asked: Asked,
    /// Where it is.
    pub state: State,
}

pub(super) async fn seal_asked(bench: &Bench, tx: &mut Tx, asked: &Asked) -> Result<Vec<u8>, Refusal> {
    let key = data_keys::system(bench);
    let key = data_keys::require(bench, tx, key).await?;
    Ok(key.seal(LABEL, &serde_json::to_vec(asked)?, bench.random.as_ref())?)
}

pub(super) async fn open_asked(bench: &Bench, tx: &mut Tx, stored: &StoredReading) -> Result<Asked, Refusal> {
    let key = data_keys::system(bench);
    let key = data_keys::require(bench, tx, key).await?;
    Ok(serde_json::from_slice(&key.open(LABEL, &stored.sealed)?)?)
}

/// Asks for a reading. Nobody is looked for yet; the entry is `trail.reading_asked`.
///
/// # Errors
/// [`Refusal::Conflict`] `reading-alone` where no approval is needed; [`Refusal::Invalid`] as [`Search::check`].
pub async fn ask(
    bench: &Bench,
    authority: &AuthorityActor,
    (purpose, search): (&Purpose, &Search),
    request: Option<&str>,
) -> Result<ReadingId, Refusal> {
    if !needs_approval(bench, authority) {
        return Err(Refusal::Conflict("reading-alone"));
    }
    search.check()?;
    let mut work = Work::begin(bench, request).await?;
    let account = &authority.staff.account;
    let id = ReadingId::fresh(work.now, bench.random.as_ref());
    let asked = Asked { purpose: purpose.clone(), search: search.clone(), query: None };
    let sealed = seal_asked(bench, &mut work.tx, &asked).await?;
    let stored = StoredReading { request: ReadingRequest::new(id, account.id, work.now), sealed };
    readings::ask(&mut work.tx, &stored).await?;
    let event = Event::TrailReadingAsked { purpose: purpose.words.clone(), case: purpose.case };
    let line = Line::new(event, actor(account), authority.staff.data_key).account(account.id);
    tell_others(&mut work, &stored.request).await?;
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(id)
}

/// Every other agent of national oversight is told that a request waits, and nothing more.
async fn tell_others(work: &mut Work<'_>, request: &ReadingRequest) -> Result<(), Refusal> {
    for row in accounts::national_agents(&mut work.tx).await? {
        if row.id == request.asked_by {
            continue;
        }
        let agent = actors::open_account(work.bench, &mut work.tx, &row).await?;
        let body = MessageBody::ReadingAsked { until: request.expires_at, path: REQUESTS.to_owned() };
        work.send(&invite::to(&agent, body), WAITS).await?;
    }
    Ok(())
}

/// Decides on another agent's request.
///
/// # Errors
/// [`Refusal::NotFound`] for agents who are not of national oversight; [`Refusal::Conflict`] `reading-own`, `reading-decided`,
/// `reading-over`.
pub async fn decide(
    bench: &Bench,
    authority: &AuthorityActor,
    id: ReadingId,
    yes: bool,
    request: Option<&str>,
) -> Result<(), Refusal> {
    national(authority)?;
    let mut work = Work::begin(bench, request).await?;
    let mut stored = readings::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let account = &authority.staff.account;
    stored.request = stored.request.decide(account.id, work.now, yes)?;
    readings::save(&mut work.tx, &stored).await?;
    let asked = open_asked(bench, &mut work.tx, &stored).await?;
    let (agent, _) = actors::account(bench, &mut work.tx, stored.request.asked_by).await?;
    let (agent, purpose) = (named(&agent), asked.purpose.words);
    let event = if yes {
        Event::TrailReadingApproved { agent, purpose }
    } else {
        Event::TrailReadingRefused { agent, purpose }
    };
    let line = Line::new(event, actor(account), authority.staff.data_key).account(account.id);
    let (work, _) = work.record(line).await?;
    work.commit().await
}

/// The agent's own requests and those that wait for her word, of the last 30 days, newest first.
///
/// # Errors
/// [`Refusal::NotFound`] for agents who are not of national oversight.
pub async fn list(bench: &Bench, authority: &AuthorityActor) -> Result<Vec<Request>, Refusal> {
    national(authority)?;
    let (now, own) = (bench.now(), authority.staff.account.id);
    let mut tx = bench.db.read().await?;
    let mut requests = Vec::new();
    for stored in readings::list(&mut tx, now.minus(LISTED), MOST).await? {
        let request = stored.request;
        let state = state(&request, now);
        if request.asked_by != own && state != State::Waiting {
            continue;
        }
        let decided_by = match request.life {
            ReadingLife::Waiting => None,
            ReadingLife::Approved { by, .. } | ReadingLife::Refused { by, .. } => {
                Some(name(bench, &mut tx, by).await?)
            }
        };
        requests.push(Request {
            id: request.id,
            own: request.asked_by == own,
            agent: name(bench, &mut tx, request.asked_by).await?,
            decided_by,
            asked_at: request.asked_at,
            asked: open_asked(bench, &mut tx, &stored).await?,
            state,
        });
    }
    Ok(requests)
}

fn state(request: &ReadingRequest, now: Instant) -> State {
    match request.life {
        ReadingLife::Refused { .. } => State::Refused,
        _ if request.is_over(now) => State::Over,
        ReadingLife::Waiting => State::Waiting,
        ReadingLife::Approved { opened_at, .. } => State::Approved {
            until: opened_at.map_or(request.expires_at, |at| at.plus(crate::domain::reading::LASTS)),
        },
    }
}

const fn national(authority: &AuthorityActor) -> Result<(), Refusal> {
    match authority.competence {
        Competence::National => Ok(()),
        Competence::Clients(_) => Err(Refusal::NotFound),
    }
}

async fn name(bench: &Bench, tx: &mut Tx, id: AccountId) -> Result<Private<String>, Refusal> {
    let (account, _) = actors::account(bench, tx, id).await?;
    Ok(Private::new(account.professional.full_name()))
}
