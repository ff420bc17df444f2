//! Random numbers, handed in as a seed: the same seed gives the same numbers on every machine.

/// SplitMix64: a stream of numbers of 64 bits (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
#[derive(Clone, Debug)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// The stream of this seed.
    pub fn new(seed: u64) -> SplitMix64 {
        SplitMix64(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `end`, all (nearly) equally likely; 0 where `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        scaled(self.draw(), end)
    }
}

/// xoshiro256++, the generator of all searches (Blackman, Vigna: Scrambled linear pseudorandom number generators, 2021),
/// seeded by [`SplitMix64`].
#[derive(Clone, Debug)]
pub(crate) struct Random([u64; 4]);

impl Random {
    /// The stream of this seed.
    pub(crate) fn new(seed: u64) -> Random {
        let mut seeds = SplitMix64::new(seed);
        Random(std::array::from_fn(|_| seeds.draw()))
    }

    fn draw(&mut self) -> u64 {
        let [a, b, c, d] = self.0;
        let drawn = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.0 = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        drawn
    }

    /// A whole number below `end`, all (nearly) equally likely; 0 where `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        scaled(self.draw(), end)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in (0, 1], which has a logarithm.
    pub(crate) fn positive_unit(&mut self) -> f64 {
        ((self.draw() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// One of the items; where there is none, nothing is drawn.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { Some(&items[self.below(items.len())]) }
    }

    /// One of the items, where there is any; one number is drawn in any case.
    pub(crate) fn one_of<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        items.get(self.below(items.len())).copied()
    }
}

/// A number of 64 bits as one below `end`.
fn scaled(drawn: u64, end: usize) -> usize {
    ((u128::from(drawn) * end as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_are_the_published_stream() {
        let mut seeds = SplitMix64::new(1_234_567); // reference values of the authors' C code
        assert_eq!([seeds.draw(), seeds.draw()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let draw = |seed| {
            let mut random = Random::new(seed);
            (0..20).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut random = Random::new(1);
        assert!((0..1000).all(|_| random.below(3) < 3));
        assert!((0..1000).map(|_| random.unit()).all(|u| (0.0..1.0).contains(&u)));
        assert!((0..1000).map(|_| random.positive_unit()).all(|u| u > 0.0 && u <= 1.0));
        assert_eq!((random.below(0), random.pick::<u8>(&[]), random.one_of::<u8>(&[])), (0, None, None));
    }
}
