//! Indexes in status lists: drawn at random, one for each sector, mandate and set of themes, never derived.

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::crypto::random::random_token;
use crate::crypto::status_list::StatusList;
use crate::domain::ids::MandateId;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::client_aliases;
use crate::operations::keys;
use crate::operations::refusal::Refusal;
use crate::operations::token_claims::Source;
use crate::storage::db::Tx;
use crate::storage::status;
use crate::storage::status::ListRow;
use crate::storage::status::TokenRow;

/// How many indexes a list has.
pub const CAPACITY: usize = 1 << 16;

/// Draws that may hit a taken index before a new list is begun: a list is closed when half of it is taken.
const DRAWS: usize = 40;

/// The index that speaks of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEntry {
    idx: i64,
    uri: String,
}

/// The indexes of one act's tokens.
#[derive(Clone, Debug)]
pub(super) struct ActStatus {
    /// Of the mandate for the theme of this act: ID token and access token.
    pub act: StatusEntry,
    /// Of the mandate for all of the client's themes: the signed mandate.
    pub mandate: StatusEntry,
}

impl StatusEntry {
    /// The claims with `status` (IETF Token Status List, section 6.2).
    pub(super) fn named_in(&self, mut claims: Map<String, Value>) -> Map<String, Value> {
        claims.insert("status".to_owned(), json!({ "status_list": { "idx": self.idx, "uri": self.uri } }));
        claims
    }
}

/// The address of a list.
pub fn uri_of(bench: &Bench, name: &str) -> String {
    bench.config.server.public_url.join(&format!("/status/{name}"))
}

/// What the tokens made of `source` name: the indexes for the theme of this act and for all of `own`; the aliases in
/// them are remembered too. In the transaction that issues the tokens and has taken the mandate.
///
/// # Errors
/// As the database says.
pub(super) async fn for_act(
    bench: &Bench,
    tx: &mut Tx,
    source: &Source<'_>,
    own: &BTreeSet<Theme>,
) -> Result<ActStatus, Refusal> {
    let today = BTreeSet::from([source.opened.theme]);
    let [act, mandate] = indexes_of(bench, tx, source, [&today, own]).await?;
    Ok(ActStatus { act, mandate })
}

/// As [`for_act`], for one token that names these themes.
///
/// # Errors
/// As the database says.
pub(super) async fn for_themes(
    bench: &Bench,
    tx: &mut Tx,
    source: &Source<'_>,
    themes: &BTreeSet<Theme>,
) -> Result<StatusEntry, Refusal> {
    let [index, _] = indexes_of(bench, tx, source, [themes, themes]).await?;
    Ok(index)
}

/// The indexes that speak of these sets of themes of a mandate in a client's sector; each drawn where there is none yet. The
/// mandate is held by the transaction. The aliases that the tokens name are remembered with the first index of a mandate, and for
/// each other aidant.
async fn indexes_of(
    bench: &Bench,
    tx: &mut Tx,
    source: &Source<'_>,
    sets: [&BTreeSet<Theme>; 2],
) -> Result<[StatusEntry; 2], Refusal> {
    let (sector, mandate) = (source.client.sector(), source.mandate.id);
    let [one, other] = sets.map(themes_text);
    let named = client_aliases::named(bench, source);
    let [.., (kind, actor, _)] = &named;
    let known = status::entries_for(tx, mandate, sector, [&one, &other], (kind, actor)).await?;
    if !known.first().is_some_and(|row| row.named) {
        client_aliases::remember(tx, sector, &named).await?;
    }
    let known = |themes: &str| {
        let found = known.iter().find(|row| row.themes == themes);
        found.map(|row| StatusEntry { idx: row.idx, uri: uri_of(bench, &row.list) })
    };
    let first = match known(&one) {
        Some(entry) => entry,
        None => draw(bench, tx, sector, mandate, &one).await?,
    };
    let second = match known(&other) {
        Some(entry) => entry,
        None if one == other => first.clone(),
        None => draw(bench, tx, sector, mandate, &other).await?,
    };
    Ok([first, second])
}

async fn draw(
    bench: &Bench,
    tx: &mut Tx,
    sector: &str,
    mandate: MandateId,
    themes: &str,
) -> Result<StatusEntry, Refusal> {
    let random = bench.random.as_ref();
    if let Some((list, capacity)) = status::open_list(tx).await? {
        for _ in 0..DRAWS {
            let idx = random_below(random, capacity);
            if status::take(tx, (&list, idx), mandate, sector, themes).await? {
                return Ok(StatusEntry { idx, uri: uri_of(bench, &list) });
            }
        }
    }
    let list = begin_list(bench, tx, bench.now()).await?;
    let idx = random_below(random, list.capacity);
    if !status::take(tx, (&list.name, idx), mandate, sector, themes).await? {
        return Err(Refusal::fault("an index of a new status list is taken"));
    }
    Ok(StatusEntry { idx, uri: uri_of(bench, &list.name) })
}

/// Begins a list with nothing in it, signed at once: an address that stands in a token always answers.
///
/// # Errors
/// As the database says.
pub(super) async fn begin_list(bench: &Bench, tx: &mut Tx, now: Instant) -> Result<ListRow, Refusal> {
    let list = StatusList::new(CAPACITY);
    let row = ListRow {
        name: random_token(bench.random.as_ref(), 12),
        capacity: i64::try_from(list.len()).map_err(|error| Refusal::Fault(error.into()))?,
        opened_at: now,
        closed_at: None,
        shown: list.pack().map_err(|error| Refusal::Fault(error.into()))?.lst,
        issued_at: now,
        expires_at: now.plus(bench.config.oidc.status_lifetime),
    };
    status::insert_list(tx, &row).await?;
    keep_signed(bench, tx, &row, &list).await?;
    Ok(row)
}

/// Signs `list` as `row` shows it and keeps it.
///
/// # Errors
/// As the database says.
pub(super) async fn keep_signed(
    bench: &Bench,
    tx: &mut Tx,
    row: &ListRow,
    list: &StatusList,
) -> Result<(), Refusal> {
    let key = keys::signing_key(bench, crate::crypto::keys::Algorithm::Es256).await?;
    let times = (row.issued_at, row.expires_at);
    let ttl = bench.config.oidc.status_every.as_secs().max(1);
    let token = list.sign(&key, &uri_of(bench, &row.name), times, ttl);
    let token = token.map_err(|error| Refusal::Fault(error.into()))?;
    let signed = TokenRow { issued_at: row.issued_at, expires_at: row.expires_at, token };
    Ok(status::insert_token(tx, &row.name, &signed).await?)
}

/// A set of themes as the database keeps it: keys in order, one space between.
pub(super) fn themes_text(themes: &BTreeSet<Theme>) -> String {
    themes.iter().map(|theme| theme.key()).collect::<Vec<_>>().join(" ")
}

/// A number from 0 up to `bound`, each as likely as the others to within one in 2^40 for bounds below 2^24.
pub(super) fn random_below(random: &dyn Random, bound: i64) -> i64 {
    let drawn = u64::from_be_bytes(random_bytes::<8>(random)) % bound.unsigned_abs().max(1);
    i64::try_from(drawn).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;

    #[test]
    fn draws_stay_below_their_bound_and_reach_everything() {
        let random = SystemRandom::new();
        let drawn: BTreeSet<i64> = (0..2_000).map(|_| random_below(&random, 16)).collect();
        assert_eq!(drawn, (0..16).collect());
        assert_eq!(random_below(&random, 0), 0);
    }

    #[test]
    fn a_token_names_index_and_list() {
        let entry = StatusEntry { idx: 7, uri: "https://procura.example/status/a".to_owned() };
        let claims = Value::Object(entry.named_in(Map::new()));
        assert_eq!(claims["status"]["status_list"]["idx"], 7);
        assert_eq!(claims["status"]["status_list"]["uri"], "https://procura.example/status/a");
        assert_eq!(themes_text(&[Theme::Logement, Theme::Social].into()), "social logement");
    }
}
