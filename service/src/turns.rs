//! Turns at something that all callers want, and that none may have for itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::lock::locked;

/// Turns at something that all callers want. Each stands in a queue of its own and has so many turns at a time, so that
/// others wait for no more than those.
#[derive(Debug)]
pub struct Turns {
    each: usize,
    queues: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A turn, taken until it is dropped; nothing for one whom nobody shares with.
pub type Turn = Option<OwnedSemaphorePermit>;

impl Turns {
    /// So many at a time for each caller.
    pub fn of(each: usize) -> Turns {
        Turns { each, queues: Mutex::default() }
    }

    /// Waits so long for a turn. None where there was none.
    pub async fn take(&self, caller: Option<String>, patience: Duration) -> Option<Turn> {
        let Some(caller) = caller else { return Some(None) };
        let queue = {
            let mut queues = locked(&self.queues);
            queues.retain(|_, queue| Arc::strong_count(queue) > 1); // a permit counts, and so does who waits
            Arc::clone(queues.entry(caller).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
        };
        tokio::time::timeout(patience, queue.acquire_owned()).await.ok()?.ok().map(Some) // nobody closes it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_caller_waits_for_its_own_turns_and_another_one_does_not() {
        let turns = Turns::of(1);
        let take = async |caller: &str| turns.take(Some(caller.to_owned()), Duration::ZERO).await;
        let first = take("a").await.unwrap();
        assert!(take("a").await.is_none());
        let other = take("b").await.unwrap();
        drop(first);
        assert!(take("a").await.is_some());
        drop(other);
        assert!(turns.take(None, Duration::ZERO).await.is_some() && take("c").await.is_some());
        assert_eq!(turns.queues.lock().unwrap().len(), 1, "whoever is done is forgotten");
    }
}
