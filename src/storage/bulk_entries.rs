//! Many entries at once, for measurements on made-up data: the same rows as one by one, in fewer statements.

use std::sync::LazyLock;

use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::entries::NewEntry;

/// How many entries one statement adds.
pub const ROWS: usize = 64;

static ENTRIES: LazyLock<String> =
    LazyLock::new(|| rows("INSERT INTO ledger_entries (id, at, leaf, leaf_hash) VALUES ", 4));
static PENDING: LazyLock<String> =
    LazyLock::new(|| rows("INSERT INTO ledger_pending (entry, at) VALUES ", 2));
static REFS: LazyLock<String> = LazyLock::new(|| {
    rows(
        "INSERT INTO entry_refs (entry, at, kind, refused, person, mandate, act, account, organisation, client, data_key, sealed) VALUES ",
        12,
    )
});

/// `($1, $2), ($3, $4), …` for [`ROWS`] rows.
pub(super) fn rows(head: &str, columns: usize) -> String {
    let mut text = head.to_owned();
    for row in 0..ROWS {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=columns {
            let comma = if column == 1 { "" } else { ", " };
            text.push_str(&format!("{comma}${}", row * columns + column));
        }
        text.push(')');
    }
    text
}

/// Adds exactly [`ROWS`] entries.
///
/// # Errors
/// As the database says, and for any other number.
pub async fn insert(tx: &mut Tx, entries: &[NewEntry<'_>]) -> Result<(), DbError> {
    if entries.len() != ROWS {
        return Err(DbError::Other(format!("{} entries instead of {ROWS}", entries.len())));
    }
    let mut query = tx.query(Sql::same(ENTRIES.as_str()));
    for entry in entries {
        query = query.bind(entry.id).bind(entry.at).bind(&entry.commitment[..]).bind(&[][..]);
    }
    query.execute().await?;
    let mut query = tx.query(Sql::same(PENDING.as_str()));
    for entry in entries {
        query = query.bind(entry.id).bind(entry.at);
    }
    query.execute().await?;
    let mut query = tx.query(Sql::same(REFS.as_str()));
    for entry in entries {
        query = query.bind(entry.id).bind(entry.at).refs(&entry.refs).bind(entry.data_key).bind(entry.sealed);
    }
    query.execute().await?;
    Ok(())
}
