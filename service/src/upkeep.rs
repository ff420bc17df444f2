//! What the service does by itself from time to time.

use std::future::Future;
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
/// How long work that has panicked waits before it is begun again.
const AGAIN: Duration = Duration::from_secs(1);

/// Does this work as long as the service runs: when it panics it is begun again. The runtime's end is its end.
pub fn forever<F: Future<Output = ()> + Send + 'static>(work: impl Fn() -> F + Send + 'static) {
    tokio::spawn(async move {
        while tokio::spawn(work()).await.is_err() {
            tokio::time::sleep(AGAIN).await; // what it panicked of is in the log
        }
    });
}

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
    if seen.get_or_insert_with(|| Unchanged::new(age, now)).look(age, now, LOOK) < AGE {
        return Ok(());
    }
    let mut write = store.write().await?;
    once::grow_older(&mut write, age, ANSWERS_KEPT).await?;
    write.commit().await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn work_that_panics_is_begun_again() {
        let begun = Arc::new(AtomicUsize::new(0));
        let (done, mut is_done) = tokio::sync::watch::channel(false);
        let seen = Arc::clone(&begun);
        forever(move || {
            let (count, done) = (Arc::clone(&seen), done.clone());
            async move {
                assert!(count.fetch_add(1, Ordering::SeqCst) > 0, "it panics the first time");
                done.send_replace(true);
            }
        });
        is_done.wait_for(|done| *done).await.unwrap();
        assert_eq!(begun.load(Ordering::SeqCst), 2);
    }
}
