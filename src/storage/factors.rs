//! The second factors of accounts.

use crate::domain::factor::FactorEnd;
use crate::domain::factor::FactorKind;
use crate::domain::factor::FactorState;
use crate::domain::ids::AccountId;
use crate::domain::ids::FactorId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

macro_rules! factors_where {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT id, account, kind, state, sealed, label, serial, totp_step, drift, created_at, last_used_at, ended_at
             FROM factors WHERE ",
            $condition
        ))
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO factors (id, account, kind, state, sealed, label, serial, credential_hash, totp_step, drift, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
    OF_ACCOUNT = factors_where!("account = $1 AND state <> 'ended' ORDER BY created_at, id");
    FIND = factors_where!("id = $1");
    BY_CREDENTIAL = factors_where!("credential_hash = $1 AND state = 'active'");
    USE_STEP = Sql::same("UPDATE factors SET totp_step = $2, drift = $3, last_used_at = $4
        WHERE id = $1 AND state = 'active' AND (totp_step IS NULL OR totp_step < $2)");
    VALIDATE = Sql::same("UPDATE factors SET state = 'active', totp_step = $2, drift = $3, last_used_at = $4
        WHERE id = $1 AND state = 'pending' AND (totp_step IS NULL OR totp_step < $2)");
    USE_KEY = Sql::same("UPDATE factors SET sealed = $2, last_used_at = $3 WHERE id = $1 AND state = 'active'");
    RENAME = Sql::same("UPDATE factors SET label = $2 WHERE id = $1 AND state <> 'ended'");
    FINISH = Sql::same("UPDATE factors SET state = 'ended', sealed = NULL, ended_at = $2, ended_why = $3 WHERE id = $1 AND state <> 'ended'");
}

/// A second factor as stored; secret and name are sealed under the account's key.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FactorRow {
    /// Its identifier.
    pub id: FactorId,
    /// Whose.
    pub account: AccountId,
    /// What it is.
    pub kind: FactorKind,
    /// Whether it opens anything.
    pub state: FactorState,
    /// Sealed TOTP secret or passkey; none once it has ended.
    pub sealed: Option<Vec<u8>>,
    /// Sealed name.
    pub label: Option<Vec<u8>>,
    /// The number printed on a card.
    pub serial: Option<String>,
    /// The newest time step whose code was accepted.
    pub totp_step: Option<i64>,
    /// How many steps its clock is ahead of ours.
    pub drift: i64,
    /// Since when.
    pub created_at: Instant,
    /// When it was last used.
    pub last_used_at: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
}

/// What a new factor holds.
#[derive(Clone, Copy, Debug)]
pub struct NewFactor<'a> {
    /// Its identifier.
    pub id: FactorId,
    /// Whose.
    pub account: AccountId,
    /// What it is.
    pub kind: FactorKind,
    /// Whether it opens anything yet.
    pub state: FactorState,
    /// Sealed TOTP secret or passkey.
    pub sealed: &'a [u8],
    /// Sealed name.
    pub label: Option<&'a [u8]>,
    /// The number printed on a card.
    pub serial: Option<&'a str>,
    /// SHA-256 of a passkey's credential id.
    pub credential_hash: Option<&'a [u8; 32]>,
    /// The time step whose code proved it.
    pub totp_step: Option<i64>,
    /// How many steps its clock is ahead.
    pub drift: i64,
    /// When.
    pub at: Instant,
}

/// The use of one code: its step, and how far the factor's clock is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedStep {
    /// The step.
    pub step: i64,
    /// The drift, in steps.
    pub drift: i64,
    /// When.
    pub at: Instant,
}

/// Adds a factor; a unique error when its card or its passkey is somebody's already.
pub async fn insert(tx: &mut Tx, new: &NewFactor<'_>) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(new.id)
        .bind(new.account)
        .bind(new.kind)
        .bind(new.state)
        .bind(new.sealed)
        .bind(new.label.map(<[u8]>::to_vec))
        .bind(new.serial.map(str::to_owned))
        .bind(new.credential_hash.map(|hash| hash.to_vec()))
        .bind(new.totp_step)
        .bind(new.drift)
        .bind(new.at)
        .execute()
        .await?;
    Ok(())
}

/// The factors of an account that have not ended, oldest first.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<FactorRow>, DbError> {
    tx.query(OF_ACCOUNT).bind(account).fetch_all().await
}

/// One factor.
pub async fn find(tx: &mut Tx, id: FactorId) -> Result<Option<FactorRow>, DbError> {
    tx.query(FIND).bind(id).fetch_optional().await
}

/// The passkey with this credential id, in use.
pub async fn by_credential(tx: &mut Tx, hash: &[u8; 32]) -> Result<Option<FactorRow>, DbError> {
    tx.query(BY_CREDENTIAL).bind(&hash[..]).fetch_optional().await
}

/// Uses up a TOTP time step; `false` when it, or a later one, was used before, or the factor has ended.
pub async fn use_step(tx: &mut Tx, id: FactorId, used: UsedStep) -> Result<bool, DbError> {
    let query = tx.query(USE_STEP).bind(id).bind(used.step).bind(used.drift).bind(used.at);
    Ok(query.execute().await? == 1)
}

/// Takes a card into use by its first code; `false` when it is in use, or has ended.
pub async fn validate(tx: &mut Tx, id: FactorId, used: UsedStep) -> Result<bool, DbError> {
    let query = tx.query(VALIDATE).bind(id).bind(used.step).bind(used.drift).bind(used.at);
    Ok(query.execute().await? == 1)
}

/// Writes down the use of a passkey with its new counter; `false` when it has ended.
pub async fn use_key(tx: &mut Tx, id: FactorId, sealed: &[u8], at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(USE_KEY).bind(id).bind(sealed).bind(at).execute().await? == 1)
}

/// Gives a factor another name.
pub async fn rename(tx: &mut Tx, id: FactorId, label: &[u8]) -> Result<bool, DbError> {
    Ok(tx.query(RENAME).bind(id).bind(label).execute().await? == 1)
}

/// Ends a factor and destroys its secret; `false` when it had ended.
pub async fn finish(tx: &mut Tx, id: FactorId, at: Instant, why: FactorEnd) -> Result<bool, DbError> {
    Ok(tx.query(FINISH).bind(id).bind(at).bind(why).execute().await? == 1)
}
