//! Splits of pair costs between their two ends, kept by kind of classes and size of sets. Duals change little from one
//! round of pricing to the next, so a split that was good is good to begin from; and what is good for a kind is good for
//! each of its classes.

use super::super::instance::{Instance, Kind};

/// The splits of one instance.
#[derive(Clone, Debug, Default)]
pub struct CostSplits {
    /// By kind and size from the smallest: the share of a pair cost that an enrolment pays beyond a half, `[a][b]`; empty where there
    /// is none yet. Figures need not be exact: any split will do.
    of: Vec<Vec<Vec<f32>>>,
}

impl CostSplits {
    /// No splits yet.
    pub fn new(instance: &Instance<'_>) -> CostSplits {
        CostSplits { of: instance.kinds.iter().map(|kind| vec![Vec::new(); sizes(instance, kind).count()]).collect() }
    }

    /// The kinds and sizes that splits are kept for; none, where they would take too much room.
    pub fn tasks(&self, instance: &Instance<'_>) -> Vec<(usize, usize)> {
        let of_kind = |(at, kind)| sizes(instance, kind).map(move |size| (at, size)).filter(|&(_, size)| size > 1);
        let tasks: Vec<(usize, usize)> = instance.kinds.iter().enumerate().flat_map(of_kind).collect();
        if tasks.len() * instance.pairs.len() > instance.parameters.exact.split_cells { Vec::new() } else { tasks }
    }

    /// The split for sets of a size, by kind.
    pub fn get(&self, instance: &Instance<'_>, kind: usize, size: usize) -> &[f32] {
        let low = sizes(instance, &instance.kinds[kind]).next().unwrap_or(size);
        self.of[kind].get(size - low).map_or(&[], |split| &split[..])
    }

    /// Keeps a split.
    pub fn set(&mut self, instance: &Instance<'_>, kind: usize, size: usize, split: Vec<f32>) {
        let low = sizes(instance, &instance.kinds[kind]).next().unwrap_or(size);
        if let Some(old) = self.of[kind].get_mut(size - low) {
            *old = split;
        }
    }
}

/// The sizes of sets of a kind.
fn sizes(instance: &Instance<'_>, kind: &Kind) -> impl Iterator<Item = usize> + use<> {
    let high = kind.classes.iter().map(|&class| instance.classes[class].high).max().unwrap_or(0);
    let low = kind.classes.first().map_or(1, |&class| instance.classes[class].low);
    low..=high
}
