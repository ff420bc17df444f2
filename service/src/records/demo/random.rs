//! Chance that is the same on every machine: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), integers only.

/// A stream of numbers that depends on its seed alone.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from 0 to below `end`; 0 where `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
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
    fn the_stream_is_the_published_one() {
        let mut random = Random::new(1_234_567); // reference values of the authors' C code
        assert_eq!([random.next(), random.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn some_of_gives_as_many_as_asked_and_no_more_than_there_are() {
        let mut random = Random::new(1);
        assert_eq!(random.some_of(10, 4).len(), 4);
        assert_eq!(random.some_of(3, 3), [0, 1, 2]);
        assert_eq!(random.some_of(3, 9), [0, 1, 2]);
        assert_eq!((random.below(0), random.one_of::<u8>(&[])), (0, None));
    }
}
