//! Commands that work on the service's database, whether the service runs or not.

use std::future::Future;
use std::path::Path;

use anyhow::Context as _;

use super::Ended;
use crate::plans::queue::alone::Presence;
use crate::store::audit::{self, Act};
use crate::store::{Error, Store};

/// Opens the database and runs a command on it. What it changes goes into the audit trail under these words.
pub fn run<F, Fut>(database: &Path, words: &str, command: F) -> Result<(), Ended>
where
    F: FnOnce(Store) -> Fut,
    Fut: Future<Output = Result<(), Ended>>,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let opened = open(database).await;
        let store = opened.with_context(|| format!("the database {} cannot be used", database.display()))?;
        let act = Act {
            actor: "command".to_owned(),
            request_id: String::new(),
            action: words.to_owned(),
            path: String::new(),
        };
        let ended = audit::within(act, command(store.clone())).await;
        store.close().await;
        ended
    })
}

/// Opens the database. Tables of an earlier version are brought up to date only where no service works with them.
async fn open(database: &Path) -> anyhow::Result<Store> {
    let mut keeps_others_out = None;
    if Store::is_behind(database).await? {
        let presence = Presence::look(database)?;
        if !presence.is_alone() {
            return Err(Error::Behind.into());
        }
        keeps_others_out = Some(presence);
    }
    let store = Store::open(database).await?;
    drop(keeps_others_out);
    Ok(store)
}
