//! Signing keys: their public half in clear, their private half sealed under the master key.

use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO signing_keys (kid, purpose, algorithm, state, public_jwk, sealed, created_at, current_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    EVERY = Sql::same("SELECT kid, purpose, algorithm, state, public_jwk, sealed, created_at, current_at, retired_at, signs_until, withdrawn_at
        FROM signing_keys ORDER BY purpose, algorithm, created_at, kid");
    RETIRE = Sql::same("UPDATE signing_keys SET state = 'retired', retired_at = $2 WHERE kid = $1 AND state <> 'retired'");
    PROMOTE = Sql::same("UPDATE signing_keys SET state = 'current', current_at = $2 WHERE kid = $1 AND state = 'next'");
    SIGN_ON = Sql::same("UPDATE signing_keys SET signs_until = $2 WHERE kid = $1");
    WITHDRAW = Sql::same("UPDATE signing_keys SET withdrawn_at = $2 WHERE kid = $1 AND state = 'retired' AND withdrawn_at IS NULL");
    REWRAP = Sql::same("UPDATE signing_keys SET sealed = $2 WHERE kid = $1");
}

/// One signing key as stored; the words of `purpose`, `algorithm` and `state` are those of `crypto::keys`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SigningKeyRow {
    /// Its RFC 7638 thumbprint.
    pub kid: String,
    /// What it signs.
    pub purpose: String,
    /// Its JOSE name.
    pub algorithm: String,
    /// Where it stands in its life.
    pub state: String,
    /// The public half as a JSON Web Key.
    pub public_jwk: String,
    /// The sealed private half.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Instant,
    /// When it began to sign.
    pub current_at: Option<Instant>,
    /// When it ceased to sign.
    pub retired_at: Option<Instant>,
    /// Until when a retired ledger key signs beside its successor.
    pub signs_until: Option<Instant>,
    /// When it was withdrawn: nothing it signed is believed since.
    pub withdrawn_at: Option<Instant>,
}

/// Adds a key.
///
/// # Errors
/// [`DbError::Unique`] when another process made the current or next key of this purpose and algorithm.
pub async fn insert(tx: &mut Tx, key: &SigningKeyRow) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(key.kid.as_str())
        .bind(key.purpose.as_str())
        .bind(key.algorithm.as_str())
        .bind(key.state.as_str())
        .bind(key.public_jwk.as_str())
        .bind(key.sealed.as_slice())
        .bind(key.created_at)
        .bind(key.current_at)
        .execute()
        .await?;
    Ok(())
}

/// Every key, oldest first within its purpose and algorithm.
pub async fn every(tx: &mut Tx) -> Result<Vec<SigningKeyRow>, DbError> {
    tx.query(EVERY).fetch_all().await
}

/// Ends a key's signing; `false` when it had ended before.
pub async fn retire(tx: &mut Tx, kid: &str, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(RETIRE).bind(kid).bind(at).execute().await? == 1)
}

/// Makes a next key the current one; `false` when it is not next any more.
pub async fn promote(tx: &mut Tx, kid: &str, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(PROMOTE).bind(kid).bind(at).execute().await? == 1)
}

/// Lets a retired ledger key sign beside its successor until then.
pub async fn sign_on(tx: &mut Tx, kid: &str, until: Instant) -> Result<(), DbError> {
    tx.query(SIGN_ON).bind(kid).bind(until).execute().await?;
    Ok(())
}

/// Marks a retired key as withdrawn; `false` when it is not retired, or was withdrawn before.
pub async fn withdraw(tx: &mut Tx, kid: &str, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(WITHDRAW).bind(kid).bind(at).execute().await? == 1)
}

/// Replaces the sealed private half.
pub async fn rewrap(tx: &mut Tx, kid: &str, sealed: &[u8]) -> Result<(), DbError> {
    tx.query(REWRAP).bind(kid).bind(sealed).execute().await?;
    Ok(())
}
