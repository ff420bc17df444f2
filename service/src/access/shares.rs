//! What all callers share and none may have for itself: memory for bodies and answers, places for what takes long.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::lock::locked;

/// So much of something, of which one caller has no more than a part at a time.
#[derive(Clone, Debug)]
pub struct Shares(Arc<Whole>);

#[derive(Debug)]
struct Whole {
    all: usize,
    each: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_caller: HashMap<String, usize>,
}

/// What a caller has taken; given back when it is dropped.
#[derive(Debug)]
pub struct Share {
    of: Shares,
    /// None: somebody whom nobody shares with, who may have all of it.
    caller: Option<String>,
    amount: usize,
}

impl Shares {
    /// So much, half of it (rounded up) for each caller.
    pub fn new(all: usize) -> Shares {
        Shares::of(all, all.div_ceil(2))
    }

    /// So much, and so much of it for each caller.
    pub fn of(all: usize, each: usize) -> Shares {
        Shares(Arc::new(Whole { all, each, taken: Mutex::default() }))
    }

    /// What one caller may have at a time.
    pub fn each(&self) -> usize {
        self.0.each
    }

    /// Nothing of it yet, for this caller.
    pub fn nothing(&self, caller: Option<&str>) -> Share {
        Share { of: self.clone(), caller: caller.map(str::to_owned), amount: 0 }
    }

    /// So much of it, if it is there and the caller's share is large enough.
    pub fn take(&self, caller: Option<&str>, amount: usize) -> Option<Share> {
        let mut share = self.nothing(caller);
        share.grow(amount).then_some(share)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        locked(&self.0.taken)
    }
}

impl Share {
    /// Takes so much more; where that is not there nothing changes. Whether it was.
    pub fn grow(&mut self, amount: usize) -> bool {
        let mut taken = self.of.taken();
        let own = self.caller.as_ref().map_or(0, |caller| taken.by_caller.get(caller).copied().unwrap_or(0));
        let fits = self.caller.is_none() || own.saturating_add(amount) <= self.of.0.each;
        if !fits || taken.all.saturating_add(amount) > self.of.0.all {
            return false;
        }
        taken.all += amount;
        if let Some(caller) = &self.caller {
            *taken.by_caller.entry(caller.clone()).or_default() += amount;
        }
        self.amount += amount;
        true
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.of.taken();
        taken.all -= self.amount;
        if let Some(caller) = &self.caller
            && let Some(own) = taken.by_caller.get_mut(caller)
        {
            *own -= self.amount;
            if *own == 0 {
                taken.by_caller.remove(caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_has_half_and_leaves_the_rest_to_others() {
        let shares = Shares::new(4);
        let (a, b) = (Some("a"), Some("b"));
        let mut first = shares.take(a, 1).unwrap();
        assert!(first.grow(1) && !first.grow(1) && shares.take(a, 1).is_none());
        let other = shares.take(b, 2).unwrap();
        assert!(shares.take(Some("c"), 1).is_none(), "nothing is left");
        drop(first);
        assert!(shares.take(a, 2).is_some());
        drop(other);
        assert!(shares.take(None, 5).is_none() && shares.take(None, 4).is_some());
        let taken = shares.taken();
        assert!(taken.by_caller.is_empty() && taken.all == 0);
    }

    #[test]
    fn of_one_place_one_caller_may_have_all_and_of_none_nobody_has_any() {
        assert!(Shares::new(1).take(Some("a"), 1).is_some());
        assert!(Shares::new(0).take(Some("a"), 1).is_none() && Shares::new(0).take(None, 1).is_none());
    }
}
