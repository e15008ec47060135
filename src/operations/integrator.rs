//! What an integrator sees of the clients looked after: configuration, acts, receipts and refused calls, as the client knows them.

use crate::domain::client::Client;
use crate::domain::ids::ClientId;
use crate::operations::actors::IntegratorActor;
use crate::operations::bench::Bench;
use crate::operations::lines::Line;
use crate::operations::lines::Opener;
use crate::operations::refusal::Refusal;
use crate::operations::rotate_client;
use crate::operations::rotate_client::Overlap;
use crate::storage::client_activity;
pub use crate::storage::client_activity::OwnAct;
use crate::storage::client_faults;
pub use crate::storage::client_faults::ClientFault;
use crate::storage::clients;

/// How many acts, receipts and refused calls a page shows.
pub const SHOWN: i64 = 50;

/// What a client reported, without anything of the person or the aidant.
#[derive(Clone, Debug)]
pub struct OwnReceipt {
    /// The line.
    pub at: crate::domain::time::Instant,
    /// `submitted`, `paid`, …; none once its contents were erased.
    pub kind: Option<String>,
    /// The client's own words.
    pub label: Option<String>,
    /// The client's own reference.
    pub reference: Option<String>,
}

/// One client with what happened at it.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its registration.
    pub client: Client,
    /// What still serves of its former secret and keys.
    pub overlap: Overlap,
    /// Its newest acts.
    pub acts: Vec<OwnAct>,
    /// Its newest receipts.
    pub receipts: Vec<OwnReceipt>,
    /// Its newest refused calls.
    pub faults: Vec<ClientFault>,
}

/// The clients looked after.
///
/// # Errors
/// As the database says.
pub async fn services(bench: &Bench, integrator: &IntegratorActor) -> Result<Vec<Client>, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut all = Vec::with_capacity(integrator.clients.len());
    for id in &integrator.clients {
        all.extend(clients::find(&mut tx, id).await?);
    }
    Ok(all)
}

/// One client looked after.
///
/// # Errors
/// [`Refusal::NotFound`] for every other.
pub async fn service(bench: &Bench, integrator: &IntegratorActor, id: &ClientId) -> Result<Service, Refusal> {
    if !integrator.looks_after(id) {
        return Err(Refusal::NotFound);
    }
    let overlap = rotate_client::overlap(bench, id).await?;
    let mut tx = bench.db.read().await?;
    let client = clients::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let acts = client_activity::acts(&mut tx, id, SHOWN).await?;
    let faults = client_faults::latest(&mut tx, id, SHOWN).await?;
    let sealed = client_activity::receipts(&mut tx, id, SHOWN).await?;
    let lines = Opener::new(bench).open_all(&mut tx, sealed).await?;
    Ok(Service { client, overlap, acts, receipts: lines.into_iter().map(own).collect(), faults })
}

fn own(line: Line) -> OwnReceipt {
    let details = line.told.map(|told| told.details);
    OwnReceipt {
        at: line.at,
        kind: details.as_ref().and_then(|details| details.word.clone()),
        label: details.as_ref().and_then(|details| details.label.clone()),
        reference: details.and_then(|details| details.reference),
    }
}
