//! The hard rules: a file each, with its sentence, which the client reads too.

use crate::plan::Plan;
use crate::problem::Problem;

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Its code: `A1` to `A6`, `V1` to `V9`.
    pub rule: &'static str,
    /// Who and what, in a sentence.
    pub detail: String,
}

/// Every broken rule of a plan.
pub fn violations(_problem: &Problem, _plan: &Plan) -> Vec<Violation> {
    Vec::new()
}
