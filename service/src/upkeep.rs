//! What the service does by itself from time to time.

use std::time::{Duration, Instant};

use crate::log::chain;
use crate::store::{Error, Store, once};
use crate::unchanged::Unchanged;

/// How often it looks whether there is something to do.
const LOOK: Duration = Duration::from_secs(60);
/// How often it looks after the files of the database.
const GLANCE: Duration = Duration::from_secs(2);
/// How long an age lasts; see the table `age`.
const AGE: Duration = Duration::from_secs(600);
/// How many ages an answer is kept under its key: 24 hours, and one age more, as it is made in the middle of one.
const ANSWERS_KEPT: i64 = 145;

/// Looks as long as the service runs whether the files of the database are in their place, also while nobody writes.
pub async fn look_after(store: Store) {
    loop {
        let _ = store.in_place(); // the log tells, and readiness
        tokio::time::sleep(GLANCE).await;
    }
}

/// Goes on as long as the service does.
pub async fn run(store: Store) {
    let mut age = None;
    loop {
        if let Err(error) = forget_answers(&store, &mut age).await {
            tracing::warn!(error = %chain(&error), "old answers are not forgotten");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Begins a new age when the present one has lasted, whichever of several processes sees it first.
async fn forget_answers(store: &Store, seen: &mut Option<Unchanged<i64>>) -> Result<(), Error> {
    let age = once::age(&mut *store.read().await?).await?;
    let now = Instant::now();
    if seen.get_or_insert_with(|| Unchanged::new(age, now)).look(age, now) < AGE {
        return Ok(());
    }
    let mut write = store.write().await?;
    once::grow_older(&mut write, age, ANSWERS_KEPT).await?;
    write.commit().await
}
