//! What the master says that enrolments and cuts are worth.

/// Three enrolments, in ascending order: of the columns that hold two or more of them, at most one is taken. Jepsen,
/// Petersen, Spoorendonk, Pisinger: Subset-row inequalities (Operations Research 56, 2008).
pub(super) type Three = [u32; 3];

/// Prices in units. Any will do for a bound: those of the master make it a good one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Prices {
    /// What each enrolment is worth to a column.
    pub(super) of: Vec<i64>,
    /// What each cut costs a column that holds two or more of its three: at least 0, and a multiple of 3.
    pub(super) cuts: Vec<(Three, i64)>,
}

impl Prices {
    /// Prices of enrolments, without cuts.
    pub(super) fn plain(of: Vec<i64>) -> Prices {
        Prices { of, cuts: Vec::new() }
    }

    /// The cuts that cost anything.
    pub(super) fn charged(&self) -> impl Iterator<Item = (Three, i64)> + '_ {
        self.cuts.iter().copied().filter(|cut| cut.1 > 0)
    }

    /// What these members, in ascending order, bring and are charged.
    pub(super) fn sum(&self, members: &[u32]) -> i64 {
        let charged = self.charged().filter(|(three, _)| crossed(three, members)).map(|cut| cut.1);
        members.iter().map(|&e| self.of[e as usize]).sum::<i64>() - charged.sum::<i64>()
    }

    /// What all networks together are worth at these prices, before what the best columns take.
    pub(super) fn total(&self) -> i64 {
        self.of.iter().sum::<i64>() - self.cuts.iter().map(|cut| cut.1).sum::<i64>()
    }

    /// Between old and new prices: so much of the old. A cut that is new has no old price.
    pub(super) fn mix(old: &Prices, new: &Prices, part: f64) -> Prices {
        let between = |old: i64, new: i64| (old as f64 * part + new as f64 * (1.0 - part)) as i64;
        let of = old.of.iter().zip(&new.of).map(|(&old, &new)| between(old, new)).collect();
        let cut = |(at, &(three, new)): (usize, &(Three, i64))| {
            let old = old.cuts.get(at).map_or(0, |old| old.1);
            (three, between(old, new) / 3 * 3)
        };
        Prices { of, cuts: new.cuts.iter().enumerate().map(cut).collect() }
    }
}

/// Whether two or more of the three are among these members, in ascending order.
pub(super) fn crossed(three: &Three, members: &[u32]) -> bool {
    three.iter().filter(|e| members.binary_search(e).is_ok()).count() >= 2
}
