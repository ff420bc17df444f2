//! Write transactions and the revisions they give out.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sqlx::{Sqlite, SqliteConnection, Transaction};
use tokio::sync::watch;

use super::files::Files;
use super::{Error, held};
use crate::store::audit::{self, Change};
use crate::turns::Turn;

/// A transaction that writes. Dropped without [`commit`](Write::commit), it leaves no trace.
#[derive(Debug)]
pub struct Write {
    transaction: Transaction<'static, Sqlite>,
    _turn: Turn,
    revision: Option<i64>,
    changes: Vec<Change>,
    changed: watch::Sender<()>,
    files: Arc<Files>,
}

impl Write {
    pub(super) fn new(
        transaction: Transaction<'static, Sqlite>,
        turn: Turn,
        changed: watch::Sender<()>,
        files: Arc<Files>,
    ) -> Write {
        Write { transaction, _turn: turn, revision: None, changes: Vec::new(), changed, files }
    }

    /// The revision of all that this transaction writes: a number never given out before.
    pub async fn revision(&mut self) -> Result<i64, Error> {
        if let Some(revision) = self.revision {
            return Ok(revision);
        }
        let next = "update revision set last = last + 1 returning last";
        let revision = sqlx::query_scalar(next).fetch_one(&mut *self.transaction).await?;
        self.revision = Some(revision);
        Ok(revision)
    }

    /// Says what is changed, for the audit trail. Where nothing is said, the path of the request stands for it.
    pub fn note(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Stores everything, on the disk, or nothing. For a request that is kept under a key, its answer is still to be
    /// added, and the end of the request stores both ([`held`]).
    pub async fn commit(self) -> Result<(), Error> {
        match held::until_the_answer(self) {
            None => Ok(()),
            Some(write) => write.commit_now().await,
        }
    }

    /// Stores everything at once, whatever the request is: for what others must see before it is answered. What was
    /// changed goes into the audit trail.
    pub async fn commit_now(mut self) -> Result<(), Error> {
        if let Some(act) = audit::act() {
            if self.changes.is_empty() && self.revision.is_some() {
                self.changes.push(Change { subject: act.path.clone(), before: None, after: None });
            }
            audit::rows::add(&mut self.transaction, &act, &self.changes).await?;
        }
        self.files.in_place()?;
        self.transaction.commit().await?;
        self.changed.send_replace(());
        Ok(())
    }
}

impl Deref for Write {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

/// Whether there is this programme.
///
/// Errors: `NotFound` where there is none.
pub async fn programme(connection: &mut SqliteConnection, id: &str) -> Result<(), Error> {
    let found = sqlx::query("select 1 from programme where id = ?").bind(id).fetch_optional(connection).await?;
    found.map(drop).ok_or_else(|| Error::NotFound { what: "programme", id: id.to_owned() })
}

/// Notes that something of a programme has changed: plans made before are outdated.
pub async fn touch_programme(write: &mut Write, programme: &str) -> Result<(), Error> {
    let revision = write.revision().await?;
    sqlx::query("update programme set revision = ? where id = ?")
        .bind(revision)
        .bind(programme)
        .execute(&mut **write)
        .await?;
    Ok(())
}
