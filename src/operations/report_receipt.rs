//! An administration reports what was done during an act: an entry beside the act, once per idempotency key.

use crate::crypto::hash::same;
use crate::crypto::hash::sha256;
use crate::domain::act::Act;
use crate::domain::act::ActStatus;
use crate::domain::act::Opened;
use crate::domain::client::Client;
use crate::domain::ids::EntryId;
use crate::domain::receipt::LONGEST_LABEL;
use crate::domain::receipt::LONGEST_REFERENCE;
use crate::domain::receipt::Receipt;
use crate::domain::receipt::is_line;
use crate::ledger::kinds::Event;
use crate::ledger::merkle::Hash;
use crate::ledger::merkle::leaf_hash;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::live_token::LiveToken;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::client_actor;
use crate::storage::acts;
use crate::storage::db::DbError;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::receipts;
use crate::storage::receipts::Received;
use crate::storage::tokens::TokenKind;

/// The scope of a client's own token that may report.
pub const SCOPE: &str = "receipts";
/// The longest idempotency key, in characters.
pub const LONGEST_KEY: usize = 255;
/// How many reports one act may have.
pub const MOST_PER_ACT: i64 = 50;
/// How far a report's time may lie in the future, for clocks that differ.
const AHEAD: std::time::Duration = std::time::Duration::from_secs(300);

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Its entry.
    pub entry: EntryId,
    /// Whether it was written now; `false` when the same report had come before.
    pub new: bool,
    /// Its leaf hash: the head of the mandate's chain as of this report, for whoever wants to know later that no line up to
    /// here is missing. The leaf is this client's own line, so nobody else was told the same.
    pub chain: Hash,
}

/// Whether a token may report at all: an act's access token, or the client's own with the scope `receipts`.
pub fn may_report(token: &LiveToken) -> bool {
    match token.row.kind {
        TokenKind::Access => true,
        TokenKind::Client => {
            let scope = token.claims.get("scope").and_then(serde_json::Value::as_str).unwrap_or_default();
            scope.split(' ').any(|word| word == SCOPE)
        }
        TokenKind::Mandate | TokenKind::Aidant => false,
    }
}

/// Writes `act.reported` beside the act `txn`. The same report under the same key is answered with its first entry.
///
/// # Errors
/// [`Refusal::NotFound`] for an act that is not this client's, or not this token's; [`Refusal::Invalid`] when a field does
/// not fit; [`Refusal::Conflict`] `idempotency-key-reused` for another report under a known key, `act-not-reportable`
/// when the act gave no tokens, `too-many-receipts`.
pub async fn report_receipt(
    bench: &Bench,
    token: &LiveToken,
    (txn, key): (EntryId, &str),
    receipt: &Receipt,
    request: Option<&str>,
) -> Result<Reported, Refusal> {
    check(bench, key, receipt)?;
    let hash = sha256(&serde_json_canonicalizer::to_vec(&(txn, receipt))?);
    match write(bench, token, (txn, key), (receipt, &hash), request).await {
        // The same key at the same instant: the other one was first.
        Err(Refusal::Fault(error)) if matches!(error.downcast_ref(), Some(DbError::Unique(_))) => {
            let mut tx = bench.db.read().await?;
            let before = receipts::find(&mut tx, &token.client.id, key).await?;
            known(&mut tx, before, &hash).await?.ok_or_else(|| Refusal::Fault(error))
        }
        done => done,
    }
}

fn check(bench: &Bench, key: &str, receipt: &Receipt) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut wrong = |field, key| faults.push(FieldFault { field, key });
    let plain = key.bytes().all(|byte| byte.is_ascii_graphic());
    if key.is_empty() || key.len() > LONGEST_KEY || !plain {
        wrong("Idempotency-Key", "1 to 255 printable ASCII characters");
    }
    if !is_line(&receipt.label, LONGEST_LABEL) {
        wrong("label", "one line of 1 to 200 characters");
    }
    if receipt.reference.as_ref().is_some_and(|reference| !is_line(reference, LONGEST_REFERENCE)) {
        wrong("reference", "one line of 1 to 100 characters");
    }
    if receipt.at > bench.now().plus(AHEAD) {
        wrong("at", "not in the future");
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

/// The answer to a report that came before; a conflict when that one said something else.
async fn known(
    tx: &mut Tx,
    received: Option<Received>,
    hash: &[u8; 32],
) -> Result<Option<Reported>, Refusal> {
    match received {
        None => Ok(None),
        Some(before) if same(&before.request_hash, hash) => {
            let chain = leaf_of(tx, before.entry).await?;
            Ok(Some(Reported { entry: before.entry, new: false, chain }))
        }
        Some(_) => Err(Refusal::Conflict("idempotency-key-reused")),
    }
}

async fn leaf_of(tx: &mut Tx, entry: EntryId) -> Result<Hash, Refusal> {
    let stored = entries::find_with_leaf(tx, entry).await?;
    let stored = stored.ok_or_else(|| Refusal::fault("a report names an entry that is not there"))?;
    Ok(leaf_hash(&stored.leaf()?))
}

async fn write(
    bench: &Bench,
    token: &LiveToken,
    (txn, key): (EntryId, &str),
    (receipt, hash): (&Receipt, &[u8; 32]),
    request: Option<&str>,
) -> Result<Reported, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let client = &token.client;
    let (act, opened) = reportable(&mut work, token, txn).await?;
    // Takes the mandate, so that two reports of one act come one after the other.
    mandates::take(&mut work.tx, opened.mandate).await?.ok_or(Refusal::NotFound)?;
    let before = receipts::find(&mut work.tx, &client.id, key).await?;
    if let Some(before) = known(&mut work.tx, before, hash).await? {
        return Ok(before);
    }
    if receipts::count(&mut work.tx, act.id).await? >= MOST_PER_ACT {
        return Err(Refusal::Conflict("too-many-receipts"));
    }
    let line = line(&mut work, client, &act, &opened, receipt).await?;
    let (mut work, entry) = work.record(line).await?;
    let received = Received { act: act.id, request_hash: hash.to_vec(), entry };
    receipts::insert(&mut work.tx, &client.id, key, &received).await?;
    let chain = work.chain_head(opened.mandate)?;
    work.commit().await?;
    Ok(Reported { entry, new: true, chain })
}

/// The act this token may report about.
async fn reportable(work: &mut Work<'_>, token: &LiveToken, txn: EntryId) -> Result<(Act, Opened), Refusal> {
    let act = acts::by_txn(&mut work.tx, txn).await?.ok_or(Refusal::NotFound)?.act;
    let own = act.client == token.client.id
        && (token.row.kind == TokenKind::Client || token.row.act == Some(act.id));
    if !own || !may_report(token) {
        return Err(Refusal::NotFound);
    }
    let opened = act.opened().cloned().ok_or(Refusal::NotFound)?;
    match act.status() {
        ActStatus::Redeemed | ActStatus::Ended => Ok((act, opened)),
        ActStatus::Choosing | ActStatus::Opened | ActStatus::Refused => {
            Err(Refusal::Conflict("act-not-reportable"))
        }
    }
}

async fn line(
    work: &mut Work<'_>,
    client: &Client,
    act: &Act,
    opened: &Opened,
    receipt: &Receipt,
) -> Result<Line, Refusal> {
    let person = actors::person(work.bench, &mut work.tx, opened.person).await?;
    let organisation = organisations::find(&mut work.tx, opened.organisation)
        .await?
        .ok_or_else(|| Refusal::fault("an act names an organisation that is not there"))?;
    let event = Event::ActReported {
        receipt: receipt.kind.as_str().to_owned(),
        label: receipt.label.clone(),
        reference: receipt.reference.clone(),
        done_at: receipt.at.into(),
    };
    Ok(Line::new(event, client_actor(client), person.data_key)
        .account(opened.account)
        .organisation(&organisation.organisation)
        .person(opened.person)
        .mandate(opened.mandate)
        .act(act.id)
        .theme(opened.theme)
        .client(client))
}
