//! Whether anybody has written since: a question that costs a twentieth of a query.
//!
//! SQLite's readers find the present snapshot in the head of the index of the write-ahead log, the file `-shm`
//! (<https://www.sqlite.org/walformat.html>, "The WAL-Index Header"): 48 bytes, written twice, with a counter of
//! changes and a checksum. Whoever commits, in any process, changes them; as long as they are the same, so is all that
//! a reader sees.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::Mutex;

use super::Error;
use crate::log::chain;

const HEAD: usize = 48;

/// What the database was like at a moment: two equal stamps, and nothing was committed between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp([u8; HEAD]);

/// Where stamps come from.
#[derive(Debug)]
pub(super) struct Stamps {
    index: Option<File>,
    /// A connection that is never used: the last one to be closed would remove the index, and another file take its
    /// place unseen.
    keeper: Mutex<Option<SqliteConnection>>,
}

impl Stamps {
    /// Of a database in write-ahead mode. Where its index cannot be read there are no stamps.
    pub(super) async fn of(database: &Path, options: &SqliteConnectOptions) -> Result<Stamps, Error> {
        let mut keeper = options.connect().await?;
        sqlx::query("select last from revision").fetch_one(&mut keeper).await?; // opens the index
        let mut name = database.as_os_str().to_owned();
        name.push("-shm");
        let file = File::open(name);
        if let Err(error) = &file {
            tracing::warn!(error = %chain(error), "the index of the write-ahead log cannot be read; everything is read anew each time");
        }
        Ok(Stamps { index: file.ok(), keeper: Mutex::new(Some(keeper)) })
    }

    /// Lets the index go.
    pub(super) async fn close(&self) -> Result<(), Error> {
        match self.keeper.lock().await.take() {
            Some(keeper) => Ok(keeper.close().await?),
            None => Ok(()),
        }
    }

    /// The present stamp; none while it is being written.
    pub(super) fn now(&self) -> Option<Stamp> {
        let mut twice = [0; 2 * HEAD];
        self.index.as_ref()?.read_exact_at(&mut twice, 0).ok()?;
        let (first, second) = twice.split_at(HEAD);
        let written = first == second && first[12] == 1; // `isInit`
        written.then(|| first.try_into().ok().map(Stamp)).flatten()
    }
}
