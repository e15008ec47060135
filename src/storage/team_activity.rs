//! Counts of what the aidants of an organisation did.

use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    MANDATES = Sql::same("SELECT drafted_by, COUNT(*) FROM mandates WHERE organisation = $1 AND valid_from >= $2 AND valid_from < $3
        GROUP BY drafted_by");
    ACTS = Sql::same("SELECT account, COUNT(*) FROM entry_refs WHERE organisation = $1 AND at >= $2 AND at < $3
        AND kind = 'act.opened' AND account IS NOT NULL GROUP BY account");
}

/// Mandates approved between two instants, by who drew them up.
pub async fn mandates(
    tx: &mut Tx,
    organisation: OrganisationId,
    from: Instant,
    to: Instant,
) -> Result<Vec<(AccountId, i64)>, DbError> {
    tx.query(MANDATES).bind(organisation).bind(from).bind(to).fetch_all().await
}

/// Acts opened between two instants, by aidant.
pub async fn acts(
    tx: &mut Tx,
    organisation: OrganisationId,
    from: Instant,
    to: Instant,
) -> Result<Vec<(AccountId, i64)>, DbError> {
    tx.query(ACTS).bind(organisation).bind(from).bind(to).fetch_all().await
}
