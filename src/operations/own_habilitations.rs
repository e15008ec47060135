//! An aidant's own habilitations, in every organisation.

use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::Standing;
use crate::domain::organisation::Organisation;
use crate::operations::actors::AidantActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::habilitations;
use crate::storage::organisations;

/// One of them.
#[derive(Clone, Debug)]
pub struct OwnPlace {
    /// The habilitation.
    pub habilitation: Habilitation,
    /// Where.
    pub organisation: Organisation,
}

/// All of an aidant's, those in force first, then those that wait, newest before older.
///
/// # Errors
/// As the database says.
pub async fn of(bench: &Bench, aidant: &AidantActor) -> Result<Vec<OwnPlace>, Refusal> {
    let now = bench.now();
    let mut tx = bench.db.read().await?;
    let mut all = Vec::new();
    for habilitation in habilitations::of_account(&mut tx, aidant.account.id).await?.into_iter().rev() {
        let stored =
            organisations::find(&mut tx, habilitation.organisation).await?.ok_or(Refusal::NotFound)?;
        all.push(OwnPlace { habilitation, organisation: stored.organisation });
    }
    all.sort_by_key(|place| match place.habilitation.standing(now) {
        Standing::InForce => 0,
        Standing::Unsigned => 1,
        Standing::Awaited => 2,
        Standing::Suspended => 3,
        Standing::Ended => 4,
    });
    Ok(all)
}
