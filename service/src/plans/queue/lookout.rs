//! Looks out for searches that are gone: their beats stand still.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{Lease, Loss, Made, store};
use crate::store::{Error, Store};
use crate::unchanged::Unchanged;

/// Looks within the time of a lease.
pub const LOOKS: u32 = 4;

/// What one process has seen of the plans that are being made.
#[derive(Debug)]
pub struct Lookout {
    store: Store,
    runner: String,
    /// How long beats may stand still.
    lease: Duration,
    /// Crashes after which a plan fails.
    crashes: u32,
    /// Of each process, what it makes.
    seen: HashMap<String, Unchanged<Vec<Made>>>,
}

impl Lookout {
    /// One that has seen nothing yet; `runner` is its own process.
    pub fn new(store: Store, runner: String, lease: Duration, crashes: u32) -> Self {
        Lookout { store, runner, lease, crashes, seen: HashMap::new() }
    }

    /// How long it waits from one look to the next.
    pub fn interval(&self) -> Duration {
        self.lease / LOOKS
    }

    /// Recovers everything that is said to be made: nobody is there who could make it.
    pub async fn recover_all(&self) -> Result<(), Error> {
        for made in by_runner(store::list_running(&mut *self.store.read().await?).await?).into_values() {
            self.recover(&made, true).await?;
        }
        Ok(())
    }

    /// Looks at all plans that are being made, at this moment, and recovers those whose beats have stood still for too long,
    /// save `mine`, which this process makes. To be called when something was just written: whoever could not write either
    /// has not seen others standing still.
    pub async fn look(&mut self, at: Instant, mine: &[Lease]) -> Result<(), Error> {
        let mut all = store::list_running(&mut *self.store.read().await?).await?;
        all.retain(|made| !mine.contains(&made.lease));
        let all = by_runner(all);
        self.seen.retain(|runner, _| all.contains_key(runner));
        let apart = self.interval();
        for (runner, made) in all {
            let seen = self.seen.entry(runner.clone()).or_insert_with(|| Unchanged::new(made.clone(), at));
            if seen.look(made.clone(), at, apart) >= self.lease {
                self.recover(&made, runner != self.runner).await?;
            }
        }
        Ok(())
    }

    /// Recovers what one process has made, all at once. `is_process`: it is gone itself.
    async fn recover(&self, made: &[Made], is_process: bool) -> Result<(), Error> {
        let loss = match made {
            _ if !is_process => Loss::OfSearch,
            [_] => Loss::Alone(self.crashes),
            _ => Loss::Among,
        };
        let mut write = self.store.write().await?;
        let mut plans = Vec::new();
        for made in made {
            if store::recover(&mut write, made, loss).await? {
                plans.push(&made.lease.plan);
            }
        }
        write.commit().await?;
        if !plans.is_empty() {
            tracing::warn!(?plans, ?loss, "these plans are made no more; they go back into the queue");
        }
        Ok(())
    }
}

fn by_runner(all: Vec<Made>) -> HashMap<String, Vec<Made>> {
    let mut by_runner: HashMap<String, Vec<Made>> = HashMap::new();
    for made in all {
        by_runner.entry(made.runner.clone()).or_default().push(made);
    }
    by_runner
}

#[cfg(test)]
mod tests {
    use super::store::tests::{crashes, sample_request, state, store as database, took_alone};
    use super::store::{beat, is_waiting};
    use super::*;
    use crate::plans::store::insert;
    use crate::plans::wire::State;

    /// Four looks make the time of a lease.
    const LEASE: Duration = Duration::from_secs(8);

    /// One look of another process after each of these seconds.
    async fn looks(lookout: &mut Lookout, begin: Instant, seconds: impl IntoIterator<Item = u64>) {
        for second in seconds {
            lookout.look(begin + Duration::from_secs(second), &[]).await.unwrap();
        }
    }

    async fn beats(store: &Store, lease: &Lease) -> bool {
        let mut write = store.write().await.unwrap();
        let is_kept = beat(&mut write, lease).await.unwrap();
        write.commit().await.unwrap();
        is_kept
    }

    #[tokio::test]
    async fn a_process_that_shows_itself_in_time_keeps_its_plan() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = database(&directory).await;
        let lease = took_alone(&store, "one").await;
        let mut lookout = Lookout::new(store.clone(), "two".to_owned(), LEASE, 3);
        let begin = Instant::now();
        for second in [0, 6, 12] {
            assert!(beats(&store, &lease).await);
            looks(&mut lookout, begin, [second, second + 2, second + 4]).await;
        }
        looks(&mut lookout, begin, [18]).await;
        assert_eq!(state(&mut store.write().await.unwrap()).await, State::Running);
        looks(&mut lookout, begin, [20]).await;
        assert_eq!(state(&mut store.write().await.unwrap()).await, State::Queued, "its beat stood still for a lease");
    }

    #[tokio::test]
    async fn a_looker_that_was_held_up_itself_has_not_seen_others_standing_still() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = database(&directory).await;
        let lease = took_alone(&store, "one").await;
        let mut lookout = Lookout::new(store.clone(), "two".to_owned(), LEASE, 3);
        let begin = Instant::now();
        looks(&mut lookout, begin, [0, 3600, 7200]).await;
        assert!(beats(&store, &lease).await);
    }

    #[tokio::test]
    async fn a_process_that_comes_back_has_not_crashed() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = database(&directory).await;
        for round in 0..4 {
            let lease = took_alone(&store, "one").await;
            let mut lookout = Lookout::new(store.clone(), "two".to_owned(), LEASE, 3);
            looks(&mut lookout, Instant::now(), [0, 2, 4, 6, 8]).await;
            assert_eq!(crashes(&store, "p").await, (1, true), "round {round}");
            assert!(!beats(&store, &lease).await);
            assert_eq!(crashes(&store, "p").await, (0, false));
        }
    }

    #[tokio::test]
    async fn a_search_that_is_gone_is_an_attempt_where_its_process_lives() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = database(&directory).await;
        took_alone(&store, "one").await;
        let mut lookout = Lookout::new(store.clone(), "one".to_owned(), LEASE, 1);
        looks(&mut lookout, Instant::now(), [0, 2, 4, 6, 8]).await;
        assert_eq!(
            (crashes(&store, "p").await, state(&mut store.write().await.unwrap()).await),
            ((0, false), State::Queued)
        );
    }

    #[tokio::test]
    async fn of_several_that_were_made_when_a_process_was_lost_each_is_made_alone_and_the_cause_is_found() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = database(&directory).await;
        let mut write = store.write().await.unwrap();
        insert(&mut write, "q", &sample_request()).await.unwrap();
        write.commit().await.unwrap();
        let all = ["p", "q"].map(str::to_owned);
        assert_eq!([took_alone(&store, "one").await.plan, took_alone(&store, "one").await.plan], all);
        Lookout::new(store.clone(), "two".to_owned(), LEASE, 1).recover_all().await.unwrap();
        for plan in &all {
            assert_eq!(crashes(&store, plan).await, (0, true), "nobody knows whose fault it was");
        }
        let lease = took_alone(&store, "two").await;
        assert_eq!(lease.plan, "p");
        assert!(!is_waiting(&mut store.read().await.unwrap(), "two").await.unwrap(), "it is made alone");
        assert!(is_waiting(&mut store.read().await.unwrap(), "three").await.unwrap());
        Lookout::new(store.clone(), "three".to_owned(), LEASE, 1).recover_all().await.unwrap();
        assert_eq!((crashes(&store, "p").await.0, crashes(&store, "q").await.0), (1, 0));
        assert_eq!(took_alone(&store, "three").await.plan, "q", "the other one has failed");
    }
}
