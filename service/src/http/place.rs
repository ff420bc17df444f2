//! Places for what takes a processor, and much memory, for a moment: a large document that is read or written.
//!
//! There are as many as there are processors, for more at once would be no quicker, and each takes many times the
//! document's size. One caller stands in a queue of its own for half of them, so that others find one soon.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::failure::{Failure, Kind};
use super::presence;
use crate::lock::locked;

/// How long anybody waits for a place.
const PATIENCE: Duration = Duration::from_secs(20);

static PLACES: LazyLock<Places> =
    LazyLock::new(|| Places::new(std::thread::available_parallelism().map_or(2, usize::from)));

struct Places {
    all: Arc<Semaphore>,
    each: usize,
    queues: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A place, taken until it is dropped.
#[derive(Debug)]
pub struct Place {
    _one: OwnedSemaphorePermit,
    _own: Option<OwnedSemaphorePermit>,
}

impl Places {
    fn new(many: usize) -> Places {
        Places { all: Arc::new(Semaphore::new(many)), each: many.div_ceil(2), queues: Mutex::default() }
    }

    async fn take(&self, caller: Option<String>) -> Result<Place, Failure> {
        let own = match caller.map(|caller| self.queue(caller)) {
            Some(queue) => Some(queue.acquire_owned().await.map_err(Failure::internal)?),
            None => None,
        };
        let one = Arc::clone(&self.all).acquire_owned().await.map_err(Failure::internal)?;
        Ok(Place { _one: one, _own: own })
    }

    fn queue(&self, caller: String) -> Arc<Semaphore> {
        let mut queues = locked(&self.queues); // whole whatever panicked
        queues.retain(|_, queue| Arc::strong_count(queue) > 1); // a permit counts, and so does who waits
        Arc::clone(queues.entry(caller).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
    }
}

impl Place {
    /// Waits for a place for the request that is being served.
    ///
    /// Errors: `Overloaded` where it takes too long, or the client has hung up.
    pub async fn take() -> Result<Place, Failure> {
        let late =
            || Failure::retry_after(Kind::Overloaded, 2, "Other large documents are being worked on; try again.");
        tokio::select! {
            taken = tokio::time::timeout(PATIENCE, PLACES.take(presence::share())) => taken.map_err(|_| late())?,
            () = presence::gone() => Err(late()),
        }
    }

    /// Reads something in it of which long documents or many records are made, apart from the threads that serve others.
    ///
    /// Errors: those of reading; `Internal` where it panics.
    pub async fn reading<R: Send + 'static>(
        &self,
        read: impl Future<Output = Result<R, Failure>> + Send + 'static,
    ) -> Result<R, Failure> {
        let here = Handle::current();
        tokio::task::spawn_blocking(move || here.block_on(read)).await.map_err(Failure::internal)?
    }

    /// Does something in it, apart from the threads that serve others.
    ///
    /// Errors: what the work fails with; `Internal` where it panics.
    pub async fn run<R: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<R, Failure> + Send + 'static,
    ) -> Result<R, Failure> {
        let working = move || {
            let result = work();
            drop(self);
            result
        };
        tokio::task::spawn_blocking(working).await.map_err(Failure::internal)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_caller_waits_for_itself_and_another_one_does_not() {
        let places = Places::new(2);
        let name = |text: &str| Some(text.to_owned());
        let first = places.take(name("a")).await.unwrap();
        assert!(tokio::time::timeout(Duration::ZERO, places.take(name("a"))).await.is_err());
        let other = places.take(name("b")).await.unwrap();
        drop(first);
        let again = places.take(name("a")).await.unwrap();
        drop((other, again));
        places.take(name("c")).await.unwrap();
        assert_eq!(places.queues.lock().unwrap().len(), 1, "whoever is done is forgotten");
    }
}
