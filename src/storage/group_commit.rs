//! SQLite has one writer: transactions that wait for each other are made durable together, by one commit.
//!
//! A transaction is a savepoint in the group's own transaction. Whoever finishes while several wait leaves the commit
//! to them and is answered when it is done; the last commits for all. A transaction that is given up takes only its own
//! changes back. When SQLite itself ends the group's transaction (a full disk), every member learns that nothing was kept.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::Executor;
use sqlx::Sqlite;
use sqlx::SqliteConnection;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqlitePool;
use tokio::sync::Mutex;
use tokio::sync::OwnedMutexGuard;
use tokio::sync::oneshot;

use crate::storage::db::DbError;

/// Most transactions of one commit: a crowd does not keep the first one waiting.
const MOST: usize = 32;
/// From how many waiting on a commit is left to the next: one that waits alone would see what no reader sees yet.
const CROWD: usize = 2;

/// Where writing transactions queue, in the order in which they came.
#[derive(Clone, Debug)]
pub struct Writer {
    pool: SqlitePool,
    group: Arc<Mutex<Group>>,
    waiting: Arc<AtomicUsize>,
}

/// The writing connection, whether a transaction is open on it now, and whom its commit is to be told.
#[derive(Debug, Default)]
struct Group {
    connection: Option<PoolConnection<Sqlite>>,
    open: bool,
    members: Vec<oneshot::Sender<Result<(), String>>>,
}

/// One writing transaction; dropped without [`Turn::commit`] it leaves nothing behind.
#[derive(Debug)]
pub struct Turn {
    writer: Writer,
    group: Option<OwnedMutexGuard<Group>>,
}

/// One that waits for its turn; whoever gives up waiting does not leave the others without their commit.
struct Waiting<'w> {
    writer: &'w Writer,
    served: bool,
}

impl<'w> Waiting<'w> {
    fn new(writer: &'w Writer) -> Self {
        writer.waiting.fetch_add(1, Ordering::SeqCst);
        Self { writer, served: false }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.writer.waiting.fetch_sub(1, Ordering::SeqCst);
        if !self.served {
            self.writer.clone().flush_later();
        }
    }
}

impl Writer {
    /// The queue before the one connection of `pool` that is written through; `pool` may open another for who goes to it directly.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool, group: Arc::default(), waiting: Arc::default() }
    }

    /// The pool of the writing connection.
    pub const fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Closes the connection when it is nobody's turn.
    pub async fn close(&self) {
        drop(self.group.lock().await.connection.take());
        self.pool.close().await;
    }

    /// How many wait for their turn now.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    /// A transaction, as soon as it is this one's turn and at the latest after `patience`.
    ///
    /// # Errors
    /// [`DbError::Busy`] when the turn does not come.
    pub async fn begin(&self, patience: Duration) -> Result<Turn, DbError> {
        let mut waiting = Waiting::new(self);
        let locked = tokio::time::timeout(patience, Arc::clone(&self.group).lock_owned()).await;
        let Ok(mut group) = locked else {
            return Err(DbError::Busy("another transaction is being written".to_owned()));
        };
        waiting.served = true;
        drop(waiting);
        if group.open {
            let mut turn = Turn { writer: self.clone(), group: Some(group) };
            turn.connection()?.execute("SAVEPOINT turn").await?;
            return Ok(turn);
        }
        let pool = self.pool.clone();
        // A caller that goes away does not leave a transaction behind that nobody knows of.
        let opened = tokio::spawn(async move {
            let mut connection = match group.connection.take() {
                Some(connection) => connection,
                None => pool.acquire().await?,
            };
            match connection.execute("BEGIN IMMEDIATE; SAVEPOINT turn").await {
                Ok(_) => {
                    group.connection = Some(connection);
                    group.open = true;
                    Ok(group)
                }
                Err(error) => {
                    abandon(connection).await;
                    Err(error)
                }
            }
        });
        let group = opened.await.map_err(|_| over())??;
        Ok(Turn { writer: self.clone(), group: Some(group) })
    }

    /// Commits what a given-up waiter was expected to commit.
    fn flush_later(self) {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let mut group = Arc::clone(&self.group).lock_owned().await;
                if self.waiting() < CROWD {
                    drop(group.commit("COMMIT").await);
                }
            });
        }
    }
}

impl Group {
    /// Makes everything of the group durable by `end` and tells its members.
    async fn commit(&mut self, end: &'static str) -> Result<(), DbError> {
        if !std::mem::take(&mut self.open) {
            return Ok(());
        }
        let Some(mut connection) = self.connection.take() else { return Err(over()) };
        let done = connection.execute(end).await.map_err(DbError::from);
        if let Err(error) = done {
            self.tell(Err(error.to_string()));
            abandon(connection).await;
            return Err(error);
        }
        self.connection = Some(connection);
        self.tell(Ok(()));
        Ok(())
    }

    /// The group's transaction is gone: nothing of any member was kept.
    async fn fail(&mut self, why: &DbError) {
        self.tell(Err(why.to_string()));
        self.open = false;
        if let Some(connection) = self.connection.take() {
            abandon(connection).await;
        }
    }

    fn tell(&mut self, outcome: Result<(), String>) {
        for member in self.members.drain(..) {
            // Whoever does not wait any more does not want to know.
            drop(member.send(outcome.clone()));
        }
    }
}

/// Ends a transaction whose state is unknown; a connection that does not even do that is thrown away.
async fn abandon(mut connection: PoolConnection<Sqlite>) {
    // "No transaction is active" is the answer where SQLite has ended it by itself.
    let ended = connection.execute("ROLLBACK").await;
    if ended.is_err_and(|error| !error.to_string().contains("no transaction is active")) {
        drop(connection.detach());
    }
}

impl Turn {
    /// The connection to write through.
    ///
    /// # Errors
    /// [`DbError::Other`] once the transaction has ended.
    pub fn connection(&mut self) -> Result<&mut SqliteConnection, DbError> {
        let group = self.group.as_mut().filter(|group| group.open);
        let connection = group.and_then(|group| group.connection.as_mut());
        connection.map(|connection| &mut **connection).ok_or_else(over)
    }

    /// Makes it durable, alone or together with those that wait. What has begun ends, also when the caller goes away.
    ///
    /// # Errors
    /// When the database did not accept it: then nothing of it was kept.
    pub async fn commit(self) -> Result<(), DbError> {
        match tokio::spawn(self.finish()).await.map_err(|_| over())?? {
            None => Ok(()),
            Some(told) => told.await.map_err(|_| over())?.map_err(DbError::Other),
        }
    }

    /// Ends this one's part; gives where the group's commit will be told, when that is another one's to do.
    async fn finish(mut self) -> Result<Option<oneshot::Receiver<Result<(), String>>>, DbError> {
        let mut group = self.group.take().filter(|group| group.open).ok_or_else(over)?;
        if group.members.len() + 1 >= MOST || self.writer.waiting() < CROWD {
            return group.commit("RELEASE turn; COMMIT").await.map(|()| None);
        }
        let released = match group.connection.as_mut() {
            Some(connection) => connection.execute("RELEASE turn").await.map(drop).map_err(DbError::from),
            None => Err(over()),
        };
        if let Err(error) = released {
            group.fail(&error).await;
            return Err(error);
        }
        let (member, told) = oneshot::channel();
        group.members.push(member);
        Ok(Some(told))
    }
}

fn over() -> DbError {
    DbError::Other("the transaction is over".to_owned())
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut group) = self.group.take() else { return };
        let writer = self.writer.clone();
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            // The program is ending: the connection closes and SQLite takes everything back.
            return;
        };
        runtime.spawn(async move {
            if !group.open {
                return;
            }
            let undone = match group.connection.as_mut() {
                Some(connection) => connection.execute("ROLLBACK TO turn; RELEASE turn").await,
                None => return,
            };
            if let Err(error) = undone {
                group.fail(&error.into()).await;
            } else if writer.waiting() < CROWD {
                // Those before are told by the commit; there is nobody else to be told.
                drop(group.commit("COMMIT").await);
            }
        });
    }
}
