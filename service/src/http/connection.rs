//! A client's connection, as those see it who serve its requests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::Notify;

use crate::lock::locked;

/// A connection as those see it who serve its requests.
#[derive(Clone, Debug)]
pub struct Connection(Arc<Known>);

#[derive(Debug)]
struct Known {
    /// Requests that are worked on, and wait for nothing that the client does.
    working: AtomicUsize,
    /// When bytes have flowed last, or a request was done.
    since: Mutex<Instant>,
    cut: Notify,
}

/// While this lives, the connection does not wait for its client.
#[derive(Debug)]
pub struct Busy(Connection);

impl Connection {
    /// A connection that bytes flow on now.
    #[expect(clippy::new_without_default, reason = "it begins now")]
    pub fn new() -> Connection {
        let known = Known { working: AtomicUsize::new(0), since: Mutex::new(Instant::now()), cut: Notify::new() };
        Connection(Arc::new(known))
    }

    /// Says that a request has arrived whole and is worked on.
    pub fn busy(&self) -> Busy {
        self.0.working.fetch_add(1, Ordering::Relaxed);
        Busy(self.clone())
    }

    /// Says that bytes flow.
    pub fn flows(&self) {
        *locked(&self.0.since) = Instant::now();
    }

    /// Returns once it has to make room for another one.
    pub async fn cut(&self) {
        self.0.cut.notified().await;
    }

    /// Has [`cut`](Connection::cut) return.
    pub fn make_room(&self) {
        self.0.cut.notify_one();
    }

    /// Since when it waits for its client, if it does.
    pub fn waits_since(&self) -> Option<Instant> {
        let idle = self.0.working.load(Ordering::Relaxed) == 0;
        idle.then(|| *locked(&self.0.since))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.flows();
        self.0.0.working.fetch_sub(1, Ordering::Relaxed);
    }
}
