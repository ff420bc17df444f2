//! What networks cost beyond the assignment: told by whoever knows about dates, so that this module need not.

use crate::problem::EnrolmentIx;

/// An answer, and how many steps of the search it was worth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price {
    /// What the network costs beyond unassigned, preference and travel.
    pub cost: f64,
    /// Steps that finding this out took: 0 where it was known.
    pub steps: u64,
}

/// Tells what a network of some members (ascending) costs beyond unassigned, preference and travel, whatever its name. The
/// answer depends on what was asked before, but not on which of several questions at a time came first.
pub trait Beyond: Sync {
    /// A lower bound, quickly.
    fn floor(&self, members: &[EnrolmentIx]) -> Price;

    /// What it costs as far as a quick look tells; `like` is a network much like it that was asked about before.
    fn glance(&self, members: &[EnrolmentIx], like: &[EnrolmentIx]) -> Price;

    /// The same, with a look long enough to decide by.
    fn price(&self, members: &[EnrolmentIx], like: &[EnrolmentIx]) -> Price;

    /// The same of a network that is going to stay for a while, and so is worth more time.
    fn settle(&self, members: &[EnrolmentIx]) -> Price;

    /// Networks other than these are not likely to be asked about again.
    fn forget_all_but(&self, networks: &[Vec<EnrolmentIx>]);
}
