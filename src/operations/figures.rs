//! How the gateway is used, counted for its operator; nothing personal.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::habilitation::Standing;
use crate::domain::mandate::MandateStatus;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::read_ledger;
use crate::operations::refusal::Refusal;
use crate::storage::accounts;
use crate::storage::acts;
use crate::storage::ledger;
use crate::storage::organisations;
use crate::storage::statistics;
use crate::storage::trails;

/// How many days acts and refusals are counted over.
pub const DAYS: u64 = 30;

/// The counts of one moment.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Organisations whose aidants may act.
    pub organisations: usize,
    /// Organisations that are suspended.
    pub suspended: usize,
    /// Aidants with a habilitation in force in an active organisation.
    pub aidants: usize,
    /// Mandates by status, as counted last.
    pub mandates: Vec<(MandateStatus, i64)>,
    /// When they were; `None` before the first count.
    pub counted_at: Option<Instant>,
    /// Acts opened within [`DAYS`], by theme.
    pub acts: Vec<(Theme, i64)>,
    /// What was refused within [`DAYS`].
    pub refusals: i64,
    /// Lines of the ledger within [`DAYS`] by kind.
    pub kinds: Vec<(String, i64)>,
    /// The size of the signed tree.
    pub ledger: u64,
    /// Lines written that wait for their place in it.
    pub waiting: i64,
    /// When the newest checkpoint was signed.
    pub signed_at: Option<Instant>,
}

/// Counts.
///
/// # Errors
/// As the database says.
pub async fn figures(bench: &Bench, _: &OperatorActor) -> Result<Figures, Refusal> {
    let mut tx = bench.db.read().await?;
    let now = bench.now();
    let since = now.minus(Duration::from_secs(DAYS * 86_400));
    let all = organisations::every(&mut tx).await?;
    let active: Vec<_> = all
        .iter()
        .filter(|stored| stored.organisation.status == OrganisationStatus::Active)
        .map(|stored| stored.organisation.id)
        .collect();
    let aidants: BTreeSet<_> = accounts::every_habilitation(&mut tx)
        .await?
        .into_iter()
        .filter(|one| one.standing(now) == Standing::InForce && active.contains(&one.organisation))
        .map(|one| one.account.to_string())
        .collect();
    let counted = statistics::statuses(&mut tx).await?;
    let head = read_ledger::head(&mut tx).await?;
    Ok(Figures {
        organisations: active.len(),
        suspended: all.len() - active.len(),
        aidants: aidants.len(),
        counted_at: counted.iter().map(|(_, _, at)| *at).max(),
        mandates: counted.into_iter().map(|(status, count, _)| (status, count)).collect(),
        acts: acts::count_themes(&mut tx, since).await?,
        refusals: trails::count_refused(&mut tx, since).await?,
        kinds: trails::count_kinds(&mut tx, since).await?,
        ledger: head.as_ref().map_or(0, |head| head.size),
        waiting: ledger::waiting(&mut tx).await?.waiting,
        signed_at: head.map(|head| head.at),
    })
}
