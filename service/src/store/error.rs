//! What the store could not do: the one place where an `sqlx::Error` gets a meaning.

use std::sync::atomic::{AtomicBool, Ordering};

/// Why nothing was read or stored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no row with this id.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// The kind of thing, in words.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// There is a row with this id already.
    #[error("there is already a {what} `{id}`")]
    Exists {
        /// The kind of thing, in words.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Others refer to it.
    #[error("the {what} `{id}` is in use")]
    InUse {
        /// The kind of thing, in words.
        what: &'static str,
        /// Its id.
        id: String,
        /// Who refers to it, each in a sentence.
        users: Vec<String>,
    },
    /// Plans of the programme are queued or running.
    #[error("plans of programme `{programme}` are running")]
    PlansRunning {
        /// Its id.
        programme: String,
    },
    /// Plans of the programme were published.
    #[error("plans of programme `{programme}` were published")]
    Published {
        /// Its id.
        programme: String,
    },
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// Another process holds the database, or every connection is taken.
    #[error("the database is busy")]
    Busy,
    /// The file is somebody else's database.
    #[error("it is not a database of netvisit, and was left as it is: name another file")]
    Foreign,
    /// The file cannot be made.
    #[error("the file cannot be made")]
    File(#[source] std::io::Error),
    /// The database was removed or replaced while it is open.
    #[error("the database is not where it was opened: it was removed or replaced")]
    Misplaced,
    /// SQLite has said so before.
    #[error("the database is damaged")]
    Damaged,
    /// A row breaks a rule that every row keeps.
    #[error("the table {table} holds what it cannot: {why}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A newer version of the program has been at work on this database.
    #[error(
        "it was made by a newer version of netvisit (its tables are at {found}, this version knows them up to {known}): \
         use that version, or a backup from before it"
    )]
    Newer {
        /// The migration that it has and this program has not.
        found: i64,
        /// The last migration that this program has.
        known: i64,
    },
    /// The tables are those of an earlier version, and a service works with them.
    #[error("a service of an earlier version works with it: use that version of netvisit, or stop the service first")]
    Behind,
    /// The tables could not be brought up to date.
    #[error("the database cannot be brought up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// This SQLite has a bug that can corrupt the database.
    #[error("SQLite {0} is too old")]
    TooOld(String),
    /// Anything else, constraints included: the code that writes checks before it writes.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Error {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(found) => {
                Error::Newer { found, known: super::MIGRATIONS.iter().map(|known| known.version).max().unwrap_or(0) }
            }
            error => Error::Migration(error),
        }
    }
}

/// Primary result codes of SQLite; extended ones hold them in their low byte.
const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_NOTADB: i32 = 26;
/// The index of the write-ahead log cannot grow: the disk is full. An extended code.
const SQLITE_IOERR_SHMSIZE: i32 = 10 | 19 << 8;

/// Whether SQLite has found damage, in whatever part of the database: what comes next may meet it again or not, and it does
/// not go away. A process serves one database.
static DAMAGED: AtomicBool = AtomicBool::new(false);

/// Whether the database was found damaged since the process began.
pub(super) fn damage_was_seen() -> bool {
    DAMAGED.load(Ordering::Relaxed)
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Error::Busy;
        }
        let code = error.as_database_error().and_then(|error| error.code());
        let code = code.and_then(|code| code.parse::<i32>().ok());
        match (code, code.map(|code| code & 0xff)) {
            (_, Some(SQLITE_BUSY | SQLITE_LOCKED)) => Error::Busy,
            (_, Some(SQLITE_FULL)) | (Some(SQLITE_IOERR_SHMSIZE), _) => Error::Full,
            (_, Some(SQLITE_CORRUPT | SQLITE_NOTADB)) => {
                DAMAGED.store(true, Ordering::Relaxed);
                Error::Database(error)
            }
            _ => Error::Database(error),
        }
    }
}
