//! How pair costs were split between their two ends, by kind of classes and size of sets. Prices change little from one
//! round of pricing to the next, so a split that was good is good to begin from; and what is good for a kind is good for
//! each of its classes.

use super::ground::{Ground, Kind};

/// What splits may take, in cells.
const MOST_CELLS: usize = 24_000_000;

/// Splits of one ground.
#[derive(Clone, Debug, Default)]
pub(super) struct Splits {
    /// By kind and size from the smallest: what an enrolment pays of a pair beyond a half, `[a][b]`; empty where there
    /// is none yet. Figures need not be exact: any split will do.
    of: Vec<Vec<Vec<f32>>>,
}

impl Splits {
    /// None yet.
    pub(super) fn new(ground: &Ground<'_>) -> Splits {
        Splits { of: ground.kinds.iter().map(|kind| vec![Vec::new(); sizes(ground, kind).count()]).collect() }
    }

    /// The kinds and sizes that splits are kept for; none, where they would take too much room.
    pub(super) fn tasks(&self, ground: &Ground<'_>) -> Vec<(usize, usize)> {
        let of_kind = |(at, kind)| sizes(ground, kind).map(move |size| (at, size)).filter(|&(_, size)| size > 1);
        let tasks: Vec<(usize, usize)> = ground.kinds.iter().enumerate().flat_map(of_kind).collect();
        if tasks.len() * ground.pairs.len() > MOST_CELLS { Vec::new() } else { tasks }
    }

    /// The split for sets of a size, by kind.
    pub(super) fn get(&self, ground: &Ground<'_>, kind: usize, size: usize) -> &[f32] {
        let low = sizes(ground, &ground.kinds[kind]).next().unwrap_or(size);
        self.of[kind].get(size - low).map_or(&[], |split| &split[..])
    }

    /// Keeps a split.
    pub(super) fn set(&mut self, ground: &Ground<'_>, kind: usize, size: usize, split: Vec<f32>) {
        let low = sizes(ground, &ground.kinds[kind]).next().unwrap_or(size);
        if let Some(old) = self.of[kind].get_mut(size - low) {
            *old = split;
        }
    }
}

/// The sizes of sets of a kind.
fn sizes(ground: &Ground<'_>, kind: &Kind) -> impl Iterator<Item = usize> + use<> {
    let high = kind.classes.iter().map(|&class| ground.classes[class].high).max().unwrap_or(0);
    let low = kind.classes.first().map_or(1, |&class| ground.classes[class].low);
    low..=high
}
