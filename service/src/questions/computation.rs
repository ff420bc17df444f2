//! What is worked out for so long that nobody else may have to wait for it: in places of its own, for as long as the
//! client is there.

use std::sync::Arc;
use std::time::Duration;

use crate::access::shares::{Share, Shares};
use crate::http::failure::{Failure, Kind};
use crate::http::presence;
use crate::plans::watch::Progress;
use crate::state::State;

/// How long a client is told to wait where all places are taken.
const RETRY: u32 = 2;

/// The watch of a computation.
pub type Watched = Progress<fn(&scheduler::Solution)>;

/// A place for a computation.
#[derive(Debug)]
pub struct Computation(#[expect(dead_code, reason = "its end is what counts")] Share);

impl Computation {
    /// Takes one of these places, for the request that is being served.
    ///
    /// Errors: `Overloaded` where all of them are taken, or all that the caller may have.
    pub fn begin(places: &Shares) -> Result<Computation, Failure> {
        let place = places.take(presence::share().as_deref(), 1);
        place.map(Computation).ok_or_else(|| {
            let detail = "Other questions of this kind are being answered; ask again.";
            Failure::retry_after(Kind::Overloaded, RETRY, detail)
        })
    }

    /// Works something out on a thread of its own; the watch says stop after twice these seconds, when the client has hung
    /// up, and when the service stops.
    ///
    /// Errors: those of the work; `Internal` where it panics.
    pub async fn run<R: Send + 'static>(
        self,
        state: &State,
        seconds: f64,
        work: impl FnOnce(&Watched) -> Result<R, Failure> + Send + 'static,
    ) -> Result<R, Failure> {
        presence::leave();
        let nothing: fn(&scheduler::Solution) = |_| {};
        let until = Duration::try_from_secs_f64(2.0 * seconds).unwrap_or_default();
        let watch = Arc::new(Progress::new(nothing).until(until));
        let theirs = Arc::clone(&watch);
        let mut done = tokio::task::spawn_blocking(move || {
            let result = work(&theirs);
            drop(self);
            result
        });
        let mut stop = state.stop_signal();
        tokio::select! {
            result = &mut done => return result.map_err(Failure::internal)?,
            () = presence::gone() => {}
            _ = stop.wait_for(|&stop| stop) => {}
        }
        watch.stop();
        done.await.map_err(Failure::internal)?
    }
}
