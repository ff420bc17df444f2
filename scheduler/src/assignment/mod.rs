//! Who goes into which network.

use crate::effort::Budget;
use crate::explain::Clash;
use crate::problem::{NetworkIx, Problem};

/// What the assignment came to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Every network's rules are kept.
    Assigned(Assignment),
    /// Proved: no assignment honours what the networks must have at least.
    Infeasible(Clash),
    /// None was found in the effort given, and nothing is proved.
    NotFound,
}

/// An assignment that keeps rules A1 to A6.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The network of each enrolment, by enrolment.
    pub network_of: Vec<Option<NetworkIx>>,
    /// Proved lower bound on unassigned + preference + travel over all assignments; 0 where nothing is proved.
    pub bound: f64,
}

/// Finds an assignment, and goes on improving it until the budget is used up or it is proved best.
/// `start`: an assignment to begin from.
pub fn solve(_problem: &Problem, _start: Option<&Assignment>, _seed: u64, _budget: &Budget<'_>) -> Outcome {
    Outcome::NotFound
}
