//! What counting refutes: networks that need more of something than there is, with both numbers.

use crate::problem::{NetworkIx, TrackIx};

/// What the networks of a track need, and what there is of it at most. Whatever is told is proved: no plan honours it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refuted {
    /// The track.
    pub track: TrackIx,
    /// The networks that need it, ascending.
    pub networks: Vec<NetworkIx>,
    /// Of what.
    pub what: Counted,
    /// What they need at least.
    pub needed: i64,
    /// What there is at most.
    pub there: i64,
    /// Whether that is everything that the track has, and nothing else keeps it out of these networks.
    pub all: bool,
    /// Whether a limit on the members of a region has a part in it.
    pub capped: bool,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Members, against the enrolments that can get in.
    Members,
    /// Delegates, against those that can get in.
    Delegates,
    /// Members from regions of their own, against those that can get in; for one network: its regions.
    Regions,
    /// Members, against those who lie close enough to each other and may share a network.
    Near,
    /// Delegates that the fewest members bring at least, against those that are taken: `needed` is what they bring.
    Room,
}

impl Refuted {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self.what {
            Counted::Members => "too_few_enrolled",
            Counted::Delegates => "too_few_delegates",
            Counted::Regions => "too_few_regions",
            Counted::Near => "too_far_apart",
            Counted::Room => "too_many_delegates",
        }
    }

    /// The field whose numbers are too large, or too small.
    pub fn field(&self) -> &'static str {
        match self.what {
            Counted::Members | Counted::Near => "min_members",
            Counted::Delegates => "min_delegates",
            Counted::Regions => "min_regions",
            Counted::Room => "max_delegates",
        }
    }

    /// The rules concerned, ascending.
    pub fn rules(&self) -> Vec<&'static str> {
        let mut rules = match self.what {
            Counted::Members => vec!["min_members"],
            Counted::Delegates => vec!["max_members", "min_delegates"],
            Counted::Regions => vec!["max_members", "min_members", "min_regions"],
            Counted::Near => vec!["apart", "max_distance_km", "min_members"],
            Counted::Room => vec!["max_delegates", "min_members"],
        };
        if self.capped {
            rules.push("max_members_per_region");
        }
        rules.sort_unstable();
        rules
    }
}
