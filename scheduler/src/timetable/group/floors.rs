//! What blocks of rounds leave each other of a slack: rounds that no pace rule joins are looked at apart.

use std::ops::Range;

use super::view::View;

/// Runs of rounds that no window of a pace rule joins to others.
pub(super) fn blocks(view: &View<'_>) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    for (r, round) in view.rounds.iter().enumerate() {
        let joins = |days: &Range<usize>| days.start < round.start && days.end > round.start;
        match blocks.last_mut() {
            Some(block) if view.windows.iter().any(|window| joins(&window.days)) => block.end = r + 1,
            _ => blocks.push(r..r + 1),
        }
    }
    blocks
}

/// How many hostings a block may hold.
pub(super) fn sizes(view: &View<'_>, blocks: &[Range<usize>], block: &Range<usize>) -> Range<usize> {
    let Some(most) = view.per_round else {
        let here = view.units.iter().filter(|unit| block.contains(&unit.rounds.start)).count();
        return here..here + 1;
    };
    let others: usize = blocks.iter().filter(|other| *other != block).map(|other| other.len() * most).sum();
    view.units.len().saturating_sub(others)..view.units.len().min(block.len() * most) + 1
}

/// What each block of rounds leaves over at least, by how many hostings it holds, as far as that is known: the others have
/// so much less of a slack.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Floors(Vec<Vec<f64>>);

impl Floors {
    /// Makes room for blocks of these sizes: nothing is known of what is new.
    pub(super) fn fit(&mut self, sizes: &[Range<usize>]) {
        self.0.resize(sizes.len(), Vec::new());
        self.0.iter_mut().zip(sizes).for_each(|(floors, sizes)| floors.resize(sizes.end, 0.0));
    }

    /// What the blocks beside this one leave over at least where they hold so many hostings together; infinite where
    /// they cannot.
    fn beside(&self, block: usize, sizes: &[Range<usize>], hostings: usize) -> f64 {
        let mut least = vec![f64::INFINITY; hostings + 1];
        least[0] = 0.0;
        for (other, sizes) in sizes.iter().enumerate().filter(|(other, _)| *other != block) {
            let mut next = vec![f64::INFINITY; hostings + 1];
            for (held, &before) in least.iter().enumerate() {
                for size in sizes.clone().filter(|size| held + size <= hostings) {
                    next[held + size] = next[held + size].min(before + self.0[other][size]);
                }
            }
            least = next;
        }
        least[hostings]
    }

    /// The slack that the others leave to each block, by how many hostings it holds.
    pub(super) fn left(&self, slack: f64, sizes: &[Range<usize>], hostings: usize) -> Vec<Vec<f64>> {
        let of = |block: usize, size: usize| match hostings.checked_sub(size) {
            Some(others) if sizes[block].contains(&size) => slack - self.beside(block, sizes, others),
            _ => f64::NEG_INFINITY,
        };
        (0..sizes.len()).map(|block| (0..sizes[block].end).map(|size| of(block, size)).collect()).collect()
    }

    /// Up to which slack nothing was passed over, where each block was looked at up to a slack of its own.
    pub(super) fn covered(&self, slacks: &[Vec<f64>], sizes: &[Range<usize>], hostings: usize) -> f64 {
        let of = |block: usize, size: usize| match hostings.checked_sub(size) {
            Some(others) => slacks[block][size].max(0.0) + self.beside(block, sizes, others),
            None => f64::INFINITY,
        };
        let each = (0..sizes.len()).flat_map(|block| sizes[block].clone().map(move |size| (block, size)));
        each.map(|(block, size)| of(block, size)).fold(f64::INFINITY, f64::min)
    }

    /// Takes note of what a block leaves over at least with so many hostings.
    pub(super) fn raise(&mut self, block: usize, size: usize, floor: f64) {
        self.0[block][size] = self.0[block][size].max(floor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_leave_each_other_what_is_not_needed_by_those_that_hold_the_other_hostings() {
        let floors = Floors(vec![vec![0.0, 5.0, 9.0], vec![0.0, 2.0, 20.0]]);
        let sizes = [1..3, 1..3];
        assert_eq!([1, 2, 3].map(|hostings| floors.beside(0, &sizes, hostings)), [2.0, 20.0, f64::INFINITY]);
        let left = floors.left(30.0, &sizes, 3);
        assert_eq!(left, [vec![f64::NEG_INFINITY, 10.0, 28.0], vec![f64::NEG_INFINITY, 21.0, 25.0]]);
        assert_eq!(floors.covered(&left, &sizes, 3), 30.0);
    }
}
