//! The stock of cards that show one-time codes.

use crate::domain::factor::CardState;
use crate::domain::ids::AccountId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO cards (serial, state, sealed, imported_at, changed_at) VALUES ($1, 'stock', $2, $3, $3) ON CONFLICT (serial) DO NOTHING");
    FIND = Sql::same("SELECT serial, state, sealed, account, imported_at, changed_at FROM cards WHERE serial = $1");
    TAKE = Sql::same("UPDATE cards SET state = 'given', account = $2, sealed = NULL, changed_at = $3 WHERE serial = $1 AND state = 'stock'");
    LEAVE = Sql::same("UPDATE cards SET state = $2, sealed = NULL, changed_at = $3 WHERE serial = $1 AND state IN ('stock', 'given')");
    PAGE = Sql::same("SELECT serial, state, sealed, account, imported_at, changed_at FROM cards
        WHERE serial > $1 AND (state = $2 OR $2 IS NULL) ORDER BY serial LIMIT $3");
    COUNTS = Sql::same("SELECT state, COUNT(*) FROM cards GROUP BY state ORDER BY state");
}

/// A card as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CardRow {
    /// The number printed on it, as [`crate::domain::factor::serial`] gives it.
    pub serial: String,
    /// Where it is.
    pub state: CardState,
    /// Its secret under the system's key, while it is in the stock.
    pub sealed: Option<Vec<u8>>,
    /// To whom it was given.
    pub account: Option<AccountId>,
    /// Since when it is known.
    pub imported_at: Instant,
    /// When it last went from one state to another.
    pub changed_at: Instant,
}

/// Adds a card to the stock; `false` when its number is known.
pub async fn insert(tx: &mut Tx, serial: &str, sealed: &[u8], at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(INSERT).bind(serial.to_owned()).bind(sealed).bind(at).execute().await? == 1)
}

/// One card.
pub async fn find(tx: &mut Tx, serial: &str) -> Result<Option<CardRow>, DbError> {
    tx.query(FIND).bind(serial.to_owned()).fetch_optional().await
}

/// Takes a card out of the stock for an account; `false` when it was not there any more.
pub async fn take(tx: &mut Tx, serial: &str, account: AccountId, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(TAKE).bind(serial.to_owned()).bind(account).bind(at).execute().await? == 1)
}

/// Notes that a card is lost, broken or came back, for good; `false` when that was noted before.
pub async fn leave(tx: &mut Tx, serial: &str, to: CardState, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(LEAVE).bind(serial.to_owned()).bind(to).bind(at).execute().await? == 1)
}

/// At most `limit` cards after this number, of one state or of all.
pub async fn page(
    tx: &mut Tx,
    after: &str,
    state: Option<CardState>,
    limit: i64,
) -> Result<Vec<CardRow>, DbError> {
    tx.query(PAGE).bind(after.to_owned()).bind(state).bind(limit).fetch_all().await
}

/// How many cards there are in each state.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(CardState, i64)>, DbError> {
    tx.query(COUNTS).fetch_all().await
}
