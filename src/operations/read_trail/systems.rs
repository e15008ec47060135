//! An administration's own system reads the trails of its acts: with a token of its own, for a stated purpose, each reading
//! a line of everybody it is about.

use crate::crypto::pairwise::AliasKind;
use crate::domain::account::Competence;
use crate::domain::client::Client;
use crate::domain::client::ClientStatus;
use crate::domain::ids::AccountId;
use crate::domain::ids::EntryId;
use crate::domain::ids::PersonId;
use crate::domain::time::Day;
use crate::ledger::kinds::Kind;
use crate::operations::bench::Bench;
use crate::operations::client_aliases;
use crate::operations::data_keys;
use crate::operations::issue_client_token::is_own_token;
use crate::operations::live_token::LiveToken;
use crate::operations::read_timeline::Cursor;
use crate::operations::read_trail::Export;
use crate::operations::read_trail::Part;
use crate::operations::read_trail::Purpose;
use crate::operations::read_trail::checked_purpose;
use crate::operations::read_trail::collect;
use crate::operations::read_trail::leave::Leave;
use crate::operations::read_trail::search::Query;
use crate::operations::read_trail::written;
use crate::operations::read_trail::written::Reader;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::cases;
use crate::storage::clients;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::organisations;

/// The scope of a client's own token that reads trails; it is never among those a client has without asking.
pub const SCOPE: &str = "trails";
/// The most lines of one page.
pub const MOST: u32 = 100;

/// What a system asks for. Everything here is an identifier: no name stands in an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Why, as the person will read it.
    pub purpose: String,
    /// Number of a case at one of the administration's services.
    pub case: Option<String>,
    /// Which of the administration's services; its only one where there is one.
    pub client: Option<String>,
    /// The person, by the `sub` that the service knows her by.
    pub sub: Option<String>,
    /// The aidant, by the `act.sub` of a token.
    pub actor: Option<String>,
    /// SIRET of the organisation.
    pub siret: Option<String>,
    /// The act, by the `txn` of a token.
    pub txn: Option<EntryId>,
    /// `noun.verb`.
    pub kind: Option<String>,
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// How many lines at most.
    pub limit: u32,
    /// Whether the answer is a file for other tools, or holds proofs: `trail.exported`.
    pub exported: bool,
}

/// Whether a token may read trails: the client's own with the scope `trails`.
pub fn may_read(token: &LiveToken) -> bool {
    is_own_token(token, SCOPE)
}

/// Reads a page of the trails at one of the administration's services.
///
/// # Errors
/// [`Refusal::Invalid`] for each field that does not fit; [`Refusal::NotFound`] for a person, aidant, act or case that the
/// administration does not know.
pub async fn read(
    bench: &Bench,
    token: &LiveToken,
    asked: &Asked,
    request: Option<&str>,
) -> Result<Export, Refusal> {
    let words = checked_purpose(&asked.purpose)
        .map_err(|_| Refusal::field("purpose", "one sentence of 10 to 500 characters"))?;
    if !(1..=MOST).contains(&asked.limit) {
        return Err(Refusal::field("limit", "1 to 100"));
    }
    if asked.kind.as_ref().is_some_and(|kind| Kind::parse(kind).is_none()) {
        return Err(Refusal::field("kind", "noun.verb, as entries name it"));
    }
    if let (Some(from), Some(to)) = (asked.from, asked.to)
        && from > to
    {
        return Err(Refusal::field("to", "not before from"));
    }
    let mut work = Work::begin(bench, request).await?;
    // The registration as it is now: a scope that was taken away is gone with the tokens it was in.
    let system = clients::find_shared(&mut work.tx, &token.client.id).await?.ok_or(Refusal::NotFound)?;
    if system.status != ClientStatus::Active || !system.registration.scopes.contains(SCOPE) {
        return Err(Refusal::NotFound);
    }
    let (query, case) = resolve(bench, &mut work.tx, &system, asked).await?;
    let leave = Leave::plain(Purpose { words, case }, query);
    let part = Part { after: asked.after, line: None };
    let (trail, entries) = collect(&mut work, None, &leave, part, i64::from(asked.limit)).await?;
    let export = Export::gather(&mut work.tx, trail, entries).await?;
    let key = data_keys::system(bench);
    written::write(work, &Reader::system(&system, key), &leave, &export.trail, asked.exported).await?;
    Ok(export)
}

/// The services of a system's administration: the clients of its sector, itself included.
async fn service(tx: &mut Tx, system: &Client, named: Option<&str>) -> Result<Client, Refusal> {
    let all = clients::every(tx).await?;
    let mut own: Vec<Client> = all.into_iter().filter(|one| one.sector() == system.sector()).collect();
    if let Some(named) = named {
        let found = own.into_iter().find(|one| one.id.as_str() == named);
        return found.ok_or_else(|| Refusal::field("client", "not a service of this administration"));
    }
    if own.len() > 1 {
        own.retain(|one| one.id != system.id);
    }
    match (own.pop(), own.is_empty()) {
        (Some(one), true) => Ok(one),
        _ => Err(Refusal::field("client", "this administration has several services: name one")),
    }
}

async fn resolve(
    bench: &Bench,
    tx: &mut Tx,
    system: &Client,
    asked: &Asked,
) -> Result<(Query, Option<crate::domain::ids::CaseId>), Refusal> {
    let service = service(tx, system, asked.client.as_deref()).await?;
    let competence = Competence::Clients(vec![service.id.clone()]);
    let mut query = Query {
        client: Some(service.id.clone()),
        from: asked.from,
        to: asked.to,
        kind: asked.kind.clone(),
        ..Query::default()
    };
    if let Some(sub) = &asked.sub {
        let found = client_aliases::resolve(bench, tx, service.sector(), AliasKind::Subject, sub).await?;
        query.person = Some(PersonId::from_uuid(found.ok_or(Refusal::NotFound)?));
    }
    if let Some(actor) = &asked.actor {
        let found = client_aliases::resolve(bench, tx, service.sector(), AliasKind::Actor, actor).await?;
        query.account = Some(AccountId::from_uuid(found.ok_or(Refusal::NotFound)?));
    }
    if let Some(siret) = &asked.siret {
        let found = organisations::by_siret(tx, siret).await?;
        query.organisation = Some(found.ok_or_else(|| Refusal::field("siret", "no organisation has it"))?);
    }
    if let Some(txn) = asked.txn {
        let line = entries::find(tx, txn).await?.filter(|line| competence.covers(line.filed.client.as_ref()));
        query.act = Some(line.and_then(|line| line.filed.act).ok_or(Refusal::NotFound)?);
    }
    let Some(number) = &asked.case else { return Ok((query, None)) };
    let case = cases::by_number(tx, number.trim(), None).await?;
    let case = case.filter(|case| competence.covers(case.client.as_ref())).ok_or(Refusal::NotFound)?;
    let line = entries::find(tx, case.entry).await?;
    query.act = query.act.or_else(|| line.and_then(|line| line.filed.act));
    Ok((query, Some(case.id)))
}
