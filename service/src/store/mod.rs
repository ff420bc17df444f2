//! The database: SQLite in one file, one writer and four readers.
//!
//! One connection writes, in transactions that take the write lock at once (`BEGIN IMMEDIATE`): two writers never
//! wait for each other half-way. Readers see a snapshot and are never in the way. Every commit is on the disk
//! before anybody is told. The tables are described in `migrations/`; the SQL of each resource stands in its own
//! `store.rs`, on top of [`Table`].

pub mod audit;
pub mod backup;
mod error;
mod files;
pub mod held;
pub mod once;
mod revision;
mod rows;
mod stamp;
mod table;

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Sqlite, SqliteConnection, Transaction};
use tokio::sync::watch;

use crate::log::chain;
use crate::metrics::Metrics;
use crate::turns::{Turn, Turns};

use files::Files;

pub use error::Error;
pub use revision::{Write, programme, touch_programme};
pub use rows::{MOST_BYTES, Rows};
pub use stamp::Stamp;
pub use table::{
    Args, BY_NAME, Filter, Listing, ROWS_AT_ONCE, Row, SORT_BY_NAME, Stored, Table, all, find, json_list, list, one,
    put, put_all, remove, text_list,
};

/// Connections that read at the same time.
const READERS: u32 = 4;

/// Bytes of a page, as SQLite makes them.
const PAGE: u64 = 4096;
/// The most pages that SQLite allows.
const MOST_PAGES: u64 = 4_294_967_294;

/// The oldest SQLite without a bug in its write-ahead log that can corrupt a database.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How long SQLite waits for a lock before it gives up.
const BUSY: Duration = Duration::from_secs(5);
/// How long anybody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long opening is tried while others hold the database.
const OPENING: Duration = Duration::from_secs(30);
const OPEN_AGAIN: Duration = Duration::from_millis(50);

/// What brings the tables of any earlier version up to date. A database with other ones is left alone.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// The database, open. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    /// At the writer, and at half of the readers.
    turns: Arc<[Turns; 2]>,
    changed: watch::Sender<()>,
    stamps: Arc<stamp::Stamps>,
    files: Arc<Files>,
    metrics: Arc<Metrics>,
}

/// A snapshot to read from.
#[derive(Debug)]
pub struct Read {
    transaction: Transaction<'static, Sqlite>,
    _turn: Turn,
}

impl Deref for Read {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Read {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

impl Store {
    /// Opens the database in this file, makes it where there is none, for its owner alone, and brings its tables up to
    /// date. Somebody else's database is left as it is.
    pub async fn open(file: &Path) -> Result<Store, Error> {
        Store::open_at_most(file, 0).await
    }

    /// The same, and never lets the file grow beyond so many bytes; 0: as large as the disk. Others that open it at the same
    /// time, or hold it, are waited for.
    pub async fn open_at_most(file: &Path, bytes: u64) -> Result<Store, Error> {
        files::make(file).map_err(Error::File)?;
        let until = Instant::now() + OPENING;
        loop {
            match Store::try_open(file, bytes).await {
                Err(Error::Busy) if Instant::now() < until => tokio::time::sleep(OPEN_AGAIN).await,
                tried => return tried,
            }
        }
    }

    async fn try_open(file: &Path, bytes: u64) -> Result<Store, Error> {
        files::must_be_ours(file).await?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .collation("folded", folded)
            .pragma("trusted_schema", "off")
            .pragma("mmap_size", "0");
        let pages = if bytes == 0 { MOST_PAGES } else { (bytes / PAGE).clamp(1, MOST_PAGES) };
        // What is deleted, a kept answer say, is gone from the file.
        let writer = options.clone().pragma("max_page_count", pages.to_string()).pragma("secure_delete", "on");
        let writer = pool(1).connect_with(writer).await?;
        check_version(&writer).await?;
        migrate(&mut *writer.acquire().await?).await?;
        let reader = options.create_if_missing(false).pragma("query_only", "on");
        let readers = pool(READERS).connect_with(reader.clone()).await?;
        let stamps = stamp::Stamps::of(file, &reader).await?;
        files::warn_of_others(file);
        Ok(Store {
            writer,
            readers,
            turns: Arc::new([Turns::of(1), Turns::of(READERS as usize / 2)]),
            changed: watch::Sender::new(()),
            stamps: Arc::new(stamps),
            files: Arc::new(Files::of(file)),
            metrics: Arc::default(),
        })
    }

    /// Whether the tables in this file are those of an earlier version. A file that is not there, or has no tables, is not
    /// behind.
    pub async fn is_behind(file: &Path) -> Result<bool, Error> {
        if !file.exists() {
            return Ok(false);
        }
        let options = SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(BUSY);
        let mut connection = options.connect().await?;
        let done = migrated(&mut connection).await?;
        connection.close().await?;
        Ok(!done.is_empty() && lacks_some(&done))
    }

    /// Begins to read: all that is read through it is of one moment.
    pub async fn read(&self) -> Result<Read, Error> {
        let began = Instant::now();
        let [_, turns] = &*self.turns;
        let _turn = turns.take(caller(), PATIENCE).await.ok_or(Error::Busy)?;
        let transaction = self.readers.begin().await?;
        self.metrics.read_wait.took(began.elapsed());
        Ok(Read { transaction, _turn })
    }

    /// Begins to write. Nothing is stored until [`Write::commit`].
    pub async fn write(&self) -> Result<Write, Error> {
        if let Some(write) = held::again() {
            return Ok(write);
        }
        self.in_place()?;
        let began = Instant::now();
        let [turns, _] = &*self.turns;
        let turn = turns.take(caller(), PATIENCE).await.ok_or(Error::Busy)?;
        let transaction = self.writer.begin_with("begin immediate").await?;
        self.metrics.write_wait.took(began.elapsed());
        Ok(Write::new(transaction, turn, self.changed.clone(), Arc::clone(&self.files)))
    }

    /// A signal for everything that this process commits. What other processes commit is seen by looking.
    pub fn changed(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// What the database is like now: while this stays the same, nobody has committed anything, in whatever process.
    /// None where that cannot be told.
    pub fn stamp(&self) -> Option<Stamp> {
        self.stamps.now()
    }

    /// Figures about what the service does, which begin with this database.
    pub fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.metrics)
    }

    /// Looks whether the files of the database are still where they were opened.
    ///
    /// Errors: `Misplaced`.
    pub fn in_place(&self) -> Result<(), Error> {
        self.files.in_place()
    }

    /// Whether the database answers, is in its place, and was never seen to be damaged.
    pub async fn ready(&self) -> Result<(), Error> {
        self.in_place()?;
        if error::damage_was_seen() {
            return Err(Error::Damaged);
        }
        sqlx::query("select last from revision").fetch_one(&self.readers).await?;
        Ok(())
    }

    /// Closes the database once its users are done.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Err(error) = self.stamps.close().await {
            tracing::warn!(error = %chain(&error), "a connection to the database was not closed in order");
        }
        self.writer.close().await;
    }
}

/// Whose turn it is in the request that is being served; none where nobody else could be kept waiting.
fn caller() -> Option<String> {
    audit::act().map(|act| act.actor).filter(|actor| actor != audit::LOCAL)
}

/// The order of texts in which case does not matter, in whatever script: what filters of lists compare by.
fn folded(a: &str, b: &str) -> std::cmp::Ordering {
    a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase))
}

/// Now, as it is stored: RFC 3339, UTC, milliseconds.
pub fn now() -> String {
    crate::clock::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .min_connections(connections)
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|connection, _| Box::pin(is_as_before(connection)))
}

/// Whether a connection can be used again. Where SQLite itself has ended a transaction, as on a full disk, the driver goes
/// on believing in it, and would begin no other one.
async fn is_as_before(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    connection.ping().await?; // a transaction that was dropped is rolled back by now
    Ok(!connection.is_in_transaction())
}

/// Brings the tables up to date, all at once: of several processes that begin at the same time one does, and the others find
/// it done.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), Error> {
    if !lacks_some(&migrated(connection).await?) {
        return Ok(MIGRATIONS.run(connection).await?); // nothing to do, unless a newer version was at work
    }
    let mut transaction = connection.begin_with("begin immediate").await?;
    MIGRATIONS.run(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}

/// The migrations that a database has had.
async fn migrated(connection: &mut SqliteConnection) -> Result<Vec<i64>, Error> {
    let sql = "select exists (select 1 from sqlite_master where name = '_sqlx_migrations')";
    if !sqlx::query_scalar::<_, bool>(sql).fetch_one(&mut *connection).await? {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_scalar("select version from _sqlx_migrations").fetch_all(connection).await?)
}

fn lacks_some(done: &[i64]) -> bool {
    MIGRATIONS.iter().any(|migration| !done.contains(&migration.version))
}

async fn check_version(pool: &SqlitePool) -> Result<(), Error> {
    let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(pool).await?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE { Err(Error::TooOld(version)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::audit::{Act, within};
    use super::*;

    #[tokio::test]
    async fn one_caller_leaves_readers_and_the_next_turn_of_the_writer_to_others() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = Store::open(&directory.path().join("test.db")).await.unwrap();
        let act = |actor: &str| Act {
            actor: actor.to_owned(),
            request_id: String::new(),
            action: String::new(),
            path: String::new(),
        };
        let waits = |result: Result<(), tokio::time::error::Elapsed>| result.is_err();
        let soon = Duration::from_millis(1);
        within(act("a"), async {
            let _both = (store.read().await.unwrap(), store.read().await.unwrap());
            let _writer = store.write().await.unwrap();
            assert!(waits(tokio::time::timeout(soon, async { drop(store.read().await) }).await), "its turns are taken");
            within(act("b"), async { drop((store.read().await.unwrap(), store.read().await.unwrap())) }).await;
        })
        .await;
        drop(store.read().await.unwrap()); // the service itself waits for nobody's turn
        drop(store.write().await.unwrap());
    }
}
