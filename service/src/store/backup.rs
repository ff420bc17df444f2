//! A copy of the database as it is at one moment, made while others read and write.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context as _, bail};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::files;

/// Copies the database into a file that does not exist yet. The file is there once the copy is whole, sound and on the
/// disk, and not before. A service that is started on it has everything that was stored at that moment, without the answers
/// that are kept under Idempotency-Keys.
///
/// Errors: the database is not there, the file is, or the disk takes no more.
pub async fn copy(database: &Path, to: &Path) -> anyhow::Result<()> {
    if to.try_exists()? {
        bail!("{} exists already; a backup overwrites nothing", to.display());
    }
    let mut half = to.as_os_str().to_owned();
    half.push(format!(".{}.half", std::process::id()));
    let half = Path::new(&half);
    let made = copy_whole(database, half).await.and_then(|()| {
        // A link is made only where there is nothing: two backups at once do not overwrite each other.
        fs::hard_link(half, to).with_context(|| format!("{} cannot be made", to.display()))
    });
    let removed = fs::remove_file(half);
    made?;
    removed.with_context(|| format!("{} cannot be removed", half.display()))?;
    let directory = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(directory).and_then(|directory| directory.sync_all()).context("the directory cannot be synced")
}

async fn copy_whole(database: &Path, to: &Path) -> anyhow::Result<()> {
    let name = to.to_str().context("the name of the file must be UTF-8")?;
    let mut source = open(database).await.with_context(|| format!("{} cannot be read", database.display()))?;
    if !files::is_ours(&mut source).await? {
        bail!("{} is not a database of netvisit", database.display());
    }
    files::make(to).context("the copy cannot be made")?; // SQLite would let others read it
    sqlx::query("vacuum into ?").bind(name).execute(&mut source).await.context("the copy cannot be written")?;
    source.close().await?;
    let mut copy = open(to).await?;
    forget_answers(&mut copy).await.context("kept answers cannot be taken out of the copy")?;
    let found: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut copy).await?;
    copy.close().await?;
    if found != "ok" {
        bail!("the copy is not sound: {found}");
    }
    File::open(to)?.sync_all().context("the copy cannot be brought to the disk")
}

/// Takes out what is of the service that answered, and of no other.
async fn forget_answers(copy: &mut SqliteConnection) -> sqlx::Result<()> {
    let is_there = "select exists (select 1 from sqlite_master where name = 'kept_answer')"; // not in the first versions
    if sqlx::query_scalar(is_there).fetch_one(&mut *copy).await? {
        sqlx::query("pragma secure_delete = on").execute(&mut *copy).await?;
        sqlx::query("delete from kept_answer").execute(&mut *copy).await?;
    }
    Ok(())
}

async fn open(file: &Path) -> sqlx::Result<SqliteConnection> {
    SqliteConnectOptions::new().filename(file).pragma("trusted_schema", "off").connect().await
}
