//! The only file that knows there are two engines: pools, transactions, statements and what may be bound to them.

use std::str::FromStr;
use std::time::Duration;

use sqlx::Arguments;
use sqlx::Encode;
use sqlx::Executor;
use sqlx::FromRow;
use sqlx::PgConnection;
use sqlx::Postgres;
use sqlx::Sqlite;
use sqlx::SqliteConnection;
use sqlx::Type;
use sqlx::postgres::PgArguments;
use sqlx::postgres::PgConnectOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::postgres::PgQueryResult;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteArguments;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::sqlite::SqliteQueryResult;
use sqlx::sqlite::SqliteRow;
use sqlx::sqlite::SqliteSynchronous;

use crate::domain::ids::DataKeyId;
pub use crate::storage::db_error::DbError;
use crate::storage::group_commit::Turn;
use crate::storage::group_commit::Writer;
use crate::storage::lines::Line;
use crate::storage::lines::Lines;
use crate::storage::migrating;

const BUSY: Duration = Duration::from_secs(5);
const ACQUIRE: Duration = Duration::from_secs(10);
/// A machine that is gone without a word, or a process that stands still, keeps its locks (the ledger's lease among them) no longer
/// than this: half a minute after its last sign of life, a minute inside a transaction.
const LET_GO: &str =
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
    SET tcp_user_timeout = '25s'; SET idle_in_transaction_session_timeout = '60s'";
/// Sealed data keys that a transaction remembers: those of one act.
const KEYS: usize = 8;
/// Prepared statements that a connection keeps: more than the program has in its busy paths.
const STATEMENTS: usize = 400;

/// A value that both engines can take.
pub trait Param<'q>: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> {}
impl<'q, T> Param<'q> for T where T: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> {}

/// A row that both engines can give.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// One statement; nearly always the same text on both engines.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

impl Sql {
    /// The same text on both.
    pub const fn same(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }

    /// Two texts: for claiming rows, for share locks, and for what an engine says of itself.
    pub const fn two(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite, postgres }
    }
}

/// Names the statements of a file as constants and lists them in `ALL`, so that a test can prepare each on both engines.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: $crate::storage::db::Sql = $sql;)+
        /// Every statement of this file, by name.
        pub const ALL: &[(&str, $crate::storage::db::Sql)] = &[$((stringify!($name), $name)),+];
    };
}
pub(crate) use statements;

const APPLIED: Sql = Sql::same("SELECT version FROM _sqlx_migrations ORDER BY version");

/// How the schema of a database stands to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Migrations are missing.
    Older,
    /// It is this program's.
    Same,
    /// A later release has added to it.
    Newer,
}

/// The database: an embedded SQLite file (one writer, several readers) or PostgreSQL.
#[derive(Clone, Debug)]
pub enum Db {
    /// SQLite.
    Sqlite {
        /// The queue before the one writing connection.
        writer: Writer,
        /// Reading connections.
        readers: Lines<Sqlite>,
    },
    /// PostgreSQL.
    Postgres(Lines<Postgres>),
}

impl Db {
    /// Opens `sqlite://path` (created when missing) or `postgres://…`; `connections` is the pool's size.
    ///
    /// # Errors
    /// When the address has another scheme or the database cannot be reached.
    pub async fn open(url: &str, connections: u32) -> Result<Self, DbError> {
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                // What is erased is overwritten in the file, not only unlinked.
                .pragma("secure_delete", "ON")
                .busy_timeout(BUSY)
                .statement_cache_capacity(STATEMENTS);
            let writer = SqlitePoolOptions::new()
                .max_connections(2)
                .test_before_acquire(false)
                .acquire_timeout(ACQUIRE)
                .connect_with(options.clone())
                .await?;
            let readers = SqlitePoolOptions::new()
                .max_connections(connections.max(2) + 1)
                .test_before_acquire(false)
                .acquire_timeout(ACQUIRE)
                .connect_with(options.read_only(true))
                .await?;
            let readers = Lines::new(readers, connections.max(2), ACQUIRE);
            Ok(Self::Sqlite { writer: Writer::new(writer), readers })
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?
                .application_name("procura")
                .statement_cache_capacity(STATEMENTS);
            let nobody = format!("nobody answers at {}:{}", options.get_host(), options.get_port());
            let pool = PgPoolOptions::new()
                .max_connections(connections.max(2) + 1)
                .acquire_timeout(ACQUIRE)
                .after_connect(|connection, _| {
                    Box::pin(async move { connection.execute(sqlx::raw_sql(LET_GO)).await.map(drop) })
                })
                .connect_with(options)
                .await
                .map_err(|error| match error {
                    // A refused connection is tried again until the time is up.
                    sqlx::Error::PoolTimedOut => DbError::Busy(nobody),
                    error => error.into(),
                })?;
            Ok(Self::Postgres(Lines::new(pool, connections.max(2), ACQUIRE)))
        } else {
            Err(DbError::Other("the database address starts with sqlite: or postgres:".to_owned()))
        }
    }

    /// Opens a database only to look at it: nothing is created, nothing is written, no mode is changed. `None` for a
    /// SQLite file that does not exist. Only [`Db::read`] works on what is given.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn peek(url: &str) -> Result<Option<Self>, DbError> {
        if !url.starts_with("sqlite:") {
            return Self::open(url, 2).await.map(Some);
        }
        let options = SqliteConnectOptions::from_str(url)?.read_only(true).busy_timeout(BUSY);
        if !options.get_filename().exists() {
            return Ok(None);
        }
        let pool = SqlitePoolOptions::new().max_connections(2).acquire_timeout(ACQUIRE);
        let readers = pool.connect_with(options).await?;
        let writer = Writer::new(readers.clone());
        Ok(Some(Self::Sqlite { writer, readers: Lines::new(readers, 1, ACQUIRE) }))
    }

    /// Which engine this is, for messages and logs.
    pub const fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Brings the schema up to date. Migrations that this program does not know are a later release's, which only adds
    /// (tests/it/rolling.rs): a gateway of this release goes on beside it, and may be started again.
    ///
    /// # Errors
    /// When a migration fails or one that was applied has changed since.
    pub async fn migrate(&self) -> Result<(), DbError> {
        let done = match self {
            Self::Sqlite { writer, .. } => {
                sqlx::migrate!("migrations/sqlite").set_ignore_missing(true).run(writer.pool()).await
            }
            Self::Postgres(lines) => migrating::migrate(lines.pool()).await,
        };
        done.map_err(|error| {
            DbError::Other(match error {
                error if migrating::not_allowed(&error) => migrating::NOT_OWNER.to_owned(),
                error if migrating::in_use(&error) => migrating::NEVER_FREE.to_owned(),
                error => error.to_string(),
            })
        })
    }

    /// How the schema stands to this program.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn schema(&self) -> Result<Schema, DbError> {
        let migrator = match self {
            Self::Sqlite { .. } => sqlx::migrate!("migrations/sqlite"),
            Self::Postgres(_) => sqlx::migrate!("migrations/postgres"),
        };
        let known: Vec<i64> = migrator.iter().map(|migration| migration.version).collect();
        let mut tx = self.read().await?;
        let applied = tx.query(APPLIED).fetch_all::<(i64,)>().await?;
        let applied: Vec<i64> = applied.into_iter().map(|(version,)| version).collect();
        Ok(match known.iter().all(|version| applied.contains(version)) {
            false => Schema::Older,
            true if applied.len() > known.len() => Schema::Newer,
            true => Schema::Same,
        })
    }

    /// A writing transaction. Dropped without [`Tx::commit`], it leaves nothing behind. Never held across an outbound call.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(Tx::on(match self {
            Self::Sqlite { writer, .. } => On::Writing(writer.begin(ACQUIRE).await?),
            Self::Postgres(lines) => On::Postgres(lines.begin("BEGIN").await?),
        }))
    }

    /// A reading transaction that sees one state of the database.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn read(&self) -> Result<Tx, DbError> {
        Ok(Tx::on(match self {
            Self::Sqlite { readers, .. } => On::Sqlite(readers.begin("BEGIN").await?),
            Self::Postgres(lines) => {
                On::Postgres(lines.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        }))
    }

    /// For one reading statement, or several of which each may see a later state than the one before: spares the database
    /// the beginning and the end of a transaction.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn look(&self) -> Result<Tx, DbError> {
        Ok(Tx::on(match self {
            Self::Sqlite { readers, .. } => On::Sqlite(readers.take().await?),
            Self::Postgres(lines) => On::Postgres(lines.take().await?),
        }))
    }

    /// For one writing statement that stands alone: it is durable once [`Tx::commit`] has answered, and may be before.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn begin_alone(&self) -> Result<Tx, DbError> {
        Ok(Tx::on(match self {
            Self::Sqlite { writer, .. } => On::Writing(writer.begin(ACQUIRE).await?),
            Self::Postgres(lines) => On::Postgres(lines.take().await?),
        }))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(lines) => lines.close().await,
        }
    }
}

/// What a transaction runs on.
#[derive(Debug)]
enum On {
    /// SQLite, reading: in a transaction, or each statement by itself.
    Sqlite(Line<Sqlite>),
    /// SQLite, writing.
    Writing(Turn),
    /// PostgreSQL: in a transaction, or each statement by itself.
    Postgres(Line<Postgres>),
}

/// One transaction on either engine. Any error ends it. It remembers the sealed data keys it has read.
#[derive(Debug)]
pub struct Tx {
    on: On,
    keys: Vec<(DataKeyId, Vec<u8>)>,
}

impl Tx {
    const fn on(on: On) -> Self {
        Self { on, keys: Vec::new() }
    }

    /// A statement to bind values to and run.
    pub fn query(&mut self, sql: Sql) -> Query<'_> {
        let target = match &mut self.on {
            On::Sqlite(line) => line.parts().map(|(connection, asked)| {
                Target::Sqlite(connection, Some(asked), sql.sqlite, SqliteArguments::default())
            }),
            On::Writing(turn) => turn
                .connection()
                .map(|connection| Target::Sqlite(connection, None, sql.sqlite, SqliteArguments::default())),
            On::Postgres(line) => line.parts().map(|(connection, asked)| {
                Target::Postgres(connection, asked, sql.postgres, PgArguments::default())
            }),
        };
        let target = target.unwrap_or_else(|error| Target::Over(error.to_string()));
        Query { target, bad: None }
    }

    /// Whether a server of its own keeps the database.
    pub(in crate::storage) const fn has_server(&self) -> bool {
        matches!(self.on, On::Postgres(_))
    }

    /// Makes it durable.
    ///
    /// # Errors
    /// When the database did not accept it.
    pub async fn commit(self) -> Result<(), DbError> {
        match self.on {
            On::Sqlite(line) => line.commit().await,
            On::Writing(turn) => turn.commit().await,
            On::Postgres(line) => line.commit().await,
        }
    }

    /// Remembers a sealed data key as it came with another row, so that it is not read again in this transaction; an empty
    /// one was destroyed.
    pub(in crate::storage) fn keep_key(&mut self, id: DataKeyId, sealed: Vec<u8>) {
        self.keys.retain(|(known, _)| *known != id);
        if sealed.is_empty() {
            return;
        }
        if self.keys.len() == KEYS {
            self.keys.remove(0);
        }
        self.keys.push((id, sealed));
    }

    /// A sealed data key this transaction has read.
    pub(in crate::storage) fn kept_key(&self, id: DataKeyId) -> Option<&[u8]> {
        self.keys.iter().find(|(known, _)| *known == id).map(|(_, sealed)| sealed.as_slice())
    }

    /// Forgets them: one was changed or destroyed.
    pub(in crate::storage) fn forget_keys(&mut self) {
        self.keys.clear();
    }

    /// Checks that the engine accepts the text of a statement, without running it.
    ///
    /// # Errors
    /// When it does not.
    pub async fn prepare(&mut self, sql: Sql) -> Result<(), DbError> {
        use sqlx::Executor;
        use sqlx::SqlSafeStr;
        match &mut self.on {
            On::Sqlite(line) => drop(line.parts()?.0.prepare(sql.sqlite.into_sql_str()).await?),
            On::Writing(turn) => drop(turn.connection()?.prepare(sql.sqlite.into_sql_str()).await?),
            On::Postgres(line) => drop(line.parts()?.0.prepare(sql.postgres.into_sql_str()).await?),
        }
        Ok(())
    }
}

enum Target<'c> {
    Sqlite(&'c mut SqliteConnection, Option<&'c mut bool>, &'static str, SqliteArguments),
    Postgres(&'c mut PgConnection, &'c mut bool, &'static str, PgArguments),
    /// A transaction that has ended: why nothing can be run in it.
    Over(String),
}

/// A statement with its values.
pub struct Query<'c> {
    target: Target<'c>,
    bad: Option<String>,
}

/// Runs a statement of either engine; while its answer is waited for, and after an error, the connection is not let rest as it is.
macro_rules! run {
    ($self:ident, $new:path, $method:ident) => {
        match $self.target {
            Target::Sqlite(connection, mut asked, sql, arguments) => {
                asked.as_deref_mut().into_iter().for_each(|asked| *asked = true);
                let answer = $new(sql, arguments).$method(connection).await?;
                asked.into_iter().for_each(|asked| *asked = false);
                answer.into()
            }
            Target::Postgres(connection, asked, sql, arguments) => {
                *asked = true;
                let answer = $new(sql, arguments).$method(connection).await?;
                *asked = false;
                answer.into()
            }
            Target::Over(why) => return Err(DbError::Other(why)),
        }
    };
}

impl Query<'_> {
    /// Adds the next value.
    #[must_use]
    pub fn bind<'q, T: Param<'q>>(mut self, value: T) -> Self {
        let added = match &mut self.target {
            Target::Sqlite(_, _, _, arguments) => arguments.add(value),
            Target::Postgres(_, _, _, arguments) => arguments.add(value),
            Target::Over(_) => Ok(()),
        };
        if let Err(error) = added {
            self.bad = Some(error.to_string());
        }
        self
    }

    /// Runs it; gives the number of rows touched.
    ///
    /// # Errors
    /// As the database says.
    pub async fn execute(self) -> Result<u64, DbError> {
        self.check()?;
        let touched: Touched = run!(self, sqlx::query_with, execute);
        Ok(touched.0)
    }

    /// Runs it and reads at most one row.
    ///
    /// # Errors
    /// As the database says.
    pub async fn fetch_optional<R: Record>(self) -> Result<Option<R>, DbError> {
        self.check()?;
        Ok(run!(self, sqlx::query_as_with::<_, R, _>, fetch_optional))
    }

    /// Runs it and reads exactly one row.
    ///
    /// # Errors
    /// As the database says, and when there is no row.
    pub async fn fetch_one<R: Record>(self) -> Result<R, DbError> {
        self.fetch_optional()
            .await?
            .ok_or_else(|| DbError::Other("a row was expected and none came".to_owned()))
    }

    /// Runs it and reads every row.
    ///
    /// # Errors
    /// As the database says.
    pub async fn fetch_all<R: Record>(self) -> Result<Vec<R>, DbError> {
        self.check()?;
        Ok(run!(self, sqlx::query_as_with::<_, R, _>, fetch_all))
    }

    fn check(&self) -> Result<(), DbError> {
        self.bad.as_ref().map_or(Ok(()), |why| Err(DbError::Other(format!("a value cannot be bound: {why}"))))
    }
}

/// How many rows a statement touched.
struct Touched(u64);

impl From<SqliteQueryResult> for Touched {
    fn from(result: SqliteQueryResult) -> Self {
        Self(result.rows_affected())
    }
}

impl From<PgQueryResult> for Touched {
    fn from(result: PgQueryResult) -> Self {
        Self(result.rows_affected())
    }
}
