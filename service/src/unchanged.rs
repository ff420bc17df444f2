//! How long something has stayed as it is, by a clock that never jumps.
//!
//! What several processes must agree on by time is never compared with the clock on the wall, which may be set an hour or
//! a year ahead or back. Whoever changes something counts it up; whoever looks on measures how long the count stands still.
//! From one look to the next no more is measured than the looks should be apart: what was missed meanwhile, while the
//! looker itself was stopped or shut out, proves nothing.

use std::time::{Duration, Instant};

/// Something that is looked at again and again.
#[derive(Clone, Debug)]
pub struct Unchanged<T> {
    seen: T,
    at: Instant,
    still: Duration,
}

impl<T: PartialEq> Unchanged<T> {
    /// Seen for the first time, at this moment.
    pub fn new(seen: T, at: Instant) -> Self {
        Unchanged { seen, at, still: Duration::ZERO }
    }

    /// Looks again at a later moment: for how long it has been the same at every look. `apart`: how far two looks should
    /// be apart.
    pub fn look(&mut self, now: T, at: Instant, apart: Duration) -> Duration {
        if now != self.seen {
            *self = Unchanged::new(now, at);
        }
        self.still += at.saturating_duration_since(self.at).min(apart);
        self.at = at;
        self.still
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_young_again_and_what_was_missed_does_not_count() {
        let begin = Instant::now();
        let seconds = Duration::from_secs;
        let mut count = Unchanged::new(7, begin);
        let mut look = |now, at| count.look(now, begin + seconds(at), seconds(5));
        assert_eq!(look(7, 5), seconds(5));
        assert_eq!(look(8, 9), Duration::ZERO);
        assert_eq!(look(8, 11), seconds(2));
        assert_eq!(look(8, 3600), seconds(7), "the looker was stopped for an hour");
    }
}
