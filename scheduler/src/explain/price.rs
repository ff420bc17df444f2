//! What something that is different in a plan costs more by what steers the plan: no part of its cost.

/// A price in two parts; negative: it would be less.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price {
    /// Of changes against the base plan.
    pub changes: f64,
    /// Of pairs that meet again, and of the longest journey.
    pub fairly: f64,
}

impl Price {
    /// This less another one.
    pub fn than(self, other: Price) -> Price {
        Price { changes: self.changes - other.changes, fairly: self.fairly - other.fairly }
    }

    /// Both parts together.
    pub fn total(&self) -> f64 {
        self.changes + self.fairly
    }
}
