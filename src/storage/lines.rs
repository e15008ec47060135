//! Connections that wait between two pieces of work and are given out again without asking the server whether it still listens.
//!
//! The pool underneath opens, counts and closes them; but it asks the server each time a connection comes back, which costs as
//! much as a statement. Here one comes back at once when nothing was under way on it, and is asked only when something was.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use sqlx::Connection;
use sqlx::Database;
use sqlx::Executor;
use sqlx::PgConnection;
use sqlx::Pool;
use sqlx::Postgres;
use sqlx::Sqlite;
use sqlx::SqliteConnection;
use sqlx::pool::PoolConnection;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio::time::timeout;

use crate::storage::db::DbError;

/// A connection that worked within this span is given out without asking the server.
const FRESH: Duration = Duration::from_secs(1);
/// A connection of this age goes back to the pool, which replaces it in time.
const OLD: Duration = Duration::from_secs(20 * 60);

/// An engine whose connections run plain text.
pub trait Server: Database {
    /// Runs a statement of plain text.
    fn run(
        connection: &mut Self::Connection,
        text: &'static str,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

impl Server for Postgres {
    async fn run(connection: &mut PgConnection, text: &'static str) -> Result<(), sqlx::Error> {
        connection.execute(text).await.map(drop)
    }
}

impl Server for Sqlite {
    async fn run(connection: &mut SqliteConnection, text: &'static str) -> Result<(), sqlx::Error> {
        connection.execute(text).await.map(drop)
    }
}

/// The connections of one database.
#[derive(Debug)]
pub struct Lines<DB: Server> {
    pool: Pool<DB>,
    /// One for each connection that may be in use; the pool has one more, for who goes to it directly.
    permits: Arc<Semaphore>,
    resting: Arc<Mutex<Vec<Resting<DB>>>>,
    patience: Duration,
}

#[derive(Debug)]
struct Resting<DB: Server> {
    connection: PoolConnection<DB>,
    since: Instant,
    taken: Instant,
}

impl<DB: Server> Clone for Lines<DB> {
    fn clone(&self) -> Self {
        Self {
            pool: self.pool.clone(),
            permits: Arc::clone(&self.permits),
            resting: Arc::clone(&self.resting),
            patience: self.patience,
        }
    }
}

impl<DB: Server> Lines<DB> {
    /// At most `most` connections of a pool that may open one more; who waits for one gives up after `patience`.
    pub fn new(pool: Pool<DB>, most: u32, patience: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1).max(1)));
        Self { pool, permits, resting: Arc::default(), patience }
    }

    /// The pool underneath.
    pub const fn pool(&self) -> &Pool<DB> {
        &self.pool
    }

    /// A connection of its own.
    ///
    /// # Errors
    /// [`DbError::Busy`] when none is free in time, or the database cannot be reached.
    pub async fn take(&self) -> Result<Line<DB>, DbError> {
        let busy = || DbError::Busy("every connection is in use".to_owned());
        let permit = timeout(self.patience, Arc::clone(&self.permits).acquire_owned()).await;
        let permit = permit.map_err(|_| busy())?.map_err(|_| DbError::from(sqlx::Error::PoolClosed))?;
        while let Some(mut rested) = self.rested() {
            if rested.since.elapsed() <= FRESH || rested.connection.ping().await.is_ok() {
                return Ok(self.line(rested.connection, rested.taken, permit));
            }
            drop(rested.connection.detach());
        }
        Ok(self.line(self.pool.acquire().await?, Instant::now(), permit))
    }

    /// A connection in a transaction that `begin` begins.
    ///
    /// # Errors
    /// As [`Lines::take`]; as the database says.
    pub async fn begin(&self, begin: &'static str) -> Result<Line<DB>, DbError> {
        let mut line = self.take().await?;
        line.within = true;
        line.run(begin).await?;
        Ok(line)
    }

    /// Closes every connection once it is not in use any more.
    pub async fn close(&self) {
        self.permits.close();
        while let Some(rested) = self.rested() {
            drop(rested.connection);
        }
        self.pool.close().await;
    }

    fn line(&self, connection: PoolConnection<DB>, taken: Instant, permit: OwnedSemaphorePermit) -> Line<DB> {
        Line {
            connection: Some(connection),
            home: self.clone(),
            taken,
            within: false,
            asked: false,
            permit: Some(permit),
        }
    }

    fn rested(&self) -> Option<Resting<DB>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Lets a connection rest with which all is well; the permit goes last, so that whoever waits for it finds this one.
    fn rest(&self, connection: PoolConnection<DB>, taken: Instant, permit: Option<OwnedSemaphorePermit>) {
        {
            // Under the lock, so that none comes to rest behind a close that looks for them.
            let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
            if !self.permits.is_closed() && taken.elapsed() < OLD {
                resting.push(Resting { connection, since: Instant::now(), taken });
            }
        }
        drop(permit);
    }
}

/// One connection in use. Dropped, it goes back; what it had begun and not committed is taken back first.
#[derive(Debug)]
pub struct Line<DB: Server> {
    connection: Option<PoolConnection<DB>>,
    home: Lines<DB>,
    taken: Instant,
    /// In a transaction.
    within: bool,
    /// Something was asked of the server that has not been answered, or was answered with an error.
    asked: bool,
    permit: Option<OwnedSemaphorePermit>,
}

impl<DB: Server> Line<DB> {
    /// The connection, and what to set while an answer is waited for.
    ///
    /// # Errors
    /// [`DbError::Other`] after the end.
    pub fn parts(&mut self) -> Result<(&mut DB::Connection, &mut bool), DbError> {
        let over = || DbError::Other("the transaction is over".to_owned());
        Ok((&mut **self.connection.as_mut().ok_or_else(over)?, &mut self.asked))
    }

    /// Makes what was done within the transaction durable; nothing to do without one.
    ///
    /// # Errors
    /// When the database does not accept it.
    pub async fn commit(mut self) -> Result<(), DbError> {
        if self.within {
            self.run("COMMIT").await?;
            self.within = false;
        }
        Ok(())
    }

    async fn run(&mut self, text: &'static str) -> Result<(), DbError> {
        let (connection, asked) = self.parts()?;
        *asked = true;
        DB::run(connection, text).await?;
        *asked = false;
        Ok(())
    }
}

impl<DB: Server> Drop for Line<DB> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        let (taken, permit) = (self.taken, self.permit.take());
        if !self.within && !self.asked {
            self.home.rest(connection, taken, permit);
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            // The program is ending: the connection closes, and the server takes everything back.
            drop(connection.detach());
            return;
        };
        let (home, within) = (self.home.clone(), self.within);
        runtime.spawn(async move {
            let well =
                if within { DB::run(&mut connection, "ROLLBACK").await } else { connection.ping().await };
            match well {
                Ok(()) => home.rest(connection, taken, permit),
                Err(error) => {
                    tracing::debug!(%error, "a connection was given up");
                    drop(connection.detach());
                }
            }
        });
    }
}
