//! Begins to answer an authorization request: from here on it belongs to one browser.

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::same;
use crate::domain::act::Act;
use crate::domain::act::ActLife;
use crate::domain::act::AuthorizationRequest;
use crate::domain::act::KeptChoice;
use crate::domain::client::Client;
use crate::domain::decision::Reason;
use crate::domain::ids::ActId;
use crate::ledger::kinds::Event;
use crate::ledger::words::ActStage;
use crate::operations::actors::AidantActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::client_actor;
use crate::storage::acts;
use crate::storage::acts::StoredAct;

/// Begins an act for the browser; `pushed_uri` is the `request_uri` it came with, used up here.
///
/// # Errors
/// [`Refusal::NotFound`] when another use of the `request_uri` was faster.
pub async fn begin_act(
    bench: &Bench,
    client: &Client,
    request: AuthorizationRequest,
    browser_hash: &[u8; 32],
    pushed_uri: Option<&str>,
    reference: Option<&str>,
) -> Result<ActId, Refusal> {
    let mut work = match pushed_uri {
        Some(_) => Work::begin(bench, reference).await?,
        None => Work::begin_alone(bench, reference).await?,
    };
    let act = Act {
        id: ActId::fresh(work.now, bench.random.as_ref()),
        client: client.id.clone(),
        via: None,
        request,
        created_at: work.now,
        expires_at: work.now.plus(bench.config.oidc.choice_lifetime),
        life: ActLife::Choosing { kept: None },
    };
    acts::insert(&mut work.tx, &act, browser_hash).await?;
    if let Some(uri) = pushed_uri {
        let bound =
            acts::bind_pushed(&mut work.tx, TokenHash::of(uri).as_bytes(), act.id, browser_hash).await?;
        if !bound {
            return Err(Refusal::NotFound);
        }
    }
    work.commit_without_entry(Housekeeping::AuthorizationRequest).await?;
    Ok(act.id)
}

/// The act, for the browser it belongs to.
///
/// # Errors
/// [`Refusal::NotFound`] for every other browser, as for an act that is not there.
pub async fn act_of_browser(bench: &Bench, id: ActId, browser_hash: &[u8; 32]) -> Result<Act, Refusal> {
    let mut tx = bench.db.look().await?;
    let stored = acts::find(&mut tx, id).await?;
    owned(stored, browser_hash)
}

/// As [`act_of_browser`], with the client it is for.
///
/// # Errors
/// As [`act_of_browser`].
pub async fn choice_of_browser(
    bench: &Bench,
    id: ActId,
    browser_hash: &[u8; 32],
) -> Result<(Act, Client), Refusal> {
    let mut tx = bench.db.look().await?;
    let (stored, client) = acts::find_with_client(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    Ok((owned(Some(stored), browser_hash)?, client))
}

/// Keeps what was chosen so far with an act that is being chosen.
///
/// # Errors
/// [`Refusal::Conflict`] when it is over.
pub async fn keep_choice(bench: &Bench, id: ActId, kept: KeptChoice) -> Result<(), Refusal> {
    let mut work = Work::begin_alone(bench, None).await?;
    if !acts::keep(&mut work.tx, id, kept).await? {
        return Err(Refusal::Conflict("act-over"));
    }
    work.commit_without_entry(Housekeeping::AuthorizationRequest).await
}

/// Writes down that a request was refused because its client may not have what it asks: where the client had pushed it
/// authenticated, or an aidant is logged in.
///
/// # Errors
/// As the database says.
pub async fn refuse_request(
    bench: &Bench,
    client: &Client,
    aidant: Option<&AidantActor>,
    reason: Reason,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let work = Work::begin(bench, reference).await?;
    let event = Event::ActRefused { stage: ActStage::Opening, reason: reason.as_str().to_owned() };
    let line = match aidant {
        Some(aidant) => Line::new(event, actor(&aidant.account), aidant.organisation_key)
            .account(aidant.account.id)
            .organisation(&aidant.organisation),
        None => {
            let key = data_keys::system(bench);
            Line::new(event, client_actor(client), key)
        }
    };
    let (recorded, _) = work.record(line.client(client).refused(reason.as_str())).await?;
    recorded.commit().await
}

/// The act if it is this browser's.
pub(super) fn owned(stored: Option<StoredAct>, browser_hash: &[u8; 32]) -> Result<Act, Refusal> {
    stored
        .filter(|stored| same(&stored.browser_hash, browser_hash))
        .map(|stored| stored.act)
        .ok_or(Refusal::NotFound)
}
