//! Connections go from one piece of work to the next as if each were new: nothing of the one before is left on them.

use std::time::Duration;

use procura::storage::db::Db;
use procura::storage::db::DbError;
use procura::storage::db::Sql;
use procura::storage::lines::Lines;
use sqlx::sqlite::SqlitePoolOptions;

use crate::world::Engine;
use crate::world::database;

const ADD: Sql = Sql::same("INSERT INTO settings (name, value) VALUES ($1, $2)");
const MANY: Sql = Sql::same("SELECT COUNT(*) FROM settings WHERE name LIKE 'w%'");
/// About a second, in which an answer is not waited for.
const LONG: Sql = Sql::two(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000) SELECT COUNT(*) FROM n",
    "SELECT COUNT(*) FROM pg_sleep(1)",
);

async fn add(db: &Db, name: &str, commit: bool) -> Result<u64, DbError> {
    let mut tx = db.begin().await?;
    let added = tx.query(ADD).bind(name).bind(&b"x"[..]).execute().await?;
    if commit {
        tx.commit().await?;
    }
    Ok(added)
}

async fn many(db: &Db) -> i64 {
    let mut tx = db.look().await.expect("a connection");
    tx.query(MANY).fetch_one::<(i64,)>().await.expect("a count").0
}

async fn of_two_connections(engine: Engine) -> (Db, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let url = database(engine, directory.path()).await.url;
    (Db::open(&url, 2).await.expect("a database"), directory)
}

async fn what_is_given_up_leaves_nothing(engine: Engine) {
    let (db, _directory) = of_two_connections(engine).await;
    for round in 0..20 {
        add(&db, &format!("w{round}"), false).await.expect("a row");
        assert_eq!(many(&db).await, 0, "{engine:?}: {round}");
    }
    add(&db, "w", true).await.expect("a row");
    assert_eq!(many(&db).await, 1);
    db.close().await;
    assert!(db.look().await.is_err(), "closed");
}

async fn what_failed_spoils_nothing(engine: Engine) {
    let (db, _directory) = of_two_connections(engine).await;
    add(&db, "w", true).await.expect("a row");
    for round in 0..6 {
        assert!(matches!(add(&db, "w", true).await, Err(DbError::Unique(_))), "{engine:?}: {round}");
        let mut alone = db.begin_alone().await.expect("a connection");
        assert!(alone.query(ADD).bind("w").bind(&b"x"[..]).execute().await.is_err());
        drop(alone);
        add(&db, &format!("w{round}"), true).await.expect("another row");
    }
    assert_eq!(many(&db).await, 7);
}

async fn an_answer_nobody_waited_for_reaches_nobody_else(engine: Engine) {
    let (db, _directory) = of_two_connections(engine).await;
    let wait = Duration::from_millis(50);
    for round in 0..3 {
        let looking = async {
            let mut tx = db.look().await.expect("a connection");
            tx.query(LONG).fetch_one::<(i64,)>().await.expect("a count").0
        };
        assert!(
            tokio::time::timeout(wait, looking).await.is_err(),
            "{engine:?}: the statement was too short"
        );
        let writing = async {
            let mut tx = db.begin().await.expect("a transaction");
            tx.query(ADD).bind(format!("w{round}")).bind(&b"x"[..]).execute().await.expect("a row");
            tx.query(LONG).fetch_one::<(i64,)>().await.expect("a count").0
        };
        assert!(
            tokio::time::timeout(wait, writing).await.is_err(),
            "{engine:?}: the statement was too short"
        );
        assert_eq!(many(&db).await, 0, "{engine:?}: {round}");
    }
    add(&db, "w", true).await.expect("a row");
    assert_eq!(many(&db).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_bears_nothing_of_the_work_before() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        what_is_given_up_leaves_nothing(engine).await;
        what_failed_spoils_nothing(engine).await;
        an_answer_nobody_waited_for_reaches_nobody_else(engine).await;
    }
}

#[tokio::test]
async fn who_finds_none_free_waits_and_is_told() {
    let pool = SqlitePoolOptions::new().max_connections(2).connect("sqlite::memory:").await.expect("a pool");
    let lines = Lines::new(pool, 1, Duration::from_millis(300));
    let one = lines.take().await.expect("a connection");
    assert!(matches!(lines.take().await, Err(DbError::Busy(_))));
    let other = lines.clone();
    let waiting = tokio::spawn(async move { other.take().await.map(drop) });
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(one);
    waiting.await.expect("a task").expect("the one that came free");
}
