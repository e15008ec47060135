//! What a person wants to be told and in which language, and the links of her notices.

use crate::domain::contact::Delivery;
use crate::domain::contact::Topic;
use crate::domain::ids::ActId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::message::MessageLanguage;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    PREFERENCES = Sql::same("SELECT topic, delivery FROM person_preferences WHERE person = $1");
    TOLD = Sql::same("SELECT (SELECT delivery FROM person_preferences WHERE person = $1 AND topic = $2) AS delivery,
        (SELECT language FROM person_languages WHERE person = $1) AS language");
    PREFER = Sql::same("INSERT INTO person_preferences (person, topic, delivery) VALUES ($1, $2, $3)
        ON CONFLICT (person, topic) DO UPDATE SET delivery = excluded.delivery");
    LANGUAGE = Sql::same("SELECT language FROM person_languages WHERE person = $1");
    CHOOSE_LANGUAGE = Sql::same("INSERT INTO person_languages (person, language, chosen) VALUES ($1, $2, $3)
        ON CONFLICT (person) DO UPDATE SET language = excluded.language, chosen = excluded.chosen");
    NOTE_LANGUAGE = Sql::same("INSERT INTO person_languages (person, language, chosen) VALUES ($1, $2, $3)
        ON CONFLICT (person) DO UPDATE SET language = excluded.language WHERE person_languages.chosen <> $4");
    ADD_LINK = Sql::same("INSERT INTO notice_links (code_hash, person, mandate, act, topic, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)");
    LINK = Sql::same("SELECT person, mandate, act, topic, created_at, expires_at, used_at, case_number FROM notice_links WHERE code_hash = $1");
    USE_LINK = Sql::same("UPDATE notice_links SET used_at = $2, case_number = $3 WHERE code_hash = $1 AND used_at IS NULL AND expires_at >= $2");
    DROP_LINKS = Sql::same("DELETE FROM notice_links WHERE expires_at < $1");
}

/// The link of one notice.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NoticeLink {
    /// To whom it was sent.
    pub person: PersonId,
    /// The mandate it is about.
    pub mandate: MandateId,
    /// The act it is about.
    pub act: Option<ActId>,
    /// What the notice said.
    pub topic: Topic,
    /// When it was made.
    pub created_at: Instant,
    /// Its last instant.
    pub expires_at: Instant,
    /// When it was used.
    pub used_at: Option<Instant>,
    /// The number of the case that was opened with it, or was open already.
    pub case_number: Option<String>,
}

/// What she chose, topic by topic.
pub async fn preferences(tx: &mut Tx, person: PersonId) -> Result<Vec<(Topic, Delivery)>, DbError> {
    tx.query(PREFERENCES).bind(person).fetch_all().await
}

/// How she wants to be told of this, and in which language, where she chose.
pub async fn told(
    tx: &mut Tx,
    person: PersonId,
    topic: Topic,
) -> Result<(Option<Delivery>, Option<MessageLanguage>), DbError> {
    tx.query(TOLD).bind(person).bind(topic).fetch_one().await
}

/// Keeps how she wants to be told of this.
pub async fn prefer(tx: &mut Tx, person: PersonId, topic: Topic, delivery: Delivery) -> Result<(), DbError> {
    tx.query(PREFER).bind(person).bind(topic).bind(delivery).execute().await?;
    Ok(())
}

/// The language she is written to in, where it is known.
pub async fn language(tx: &mut Tx, person: PersonId) -> Result<Option<MessageLanguage>, DbError> {
    let row = tx.query(LANGUAGE).bind(person).fetch_optional::<(MessageLanguage,)>().await?;
    Ok(row.map(|(language,)| language))
}

/// Keeps the language she chose.
pub async fn choose_language(
    tx: &mut Tx,
    person: PersonId,
    language: MessageLanguage,
) -> Result<(), DbError> {
    tx.query(CHOOSE_LANGUAGE).bind(person).bind(language).bind(true).execute().await?;
    Ok(())
}

/// Keeps the language she reads the screens in, unless she chose one.
pub async fn note_language(tx: &mut Tx, person: PersonId, language: MessageLanguage) -> Result<(), DbError> {
    tx.query(NOTE_LANGUAGE).bind(person).bind(language).bind(false).bind(true).execute().await?;
    Ok(())
}

/// Adds the link of a notice.
pub async fn add_link(tx: &mut Tx, code_hash: &[u8; 32], link: &NoticeLink) -> Result<(), DbError> {
    tx.query(ADD_LINK)
        .bind(&code_hash[..])
        .bind(link.person)
        .bind(link.mandate)
        .bind(link.act)
        .bind(link.topic)
        .bind(link.created_at)
        .bind(link.expires_at)
        .execute()
        .await?;
    Ok(())
}

/// The link with this code.
pub async fn link(tx: &mut Tx, code_hash: &[u8; 32]) -> Result<Option<NoticeLink>, DbError> {
    tx.query(LINK).bind(&code_hash[..]).fetch_optional().await
}

/// Notes that a link was used for this case; `false` when it was before, or has expired.
pub async fn use_link(
    tx: &mut Tx,
    code_hash: &[u8; 32],
    at: Instant,
    case_number: &str,
) -> Result<bool, DbError> {
    Ok(tx.query(USE_LINK).bind(&code_hash[..]).bind(at).bind(case_number).execute().await? == 1)
}

/// Drops links that ended before; gives how many.
pub async fn drop_links(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.query(DROP_LINKS).bind(before).execute().await
}
