//! The demo's own mark in its database: what is not marked and not empty is somebody's, and is left alone.

use crate::crypto::hash::hkdf;
use crate::crypto::hash::same;
use crate::storage::contents;
use crate::storage::db::Db;
use crate::storage::db::DbError;
use crate::storage::db::Tx;
use crate::storage::settings;

const MARK: &str = "demo.mark";

/// Why a database is not taken.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// It holds somebody's data.
    #[error("the database holds data that no demo wrote: give an empty one")]
    Foreign,
    /// It belongs to a demo of another directory.
    #[error(
        "the database belongs to a demo of another directory: give that directory with --data, or an empty database"
    )]
    OtherDemo,
    /// It cannot be read or written.
    #[error("the database cannot be used")]
    Database(#[from] DbError),
}

/// Takes an empty database for the demo with this seed, or one that it marked before; brings the schema up to date.
///
/// # Errors
/// [`MarkError`]; a database that is refused is left as it was.
pub async fn take(url: &str, seed: &[u8; 32]) -> Result<(), MarkError> {
    let mark = hkdf(seed, b"procura-demo", &[b"database-mark"]);
    if let Some(db) = Db::peek(url).await? {
        let checked = look(&db, &mark).await;
        db.close().await;
        checked?;
    }
    let db = Db::open(url, 2).await?;
    let marked = set(&db, &mark).await;
    db.close().await;
    marked
}

async fn look(db: &Db, mark: &[u8; 32]) -> Result<(), MarkError> {
    let mut tx = db.read().await?;
    let relations = contents::relations(&mut tx).await?;
    if relations.is_empty() { Ok(()) } else { check(&mut tx, &relations, mark).await }
}

async fn set(db: &Db, mark: &[u8; 32]) -> Result<(), MarkError> {
    db.migrate().await?;
    let mut tx = db.begin().await?;
    settings::establish(&mut tx, MARK, mark).await?;
    Ok(tx.commit().await?)
}

async fn check(tx: &mut Tx, relations: &[String], mark: &[u8; 32]) -> Result<(), MarkError> {
    let ours = ["settings", "_sqlx_migrations", "mandates"];
    if !ours.iter().all(|name| relations.iter().any(|relation| relation == name)) {
        return Err(MarkError::Foreign);
    }
    match settings::find(tx, MARK).await {
        Ok(Some(found)) if same(&found, mark) => Ok(()),
        Ok(Some(_)) => Err(MarkError::OtherDemo),
        Ok(None) if contents::never_started(tx).await? => Ok(()),
        // A table of that name but of another shape is somebody's too.
        Ok(None) | Err(DbError::Other(_)) => Err(MarkError::Foreign),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(home: &tempfile::TempDir, name: &str) -> String {
        format!("sqlite://{}", home.path().join(name).display())
    }

    #[tokio::test]
    async fn an_empty_database_is_taken_and_taken_again_by_the_same_demo_only() {
        let home = tempfile::tempdir().expect("a directory");
        let url = url(&home, "demo.db");
        take(&url, &[1; 32]).await.expect("taken");
        take(&url, &[1; 32]).await.expect("taken again");
        assert!(matches!(take(&url, &[2; 32]).await, Err(MarkError::OtherDemo)));
    }

    #[tokio::test]
    async fn a_migrated_database_without_the_mark_is_taken_only_while_nobody_started_on_it() {
        let home = tempfile::tempdir().expect("a directory");
        let url = url(&home, "serve.db");
        let db = Db::open(&url, 2).await.expect("opened");
        db.migrate().await.expect("migrated");
        let mut tx = db.begin().await.expect("begun");
        settings::establish(&mut tx, "ledger.origin", b"x").await.expect("set");
        tx.commit().await.expect("committed");
        db.close().await;
        assert!(matches!(take(&url, &[1; 32]).await, Err(MarkError::Foreign)));
    }
}
