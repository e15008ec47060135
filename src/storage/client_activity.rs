//! What happened at one client, as the client itself knows it: acts by their entry, receipts.

use crate::domain::act::ActStatus;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;
use crate::storage::entries::StoredEntry;
use crate::storage::entries::lines_from;

statements! {
    ACTS = Sql::same("SELECT txn, theme, opened_at, redeemed_at, status, (SELECT COUNT(*) FROM receipts WHERE receipts.act = acts.id) AS receipts
        FROM acts WHERE client = $1 AND txn IS NOT NULL ORDER BY opened_at DESC, id DESC LIMIT $2");
    RECEIPTS = Sql::same(concat!(
        lines_from!("entry_refs r"),
        " WHERE r.client = $1 AND r.kind = 'act.reported' ORDER BY r.at DESC, r.entry DESC LIMIT $2"
    ));
}

/// An act as its client knows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OwnAct {
    /// The entry that opened it; the tokens' `txn`.
    pub txn: EntryId,
    /// For which theme.
    pub theme: Theme,
    /// When it was opened.
    pub opened_at: Instant,
    /// When its code was redeemed.
    pub redeemed_at: Option<Instant>,
    /// Where it is.
    pub status: ActStatus,
    /// How many receipts the client sent.
    pub receipts: i64,
}

/// The newest acts at a client.
pub async fn acts(tx: &mut Tx, client: &ClientId, limit: i64) -> Result<Vec<OwnAct>, DbError> {
    tx.query(ACTS).bind(client.clone()).bind(limit).fetch_all().await
}

/// The newest receipts of a client, sealed.
pub async fn receipts(tx: &mut Tx, client: &ClientId, limit: i64) -> Result<Vec<StoredEntry>, DbError> {
    tx.query(RECEIPTS).bind(client.clone()).bind(limit).fetch_all().await
}
