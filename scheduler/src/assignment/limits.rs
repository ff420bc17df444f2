//! What a network must keep, as the search reads it: no limit is a very large or a very small number.

use crate::problem::{Mix, NetworkIx};
use crate::steering::Task;

/// What a network must keep.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Limits {
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) min_delegates: i64,
    pub(super) max_delegates: i64,
    pub(super) may_stay_empty: bool,
    pub(super) per_region: i64,
    pub(super) min_regions: i64,
    pub(super) max_km: f64,
    pub(super) mix: Vec<Mix>,
    /// Whether delegates, regions, distances or values matter at all.
    pub(super) only_size: bool,
}

impl Limits {
    pub(super) fn of(problem: &Task, network: NetworkIx) -> Limits {
        let network = problem.network(network);
        let per_region = network.max_members_per_region.map_or(i64::MAX, i64::from);
        Limits {
            min: i64::from(network.min_members),
            max: i64::from(network.max_members),
            min_delegates: i64::from(network.min_delegates),
            max_delegates: network.max_delegates.map_or(i64::MAX, i64::from),
            may_stay_empty: network.may_stay_empty,
            per_region,
            min_regions: if network.min_regions > 1 { i64::from(network.min_regions) } else { 0 },
            max_km: network.max_distance_km.unwrap_or(f64::INFINITY),
            mix: network.mix.clone(),
            only_size: network.min_delegates == 0
                && network.max_delegates.is_none()
                && per_region == i64::MAX
                && network.min_regions <= 1
                && network.max_distance_km.is_none()
                && network.mix.is_empty(),
        }
    }

    /// Whether anything is demanded even if nobody wants in.
    pub(super) fn has_floor(&self) -> bool {
        let wants = self.min > 0 || self.min_delegates > 0 || self.mix.iter().any(|mix| mix.min > 0);
        !self.may_stay_empty && wants
    }

    /// Whether regions matter.
    pub(super) fn by_region(&self) -> bool {
        self.per_region < i64::MAX || self.min_regions > 1
    }
}
