//! Revocations that operators recorded for persons who telephoned or wrote.

use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::ids::RecordId;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO recorded_revocations (id, person, entry, channel, asked_on, at) VALUES ($1, $2, $3, $4, $5, $6)");
    ADD_END = Sql::same("INSERT INTO recorded_revocation_ends (record, mandate, theme) VALUES ($1, $2, $3)");
    FIND = Sql::same("SELECT id, person, entry, channel, asked_on, at FROM recorded_revocations WHERE id = $1");
    ENDS = Sql::same("SELECT mandate, theme FROM recorded_revocation_ends WHERE record = $1 ORDER BY mandate, theme");
    OF_PERSON = Sql::same("SELECT id, person, entry, channel, asked_on, at FROM recorded_revocations WHERE person = $1 ORDER BY at DESC, id DESC");
}

/// One record.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Record {
    /// Its identifier.
    pub id: RecordId,
    /// Who asked.
    pub person: PersonId,
    /// Its entry.
    pub entry: EntryId,
    /// `telephone` or `letter`.
    pub channel: String,
    /// On which day, as `YYYY-MM-DD`.
    pub asked_on: String,
    /// When it took effect.
    pub at: Instant,
}

/// Adds a record with the themes of mandates that it ended.
pub async fn insert(tx: &mut Tx, new: &Record, ends: &[(MandateId, Theme)]) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(new.id)
        .bind(new.person)
        .bind(new.entry)
        .bind(&new.channel)
        .bind(&new.asked_on)
        .bind(new.at)
        .execute()
        .await?;
    for (mandate, theme) in ends {
        tx.query(ADD_END).bind(new.id).bind(*mandate).bind(*theme).execute().await?;
    }
    Ok(())
}

/// One record.
pub async fn find(tx: &mut Tx, id: RecordId) -> Result<Option<Record>, DbError> {
    tx.query(FIND).bind(id).fetch_optional().await
}

/// What a record ended.
pub async fn ends(tx: &mut Tx, id: RecordId) -> Result<Vec<(MandateId, Theme)>, DbError> {
    tx.query(ENDS).bind(id).fetch_all().await
}

/// The records of a person, newest first.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<Record>, DbError> {
    tx.query(OF_PERSON).bind(person).fetch_all().await
}
