//! Signs of abuse as an operator, or a national authority, reads them; and what an operator found.

use std::time::Duration;

use crate::domain::account::Competence;
use crate::domain::ids::AccountId;
use crate::domain::ids::SignId;
use crate::domain::private::Private;
use crate::domain::sign::SignKind;
use crate::domain::sign::SignStatus;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::enrol::operator_actor;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::organisations;
use crate::storage::signs;
use crate::storage::signs::SignRow;

/// How many signs a page holds.
pub const PAGE: i64 = 30;
/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 500;
const LABEL: &str = "sign.note";

/// One sign as it is read: aidants and organisations by name, persons never.
#[derive(Clone, Debug)]
pub struct SignView {
    /// Its identifier.
    pub id: SignId,
    /// What was noticed.
    pub kind: SignKind,
    /// When.
    pub noticed_at: Instant,
    /// The first of what was counted.
    pub first_at: Instant,
    /// The last.
    pub last_at: Instant,
    /// How many.
    pub count: i64,
    /// From how many on it is a sign.
    pub threshold: i64,
    /// The aidant.
    pub aidant: Option<(AccountId, Private<String>)>,
    /// The organisations.
    pub organisations: Vec<String>,
    /// How far an operator has come with it.
    pub status: SignStatus,
    /// What was found.
    pub note: Option<Private<String>>,
    /// Who looked into it last, and when.
    pub reviewed: Option<(Private<String>, Instant)>,
}

/// Who may read signs.
#[derive(Clone, Copy, Debug)]
pub enum Reader<'a> {
    /// An operator.
    Operator(&'a OperatorActor),
    /// An agent of national oversight.
    Authority(&'a AuthorityActor),
}

impl Reader<'_> {
    fn check(self) -> Result<(), Refusal> {
        match self {
            Self::Operator(_) => Ok(()),
            Self::Authority(authority) if matches!(authority.competence, Competence::National) => Ok(()),
            Self::Authority(_) => Err(Refusal::NotFound),
        }
    }
}

/// Signs of one status, newest first, behind the one named; and whether there are more.
///
/// # Errors
/// [`Refusal::NotFound`] for an authority of one administration.
pub async fn list(
    bench: &Bench,
    reader: Reader<'_>,
    status: SignStatus,
    after: Option<SignId>,
) -> Result<(Vec<SignView>, bool), Refusal> {
    reader.check()?;
    let mut tx = bench.db.read().await?;
    let from = match after {
        Some(id) => signs::find(&mut tx, id).await?.map(|row| (row.noticed_at, row.id)),
        None => None,
    };
    let newest = (bench.now().plus(Duration::from_secs(1)), SignId::from_uuid(uuid::Uuid::nil()));
    let mut rows = signs::list(&mut tx, status, from.unwrap_or(newest), PAGE + 1).await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        views.push(view(bench, &mut tx, row).await?);
    }
    Ok((views, more))
}

/// One sign.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or for an authority of one administration.
pub async fn one(bench: &Bench, reader: Reader<'_>, id: SignId) -> Result<SignView, Refusal> {
    reader.check()?;
    let mut tx = bench.db.read().await?;
    let row = signs::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    view(bench, &mut tx, row).await
}

async fn view(bench: &Bench, tx: &mut Tx, row: SignRow) -> Result<SignView, Refusal> {
    let aidant = match row.account {
        Some(id) => Some((id, name(bench, tx, id).await?)),
        None => None,
    };
    let mut names = Vec::new();
    if let Some(id) = row.organisation {
        names.extend(organisations::find(tx, id).await?.map(|stored| stored.organisation.name));
    }
    if let Some(person) = row.person {
        names.extend(signs::held_at(tx, person).await?);
    }
    let note = match &row.note {
        Some(sealed) => {
            let key = data_keys::system(bench);
            let key = data_keys::require(bench, tx, key).await?;
            Some(Private::new(String::from_utf8_lossy(&key.open(LABEL, sealed)?).into_owned()))
        }
        None => None,
    };
    let reviewed = match (row.reviewed_by, row.reviewed_at) {
        (Some(by), Some(at)) => Some((name(bench, tx, by).await?, at)),
        _ => None,
    };
    Ok(SignView {
        id: row.id,
        kind: row.kind,
        noticed_at: row.noticed_at,
        first_at: row.first_at,
        last_at: row.last_at,
        count: row.count,
        threshold: row.threshold,
        aidant,
        organisations: names,
        status: row.status,
        note,
        reviewed,
    })
}

async fn name(bench: &Bench, tx: &mut Tx, id: AccountId) -> Result<Private<String>, Refusal> {
    let (account, _) = actors::account(bench, tx, id).await?;
    Ok(Private::new(account.professional.full_name()))
}

/// Notes what an operator found, and whether the sign is watched on or closed.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, [`Refusal::Conflict`] when it is closed, [`Refusal::Invalid`] without a note.
pub async fn review(
    bench: &Bench,
    by: &OperatorActor,
    id: SignId,
    status: SignStatus,
    note: &str,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let note = note.trim();
    let control = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t');
    if note.is_empty() {
        return Err(Refusal::field("note", "sign-error-no-note"));
    }
    if note.chars().count() > LONGEST_NOTE || note.chars().any(control) {
        return Err(Refusal::field("note", "sign-error-note-long"));
    }
    let mut work = Work::begin(bench, request).await?;
    let row = signs::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    if !row.status.may_become(status) {
        return Err(Refusal::Conflict("sign-closed"));
    }
    let now = work.now;
    let key_id = data_keys::system(bench);
    let key = data_keys::require(bench, &mut work.tx, key_id).await?;
    let sealed = key.seal(LABEL, note.as_bytes(), bench.random.as_ref())?;
    let account = by.staff.as_ref().map(|staff| staff.account.id);
    signs::review(&mut work.tx, id, (status, &sealed), account, now).await?;
    let event = Event::OperatorSignReviewed {
        sign: id,
        what: row.kind.as_str().to_owned(),
        status: status.as_str().to_owned(),
        note: note.to_owned(),
    };
    let mut line = Line::new(event, operator_actor(by), key_id);
    if let Some(account) = account {
        line = line.account(account);
    }
    let (work, _) = work.record(line).await?;
    work.commit().await
}
