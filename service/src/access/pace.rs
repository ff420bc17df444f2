//! How fast the bearer of a key may ask, and how much at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use crate::lock::locked;

/// How much one key may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    /// Requests a second; twice as many may come at once after a rest. 0: no limit.
    pub per_second: u32,
    /// Requests at the same time. 0: no limit.
    pub at_once: u32,
}

/// What every key has used of what it is allowed. One process counts for itself.
#[derive(Clone, Debug)]
pub struct Pace {
    allowed: Allowed,
    used: Arc<Mutex<HashMap<String, Used>>>,
}

#[derive(Debug)]
struct Used {
    /// Requests that may still come now.
    left: f64,
    since: Instant,
    running: u32,
}

/// Leave to serve one request; it counts as running until this is dropped.
#[derive(Debug)]
pub struct Leave {
    pace: Pace,
    key: String,
}

/// Why a request has to wait, and for how many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// It came too soon after others.
    TooFast(u32),
    /// Too many others are running.
    TooMany(u32),
}

impl Pace {
    /// Nothing used yet.
    pub fn new(allowed: Allowed) -> Pace {
        Pace { allowed, used: Arc::default() }
    }

    /// Asks leave for a request of this key at this moment.
    pub fn leave(&self, key: &str, now: Instant) -> Result<Leave, Wait> {
        let Allowed { per_second, at_once } = self.allowed;
        let (rate, most) = (f64::from(per_second), 2.0 * f64::from(per_second));
        let mut used = self.used();
        let used = used.entry(key.to_owned()).or_insert(Used { left: most, since: now, running: 0 });
        if at_once > 0 && used.running >= at_once {
            return Err(Wait::TooMany(1));
        }
        if per_second > 0 {
            let rested = now.saturating_duration_since(used.since).as_secs_f64();
            used.left = (used.left + rested * rate).min(most);
            used.since = now;
            if used.left < 1.0 {
                return Err(Wait::TooFast(((1.0 - used.left) / rate).ceil().max(1.0) as u32));
            }
            used.left -= 1.0;
        }
        used.running += 1;
        Ok(Leave { pace: self.clone(), key: key.to_owned() })
    }

    fn used(&self) -> MutexGuard<'_, HashMap<String, Used>> {
        locked(&self.used)
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        if let Some(used) = self.pace.used().get_mut(&self.key) {
            used.running = used.running.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_asks_too_fast_waits_and_who_has_rested_does_not() {
        let pace = Pace::new(Allowed { per_second: 2, at_once: 0 });
        let now = Instant::now();
        for _ in 0..4 {
            assert!(pace.leave("a", now).is_ok());
        }
        assert_eq!(pace.leave("a", now).err(), Some(Wait::TooFast(1)));
        assert!(pace.leave("b", now).is_ok(), "another key has its own");
        assert!(pace.leave("a", now + Duration::from_millis(500)).is_ok());
        assert!(pace.leave("a", now + Duration::from_millis(500)).is_err());
    }

    #[test]
    fn who_asks_too_much_at_once_waits_until_something_is_done() {
        let pace = Pace::new(Allowed { per_second: 0, at_once: 2 });
        let now = Instant::now();
        let (first, _second) = (pace.leave("a", now).unwrap(), pace.leave("a", now).unwrap());
        assert_eq!(pace.leave("a", now).err(), Some(Wait::TooMany(1)));
        drop(first);
        assert!(pace.leave("a", now).is_ok());
    }
}
