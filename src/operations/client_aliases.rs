//! The way back from an alias to what it stands for: remembered when tokens are issued, kept as keyed hashes only.

use uuid::Uuid;

use crate::crypto::pairwise::AliasKind;
use crate::crypto::pairwise::alias;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::token_claims::Source;
use crate::storage::aliases;
use crate::storage::db::Tx;

/// The longest text that is looked up as an alias; ours have 32 characters.
const LONGEST: usize = 128;

const LOOKUP: &str = "client.alias";

const fn column(kind: AliasKind) -> &'static str {
    match kind {
        AliasKind::Subject => "subject",
        AliasKind::Actor => "actor",
        AliasKind::Mandate => "mandate",
        AliasKind::Habilitation => "habilitation",
        AliasKind::Cause => "cause",
    }
}

/// An alias as it is kept: its kind, its keyed hash, and what it stands for.
pub(super) type Kept = (&'static str, [u8; 32], Uuid);

/// The aliases of person, mandate and aidant, in this order, that tokens made of `source` name.
pub(super) fn named(bench: &Bench, source: &Source<'_>) -> [Kept; 3] {
    let sector = source.client.sector();
    let mandate = source.mandate.id.uuid();
    let account = source.account.id.uuid();
    let person = source.person.id.uuid();
    let known = |kind, key, id| (column(kind), bench.lookup.hash(LOOKUP, &alias(key, kind, sector, id)), id);
    [
        known(AliasKind::Subject, source.person_key, person),
        known(AliasKind::Mandate, source.person_key, mandate),
        known(AliasKind::Actor, source.account_key, account),
    ]
}

/// Remembers them for a client's sector.
///
/// # Errors
/// As the database says.
pub(super) async fn remember(tx: &mut Tx, sector: &str, named: &[Kept; 3]) -> Result<(), Refusal> {
    Ok(aliases::remember(tx, sector, named).await?)
}

/// For what an alias stands in a sector; `None` where that sector never got it, whatever the text.
///
/// # Errors
/// As the database says.
pub(super) async fn resolve(
    bench: &Bench,
    tx: &mut Tx,
    sector: &str,
    kind: AliasKind,
    alias: &str,
) -> Result<Option<Uuid>, Refusal> {
    let shown = if alias.len() <= LONGEST { alias } else { "" };
    let hash = bench.lookup.hash(LOOKUP, shown);
    Ok(aliases::find(tx, sector, column(kind), &hash).await?)
}
