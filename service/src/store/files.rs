//! The files of the database: made for their owner alone, ours before anything is written into them, and in their place
//! as long as they are open.
//!
//! SQLite goes on with a file that was removed or replaced, and whatever it stores then is gone with the process. So it is
//! looked whether the names still lead to the files that are open: that costs a few microseconds.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::Error;

/// What SQLite keeps in the head of our databases, so that they are known from others: "NVIT". A migration writes it.
const APPLICATION_ID: i64 = 0x4e56_4954;
/// Reading and writing for the owner, nothing for anybody else.
const OWNERS_ALONE: u32 = 0o600;
/// What stands behind the name of the database in those of its files.
const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];

/// The files of an open database.
#[derive(Debug)]
pub(super) struct Files {
    known: Vec<(PathBuf, Id)>,
    missed: AtomicBool,
}

/// What tells a file from all others: device and inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Id(u64, u64);

impl Files {
    /// Those of a database that is open and has been read from.
    pub(super) fn of(database: &Path) -> Files {
        let name = |ending: &&str| {
            let mut name = database.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        let known = ENDINGS.iter().map(name).filter_map(|path| Some((path.clone(), id(&path)?))).collect();
        Files { known, missed: AtomicBool::new(false) }
    }

    /// Looks whether they are where they were. The log tells once when they are not.
    ///
    /// Errors: `Misplaced`.
    pub(super) fn in_place(&self) -> Result<(), Error> {
        let missing = self.known.iter().find(|(path, known)| id(path) != Some(*known));
        let missed = self.missed.swap(missing.is_some(), Ordering::Relaxed);
        let Some((path, _)) = missing else { return Ok(()) };
        if !missed {
            tracing::error!(
                file = %path.display(),
                "the database was removed or replaced while it is open: nothing is stored until it is back, or the \
                 service is started again"
            );
        }
        Err(Error::Misplaced)
    }
}

fn id(path: &Path) -> Option<Id> {
    fs::metadata(path).ok().map(|found| Id(found.dev(), found.ino()))
}

/// Makes an empty file that its owner alone can read, unless there is one. SQLite gives the files beside it the same mode.
pub(super) fn make(file: &Path) -> io::Result<()> {
    match File::options().write(true).create_new(true).mode(OWNERS_ALONE).open(file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// Warns where others on the machine may read the file, or write it.
pub(super) fn warn_of_others(file: &Path) {
    let mode = fs::metadata(file).map_or(OWNERS_ALONE, |found| found.permissions().mode());
    if mode & 0o077 != 0 {
        let mode = format!("{:o}", mode & 0o777);
        tracing::warn!(file = %file.display(), mode, "others on this machine may open the database: chmod 600 keeps them out");
    }
}

/// Looks whether a file is a database of ours, or an empty one, without writing.
///
/// Errors: `Foreign` where it is somebody else's.
pub(super) async fn must_be_ours(file: &Path) -> Result<(), Error> {
    if fs::metadata(file).is_ok_and(|found| found.len() == 0) {
        return Ok(());
    }
    let mut connection = SqliteConnectOptions::new().filename(file).read_only(true).connect().await?;
    let ours = is_ours(&mut connection).await;
    connection.close().await?;
    if ours? { Ok(()) } else { Err(Error::Foreign) }
}

/// Whether it has our mark. One from before there was a mark has the first of our migrations; one that is being made by
/// another process at this moment may not have even that.
pub(super) async fn is_ours(connection: &mut SqliteConnection) -> Result<bool, Error> {
    let id: i64 = sqlx::query_scalar("pragma application_id").fetch_one(&mut *connection).await?;
    if id != 0 {
        return Ok(id == APPLICATION_ID);
    }
    let known =
        "select count(*) filter (where name = '_sqlx_migrations'), count(*) from sqlite_master where type = 'table'";
    let (migrations, tables): (i64, i64) = sqlx::query_as(known).fetch_one(&mut *connection).await?;
    if migrations == tables {
        return Ok(true);
    }
    if migrations == 0 {
        return Ok(false);
    }
    let first = super::MIGRATIONS.iter().map(|migration| migration.version).min();
    let begun = "select exists (select 1 from _sqlx_migrations where version = ?)";
    Ok(sqlx::query_scalar(begun).bind(first).fetch_one(connection).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// A database with these statements carried out.
    async fn make_database(directory: &tempfile::TempDir, statements: &'static str) -> PathBuf {
        let file = directory.path().join("test.db");
        let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        let mut connection = options.connect().await.unwrap();
        sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        file
    }

    #[tokio::test]
    async fn somebody_elses_database_is_refused_and_stays_as_it_was() {
        for statements in [
            "create table note (text)",
            "create table note (text); create table _sqlx_migrations (version integer); insert into _sqlx_migrations values (1)",
            "pragma application_id = 7",
            "pragma journal_mode = wal; create table note (text)",
        ] {
            let directory = tempfile::TempDir::new().unwrap();
            let file = make_database(&directory, statements).await;
            let before = fs::read(&file).unwrap();
            assert!(matches!(Store::open(&file).await, Err(Error::Foreign)), "{statements}");
            assert_eq!(fs::read(&file).unwrap(), before, "{statements}");
        }
    }

    #[tokio::test]
    async fn a_database_of_ours_has_our_mark_also_one_that_began_without() {
        let directory = tempfile::TempDir::new().unwrap();
        let file = directory.path().join("test.db");
        for _ in 0..2 {
            let store = Store::open(&file).await.unwrap();
            let mut write = store.write().await.unwrap();
            let id: i64 = sqlx::query_scalar("pragma application_id").fetch_one(&mut *write).await.unwrap();
            assert_eq!(id, APPLICATION_ID);
            sqlx::raw_sql("pragma application_id = 0; delete from _sqlx_migrations where version = 20261201000011")
                .execute(&mut *write)
                .await
                .unwrap();
            write.commit().await.unwrap();
            store.close().await;
        }
    }

    #[tokio::test]
    async fn nothing_is_stored_while_a_file_is_not_in_its_place() {
        let directory = tempfile::TempDir::new().unwrap();
        let file = directory.path().join("test.db");
        let store = Store::open(&file).await.unwrap();
        for ending in ENDINGS {
            let path = directory.path().join(format!("test.db{ending}"));
            let away = directory.path().join("away");
            let write = store.write().await.unwrap();
            fs::rename(&path, &away).unwrap();
            assert!(matches!(write.commit().await, Err(Error::Misplaced)), "{ending}");
            fs::write(&path, "another").unwrap();
            assert!(matches!(store.write().await, Err(Error::Misplaced)), "{ending}");
            assert!(store.ready().await.is_err(), "{ending}");
            fs::rename(&away, &path).unwrap();
            store.ready().await.unwrap();
        }
        store.write().await.unwrap().commit().await.unwrap();
    }

    #[tokio::test]
    async fn the_owner_alone_can_read_what_is_made() {
        let directory = tempfile::TempDir::new().unwrap();
        let file = directory.path().join("test.db");
        let store = Store::open(&file).await.unwrap();
        let copy = directory.path().join("copy.db");
        super::super::backup::copy(&file, &copy).await.unwrap();
        let modes = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().metadata().unwrap().mode() & 0o777);
        assert_eq!(modes.collect::<Vec<_>>(), [0o600; 4]);
        store.close().await;
    }
}
