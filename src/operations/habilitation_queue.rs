//! What waits for an operator: requests, trainings, renewals, oldest first.

use crate::domain::habilitation::HabilitationStatus;
use crate::domain::ids::HabilitationId;
use crate::domain::organisation::Organisation;
use crate::domain::text_enum;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::teams;
use crate::operations::teams::Member;
use crate::operations::teams::ONE_MORE;
use crate::storage::db::Tx;
use crate::storage::habilitations;

text_enum! {
    /// One of the operator's lists.
    Queue {
        /// Asked for.
        Requests => "demandes",
        /// Accepted for training, until they are given.
        Trainings => "formations",
        /// Renewals asked for.
        Renewals => "renouvellements",
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The habilitations, with their organisations.
    pub rows: Vec<(Organisation, Member)>,
    /// Where the next page begins.
    pub next: Option<HabilitationId>,
    /// How many wait in each list, in the order of [`Queue::ALL`].
    pub counts: [i64; 3],
}

/// A page of one list.
///
/// # Errors
/// As the database says.
pub async fn waiting(
    bench: &Bench,
    _: &OperatorActor,
    queue: Queue,
    after: Option<HabilitationId>,
) -> Result<Waiting, Refusal> {
    let mut tx = bench.db.read().await?;
    let listed = match queue {
        Queue::Requests => {
            habilitations::in_state(&mut tx, HabilitationStatus::Requested, after, ONE_MORE).await?
        }
        Queue::Trainings => {
            habilitations::in_state(&mut tx, HabilitationStatus::InTraining, after, ONE_MORE).await?
        }
        Queue::Renewals => habilitations::renewals(&mut tx, after, ONE_MORE).await?,
    };
    let (listed, next) = teams::cut(listed);
    let counts = count(&mut tx).await?;
    Ok(Waiting { rows: teams::with_organisations(bench, &mut tx, listed).await?, next, counts })
}

async fn count(tx: &mut Tx) -> Result<[i64; 3], Refusal> {
    Ok([
        habilitations::count(tx, HabilitationStatus::Requested).await?,
        habilitations::count(tx, HabilitationStatus::InTraining).await?,
        habilitations::count_renewals(tx).await?,
    ])
}

/// How many wait in each list, in the order of [`Queue::ALL`].
///
/// # Errors
/// As the database says.
pub async fn counts(bench: &Bench, _: &OperatorActor) -> Result<[i64; 3], Refusal> {
    let mut tx = bench.db.read().await?;
    count(&mut tx).await
}
