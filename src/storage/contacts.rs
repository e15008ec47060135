//! The addresses and numbers of persons: sealed, found again by a keyed hash, never deleted while she is known.

use crate::domain::contact::ContactKind;
use crate::domain::contact::ContactSource;
use crate::domain::contact::ContactState;
use crate::domain::contact::Delivery;
use crate::domain::contact::Topic;
use crate::domain::ids::ContactId;
use crate::domain::ids::PersonId;
use crate::domain::message::MessageLanguage;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO person_contacts (id, person, kind, sealed, lookup, source, state, created_at, confirmed_at, code_tries)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)");
    OF_PERSON = Sql::same("SELECT id, person, kind, sealed, lookup, source, state, created_at, confirmed_at, ended_at, code_hash, code_tries,
        code_expires_at FROM person_contacts WHERE person = $1 ORDER BY created_at, id");
    TOLD = Sql::same("SELECT id, person, kind, sealed, lookup, source, state, created_at, confirmed_at, ended_at, code_hash, code_tries,
        code_expires_at, (SELECT delivery FROM person_preferences WHERE person = $1 AND topic = $2) AS delivery,
        (SELECT language FROM person_languages WHERE person = $1) AS language
        FROM person_contacts WHERE person = $1 ORDER BY created_at, id");
    WITH_LOOKUP = Sql::same("SELECT COUNT(DISTINCT person) FROM person_contacts WHERE lookup = $1 AND ended_at IS NULL");
    SET_CODE = Sql::same("UPDATE person_contacts SET code_hash = $2, code_tries = 0, code_expires_at = $3 WHERE id = $1");
    COUNT_TRY = Sql::same("UPDATE person_contacts SET code_tries = code_tries + 1 WHERE id = $1");
    CONFIRM = Sql::same("UPDATE person_contacts SET state = $2, confirmed_at = $3, code_hash = NULL, code_expires_at = NULL WHERE id = $1 AND ended_at IS NULL");
    END = Sql::same("UPDATE person_contacts SET ended_at = $2, code_hash = NULL, code_expires_at = NULL WHERE id = $1 AND ended_at IS NULL");
    DROP_UNPROVED = Sql::same("UPDATE person_contacts SET ended_at = $2, code_hash = NULL, code_expires_at = NULL
        WHERE ended_at IS NULL AND state = $3 AND source = $4 AND code_expires_at < $1");
}

/// One address or number as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ContactRow {
    /// Its identifier.
    pub id: ContactId,
    /// Whose.
    pub person: PersonId,
    /// What it is.
    pub kind: ContactKind,
    /// The address or number, sealed under her data key.
    pub sealed: Vec<u8>,
    /// The keyed hash of its normal form.
    pub lookup: Vec<u8>,
    /// Who gave it.
    pub source: ContactSource,
    /// Whether it is known to be hers.
    pub state: ContactState,
    /// When it was typed.
    pub created_at: Instant,
    /// When it was proved.
    pub confirmed_at: Option<Instant>,
    /// When it was taken away.
    pub ended_at: Option<Instant>,
    /// The keyed hash of the code that was sent there.
    pub code_hash: Option<Vec<u8>>,
    /// Wrong codes typed since.
    pub code_tries: i64,
    /// The code's last instant.
    pub code_expires_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct ToldRow {
    #[sqlx(flatten)]
    contact: ContactRow,
    delivery: Option<Delivery>,
    language: Option<MessageLanguage>,
}

/// How a person wants to be told of something, and in which language, where she chose.
pub type Wishes = (Option<Delivery>, Option<MessageLanguage>);

/// A new address or number.
#[derive(Clone, Debug)]
pub struct NewContact<'a> {
    /// Its identifier.
    pub id: ContactId,
    /// Whose.
    pub person: PersonId,
    /// What it is.
    pub kind: ContactKind,
    /// Sealed under her data key.
    pub sealed: &'a [u8],
    /// The keyed hash of its normal form.
    pub lookup: &'a [u8; 32],
    /// Who gave it.
    pub source: ContactSource,
    /// When it was proved; `None` when it was not.
    pub confirmed_at: Option<Instant>,
}

/// Adds one; a unique error when she has it already.
pub async fn insert(tx: &mut Tx, new: &NewContact<'_>, at: Instant) -> Result<(), DbError> {
    let state = if new.confirmed_at.is_some() { ContactState::Confirmed } else { ContactState::Unconfirmed };
    tx.query(INSERT)
        .bind(new.id)
        .bind(new.person)
        .bind(new.kind)
        .bind(new.sealed)
        .bind(&new.lookup[..])
        .bind(new.source)
        .bind(state)
        .bind(at)
        .bind(new.confirmed_at)
        .execute()
        .await?;
    Ok(())
}

/// All of a person's, those taken away too, oldest first.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<ContactRow>, DbError> {
    tx.query(OF_PERSON).bind(person).fetch_all().await
}

/// As [`of_person`], with how she wants to be told of a topic; without that where she has none.
pub async fn told(
    tx: &mut Tx,
    person: PersonId,
    topic: Topic,
) -> Result<(Vec<ContactRow>, Option<Wishes>), DbError> {
    let rows = tx.query(TOLD).bind(person).bind(topic).fetch_all::<ToldRow>().await?;
    let wishes = rows.first().map(|row| (row.delivery, row.language));
    Ok((rows.into_iter().map(|row| row.contact).collect(), wishes))
}

/// How many persons have this one now.
pub async fn persons_with(tx: &mut Tx, lookup: &[u8; 32]) -> Result<i64, DbError> {
    Ok(tx.query(WITH_LOOKUP).bind(&lookup[..]).fetch_one::<(i64,)>().await?.0)
}

/// Notes that a code was sent there.
pub async fn set_code(
    tx: &mut Tx,
    id: ContactId,
    code_hash: &[u8; 32],
    expires_at: Instant,
) -> Result<(), DbError> {
    tx.query(SET_CODE).bind(id).bind(&code_hash[..]).bind(expires_at).execute().await?;
    Ok(())
}

/// Counts a wrong code.
pub async fn count_try(tx: &mut Tx, id: ContactId) -> Result<(), DbError> {
    tx.query(COUNT_TRY).bind(id).execute().await?;
    Ok(())
}

/// Notes that it is hers; `false` when it was taken away meanwhile.
pub async fn confirm(tx: &mut Tx, id: ContactId, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(CONFIRM).bind(id).bind(ContactState::Confirmed).bind(at).execute().await? == 1)
}

/// Takes one away; `false` when that was done.
pub async fn end(tx: &mut Tx, id: ContactId, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(END).bind(id).bind(at).execute().await? == 1)
}

/// Gives up what she typed and never proved, when its code ended before `before`.
pub async fn drop_unproved(tx: &mut Tx, before: Instant, now: Instant) -> Result<u64, DbError> {
    tx.query(DROP_UNPROVED)
        .bind(before)
        .bind(now)
        .bind(ContactState::Unconfirmed)
        .bind(ContactSource::Herself)
        .execute()
        .await
}
