//! Changes of a registration: what narrows holds at once, what widens waits for a second operator and the old one stays in force.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::client::Client;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientStatus;
use crate::domain::client::Registration;
use crate::domain::ids::ClientId;
use crate::ledger::kinds::Event;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::identity_broker;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::register_client::OTHER_THAN_SEEN;
use crate::operations::register_client::SAME_OPERATOR;
use crate::operations::register_client::auth_of;
use crate::operations::register_client::document::Document;
use crate::operations::register_client::document::differences;
use crate::operations::register_client::document::document;
use crate::operations::register_client::document::narrows;
use crate::operations::register_client::document::read;
use crate::operations::register_client::hands;
use crate::operations::register_client::is_keyed;
use crate::operations::register_client::operator_line;
use crate::operations::register_client::registration;
use crate::operations::register_client::rules::faults;
use crate::operations::register_client::seen;
use crate::operations::register_client::signature;
use crate::operations::rotate_client::keep_former_keys;
use crate::operations::work::Work;
use crate::storage::client_changes;
use crate::storage::client_changes::WaitingChange;
use crate::storage::clients;

/// What became of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Settings that hold now.
    pub done: Vec<String>,
    /// Settings that wait for a second operator.
    pub waiting: Vec<String>,
}

/// What an operator asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The members that change (RFC 7591 names); `null` takes one away.
    pub members: Document,
    /// The redirect addresses that the sector identifier lists now, where the registration would have one.
    pub sector_listed: Option<BTreeSet<String>>,
    /// How long keys given by value still serve after others took their place.
    pub overlap: Duration,
}

/// The sector identifier a client would have after a change, to be read before it.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn sector_after(
    bench: &Bench,
    id: &ClientId,
    members: &Document,
) -> Result<Option<String>, Refusal> {
    let client = clients::find(&mut bench.db.read().await?, id).await?.ok_or(Refusal::NotFound)?;
    let wanted = members.get("sector_identifier_uri");
    Ok(match wanted {
        Some(value) => value.as_str().map(str::to_owned),
        None => client.registration.options.sector_identifier_uri,
    })
}

/// Changes a client.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] names what does not fit; [`Refusal::Conflict`] `client-disabled`,
/// `client-unchanged`.
pub async fn change_client(
    bench: &Bench,
    operator: &OperatorActor,
    id: &ClientId,
    wanted: Wanted,
    reference: Option<&str>,
) -> Result<Changed, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let mut client = clients::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    if client.status == ClientStatus::Disabled {
        return Err(Refusal::Conflict("client-disabled"));
    }
    let before = document(&client.registration)?;
    let after = merged(&before, &wanted.members);
    let next = checked(&client, after.clone(), wanted.sector_listed.as_ref())?;
    // What the checks complete (a default) is compared, not what was typed.
    let after = document(&next)?;
    let all = differences(&before, &after);
    if all.is_empty() {
        return Err(Refusal::Conflict("client-unchanged"));
    }
    let waits = bench.config.operators.two_persons && client.status == ClientStatus::Active;
    let narrow: BTreeSet<&String> =
        all.iter().filter(|name| !waits || narrows(name, before.get(*name), after.get(*name))).collect();
    let now = if narrow.len() == all.len() {
        Some(next.clone())
    } else {
        let mut only = before.clone();
        narrow.iter().for_each(|name| put(&mut only, name, &after));
        checked(&client, only, wanted.sector_listed.as_ref()).ok().filter(|_| !narrow.is_empty())
    };
    let done: Vec<String> =
        if now.is_some() { narrow.iter().map(|name| (*name).clone()).collect() } else { Vec::new() };
    let waiting: Vec<String> = all.iter().filter(|name| !done.contains(name)).cloned().collect();
    let mut lines = Vec::new();
    if let Some(now) = now {
        let until = work.now.plus(wanted.overlap);
        keep_former_keys(&mut work, &client, &now, until).await?;
        client.registration = now;
        let by = if client.status == ClientStatus::Pending {
            hands(&mut work, &client, &signature(operator)).await?
        } else {
            clients::registered_by(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?
        };
        clients::change(&mut work.tx, &client, &by).await?;
        lines.push(Event::ClientChanged { changed: done.clone() });
    }
    if !waiting.is_empty() {
        let change = WaitingChange {
            registration: next,
            changed: waiting.clone(),
            asked_by: signature(operator),
            asked_at: work.now,
        };
        client_changes::put(&mut work.tx, id, &change).await?;
        lines.push(Event::ClientChangeAsked { changed: waiting.clone() });
    }
    record(work, operator, &client, lines).await?;
    Ok(Changed { done, waiting })
}

/// A second operator lets a waiting change hold, as [`seen_change`] where a page had shown it. What else changed
/// meanwhile stays.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `client-no-change`, `client-same-operator` for the one who asked, which is
/// written, [`OTHER_THAN_SEEN`]; [`Refusal::Invalid`] when it no longer fits.
pub async fn confirm_change(
    bench: &Bench,
    operator: &OperatorActor,
    id: &ClientId,
    shown: Option<&str>,
    (sector_listed, overlap): (Option<BTreeSet<String>>, Duration),
    reference: Option<&str>,
) -> Result<Changed, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let mut client = clients::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let waiting =
        client_changes::find(&mut work.tx, id).await?.ok_or(Refusal::Conflict("client-no-change"))?;
    let event = Event::ClientChanged { changed: waiting.changed.clone() };
    if bench.config.operators.two_persons && waiting.asked_by == signature(operator) {
        let line = operator_line(&mut work, operator, &client, event).await?.refused(SAME_OPERATOR);
        let (recorded, _) = work.record(line).await?;
        recorded.commit().await?;
        return Err(Refusal::Conflict(SAME_OPERATOR));
    }
    let known = seen_change(&waiting)?;
    if shown.is_some_and(|shown| shown != known) {
        return Err(Refusal::Conflict(OTHER_THAN_SEEN));
    }
    let mut after = document(&client.registration)?;
    let wanted = document(&waiting.registration)?;
    waiting.changed.iter().for_each(|name| put(&mut after, name, &wanted));
    let next = checked(&client, after, sector_listed.as_ref())?;
    let until = work.now.plus(overlap);
    keep_former_keys(&mut work, &client, &next, until).await?;
    client.registration = next;
    let by = hands(&mut work, &client, &waiting.asked_by).await?;
    clients::change(&mut work.tx, &client, &by).await?;
    client_changes::drop_change(&mut work.tx, id).await?;
    record(work, operator, &client, vec![event]).await?;
    Ok(Changed { done: waiting.changed, waiting: Vec::new() })
}

/// Nothing comes of a waiting change; any operator may say so.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `client-no-change`.
pub async fn withdraw_change(
    bench: &Bench,
    operator: &OperatorActor,
    id: &ClientId,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let client = clients::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let waiting =
        client_changes::find(&mut work.tx, id).await?.ok_or(Refusal::Conflict("client-no-change"))?;
    client_changes::drop_change(&mut work.tx, id).await?;
    record(work, operator, &client, vec![Event::ClientChangeWithdrawn { changed: waiting.changed }]).await
}

/// What stands for a waiting change as an operator was shown it.
///
/// # Errors
/// A fault when it cannot be written down.
pub fn seen_change(change: &WaitingChange) -> Result<String, Refusal> {
    seen(&(&change.registration, &change.changed))
}

/// The change that waits for a client, and whether this operator may not confirm it.
///
/// # Errors
/// As the database says.
pub async fn waiting_change(
    bench: &Bench,
    operator: &OperatorActor,
    id: &ClientId,
) -> Result<Option<(WaitingChange, bool)>, Refusal> {
    let found = client_changes::find(&mut bench.db.read().await?, id).await?;
    Ok(found.map(|change| {
        let own = bench.config.operators.two_persons && change.asked_by == signature(operator);
        (change, own)
    }))
}

/// The clients for which a change waits.
///
/// # Errors
/// As the database says.
pub async fn waiting_changes(bench: &Bench) -> Result<Vec<ClientId>, Refusal> {
    Ok(client_changes::waiting(&mut bench.db.read().await?).await?)
}

fn merged(before: &Document, members: &Document) -> Document {
    let mut after = before.clone();
    // The host of a sector identifier is the sector; it follows the identifier.
    for (name, value) in members {
        after.insert(name.clone(), value.clone());
    }
    after.retain(|_, value| !value.is_null());
    after
}

fn put(document: &mut Document, name: &str, from: &Document) {
    match from.get(name) {
        Some(value) => drop(document.insert(name.to_owned(), value.clone())),
        None => drop(document.remove(name)),
    }
}

/// The registration of a document, if this client may have it.
fn checked(
    client: &Client,
    document: Document,
    sector_listed: Option<&BTreeSet<String>>,
) -> Result<Registration, Refusal> {
    let mut new = read(document).map_err(|bad| {
        tracing::debug!(%bad, "a change of a registration");
        Refusal::field("registration", "client-fault-document")
    })?;
    new.sector_listed = sector_listed.cloned();
    let mut all = faults(&new);
    let auth = auth_of(&new);
    let keyless = auth != ClientAuth::PrivateKeyJwt && client.secret_hash.is_none();
    let fixed = [
        (new.kind == client.registration.kind, "kind", "client-fault-kind-fixed"),
        (new.id.as_ref().is_none_or(|id| *id == client.id), "client_id", "client-fault-id-fixed"),
        (!keyless, "auth", "client-fault-auth-secret"),
        (!is_keyed(&new) || identity_broker::is_keyed(&client.registration), "alg", "client-fault-alg-fixed"),
    ];
    all.extend(fixed.iter().filter(|(fits, ..)| !fits).map(|(_, field, key)| FieldFault { field, key }));
    let next = registration(new, auth);
    let sector = |registration: &Registration| {
        registration.sector.clone().unwrap_or_else(|| client.id.as_str().to_owned())
    };
    if sector(&next) != sector(&client.registration) {
        all.push(FieldFault { field: "sector", key: "client-fault-sector-fixed" });
    }
    if all.is_empty() { Ok(next) } else { Err(Refusal::Invalid(all)) }
}

async fn record(
    mut work: Work<'_>,
    operator: &OperatorActor,
    client: &Client,
    events: Vec<Event>,
) -> Result<(), Refusal> {
    let mut lines = Vec::with_capacity(events.len());
    for event in events {
        lines.push(operator_line(&mut work, operator, client, event).await?);
    }
    let mut lines = lines.into_iter();
    let first = lines.next().ok_or_else(|| Refusal::fault("a change is an entry"))?;
    let (mut recorded, _) = work.record(first).await?;
    for line in lines {
        (recorded, _) = recorded.record(line).await?;
    }
    recorded.commit().await
}
