//! How long something has stayed as it is, by a clock that never jumps.
//!
//! What several processes must agree on by time is never compared with the clock on the wall, which may be set an hour or
//! a year ahead or back. Whoever changes something counts it up; whoever looks on measures how long the count stands still.

use std::time::{Duration, Instant};

/// Something that is looked at again and again.
#[derive(Clone, Debug)]
pub struct Unchanged<T> {
    seen: T,
    since: Instant,
}

impl<T: PartialEq> Unchanged<T> {
    /// Seen for the first time, at this moment.
    pub fn new(seen: T, at: Instant) -> Self {
        Unchanged { seen, since: at }
    }

    /// Looks again at a later moment: for how long it has been the same at every look.
    pub fn look(&mut self, now: T, at: Instant) -> Duration {
        if now != self.seen {
            *self = Unchanged::new(now, at);
        }
        at.saturating_duration_since(self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_young_again() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut count = Unchanged::new(7, begin);
        assert_eq!(count.look(7, at(5)), Duration::from_secs(5));
        assert_eq!(count.look(8, at(9)), Duration::ZERO);
        assert_eq!(count.look(8, at(11)), Duration::from_secs(2));
    }
}
