//! Mergers: those that wait for a second confirmation, what moved, and where each moved mandate came from.

use crate::domain::habilitation::HabilitationStatus;
use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::mandate::MandateStatus;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    PUT = Sql::same("INSERT INTO organisation_merges (absorbed, target, reason, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5)");
    FIND = Sql::same("SELECT absorbed, target, reason, asked_by, asked_at FROM organisation_merges WHERE absorbed = $1");
    WAITING = Sql::same("SELECT absorbed, target, reason, asked_by, asked_at FROM organisation_merges ORDER BY asked_at, absorbed");
    DROP = Sql::same("DELETE FROM organisation_merges WHERE absorbed = $1");
    TAKE = Sql::same("UPDATE organisations SET status = status WHERE id = $1 RETURNING id");
    CLOSE = Sql::same("UPDATE organisations SET status = $2, merged_into = $3, merged_at = $4 WHERE id = $1 AND merged_at IS NULL");
    MERGED_INTO = Sql::same("SELECT merged_into, merged_at FROM organisations WHERE id = $1 AND merged_at IS NOT NULL");
    HELD = Sql::same("SELECT id FROM mandates WHERE organisation = $1 AND id > $2
        AND status IN ('draft', 'awaiting_consent', 'active', 'suspended') ORDER BY id LIMIT $3");
    MOVE = Sql::same("UPDATE mandates SET organisation = $2 WHERE id = $1");
    NOTE_MOVE = Sql::same("INSERT INTO mandate_transfers (mandate, from_organisation, to_organisation, at) VALUES ($1, $2, $3, $4)");
    TRANSFERS = Sql::same("SELECT f.name, o.name, t.at FROM mandate_transfers t JOIN organisations f ON f.id = t.from_organisation
        JOIN organisations o ON o.id = t.to_organisation WHERE t.mandate = $1 ORDER BY t.at");
    UNITE_THEMES = Sql::same("INSERT INTO organisation_withheld_themes (organisation, theme)
        SELECT o.id, w.theme FROM organisation_withheld_themes w JOIN organisations o ON o.id = $2 WHERE w.organisation = $1
        ON CONFLICT DO NOTHING");
    MOVE_BLOCKS = Sql::same("INSERT INTO blocks (person, target_kind, target, created_at)
        SELECT b.person, b.target_kind, o.id, b.created_at FROM blocks b JOIN organisations o ON o.id = $2
        WHERE b.target_kind = 'organisation' AND b.target = $1 ON CONFLICT DO NOTHING");
    REFERENTS = Sql::same("SELECT account FROM referents WHERE organisation = $1 ORDER BY account");
    MOVE_REFERENTS = Sql::same("UPDATE referents SET organisation = $2 WHERE organisation = $1
        AND account NOT IN (SELECT account FROM referents WHERE organisation = $2)");
    DROP_REFERENTS = Sql::same("DELETE FROM referents WHERE organisation = $1");
    TAKE_WAITING = Sql::same("DELETE FROM organisation_merges WHERE absorbed = $1 AND target = $2");
    DROP_INTO = Sql::same("DELETE FROM organisation_merges WHERE target = $1");
    COUNT_HELD = Sql::same("SELECT status, count(*) FROM mandates WHERE organisation = $1 GROUP BY status");
    MOVE_HABILITATION = Sql::same("UPDATE habilitations SET organisation = $2 WHERE id = $1 AND status <> $3");
}

/// A merger that waits.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WaitingMerge {
    /// The organisation that would be closed.
    pub absorbed: OrganisationId,
    /// The one that would take over.
    pub target: OrganisationId,
    /// Why.
    pub reason: String,
    /// Who asked, for the rule of two persons.
    pub asked_by: String,
    /// When.
    pub asked_at: Instant,
}

/// One move of a mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The name of the organisation that held it.
    pub from: String,
    /// The name of the one that took over.
    pub to: String,
    /// When.
    pub at: Instant,
}

/// Lets a merger wait; a unique error where one waits already.
pub async fn put(tx: &mut Tx, merge: &WaitingMerge) -> Result<(), DbError> {
    tx.query(PUT)
        .bind(merge.absorbed)
        .bind(merge.target)
        .bind(&merge.reason)
        .bind(&merge.asked_by)
        .bind(merge.asked_at)
        .execute()
        .await?;
    Ok(())
}

/// The merger that waits for this organisation.
pub async fn find(tx: &mut Tx, absorbed: OrganisationId) -> Result<Option<WaitingMerge>, DbError> {
    tx.query(FIND).bind(absorbed).fetch_optional().await
}

/// Every merger that waits, the oldest first.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<WaitingMerge>, DbError> {
    tx.query(WAITING).fetch_all().await
}

/// Nothing waits any more; `false` when nothing did.
pub async fn drop_waiting(tx: &mut Tx, absorbed: OrganisationId) -> Result<bool, DbError> {
    Ok(tx.query(DROP).bind(absorbed).execute().await? == 1)
}

/// Takes the merger with `target` that waits, to carry it out; `false` when it does not wait any more.
pub async fn take_waiting(
    tx: &mut Tx,
    absorbed: OrganisationId,
    target: OrganisationId,
) -> Result<bool, DbError> {
    Ok(tx.query(TAKE_WAITING).bind(absorbed).bind(target).execute().await? == 1)
}

/// Takes an organisation: nobody decides with it until this transaction ends; `false` when there is none.
pub async fn take(tx: &mut Tx, id: OrganisationId) -> Result<bool, DbError> {
    Ok(tx.query(TAKE).bind(id).fetch_optional::<(OrganisationId,)>().await?.is_some())
}

/// Closes an organisation for good; `false` when it was closed already.
pub async fn close(
    tx: &mut Tx,
    absorbed: OrganisationId,
    target: OrganisationId,
    at: Instant,
) -> Result<bool, DbError> {
    let query = tx.query(CLOSE).bind(absorbed).bind(OrganisationStatus::Merged).bind(target).bind(at);
    Ok(query.execute().await? == 1)
}

/// Into which organisation this one was merged, and when.
pub async fn merged_into(
    tx: &mut Tx,
    id: OrganisationId,
) -> Result<Option<(OrganisationId, Instant)>, DbError> {
    tx.query(MERGED_INTO).bind(id).fetch_optional().await
}

/// Up to `most` living mandates and drafts of an organisation, by identifier, behind `after`.
pub async fn held(
    tx: &mut Tx,
    organisation: OrganisationId,
    after: MandateId,
    most: i64,
) -> Result<Vec<MandateId>, DbError> {
    let rows = tx.query(HELD).bind(organisation).bind(after).bind(most).fetch_all::<(MandateId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Gives a mandate to another organisation, and keeps whose it was.
pub async fn move_mandate(
    tx: &mut Tx,
    mandate: MandateId,
    (from, to): (OrganisationId, OrganisationId),
    at: Instant,
) -> Result<(), DbError> {
    tx.query(MOVE).bind(mandate).bind(to).execute().await?;
    tx.query(NOTE_MOVE).bind(mandate).bind(from).bind(to).bind(at).execute().await?;
    Ok(())
}

/// Every move of a mandate, oldest first.
pub async fn transfers(tx: &mut Tx, mandate: MandateId) -> Result<Vec<Transfer>, DbError> {
    let rows = tx.query(TRANSFERS).bind(mandate).fetch_all::<(String, String, Instant)>().await?;
    Ok(rows.into_iter().map(|(from, to, at)| Transfer { from, to, at }).collect())
}

/// What either organisation withheld, the one that stays withholds; whoever blocked the one that goes blocks the other.
pub async fn unite(tx: &mut Tx, absorbed: OrganisationId, target: OrganisationId) -> Result<(), DbError> {
    tx.query(UNITE_THEMES).bind(absorbed).bind(target).execute().await?;
    tx.query(MOVE_BLOCKS).bind(absorbed).bind(target).execute().await?;
    Ok(())
}

/// Moves a living habilitation; `false` when it was over.
pub async fn move_habilitation(
    tx: &mut Tx,
    id: HabilitationId,
    target: OrganisationId,
) -> Result<bool, DbError> {
    let query = tx.query(MOVE_HABILITATION).bind(id).bind(target).bind(HabilitationStatus::Ended);
    Ok(query.execute().await? == 1)
}

/// The referents of an organisation.
pub async fn referents(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<AccountId>, DbError> {
    let rows = tx.query(REFERENTS).bind(organisation).fetch_all::<(AccountId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The referents of one organisation manage another; none stay.
pub async fn move_referents(tx: &mut Tx, from: OrganisationId, to: OrganisationId) -> Result<(), DbError> {
    tx.query(MOVE_REFERENTS).bind(from).bind(to).execute().await?;
    tx.query(DROP_REFERENTS).bind(from).execute().await?;
    Ok(())
}

/// Mergers into an organisation that is itself merged wait no more.
pub async fn drop_into(tx: &mut Tx, target: OrganisationId) -> Result<u64, DbError> {
    tx.query(DROP_INTO).bind(target).execute().await
}

/// How many mandates of an organisation are in each status.
pub async fn count_held(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<(MandateStatus, i64)>, DbError> {
    tx.query(COUNT_HELD).bind(organisation).fetch_all().await
}
