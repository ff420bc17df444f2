//! Random choices that are the same on every machine: whole numbers only.

use scheduler::random::SplitMix64;

/// A stream of numbers that depends on its seed alone.
pub(super) struct Random(SplitMix64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(SplitMix64::new(seed))
    }

    /// A whole number from 0 to below `end`; 0 where `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.below(end)
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }

    /// One of the options, each as likely; `None` where there is none.
    pub(super) fn one_of<T: Copy>(&mut self, options: &[T]) -> Option<T> {
        options.get(self.below(options.len())).copied()
    }

    /// So many of the numbers from 0 to below `end`, ascending.
    pub(super) fn some_of(&mut self, end: usize, count: usize) -> Vec<usize> {
        let mut chosen = Vec::new();
        for number in 0..end {
            if self.below(end - number) < count - chosen.len() {
                chosen.push(number);
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_of_gives_as_many_as_asked_and_no_more_than_there_are() {
        let mut random = Random::new(1);
        assert_eq!(random.some_of(10, 4).len(), 4);
        assert_eq!(random.some_of(3, 3), [0, 1, 2]);
        assert_eq!(random.some_of(3, 9), [0, 1, 2]);
        assert_eq!((random.below(0), random.one_of::<u8>(&[])), (0, None));
    }
}
