//! What networks cost in dates: told by whoever knows about dates, so that this module need not.

use crate::effort::Budget;
use crate::problem::{EnrolmentIx, NetworkIx};

/// An answer, and how many steps of the search it was worth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Answer {
    /// What the network costs beyond unassigned, preference and travel.
    pub cost: f64,
    /// Steps that finding this out took: 0 where it was known.
    pub steps: u64,
}

/// The cost of a network of some members (ascending) beyond unassigned, preference and travel, whatever its name. An answer
/// depends on what was asked before, but not on which of several questions at a time came first.
pub trait TimetableCost: Sync {
    /// A lower bound, quickly.
    fn lower_bound(&self, members: &[EnrolmentIx]) -> Answer;

    /// The cost as far as a quick look tells; `like` is a network much like it that was asked about before.
    fn glance(&self, members: &[EnrolmentIx], like: &[EnrolmentIx]) -> Answer;

    /// The same, with a look long enough to decide by.
    fn estimate(&self, members: &[EnrolmentIx], like: &[EnrolmentIx]) -> Answer;

    /// The same of a network that is going to stay for a while, and so is worth more time.
    fn settle(&self, members: &[EnrolmentIx]) -> Answer;

    /// Networks other than these are not likely to be asked about again.
    fn forget_all_but(&self, networks: &[Vec<EnrolmentIx>]);
}

/// Tells the same exactly, for problems so small that all networks can be asked about.
pub trait ExactTimetableCost {
    /// A lower bound, quickly; the same whatever else was asked.
    fn lower_bound(&self, members: &[EnrolmentIx]) -> f64;

    /// The best lower bound that is known by now; infinite where there can be no such network.
    fn known(&self, members: &[EnrolmentIx]) -> f64;

    /// Raises what is known with a longer look.
    fn near(&self, members: &[EnrolmentIx]);

    /// Makes what is known exact; false where that takes more than the budget.
    fn best(&self, members: &[EnrolmentIx], budget: &Budget<'_>) -> bool;

    /// What all networks of an assignment cost beyond together, exactly; infinite where they cannot be. `None`: that takes
    /// more than the budget.
    fn together(&self, network_of: &[Option<NetworkIx>], budget: &Budget<'_>) -> Option<f64>;
}
