//! SQLite's writers share commits: each is answered after its own is durable, and none takes another one down with it.

use std::time::Duration;

use procura::storage::db::Db;
use procura::storage::db::DbError;
use procura::storage::db::Sql;
use procura::storage::db::Tx;
use tokio::task::JoinHandle;

const ADD: Sql = Sql::same("INSERT INTO settings (name, value) VALUES ($1, $2)");
const KEPT: Sql = Sql::same("SELECT name FROM settings WHERE name LIKE 'w%' ORDER BY name");

struct Scene {
    db: Db,
    _directory: tempfile::TempDir,
}

async fn scene() -> Scene {
    let directory = tempfile::tempdir().expect("a directory");
    let db = Db::open(&format!("sqlite://{}/w.db", directory.path().display()), 2).await.expect("a database");
    db.migrate().await.expect("a schema");
    Scene { db, _directory: directory }
}

async fn add(tx: &mut Tx, name: &str) -> Result<u64, DbError> {
    tx.query(ADD).bind(name).bind(&b"x"[..]).execute().await
}

impl Scene {
    async fn kept(&self) -> Vec<String> {
        let mut tx = self.db.read().await.expect("a transaction");
        tx.query(KEPT).fetch_all::<(String,)>().await.expect("rows").into_iter().map(|(name,)| name).collect()
    }

    /// A transaction that has written a row and is asked to commit while the one given back waits for its turn.
    async fn first_of_two(&self) -> (JoinHandle<Result<(), DbError>>, JoinHandle<Result<Tx, DbError>>) {
        self.first_of_two_named("w1").await
    }

    async fn first_of_two_named(
        &self,
        name: &str,
    ) -> (JoinHandle<Result<(), DbError>>, JoinHandle<Result<Tx, DbError>>) {
        let mut first = self.db.begin().await.expect("a turn");
        add(&mut first, name).await.expect("a row");
        let db = self.db.clone();
        let second = tokio::spawn(async move { db.begin().await });
        crowd(&self.db, 1).await;
        // A third one makes them a crowd; it gives up its turn when it comes.
        let db = self.db.clone();
        tokio::spawn(async move { drop(db.begin().await) });
        crowd(&self.db, 2).await;
        (tokio::spawn(first.commit()), second)
    }
}

async fn crowd(db: &Db, many: usize) {
    let Db::Sqlite { writer, .. } = db else { panic!("SQLite") };
    while writer.waiting() < many {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_row_is_there_and_no_other() {
    let scene = scene().await;
    let writers = (0..200).map(|number| {
        let db = scene.db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.expect("a turn");
            add(&mut tx, &format!("w{number:03}")).await.expect("a row");
            if number % 3 == 0 {
                return None;
            }
            tx.commit().await.expect("a commit");
            Some(format!("w{number:03}"))
        })
    });
    let mut acknowledged = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        acknowledged.extend(writer.await.expect("a writer"));
    }
    acknowledged.sort();
    assert_eq!(acknowledged.len(), 133);
    assert_eq!(scene.kept().await, acknowledged);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_given_up_takes_nothing_of_the_others() {
    let scene = scene().await;
    let (first, second) = scene.first_of_two().await;
    let mut second = second.await.expect("a task").expect("a turn");
    add(&mut second, "w2").await.expect("a row");
    assert!(scene.kept().await.is_empty(), "nothing is there before the commit of the group");
    drop(second);
    first.await.expect("a task").expect("a commit");
    assert_eq!(scene.kept().await, ["w1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_fails_is_its_own_writers_alone() {
    let scene = scene().await;
    let (first, second) = scene.first_of_two().await;
    let mut second = second.await.expect("a task").expect("a turn");
    assert!(matches!(add(&mut second, "w1").await, Err(DbError::Unique(_))));
    drop(second);
    first.await.expect("a task").expect("a commit");
    assert_eq!(scene.kept().await, ["w1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_engine_ends_the_transaction_nobody_is_told_that_it_was_kept() {
    let scene = scene().await;
    let Db::Sqlite { writer, .. } = &scene.db else { panic!("SQLite") };
    // What SQLite does by itself on a full disk.
    let full = "CREATE TRIGGER full BEFORE INSERT ON settings WHEN NEW.name = 'wfull' BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
    sqlx::raw_sql(full).execute(writer.pool()).await.expect("a trigger");
    let (first, second) = scene.first_of_two().await;
    let mut second = second.await.expect("a task").expect("a turn");
    add(&mut second, "wfull").await.expect_err("the disk is full");
    drop(second);
    first.await.expect("a task").expect_err("its row went with the transaction");
    assert!(scene.kept().await.is_empty());
    let mut next = scene.db.begin().await.expect("a turn");
    add(&mut next, "w3").await.expect("a row");
    next.commit().await.expect("a commit");
    assert_eq!(scene.kept().await, ["w3"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_leaves_the_queue_in_order() {
    let scene = scene().await;
    for number in 0..50 {
        let mut tx = scene.db.begin().await.expect("a turn");
        add(&mut tx, &format!("w{number:02}")).await.expect("a row");
        let task = tokio::spawn(tx.commit());
        if number % 2 == 0 {
            task.abort();
        } else {
            task.await.expect("a task").expect("a commit");
        }
    }
    let (first, second) = scene.first_of_two_named("wz").await;
    second.abort();
    drop(second);
    // The one that waited is gone: its part of the bargain is kept for it.
    tokio::time::timeout(Duration::from_secs(5), first)
        .await
        .expect("in time")
        .expect("a task")
        .expect("a commit");
    let kept = scene.kept().await;
    assert!((1..50).step_by(2).all(|number| kept.contains(&format!("w{number:02}"))), "{kept:?}");
    assert_eq!(kept.last().map(String::as_str), Some("wz"));
}
