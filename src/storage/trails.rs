//! The reading side of the ledger: the lines of a person, a professional or an organisation, a page at a time.

use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Query;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;
use crate::storage::entries::StoredEntry;
use crate::storage::entries::lines_from;

/// What a [`Choice`] leaves of the references `$r`.
macro_rules! chosen {
    ($r:literal) => {
        concat!(
            " AND ",
            $r,
            ".at >= $2 AND (",
            $r,
            ".at < $3 OR (",
            $r,
            ".at = $3 AND ",
            $r,
            ".entry < $4))
              AND (",
            $r,
            ".mandate = $5 OR $5 IS NULL) AND (",
            $r,
            ".act = $6 OR $6 IS NULL) AND (",
            $r,
            ".organisation = $7 OR $7 IS NULL)
              AND (",
            $r,
            ".kind = $8 OR $8 IS NULL)
              AND (",
            $r,
            ".client IN (SELECT client FROM account_clients WHERE account = $9) OR $9 IS NULL)
              AND (",
            $r,
            ".account = $11 OR $11 IS NULL) AND (",
            $r,
            ".client = $12 OR $12 IS NULL)
              AND (",
            $r,
            ".shown_from IS NULL OR ",
            $r,
            ".shown_from <= $13)
              ORDER BY ",
            $r,
            ".at DESC, ",
            $r,
            ".entry DESC LIMIT $10"
        )
    };
}

/// What a line is made of, of the references `q`.
macro_rules! line {
    () => {
        "q.entry, q.at, q.kind, q.person, q.mandate, q.act, q.account, q.organisation, q.client, q.data_key, q.sealed"
    };
}

macro_rules! lines_where {
    ($condition:literal) => {
        Sql::same(concat!(lines_from!("entry_refs r"), " WHERE ", $condition, chosen!("r")))
    };
}

statements! {
    // A page of those that name her and a page of those of her mandates from before she was known; then the newest of both.
    OF_PERSON = Sql::same(concat!(
        lines_from!("(SELECT * FROM (SELECT * FROM (SELECT ", line!(), " FROM entry_refs q WHERE q.person = $1", chosen!("q"), ") AS hers
          UNION ALL SELECT * FROM (SELECT ", line!(), " FROM mandates m JOIN entry_refs q ON q.mandate = m.id
            WHERE m.person = $1 AND q.person IS NULL", chosen!("q"), ") AS earlier) AS found ORDER BY at DESC, entry DESC LIMIT $10) AS r"),
        " ORDER BY r.at DESC, r.entry DESC"
    ));
    OF_ACCOUNT = lines_where!("r.account = $1");
    OF_ORGANISATION = lines_where!("r.organisation = $1");
    OF_CLIENT = lines_where!("r.client = $1");
    OF_ACT = lines_where!("r.act = $1");
    OF_OPERATORS = lines_where!("(CAST($1 AS TEXT) IS NULL) AND (r.kind NOT IN ('act.opened', 'act.token_issued', 'act.exchanged', 'act.reported', 'mandate.token_issued',
        'mandate.verified', 'client.token_issued', 'aidant.token_issued', 'aidant.logged_in')) AND (r.kind IN ('organisation.accepted', 'organisation.suspended', 'organisation.restored', 'revocation.recorded', 'person.looked_up',
        'habilitation.accepted', 'habilitation.suspended', 'habilitation.restored', 'habilitation.ended', 'factor.enrolled',
        'factor.removed', 'factor.given', 'factor.reset_requested', 'factor.reset', 'factor.reset_refused', 'card.imported', 'card.withdrawn',
        'referent.named', 'client.registered', 'client.changed', 'client.change_asked', 'client.change_withdrawn', 'client.disabled',
        'authority.added', 'operator.added', 'integrator.added',
        'operator.logged_in', 'operator.sign_reviewed', 'sign.raised', 'person.erased', 'retention.applied', 'places.imported',
        'key.created', 'key.rotated', 'key.retired', 'key.withdrawn', 'ledger.origin_opened'))");
    OWN = Sql::same("SELECT r.entry AS id FROM entry_refs r WHERE r.entry = $1 AND (r.person = $2 OR r.mandate IN (SELECT id FROM mandates WHERE person = $2))
        AND (r.shown_from IS NULL OR r.shown_from <= $3)");
    PERSON_OF = Sql::same("SELECT person FROM mandates WHERE id = $1");
    MANDATE_WITHIN = Sql::same("SELECT mandate FROM entry_refs WHERE mandate = $1
        AND (client IN (SELECT client FROM account_clients WHERE account = $2) OR $2 IS NULL) LIMIT 1");
    READ_SINCE = Sql::same("SELECT entry FROM entry_refs WHERE account = $1 AND person = $2 AND kind = $3 AND at >= $4 AND shown_from IS NULL LIMIT 1");
    CLIENT_READ_SINCE = Sql::same("SELECT entry FROM entry_refs WHERE client = $1 AND person = $2 AND kind = $3 AND at >= $4 AND account IS NULL LIMIT 1");
    KINDS = Sql::same("SELECT kind, CAST(SUM(lines) AS BIGINT) FROM trail_days WHERE day >= $1 GROUP BY kind ORDER BY kind");
    REFUSED = Sql::same("SELECT CAST(COALESCE(SUM(lines), 0) AS BIGINT) FROM trail_days WHERE refused = TRUE AND day >= $1");
    LAST_ACT = Sql::same("SELECT entry FROM entry_refs WHERE mandate = $1 AND kind = 'act.opened' ORDER BY at DESC, entry DESC LIMIT 1");
}

/// Whose lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lines {
    /// Those that speak of a person or of her mandates.
    Person(PersonId),
    /// Those a professional did.
    Account(AccountId),
    /// Those of an organisation.
    Organisation(OrganisationId),
    /// Those at a client.
    Client(ClientId),
    /// Those of an act.
    Act(ActId),
    /// What operators did, with the keys.
    Operators,
}

/// Which of them, and how many.
#[derive(Clone, Debug)]
pub struct Choice {
    /// First instant.
    pub from: Instant,
    /// First instant after.
    pub until: Instant,
    /// Of the lines at `until` itself, those before this one; goes on where a page ended.
    pub before: Option<EntryId>,
    /// Of this mandate only.
    pub mandate: Option<MandateId>,
    /// Of this act only.
    pub act: Option<ActId>,
    /// Of this organisation only.
    pub organisation: Option<OrganisationId>,
    /// Of this kind only.
    pub kind: Option<String>,
    /// Only those at the clients this authority's agent is competent for.
    pub competent: Option<AccountId>,
    /// By this professional only.
    pub account: Option<AccountId>,
    /// At this client only.
    pub client: Option<ClientId>,
    /// Without what is shown only after this instant.
    pub seen_at: Instant,
    /// How many at most.
    pub limit: i64,
}

impl Choice {
    /// The newest `limit` lines until `until`, of those that may be seen at `now`.
    pub const fn newest(now: Instant, until: Instant, limit: i64) -> Self {
        Self {
            from: Instant::from_micros(0),
            until,
            before: None,
            mandate: None,
            act: None,
            organisation: None,
            kind: None,
            competent: None,
            account: None,
            client: None,
            seen_at: now,
            limit,
        }
    }
}

/// Lines, newest first.
pub async fn list(tx: &mut Tx, lines: Lines, choice: &Choice) -> Result<Vec<StoredEntry>, DbError> {
    let query: Query<'_> = match lines {
        Lines::Person(id) => tx.query(OF_PERSON).bind(id),
        Lines::Account(id) => tx.query(OF_ACCOUNT).bind(id),
        Lines::Organisation(id) => tx.query(OF_ORGANISATION).bind(id),
        Lines::Client(id) => tx.query(OF_CLIENT).bind(id),
        Lines::Act(id) => tx.query(OF_ACT).bind(id),
        Lines::Operators => tx.query(OF_OPERATORS).bind(None::<String>),
    };
    query
        .bind(choice.from)
        .bind(choice.until)
        .bind(choice.before.unwrap_or(EntryId::from_uuid(uuid::Uuid::nil())))
        .bind(choice.mandate)
        .bind(choice.act)
        .bind(choice.organisation)
        .bind(choice.kind.clone())
        .bind(choice.competent)
        .bind(choice.limit)
        .bind(choice.account)
        .bind(choice.client.clone())
        .bind(choice.seen_at)
        .fetch_all()
        .await
}

/// Whether a line speaks of this person or of her mandates, and may be seen by her now.
pub async fn is_of_person(
    tx: &mut Tx,
    entry: EntryId,
    person: PersonId,
    now: Instant,
) -> Result<bool, DbError> {
    Ok(tx.query(OWN).bind(entry).bind(person).bind(now).fetch_optional::<(EntryId,)>().await?.is_some())
}

/// Whether a mandate has a line in the competence of an authority's agent; `None` is competent for all.
pub async fn is_mandate_within(
    tx: &mut Tx,
    mandate: MandateId,
    competent: Option<AccountId>,
) -> Result<bool, DbError> {
    let found = tx.query(MANDATE_WITHIN).bind(mandate).bind(competent).fetch_optional::<(MandateId,)>();
    Ok(found.await?.is_some())
}

/// The person a mandate is about, once she is known.
pub async fn person_of_mandate(tx: &mut Tx, mandate: MandateId) -> Result<Option<PersonId>, DbError> {
    let row = tx.query(PERSON_OF).bind(mandate).fetch_optional::<(Option<PersonId>,)>().await?;
    Ok(row.and_then(|(person,)| person))
}

/// Whether this account wrote a line of this kind about this person since then that she may see.
pub async fn wrote_since(
    tx: &mut Tx,
    account: AccountId,
    person: PersonId,
    kind: &str,
    since: Instant,
) -> Result<bool, DbError> {
    let found =
        tx.query(READ_SINCE).bind(account).bind(person).bind(kind).bind(since).fetch_optional::<(EntryId,)>();
    Ok(found.await?.is_some())
}

/// Whether this client itself wrote a line of this kind about this person since then.
pub async fn client_wrote_since(
    tx: &mut Tx,
    client: &ClientId,
    person: PersonId,
    kind: &str,
    since: Instant,
) -> Result<bool, DbError> {
    let query = tx.query(CLIENT_READ_SINCE).bind(client.clone()).bind(person).bind(kind).bind(since);
    Ok(query.fetch_optional::<(EntryId,)>().await?.is_some())
}

/// How many lines of each kind since then.
pub async fn count_kinds(tx: &mut Tx, since: Instant) -> Result<Vec<(String, i64)>, DbError> {
    tx.query(KINDS).bind(utc_day(since)).fetch_all().await
}

/// The day of `trail_days` that an instant lies in.
fn utc_day(at: Instant) -> String {
    at.to_text().chars().take(10).collect()
}

/// How many lines in the tree, since that day, tell that something was refused.
pub async fn count_refused(tx: &mut Tx, since: Instant) -> Result<i64, DbError> {
    let count = tx.query(REFUSED).bind(utc_day(since)).fetch_optional::<(i64,)>().await?;
    Ok(count.map_or(0, |(count,)| count))
}

/// The newest act of a mandate.
pub async fn last_act(tx: &mut Tx, mandate: MandateId) -> Result<Option<EntryId>, DbError> {
    Ok(tx.query(LAST_ACT).bind(mandate).fetch_optional::<(EntryId,)>().await?.map(|(entry,)| entry))
}
