//! The codes printed on mandates; one at a time is good for each mandate.

use crate::domain::ids::AttestationId;
use crate::domain::ids::MandateId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO attestations (id, mandate, code_hash, sealed_code, created_at) VALUES ($1, $2, $3, $4, $5)");
    REPLACE = Sql::same("UPDATE attestations SET replaced_at = $2 WHERE mandate = $1 AND replaced_at IS NULL");
    CURRENT = Sql::same("SELECT id, mandate, sealed_code, created_at, replaced_at FROM attestations WHERE mandate = $1 AND replaced_at IS NULL");
    BY_CODE = Sql::same("SELECT id, mandate, sealed_code, created_at, replaced_at FROM attestations WHERE code_hash = $1");
}

/// An attestation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AttestationRow {
    /// Its identifier.
    pub id: AttestationId,
    /// The mandate it speaks of.
    pub mandate: MandateId,
    /// The code, sealed under the person's data key (label `attestation.code`).
    pub sealed_code: Vec<u8>,
    /// When it was made.
    pub created_at: Instant,
    /// Since when another stands in its place.
    pub replaced_at: Option<Instant>,
}

/// Adds an attestation in the place of the one before.
pub async fn replace(tx: &mut Tx, row: &AttestationRow, code_hash: &[u8]) -> Result<(), DbError> {
    tx.query(REPLACE).bind(row.mandate).bind(row.created_at).execute().await?;
    tx.query(INSERT)
        .bind(row.id)
        .bind(row.mandate)
        .bind(code_hash)
        .bind(&row.sealed_code)
        .bind(row.created_at)
        .execute()
        .await?;
    Ok(())
}

/// The good attestation of a mandate.
pub async fn current(tx: &mut Tx, mandate: MandateId) -> Result<Option<AttestationRow>, DbError> {
    tx.query(CURRENT).bind(mandate).fetch_optional().await
}

/// The attestation with this code, good or replaced.
pub async fn by_code(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<AttestationRow>, DbError> {
    tx.query(BY_CODE).bind(code_hash).fetch_optional().await
}
