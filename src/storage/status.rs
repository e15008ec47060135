//! Status lists: which index speaks of what, which are decoys, and each list as it was signed.

use crate::domain::ids::MandateId;
use crate::domain::mandate::MandateStatus;
use crate::domain::status::StatusValue;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT_LIST = Sql::same("INSERT INTO status_lists (name, capacity, opened_at, shown, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)");
    OPEN_LIST = Sql::same("SELECT name, capacity FROM status_lists WHERE closed_at IS NULL ORDER BY opened_at DESC, name LIMIT 1");
    LISTS = Sql::same("SELECT name, capacity, opened_at, closed_at, shown, issued_at, expires_at FROM status_lists ORDER BY opened_at, name");
    SHOW = Sql::same("UPDATE status_lists SET shown = $2, issued_at = $3, expires_at = $4 WHERE name = $1 AND issued_at = $5");
    CLOSE = Sql::same("UPDATE status_lists SET closed_at = $2 WHERE name = $1 AND closed_at IS NULL");
    INSERT_TOKEN = Sql::same("INSERT INTO status_tokens (list, issued_at, expires_at, token) VALUES ($1, $2, $3, $4)");
    TOKEN_AT = Sql::same("SELECT issued_at, expires_at, token FROM status_tokens WHERE list = $1 AND issued_at <= $2 ORDER BY issued_at DESC LIMIT 1");
    DROP_AHEAD = Sql::same("DELETE FROM status_tokens WHERE list = $1 AND issued_at >= $2");
    NAMES = Sql::same("SELECT name FROM status_lists ORDER BY opened_at, name");
    ENTRIES_FOR = Sql::same("SELECT themes, list, idx, EXISTS (SELECT 1 FROM client_aliases WHERE sector = $2 AND kind = $5 AND alias_hash = $6) AS named
        FROM status_entries WHERE mandate = $1 AND sector = $2 AND themes IN ($3, $4)");
    TAKE = Sql::same("INSERT INTO status_entries (list, idx, sector, mandate, themes) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (list, idx) DO NOTHING");
    ENTRIES = Sql::same("SELECT e.idx AS idx, e.mandate AS mandate, e.themes AS themes, m.status AS status, m.valid_until AS valid_until
        FROM status_entries e JOIN mandates m ON m.id = e.mandate WHERE e.list = $1");
    ENDED_THEMES = Sql::same("SELECT DISTINCT t.mandate AS mandate, t.theme AS theme FROM status_entries e
        JOIN mandate_themes t ON t.mandate = e.mandate WHERE e.list = $1 AND t.ended_at IS NOT NULL");
    DECOYS = Sql::same("SELECT idx, decoy, decoy_until FROM status_entries WHERE list = $1 AND decoy IS NOT NULL");
    INSERT_DECOY = Sql::same("INSERT INTO status_entries (list, idx, decoy, decoy_until) VALUES ($1, $2, $3, $4) ON CONFLICT (list, idx) DO NOTHING");
    END_DECOY = Sql::same("UPDATE status_entries SET decoy = $3, decoy_until = NULL WHERE list = $1 AND idx = $2 AND decoy_until IS NOT NULL");
    DROP_DECOY = Sql::same("DELETE FROM status_entries WHERE list = $1 AND idx = $2 AND decoy_until IS NOT NULL");
    DROP_TOKENS = Sql::same("DELETE FROM status_tokens WHERE expires_at < $1");
    DROP_OLD_TOKENS = Sql::same("DELETE FROM status_tokens WHERE list IN (SELECT name FROM status_lists WHERE closed_at < $1)");
    DROP_OLD_ENTRIES = Sql::same("DELETE FROM status_entries WHERE list IN (SELECT name FROM status_lists WHERE closed_at < $1)");
    DROP_OLD_LISTS = Sql::same("DELETE FROM status_lists WHERE closed_at < $1");
}

/// A list as it was shown last.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ListRow {
    /// The last part of its address.
    pub name: String,
    /// How many indexes it has.
    pub capacity: i64,
    /// When it was begun.
    pub opened_at: Instant,
    /// Since when no more indexes of it are given out.
    pub closed_at: Option<Instant>,
    /// `lst` of the token signed last.
    pub shown: String,
    /// When that was signed.
    pub issued_at: Instant,
    /// Until when it may be believed.
    pub expires_at: Instant,
}

/// An index that speaks of a mandate and themes, with the state of that mandate.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EntryRow {
    /// The index.
    pub idx: i64,
    /// The mandate.
    pub mandate: MandateId,
    /// The themes' keys in order, one space between.
    pub themes: String,
    /// Where the mandate is, as stored.
    pub status: MandateStatus,
    /// Its last second.
    pub valid_until: Option<Instant>,
}

/// An index that speaks of nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DecoyRow {
    /// The index.
    pub idx: i64,
    /// What it shows.
    pub decoy: StatusValue,
    /// Until when, where it does not stay so.
    pub decoy_until: Option<Instant>,
}

/// A list as it was signed once.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TokenRow {
    /// When it was signed.
    pub issued_at: Instant,
    /// Until when it may be believed.
    pub expires_at: Instant,
    /// The signed token.
    pub token: String,
}

/// Begins a list.
pub async fn insert_list(tx: &mut Tx, list: &ListRow) -> Result<(), DbError> {
    tx.query(INSERT_LIST)
        .bind(&list.name)
        .bind(list.capacity)
        .bind(list.opened_at)
        .bind(&list.shown)
        .bind(list.issued_at)
        .bind(list.expires_at)
        .execute()
        .await?;
    Ok(())
}

/// Name and capacity of the list whose indexes are given out now.
pub async fn open_list(tx: &mut Tx) -> Result<Option<(String, i64)>, DbError> {
    tx.query(OPEN_LIST).fetch_optional().await
}

/// Every list, oldest first.
pub async fn lists(tx: &mut Tx) -> Result<Vec<ListRow>, DbError> {
    tx.query(LISTS).fetch_all().await
}

/// The names of every list, oldest first.
pub async fn names(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    Ok(tx.query(NAMES).fetch_all::<(String,)>().await?.into_iter().map(|(name,)| name).collect())
}

/// Notes what a list shows from now on; `false` when another process was quicker, and nothing is changed.
pub async fn show(tx: &mut Tx, list: &ListRow, before: Instant) -> Result<bool, DbError> {
    let query = tx.query(SHOW).bind(&list.name).bind(&list.shown).bind(list.issued_at);
    Ok(query.bind(list.expires_at).bind(before).execute().await? == 1)
}

/// Gives out no more indexes of a list.
pub async fn close(tx: &mut Tx, name: &str, at: Instant) -> Result<(), DbError> {
    tx.query(CLOSE).bind(name).bind(at).execute().await?;
    Ok(())
}

/// Keeps a list as it was signed.
pub async fn insert_token(tx: &mut Tx, list: &str, token: &TokenRow) -> Result<(), DbError> {
    let query = tx.query(INSERT_TOKEN).bind(list).bind(token.issued_at).bind(token.expires_at);
    query.bind(&token.token).execute().await?;
    Ok(())
}

/// Drops what a clock that ran ahead signed: it would be the newest again once its time has come.
pub async fn drop_ahead(tx: &mut Tx, list: &str, now: Instant) -> Result<(), DbError> {
    tx.query(DROP_AHEAD).bind(list).bind(now).execute().await?;
    Ok(())
}

/// The newest signed form of a list that was there at `at`.
pub async fn token_at(tx: &mut Tx, list: &str, at: Instant) -> Result<Option<TokenRow>, DbError> {
    tx.query(TOKEN_AT).bind(list).bind(at).fetch_optional().await
}

/// An index that speaks of a set of themes of a mandate in a sector.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct IndexRow {
    /// The themes' keys in order, one space between.
    pub themes: String,
    /// The list.
    pub list: String,
    /// The index.
    pub idx: i64,
    /// Whether the sector was given the alias that was asked about beside it.
    pub named: bool,
}

/// The indexes that speak of one or the other set of themes of a mandate in a sector; with whether the sector knows an alias of this
/// kind and hash.
pub async fn entries_for(
    tx: &mut Tx,
    mandate: MandateId,
    sector: &str,
    [one, other]: [&str; 2],
    (kind, alias_hash): (&str, &[u8; 32]),
) -> Result<Vec<IndexRow>, DbError> {
    let query = tx.query(ENTRIES_FOR).bind(mandate).bind(sector).bind(one).bind(other);
    query.bind(kind).bind(&alias_hash[..]).fetch_all().await
}

/// Gives an index out; `false` when it is taken.
pub async fn take(
    tx: &mut Tx,
    (list, idx): (&str, i64),
    mandate: MandateId,
    sector: &str,
    themes: &str,
) -> Result<bool, DbError> {
    let query = tx.query(TAKE).bind(list).bind(idx).bind(sector).bind(mandate).bind(themes);
    Ok(query.execute().await? == 1)
}

/// The indexes of a list that speak of mandates.
pub async fn entries(tx: &mut Tx, list: &str) -> Result<Vec<EntryRow>, DbError> {
    tx.query(ENTRIES).bind(list).fetch_all().await
}

/// The themes ended alone of the mandates a list speaks of.
pub async fn ended_themes(tx: &mut Tx, list: &str) -> Result<Vec<(MandateId, Theme)>, DbError> {
    tx.query(ENDED_THEMES).bind(list).fetch_all().await
}

/// The decoys of a list.
pub async fn decoys(tx: &mut Tx, list: &str) -> Result<Vec<DecoyRow>, DbError> {
    tx.query(DECOYS).bind(list).fetch_all().await
}

/// Adds a decoy; `false` when the index is taken.
pub async fn insert_decoy(tx: &mut Tx, list: &str, decoy: DecoyRow) -> Result<bool, DbError> {
    let query = tx.query(INSERT_DECOY).bind(list).bind(decoy.idx).bind(decoy.decoy).bind(decoy.decoy_until);
    Ok(query.execute().await? == 1)
}

/// Ends the wait of a decoy: it stays at a value for good, or is free again where that is valid.
pub async fn end_decoy(tx: &mut Tx, list: &str, idx: i64, value: StatusValue) -> Result<(), DbError> {
    let query = match value {
        StatusValue::Valid => tx.query(DROP_DECOY).bind(list).bind(idx),
        StatusValue::Invalid | StatusValue::Suspended => tx.query(END_DECOY).bind(list).bind(idx).bind(value),
    };
    query.execute().await?;
    Ok(())
}

/// Drops the signed forms that ended before `history`, and the lists closed before `lists` with all that is theirs; gives
/// how many rows went.
pub async fn drop_old(tx: &mut Tx, history: Instant, lists: Instant) -> Result<u64, DbError> {
    let mut gone = tx.query(DROP_TOKENS).bind(history).execute().await?;
    for sql in [DROP_OLD_TOKENS, DROP_OLD_ENTRIES, DROP_OLD_LISTS] {
        gone += tx.query(sql).bind(lists).execute().await?;
    }
    Ok(gone)
}
