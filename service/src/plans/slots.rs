//! The threads that make plans, a place each: what ends there by accident is begun again.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle, scope};

use crate::lock::locked;
use crate::log::chain;

/// The places. Cheap to share.
#[derive(Clone, Debug)]
pub struct Slots(Arc<[Slot]>);

#[derive(Debug, Default)]
struct Slot {
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Whether its thread lacks others to search with.
    is_starved: AtomicBool,
}

impl Slots {
    /// So many, all of them empty.
    pub fn new(many: u32) -> Slots {
        Slots((0..many).map(|_| Slot::default()).collect())
    }

    /// How many there are.
    pub fn all(&self) -> usize {
        self.0.len()
    }

    /// How many make no plans: without a thread, or without others to search with.
    pub fn missing(&self) -> usize {
        let is_missing = |slot: &&Slot| slot.is_starved.load(Ordering::Relaxed) || !slot.is_alive();
        self.0.iter().filter(is_missing).count()
    }

    /// Begins `work`, with the number of its place, in each place that has no thread, or has one no more. What cannot be
    /// begun now is told, and tried again the next time.
    pub fn fill(&self, work: impl Fn(usize) + Clone + Send + 'static) {
        for (number, slot) in self.0.iter().enumerate().filter(|(_, slot)| !slot.is_alive()) {
            let work = work.clone();
            let begun = Builder::new().name(format!("solver-{number}")).spawn(move || work(number));
            let (now, error) = begun.map_or_else(|error| (None, Some(error)), |thread| (Some(thread), None));
            let before = std::mem::replace(&mut *locked(&slot.thread), now);
            if before.is_some_and(|before| before.join().is_err()) {
                tracing::error!("solver {number} has panicked");
            }
            if let Some(error) = error {
                tracing::error!(error = %chain(&error), "solver {number} has no thread");
            }
        }
    }

    /// Says whether the thread at this place lacks others to search with.
    pub fn starve(&self, number: usize, is_starved: bool) {
        if let Some(slot) = self.0.get(number) {
            slot.is_starved.store(is_starved, Ordering::Relaxed);
        }
    }

    /// Whether the thread at this place lacked others when it last tried.
    pub fn is_starved(&self, number: usize) -> bool {
        self.0.get(number).is_some_and(|slot| slot.is_starved.load(Ordering::Relaxed))
    }

    /// Whether all threads have ended.
    pub fn have_ended(&self) -> bool {
        !self.0.iter().any(Slot::is_alive)
    }
}

impl Slot {
    fn is_alive(&self) -> bool {
        locked(&self.thread).as_ref().is_some_and(|thread| !thread.is_finished())
    }
}

/// Tries whether so many threads can be had at the same time.
pub fn try_threads(many: u32) -> io::Result<()> {
    let gate = Mutex::new(());
    scope(|threads| {
        let closed = locked(&gate);
        let begin = || Builder::new().spawn_scoped(threads, || drop(locked(&gate))).map(drop);
        let tried = (0..many).try_for_each(|_| begin());
        drop(closed);
        tried
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn what_has_panicked_is_missing_until_it_is_begun_again() {
        let slots = Slots::new(2);
        assert_eq!((slots.all(), slots.missing()), (2, 2));
        let (begun, go_on) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(true)));
        let work = {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            move |_| {
                assert!(begun.fetch_add(1, Ordering::SeqCst) > 0, "the first thread panics");
                while go_on.load(Ordering::SeqCst) {
                    std::thread::yield_now();
                }
            }
        };
        slots.fill(work.clone());
        while slots.missing() != 1 || begun.load(Ordering::SeqCst) != 2 {
            std::thread::yield_now();
        }
        slots.fill(work);
        assert_eq!(slots.missing(), 0);
        slots.starve(1, true);
        assert_eq!((slots.missing(), slots.is_starved(0), slots.is_starved(1)), (1, false, true));
        go_on.store(false, Ordering::SeqCst);
        while !slots.have_ended() {
            std::thread::yield_now();
        }
        assert_eq!(slots.missing(), 2);
    }

    #[test]
    fn threads_can_be_had() {
        try_threads(3).unwrap();
    }
}
