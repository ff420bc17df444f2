//! What networks cost in dates: told by whoever knows about dates, so that this module need not.

use crate::problem::EnrolmentIx;

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
