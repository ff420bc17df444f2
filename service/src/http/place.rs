//! Places for what takes a processor, and much memory, for a moment: a large document that is read or written.
//!
//! There are as many as there are processors, for more at once would be no quicker. What is worked on in them takes many
//! times the document's size, and may take only so much together. One caller stands in a queue of its own for half of them,
//! so that others find one soon. A request keeps its place until its answer is there: a document that was read and waits for
//! its next place would lie in memory meanwhile.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::failure::{Failure, Kind};
use super::presence;
use crate::lock::locked;
use crate::turns::{Turn, Turns};

/// How long anybody waits for a place.
const PATIENCE: Duration = Duration::from_secs(20);
/// Memory that the documents in all places may take together, in KiB.
const MEMORY: u32 = 512 << 10;
/// Memory that a document takes while it is read or written, by the length of its text.
const TIMES: usize = 6;

static PLACES: LazyLock<Places> =
    LazyLock::new(|| Places::new(std::thread::available_parallelism().map_or(2, usize::from), MEMORY));

struct Places {
    all: Arc<Semaphore>,
    turns: Turns,
    memory: Arc<Semaphore>,
    most: u32,
}

/// A place, taken until the last of its clones is dropped.
#[derive(Clone, Debug)]
pub struct Place(Arc<Taken>);

#[derive(Debug)]
struct Taken {
    _one: OwnedSemaphorePermit,
    _own: Turn,
    memory: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Places {
    fn new(many: usize, most: u32) -> Places {
        let memory = Arc::new(Semaphore::new(most as usize));
        Places { all: Arc::new(Semaphore::new(many)), turns: Turns::of(many.div_ceil(2)), memory, most }
    }

    async fn take(&self, caller: Option<String>) -> Result<Place, Failure> {
        let own = self.turns.take(caller, PATIENCE).await.ok_or_else(late)?;
        let one = Arc::clone(&self.all).acquire_owned().await.map_err(Failure::internal)?;
        Ok(Place(Arc::new(Taken { _one: one, _own: own, memory: Mutex::default() })))
    }

    /// Counts texts of so many bytes to a place: the first ones wait until there is memory for them. Nobody who has some
    /// already waits for more, or two could wait for each other.
    async fn weigh(&self, place: &Place, bytes: usize) -> Result<(), Failure> {
        let wanted = u32::try_from(TIMES.saturating_mul(bytes) >> 10).unwrap_or(u32::MAX).min(self.most);
        let held = || locked(&place.0.memory);
        let memory = Arc::clone(&self.memory);
        if held().is_none() {
            let taken = memory.acquire_many_owned(wanted).await.map_err(Failure::internal)?;
            *held() = Some(taken);
        } else if let Ok(more) = memory.try_acquire_many_owned(wanted)
            && let Some(taken) = held().as_mut()
        {
            taken.merge(more);
        }
        Ok(())
    }
}

impl Place {
    /// Waits for a place for the request that is being served: the one that it has, if it has one.
    ///
    /// Errors: `Overloaded` where it takes too long, or the client has hung up.
    pub async fn take() -> Result<Place, Failure> {
        if let Some(place) = presence::place() {
            return Ok(place);
        }
        let place = patient(PLACES.take(presence::share())).await?;
        presence::keep(place.clone());
        Ok(place)
    }

    /// Waits until there is memory for what texts of so many bytes become.
    ///
    /// Errors: `Overloaded` where it takes too long, or the client has hung up.
    pub async fn weigh(&self, bytes: usize) -> Result<(), Failure> {
        patient(PLACES.weigh(self, bytes)).await
    }

    /// Reads something in it of which long documents or many records are made, apart from the threads that serve others.
    ///
    /// Errors: those of reading; `Internal` where it panics.
    pub async fn reading<R: Send + 'static>(
        &self,
        read: impl Future<Output = Result<R, Failure>> + Send + 'static,
    ) -> Result<R, Failure> {
        let (here, place) = (Handle::current(), self.clone());
        let reading = move || {
            let result = here.block_on(read);
            drop(place);
            result
        };
        tokio::task::spawn_blocking(reading).await.map_err(Failure::internal)?
    }

    /// Does something in it, apart from the threads that serve others.
    ///
    /// Errors: what the work fails with; `Internal` where it panics.
    pub async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<R, Failure> + Send + 'static,
    ) -> Result<R, Failure> {
        let place = self.clone();
        let working = move || {
            let result = work();
            drop(place);
            result
        };
        tokio::task::spawn_blocking(working).await.map_err(Failure::internal)?
    }
}

fn late() -> Failure {
    Failure::retry_after(Kind::Overloaded, 2, "Other large documents are being worked on; try again.")
}

/// What is waited for, but not for ever.
async fn patient<R>(waiting: impl Future<Output = Result<R, Failure>>) -> Result<R, Failure> {
    tokio::select! {
        done = tokio::time::timeout(PATIENCE, waiting) => done.map_err(|_| late())?,
        () = presence::gone() => Err(late()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_caller_waits_for_itself_and_another_one_does_not() {
        let places = Places::new(2, 0);
        let name = |text: &str| Some(text.to_owned());
        let first = places.take(name("a")).await.unwrap();
        assert!(tokio::time::timeout(Duration::ZERO, places.take(name("a"))).await.is_err());
        let other = places.take(name("b")).await.unwrap();
        drop(first);
        let again = places.take(name("a")).await.unwrap();
        drop((other, again));
        places.take(name("c")).await.unwrap();
    }

    #[tokio::test]
    async fn large_documents_wait_for_each_other_and_one_that_is_larger_than_all_there_is_comes_alone() {
        let places = Places::new(8, 600);
        let taken = [places.take(None).await.unwrap(), places.take(None).await.unwrap()];
        let waits = async |place: &Place, kib: usize| {
            tokio::time::timeout(Duration::ZERO, places.weigh(place, kib << 10)).await.is_err()
        };
        let [first, second] = &taken;
        assert!(!waits(first, 50).await && waits(second, 60).await && !waits(second, 50).await);
        assert!(!waits(first, 50).await, "who has begun does not wait");
        drop(taken);
        let alone = places.take(None).await.unwrap();
        assert!(!waits(&alone, 1_000_000).await && waits(&places.take(None).await.unwrap(), 1).await);
    }

    #[tokio::test]
    async fn a_request_has_one_place_until_its_answer_is_there() {
        let (_here, client) = presence::Client::begin(Some("only here".to_owned()));
        let others = client.clone();
        client
            .within(async {
                let place = Place::take().await.unwrap();
                assert!(Arc::ptr_eq(&place.0, &Place::take().await.unwrap().0));
                assert_eq!(Arc::strong_count(&place.0), 2);
                presence::leave();
                assert_eq!(Arc::strong_count(&place.0), 1);
            })
            .await;
        drop(others);
    }
}
