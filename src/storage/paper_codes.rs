//! The paper codes of persons without FranceConnect, one good for each, and the code by SMS that goes with it.

use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PaperCodeId;
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO paper_codes (id, person, code_hash, made_by, organisation, created_at, sms_tries) VALUES ($1, $2, $3, $4, $5, $6, 0)");
    END = Sql::same("UPDATE paper_codes SET ended_at = $2, sms_hash = NULL WHERE person = $1 AND ended_at IS NULL");
    CURRENT = Sql::same("SELECT created_at FROM paper_codes WHERE person = $1 AND ended_at IS NULL");
    TAKE = Sql::two(
        "SELECT id, person, sms_hash, sms_browser, sms_tries, sms_expires_at FROM paper_codes WHERE code_hash = $1 AND ended_at IS NULL",
        "SELECT id, person, sms_hash, sms_browser, sms_tries, sms_expires_at FROM paper_codes WHERE code_hash = $1 AND ended_at IS NULL FOR UPDATE",
    );
    SEND = Sql::same("UPDATE paper_codes SET sms_hash = $2, sms_browser = $3, sms_tries = 0, sms_expires_at = $4 WHERE id = $1");
    COUNT = Sql::same("UPDATE paper_codes SET sms_tries = sms_tries + 1 WHERE id = $1");
    USED = Sql::same("UPDATE paper_codes SET sms_hash = NULL, sms_browser = NULL, sms_expires_at = NULL WHERE id = $1");
}

/// A paper code that is good, with the login under way.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PaperCodeRow {
    /// Its identifier.
    pub id: PaperCodeId,
    /// Whose space it opens.
    pub person: PersonId,
    /// The keyed hash of the code sent by SMS.
    pub sms_hash: Option<Vec<u8>>,
    /// The browser that gave the paper code.
    pub sms_browser: Option<Vec<u8>>,
    /// Wrong codes typed since it was sent.
    pub sms_tries: i64,
    /// The last instant of the code sent by SMS.
    pub sms_expires_at: Option<Instant>,
}

/// A new paper code.
#[derive(Clone, Copy, Debug)]
pub struct NewPaperCode<'a> {
    /// Its identifier.
    pub id: PaperCodeId,
    /// Whose space it opens.
    pub person: PersonId,
    /// The hash of the code.
    pub code_hash: &'a [u8; 32],
    /// Who printed it.
    pub made_by: AccountId,
    /// Where.
    pub organisation: OrganisationId,
}

/// Adds a code in the place of the one before; gives whether there was one.
pub async fn replace(tx: &mut Tx, new: &NewPaperCode<'_>, at: Instant) -> Result<bool, DbError> {
    let replaced = tx.query(END).bind(new.person).bind(at).execute().await? > 0;
    tx.query(INSERT)
        .bind(new.id)
        .bind(new.person)
        .bind(&new.code_hash[..])
        .bind(new.made_by)
        .bind(new.organisation)
        .bind(at)
        .execute()
        .await?;
    Ok(replaced)
}

/// Since when she has a good code.
pub async fn since(tx: &mut Tx, person: PersonId) -> Result<Option<Instant>, DbError> {
    Ok(tx.query(CURRENT).bind(person).fetch_optional::<(Instant,)>().await?.map(|(at,)| at))
}

/// The good code with this hash, held until the transaction ends.
pub async fn take(tx: &mut Tx, code_hash: &[u8; 32]) -> Result<Option<PaperCodeRow>, DbError> {
    tx.query(TAKE).bind(&code_hash[..]).fetch_optional().await
}

/// Notes the code that was sent by SMS, and for which browser.
pub async fn sent(
    tx: &mut Tx,
    id: PaperCodeId,
    sms_hash: &[u8; 32],
    browser: &[u8; 32],
    expires_at: Instant,
) -> Result<(), DbError> {
    tx.query(SEND).bind(id).bind(&sms_hash[..]).bind(&browser[..]).bind(expires_at).execute().await?;
    Ok(())
}

/// Counts a wrong code.
pub async fn count_try(tx: &mut Tx, id: PaperCodeId) -> Result<(), DbError> {
    tx.query(COUNT).bind(id).execute().await?;
    Ok(())
}

/// Uses the code by SMS up.
pub async fn used(tx: &mut Tx, id: PaperCodeId) -> Result<(), DbError> {
    tx.query(USED).bind(id).execute().await?;
    Ok(())
}
