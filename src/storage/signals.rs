//! What waits to be told to clients: written with the change it speaks of, claimed, told, and noted as told.

use std::time::Duration;

use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::ids::SignalId;
use crate::domain::ids::StreamId;
use crate::domain::signal::SignalKind;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

/// An act whose tokens were given was opened no longer before: no code holds longer than a minute (`oidc.code_lifetime`). The
/// instant of its opening is the one that is in an index.
const CODE: Duration = Duration::from_secs(120);

macro_rules! sessions_where {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT acts.id, acts.client, acts.person, acts.mandate, persons.data_key FROM acts JOIN persons ON persons.id = acts.person
             WHERE acts.opened_at > $1 AND acts.redeemed_at > $2 AND ",
            $condition,
            " ORDER BY acts.id"
        ))
    };
}

macro_rules! claim {
    ($chosen:literal) => {
        Sql::two(
            concat!(
                "UPDATE signals SET claimed_until = $3, attempts = attempts + 1 WHERE id IN (",
                $chosen,
                ") RETURNING id, kind, client, sealed, created_at, attempts, expires_at"
            ),
            concat!(
                "UPDATE signals SET claimed_until = $3, attempts = attempts + 1 WHERE id IN (",
                $chosen,
                " FOR UPDATE OF s SKIP LOCKED) RETURNING id, kind, client, sealed, created_at, attempts, expires_at"
            ),
        )
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO signals (id, stream, client, kind, lane, place, act, sealed, created_at, due_at, expires_at, attempts)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, 0) ON CONFLICT DO NOTHING");
    OF_MANDATE = sessions_where!("acts.mandate = $3 AND acts.status = 'redeemed'");
    OF_THEME = sessions_where!("acts.mandate = $3 AND acts.theme = $4 AND acts.status = 'redeemed'");
    OF_ACT = sessions_where!("acts.id = $3 AND acts.status IN ('redeemed', 'ended')");
    OF_ORGANISATION = sessions_where!("acts.organisation = $3 AND acts.status = 'redeemed'");
    OF_HABILITATION = sessions_where!("acts.organisation = $3 AND acts.account = $4 AND acts.status = 'redeemed'");
    OF_ACCOUNT = sessions_where!("acts.account = $3 AND acts.status = 'redeemed'");
    OF_PERSON_AND_ACCOUNT = sessions_where!("acts.person = $3 AND acts.account = $4 AND acts.status = 'redeemed'");
    OF_PERSON_AND_ORGANISATION = sessions_where!("acts.person = $3 AND acts.organisation = $4 AND acts.status = 'redeemed'");
    DUE_STREAMS = Sql::same("SELECT t.id FROM signal_streams t JOIN clients c ON c.id = t.client
        WHERE t.status = 'enabled' AND t.method = 'urn:ietf:rfc:8935' AND c.status = 'active' AND EXISTS
          (SELECT 1 FROM signals s WHERE s.stream = t.id AND s.done_at IS NULL AND s.due_at <= $1 AND s.expires_at >= $1
            AND (s.claimed_until IS NULL OR s.claimed_until < $1) AND NOT EXISTS
              (SELECT 1 FROM signals e WHERE e.stream = s.stream AND e.lane = s.lane AND e.place < s.place AND e.done_at IS NULL))");
    DUE_LOGOUTS = Sql::same("SELECT DISTINCT s.client FROM signals s JOIN clients c ON c.id = s.client
        WHERE s.stream IS NULL AND s.done_at IS NULL AND s.due_at <= $1 AND s.expires_at >= $1 AND (s.claimed_until IS NULL OR s.claimed_until < $1)
          AND c.status = 'active'");
    CLAIM_PUSH = claim!("SELECT s.id FROM signals s
        WHERE s.stream = $1 AND s.done_at IS NULL AND s.due_at <= $2 AND s.expires_at >= $2
          AND (s.claimed_until IS NULL OR s.claimed_until < $2)
          AND EXISTS (SELECT 1 FROM signal_streams t JOIN clients c ON c.id = t.client
            WHERE t.id = $1 AND t.status = 'enabled' AND t.method = 'urn:ietf:rfc:8935' AND c.status = 'active')
          AND NOT EXISTS (SELECT 1 FROM signals e WHERE e.stream = s.stream AND e.lane = s.lane AND e.place < s.place AND e.done_at IS NULL)
        ORDER BY s.due_at, s.id LIMIT 16");
    CLAIM_LOGOUT = claim!("SELECT s.id FROM signals s
        WHERE s.client = $1 AND s.stream IS NULL AND s.done_at IS NULL AND s.due_at <= $2 AND s.expires_at >= $2
          AND (s.claimed_until IS NULL OR s.claimed_until < $2)
          AND EXISTS (SELECT 1 FROM clients c WHERE c.id = $1 AND c.status = 'active')
        ORDER BY s.due_at, s.id LIMIT 16");
    DONE = Sql::same("UPDATE signals SET done_at = $2, outcome = $3, claimed_until = NULL WHERE id = $1 AND done_at IS NULL");
    LATER = Sql::same("UPDATE signals SET due_at = $2, claimed_until = NULL WHERE id = $1 AND attempts = $3 AND done_at IS NULL");
    WAKE = Sql::same("UPDATE signals SET due_at = $2 WHERE stream = $1 AND done_at IS NULL AND due_at > $2 AND claimed_until IS NULL");
    HEADS = Sql::same("SELECT s.id, s.kind, s.client, s.sealed, s.created_at, s.attempts, s.expires_at FROM signals s
        WHERE s.stream = $1 AND s.done_at IS NULL AND s.expires_at >= $2
          AND NOT EXISTS (SELECT 1 FROM signals e WHERE e.stream = s.stream AND e.lane = s.lane AND e.place < s.place AND e.done_at IS NULL)
        ORDER BY s.created_at, s.id LIMIT $3");
    WAITING = Sql::same("SELECT COUNT(*) FROM signals WHERE stream = $1 AND done_at IS NULL AND expires_at >= $2");
    TAKEN = Sql::same("UPDATE signals SET done_at = $3, outcome = $4 WHERE id = $1 AND stream = $2 AND done_at IS NULL");
    OVERDUE = Sql::same("SELECT DISTINCT stream FROM signals WHERE stream IS NOT NULL AND done_at IS NULL AND expires_at < $1
        AND kind NOT IN ('stream-updated', 'verification')");
    DROP_OVERDUE = Sql::same("DELETE FROM signals WHERE done_at IS NULL AND expires_at < $1");
    DROP_DONE = Sql::same("DELETE FROM signals WHERE done_at < $1");
    ALL_WAITING = Sql::same("SELECT COUNT(*) FROM signals WHERE done_at IS NULL");
}

/// One signal to keep.
#[derive(Debug)]
pub struct NewSignal<'a> {
    /// Its identifier.
    pub id: SignalId,
    /// Into which stream; none for a logout token.
    pub stream: Option<StreamId>,
    /// To whom.
    pub client: &'a ClientId,
    /// What it says.
    pub kind: SignalKind,
    /// Inside what order is kept.
    pub lane: uuid::Uuid,
    /// Its place there.
    pub place: i64,
    /// The act whose session it ends.
    pub act: Option<ActId>,
    /// The claims, sealed under the system's key.
    pub sealed: &'a [u8],
    /// Since when it waits.
    pub at: Instant,
    /// After this instant it is given up.
    pub expires_at: Instant,
}

/// A signal to tell.
#[derive(Debug, sqlx::FromRow)]
pub struct Waiting {
    /// Its identifier.
    pub id: SignalId,
    /// What it says.
    pub kind: SignalKind,
    /// To whom.
    pub client: ClientId,
    /// The sealed claims.
    pub sealed: Vec<u8>,
    /// Since when it waits.
    pub created_at: Instant,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// After this instant it is given up.
    pub expires_at: Instant,
}

/// An act whose session may go on at its client.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    /// The act.
    pub id: ActId,
    /// Where.
    pub client: ClientId,
    /// For whom.
    pub person: PersonId,
    /// Under which mandate.
    pub mandate: MandateId,
    /// The person's key.
    pub data_key: DataKeyId,
}

/// Which sessions are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those under a mandate.
    Mandate(MandateId),
    /// Those for one theme under a mandate.
    Theme(MandateId, Theme),
    /// That of one act, ended or not.
    Act(ActId),
    /// Those of an organisation.
    Organisation(OrganisationId),
    /// Those of one aidant in an organisation.
    Habilitation(OrganisationId, AccountId),
    /// Those of one aidant, wherever.
    Account(AccountId),
    /// Those for a person by an aidant.
    PersonAndAccount(PersonId, AccountId),
    /// Those for a person by an organisation.
    PersonAndOrganisation(PersonId, OrganisationId),
}

/// Adds a signal, due at once; `false` when the end of that act's session waits or was told already.
pub async fn insert(tx: &mut Tx, new: &NewSignal<'_>) -> Result<bool, DbError> {
    let rows = tx
        .query(INSERT)
        .bind(new.id)
        .bind(new.stream)
        .bind(new.client.clone())
        .bind(new.kind)
        .bind(new.lane)
        .bind(new.place)
        .bind(new.act)
        .bind(new.sealed)
        .bind(new.at)
        .bind(new.expires_at)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// The sessions within reach whose tokens were given after `since`.
pub async fn sessions(tx: &mut Tx, since: Instant, reach: Reach) -> Result<Vec<Session>, DbError> {
    let opened = since.minus(CODE);
    match reach {
        Reach::Mandate(mandate) => tx.query(OF_MANDATE).bind(opened).bind(since).bind(mandate),
        Reach::Theme(mandate, theme) => tx.query(OF_THEME).bind(opened).bind(since).bind(mandate).bind(theme),
        Reach::Act(act) => tx.query(OF_ACT).bind(opened).bind(since).bind(act),
        Reach::Organisation(organisation) => {
            tx.query(OF_ORGANISATION).bind(opened).bind(since).bind(organisation)
        }
        Reach::Habilitation(organisation, account) => {
            tx.query(OF_HABILITATION).bind(opened).bind(since).bind(organisation).bind(account)
        }
        Reach::Account(account) => tx.query(OF_ACCOUNT).bind(opened).bind(since).bind(account),
        Reach::PersonAndAccount(person, account) => {
            tx.query(OF_PERSON_AND_ACCOUNT).bind(opened).bind(since).bind(person).bind(account)
        }
        Reach::PersonAndOrganisation(person, organisation) => {
            tx.query(OF_PERSON_AND_ORGANISATION).bind(opened).bind(since).bind(person).bind(organisation)
        }
    }
    .fetch_all()
    .await
}

/// The pushing streams for which something is due.
pub async fn due_streams(tx: &mut Tx, now: Instant) -> Result<Vec<StreamId>, DbError> {
    let rows = tx.query(DUE_STREAMS).bind(now).fetch_all::<(StreamId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The clients for which a logout token is due.
pub async fn due_logouts(tx: &mut Tx, now: Instant) -> Result<Vec<ClientId>, DbError> {
    let rows = tx.query(DUE_LOGOUTS).bind(now).fetch_all::<(ClientId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Claims up to sixteen due signals of a pushing stream for `hold`: the first of each lane only.
pub async fn claim_push(
    tx: &mut Tx,
    stream: StreamId,
    now: Instant,
    hold: Duration,
) -> Result<Vec<Waiting>, DbError> {
    tx.query(CLAIM_PUSH).bind(stream).bind(now).bind(now.plus(hold)).fetch_all().await
}

/// Claims up to sixteen due logout tokens of a client for `hold`.
pub async fn claim_logout(
    tx: &mut Tx,
    client: &ClientId,
    now: Instant,
    hold: Duration,
) -> Result<Vec<Waiting>, DbError> {
    tx.query(CLAIM_LOGOUT).bind(client.clone()).bind(now).bind(now.plus(hold)).fetch_all().await
}

/// Notes that a signal was told, or why it was given up.
pub async fn done(tx: &mut Tx, id: SignalId, at: Instant, outcome: &str) -> Result<(), DbError> {
    tx.query(DONE).bind(id).bind(at).bind(outcome).execute().await?;
    Ok(())
}

/// Puts a signal claimed at this attempt back until `due_at`.
pub async fn later(tx: &mut Tx, id: SignalId, attempts: i64, due_at: Instant) -> Result<(), DbError> {
    tx.query(LATER).bind(id).bind(due_at).bind(attempts).execute().await?;
    Ok(())
}

/// The receiver answers again: nothing of its stream waits any longer.
pub async fn wake(tx: &mut Tx, stream: StreamId, now: Instant) -> Result<(), DbError> {
    tx.query(WAKE).bind(stream).bind(now).execute().await?;
    Ok(())
}

/// The first signal of each lane of a stream, oldest first.
pub async fn heads(tx: &mut Tx, stream: StreamId, now: Instant, most: i64) -> Result<Vec<Waiting>, DbError> {
    tx.query(HEADS).bind(stream).bind(now).bind(most).fetch_all().await
}

/// How many signals wait in a stream.
pub async fn waiting(tx: &mut Tx, stream: StreamId, now: Instant) -> Result<i64, DbError> {
    Ok(tx.query(WAITING).bind(stream).bind(now).fetch_one::<(i64,)>().await?.0)
}

/// The receiver took a signal of its stream, or refused it; `false` when there is none of this id waiting there.
pub async fn taken(
    tx: &mut Tx,
    id: SignalId,
    stream: StreamId,
    at: Instant,
    outcome: &str,
) -> Result<bool, DbError> {
    Ok(tx.query(TAKEN).bind(id).bind(stream).bind(at).bind(outcome).execute().await? == 1)
}

/// The streams in which something was not told in time.
pub async fn overdue(tx: &mut Tx, now: Instant) -> Result<Vec<StreamId>, DbError> {
    let rows = tx.query(OVERDUE).bind(now).fetch_all::<(StreamId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Drops what was not told in time; gives how many.
pub async fn drop_overdue(tx: &mut Tx, now: Instant) -> Result<u64, DbError> {
    tx.query(DROP_OVERDUE).bind(now).execute().await
}

/// Drops what was told before `before`; gives how many.
pub async fn drop_done(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.query(DROP_DONE).bind(before).execute().await
}

/// How many signals wait at all.
pub async fn all_waiting(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(tx.query(ALL_WAITING).fetch_one::<(i64,)>().await?.0)
}
