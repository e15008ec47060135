//! Errors that aidants declared about acts of theirs.

use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO act_errors (entry, line, digest, mandate, organisation, account, client, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    SAME = Sql::same("SELECT entry FROM act_errors WHERE line = $1 AND digest = $2");
    OF_LINE = Sql::same("SELECT entry FROM act_errors WHERE line = $1 ORDER BY at, entry");
    WITHIN = Sql::same("SELECT entry FROM act_errors WHERE (client IN (SELECT client FROM account_clients WHERE account = $1) OR $1 IS NULL)
        AND (at < $2 OR (at = $2 AND entry < $3)) ORDER BY at DESC, entry DESC LIMIT $4");
    OF_ORGANISATION = Sql::same("SELECT entry FROM act_errors WHERE organisation = $1
        AND (at < $2 OR (at = $2 AND entry < $3)) ORDER BY at DESC, entry DESC LIMIT $4");
}

/// One declaration; its words stand in its entry.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Its entry.
    pub entry: EntryId,
    /// The line of the act.
    pub line: EntryId,
    /// SHA-256 of its words.
    pub digest: [u8; 32],
    /// The mandate.
    pub mandate: MandateId,
    /// The organisation that holds it.
    pub organisation: OrganisationId,
    /// The aidant.
    pub account: AccountId,
    /// The administration.
    pub client: Option<ClientId>,
    /// When.
    pub at: Instant,
}

/// Adds a declaration; a unique error when the same words were declared of the line before.
pub async fn insert(tx: &mut Tx, new: &Declared) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(new.entry)
        .bind(new.line)
        .bind(&new.digest[..])
        .bind(new.mandate)
        .bind(new.organisation)
        .bind(new.account)
        .bind(new.client.clone())
        .bind(new.at)
        .execute()
        .await?;
    Ok(())
}

/// Whether the same words were declared of the line before.
pub async fn is_known(tx: &mut Tx, line: EntryId, digest: &[u8; 32]) -> Result<bool, DbError> {
    Ok(tx.query(SAME).bind(line).bind(&digest[..]).fetch_optional::<(EntryId,)>().await?.is_some())
}

/// The declarations about a line, oldest first.
pub async fn of_line(tx: &mut Tx, line: EntryId) -> Result<Vec<EntryId>, DbError> {
    let rows = tx.query(OF_LINE).bind(line).fetch_all::<(EntryId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The declarations in the competence of an agent, newest first, behind the one of that instant; `None` is competent for all.
pub async fn within(
    tx: &mut Tx,
    competent: Option<AccountId>,
    (at, entry): (Instant, EntryId),
    most: i64,
) -> Result<Vec<EntryId>, DbError> {
    let query = tx.query(WITHIN).bind(competent).bind(at).bind(entry).bind(most);
    Ok(query.fetch_all::<(EntryId,)>().await?.into_iter().map(|(id,)| id).collect())
}

/// The declarations of an organisation's aidants, newest first, behind the one of that instant.
pub async fn of_organisation(
    tx: &mut Tx,
    organisation: OrganisationId,
    (at, entry): (Instant, EntryId),
    most: i64,
) -> Result<Vec<EntryId>, DbError> {
    let query = tx.query(OF_ORGANISATION).bind(organisation).bind(at).bind(entry).bind(most);
    Ok(query.fetch_all::<(EntryId,)>().await?.into_iter().map(|(id,)| id).collect())
}
